import * as z from 'zod/mini';
import { breadcrumbKeySchema } from '../../breadcrumbs/resource.ts';
import { currentVersion } from '../envelope.ts';
import { type SettingName, settingNames } from '../schema.ts';
import { tokenSchema } from '../token.ts';
import { type Finding, type PlacedFinding, problemOfFile } from './finding.ts';

/** Findings of a JSON file: this extension's own export, or else the original's settings.json. */
export function readJson(text: string): PlacedFinding[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return problemOfFile('import_json_broken', brokenLine(text, error));
  }
  const members = membersOf(json);
  if (members === null) return problemOfFile('import_file_unknown');
  const isOurs = members.some(([name]) => name === 'breadcrumbs');
  const lineOf = linesOfMembers(text);
  return isOurs ? readOwnExport(json, lineOf) : readOriginalSettings(members, lineOf);
}

/** The line that the engine says it stopped at; of some mistakes it tells no place. */
function brokenLine(text: string, error: unknown): number | null {
  const [, position] = /JSON at position (\d+)/.exec(String(error)) ?? [];
  return position === undefined ? null : text.slice(0, Number(position)).split('\n').length;
}

/** The members of an object, `__proto__` too, as pairs: nothing is ever looked up by their names. */
function membersOf(value: unknown): [string, unknown][] | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.entries(value) : null;
}

/** The line of the last member with a name, which is the one that `JSON.parse` takes. */
type LineOfMember = (name: string) => number | null;

/** Reads the text once, however many members are asked for: a hostile file may have any number. */
function linesOfMembers(text: string): LineOfMember {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    for (const [, quoted = '', colon] of line.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
      if (colon !== undefined) lines.set(quoted, index + 1);
    }
  }
  return (name) => lines.get(JSON.stringify(name)) ?? null;
}

const ownExportSchema = z.object({
  breadcrumbs: z.literal('settings'),
  version: z.int().check(z.refine((version) => version >= 1)),
  values: z.unknown(),
  token: z.optional(z.unknown()),
});

function readOwnExport(json: unknown, lineOf: LineOfMember): PlacedFinding[] {
  const file = ownExportSchema.safeParse(json);
  if (!file.success) return problemOfFile('import_file_unknown');
  const { version, values, token } = file.data;
  if (version > currentVersion) return problemOfFile('import_newer_version');
  const members = membersOf(values);
  if (members === null) return problemOfFile('import_file_unknown');
  const findings = members.map(([name, value]) => ({
    ...findingOfOwnMember(name, value, lineOf),
    name,
    line: lineOf(name),
  }));
  if (token === undefined) return findings;
  return [...findings, { ...findingOfToken(token), name: 'token', line: lineOf('token') }];
}

function findingOfToken(value: unknown): Finding {
  const token = tokenSchema.safeParse(value).data ?? null;
  return token === null
    ? { sort: 'problem', reason: 'import_token' }
    : { sort: 'token', ...token, scheme: null };
}

function findingOfOwnMember(name: string, value: unknown, lineOf: LineOfMember): Finding {
  const setting = settingNames.find((one) => one === name);
  if (setting === undefined) return { sort: 'ignored', reason: 'import_unknown' };
  if (setting !== 'fieldMapping') return { sort: 'setting', setting, value };
  return { sort: 'mapping', value, lineOfKey: lineOf };
}

const originalMembers: ReadonlyMap<string, SettingName> = new Map([
  ['process_checklist_frequency_seconds', 'processEverySeconds'],
  ['uncheck_deferred_issues_frequency_seconds', 'recheckEverySeconds'],
  ['delete_done_checklist_items', 'deleteDoneItems'],
  ['modify_browser_page_on_fetch', 'showFetchedData'],
]);
const ignoreErrorsMember = 'ignore_errors';

function readOriginalSettings(members: [string, unknown][], lineOf: LineOfMember): PlacedFinding[] {
  const isKnown = ([name]: [string, unknown]) =>
    originalMembers.has(name) || name === ignoreErrorsMember;
  if (!members.some(isKnown)) return problemOfFile('import_file_unknown');
  return members.flatMap(([name, value]): PlacedFinding[] => {
    if (name === ignoreErrorsMember) return readIgnoreErrors(value, lineOf);
    const setting = originalMembers.get(name);
    const finding: Finding =
      setting === undefined
        ? { sort: 'ignored', reason: 'import_unknown' }
        : { sort: 'setting', setting, value };
    return [{ ...finding, name, line: lineOf(name) }];
  });
}

function readIgnoreErrors(value: unknown, lineOf: LineOfMember): PlacedFinding[] {
  const members = membersOf(value);
  if (members === null) {
    const line = lineOf(ignoreErrorsMember);
    return [{ sort: 'problem', reason: 'invalid_mapping', name: ignoreErrorsMember, line }];
  }
  return members.map(([name, ignoreErrors]) => {
    const key = breadcrumbKeySchema.safeParse(name);
    const finding: Finding = key.success
      ? { sort: 'key', key: key.data, change: { ignoreErrors } }
      : { sort: 'ignored', reason: 'import_unknown_key' };
    return { ...finding, name: `${ignoreErrorsMember}.${name}`, line: lineOf(name) };
  });
}
