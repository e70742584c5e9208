import * as z from 'zod/mini';
import { breadcrumbKeySchema } from '../../breadcrumbs/resource.ts';
import { currentVersion, migrate } from '../migrations.ts';
import { type SettingName, settingNames } from '../schema.ts';
import { type Finding, type PlacedFinding, problemOfFile } from './finding.ts';

/** Findings of a JSON file: this extension's own export, or else the original's settings.json. */
export function readJson(text: string): PlacedFinding[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return problemOfFile('import_json_broken');
  }
  const members = membersOf(json);
  if (members === null) return problemOfFile('import_file_unknown');
  const isOurs = members.some(([name]) => name === 'breadcrumbs');
  return isOurs ? readOwnExport(json, text) : readOriginalSettings(members, text);
}

/** The members of an object, `__proto__` too, as pairs: nothing is ever looked up by their names. */
function membersOf(value: unknown): [string, unknown][] | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.entries(value) : null;
}

/** The line of the last member with this name, which is the one that `JSON.parse` takes. */
function lineOfMember(text: string, name: string): number | null {
  const quoted = JSON.stringify(name);
  const at = text.split('\n').findLastIndex((line) => {
    const rests = line.split(quoted).slice(1);
    return rests.some((rest) => rest.trimStart().startsWith(':'));
  });
  return at < 0 ? null : at + 1;
}

const ownExportSchema = z.object({
  breadcrumbs: z.literal('settings'),
  version: z.int().check(z.gte(1)),
  values: z.unknown(),
});

function readOwnExport(json: unknown, text: string): PlacedFinding[] {
  const file = ownExportSchema.safeParse(json);
  if (!file.success) return problemOfFile('import_file_unknown');
  const { version, values } = file.data;
  if (version > currentVersion) return problemOfFile('import_newer_version');
  const members = membersOf(migrate(values, version));
  if (members === null) return problemOfFile('import_file_unknown');
  return members.map(([name, value]) => ({
    ...findingOfOwnMember(name, value, text),
    name,
    line: lineOfMember(text, name),
  }));
}

function findingOfOwnMember(name: string, value: unknown, text: string): Finding {
  const setting = settingNames.find((one) => one === name);
  if (setting === undefined) return { sort: 'ignored', reason: 'import_unknown' };
  if (setting !== 'fieldMapping') return { sort: 'setting', setting, value };
  return { sort: 'mapping', value, lineOfKey: (key) => lineOfMember(text, key) };
}

const originalMembers: ReadonlyMap<string, SettingName> = new Map([
  ['process_checklist_frequency_seconds', 'processEverySeconds'],
  ['uncheck_deferred_issues_frequency_seconds', 'recheckEverySeconds'],
  ['delete_done_checklist_items', 'deleteDoneItems'],
  ['modify_browser_page_on_fetch', 'showFetchedData'],
]);
const ignoreErrorsMember = 'ignore_errors';

function readOriginalSettings(members: [string, unknown][], text: string): PlacedFinding[] {
  const isKnown = ([name]: [string, unknown]) =>
    originalMembers.has(name) || name === ignoreErrorsMember;
  if (!members.some(isKnown)) return problemOfFile('import_file_unknown');
  return members.flatMap(([name, value]): PlacedFinding[] => {
    if (name === ignoreErrorsMember) return readIgnoreErrors(value, text);
    const setting = originalMembers.get(name);
    const finding: Finding =
      setting === undefined
        ? { sort: 'ignored', reason: 'import_unknown' }
        : { sort: 'setting', setting, value };
    return [{ ...finding, name, line: lineOfMember(text, name) }];
  });
}

function readIgnoreErrors(value: unknown, text: string): PlacedFinding[] {
  const members = membersOf(value);
  if (members === null) {
    const line = lineOfMember(text, ignoreErrorsMember);
    return [{ sort: 'problem', reason: 'invalid_mapping', name: ignoreErrorsMember, line }];
  }
  return members.map(([name, ignoreErrors]) => {
    const key = breadcrumbKeySchema.safeParse(name);
    const finding: Finding = key.success
      ? { sort: 'key', key: key.data, change: { ignoreErrors } }
      : { sort: 'ignored', reason: 'import_unknown_key' };
    return { ...finding, name: `${ignoreErrorsMember}.${name}`, line: lineOfMember(text, name) };
  });
}
