import { type BreadcrumbKey, breadcrumbKeys } from '../breadcrumbs/resource.ts';
import { currentVersion } from './envelope.ts';
import { Draft, type ImportNote, type Target } from './import/draft.ts';
import { readEnv } from './import/env.ts';
import { problemOfFile } from './import/finding.ts';
import { readJson } from './import/json.ts';
import { mendableProblems, without } from './layers.ts';
import {
  problemsOf,
  type SettingName,
  type SettingProblem,
  type Settings,
  settingNames,
} from './schema.ts';
import { isSameToken, type Token } from './token.ts';

export type { ImportNote } from './import/draft.ts';
export { importReasons } from './import/finding.ts';

/** A file as a person chose it. What kind it is, its text tells. */
export interface ImportedFile {
  readonly name: string;
  /** Null where the file is larger than {@link largestFile}: it was not read. */
  readonly text: string | null;
}

/** In bytes. Settings take some kilobytes. */
export const largestFile = 1024 * 1024;

/** A value that the import changes, and where the new one stands. */
export interface ImportRow {
  readonly setting: SettingName | 'token';
  /** Of the field mapping, which has a row for each key that changes. */
  readonly key?: BreadcrumbKey;
  /** Of the token: {@link hiddenToken}, or null where there is none. */
  readonly from: unknown;
  readonly to: unknown;
  /** Empty where no file says it, and it is assumed. */
  readonly file: string;
  readonly line: number | null;
}

/** What an import would change, to be looked at before it is stored. */
export interface ImportPlan {
  readonly rows: readonly ImportRow[];
  readonly notes: readonly ImportNote[];
  /** The settings and the token as they would be. */
  readonly settings: Settings;
  readonly token: Token;
  /** What keeps these settings from being stored. */
  readonly problems: readonly SettingProblem[];
}

/** Stands for a token where there is one. */
export const hiddenToken = '•••';

/** What an import begins with. */
interface ImportBase {
  /** As stored: what holds until the restart, or by policy, is neither changed nor stored. */
  readonly settings: Settings;
  readonly token: Token;
  /** What the organisation has set, which no file changes. */
  readonly managed: Partial<Settings>;
  /** What files are taken to say that say something, and nothing of this. */
  readonly assumed?: Partial<Settings>;
}

/**
 * What these files would change, the later ones winning over the earlier. A value that is not
 * valid never replaces one that is: it becomes a note. An imported token belongs to the origin that
 * its file names with it, else to the tracker's as it is after the import; the present one keeps the
 * origin that it was entered for.
 * @param now milliseconds since 1970; the deferral date has to be later.
 */
export function planImport(
  files: readonly ImportedFile[],
  base: ImportBase,
  now: number,
): ImportPlan {
  const draft = new Draft(base.settings, base.managed, now);
  for (const { name, text } of files) {
    if (text === null) {
      draft.takeFile(name, problemOfFile('import_too_large'));
      continue;
    }
    const withoutMark = text.replace(/^\uFEFF/, '');
    const isJson = /^\s*[{[]/.test(withoutMark);
    draft.takeFile(name, isJson ? readJson(withoutMark) : readEnv(withoutMark));
  }
  const { token: found, notes } = draft;
  const settings = { ...draft.settings, ...assumedBy(draft, base) };
  const { origin } = new URL(base.managed.trackerUrl ?? settings.trackerUrl);
  const token =
    found === null ? base.token : { value: found.value, origin: found.origin ?? origin };
  const rows = [
    ...rowsBetween(base.settings, settings, draft),
    ...rowsOfToken(base.token, token, draft),
  ];
  return { rows, notes, settings, token, problems: problemsAfter(settings, base, now) };
}

/** What is assumed with files; nothing with such that no setting is taken from. */
function assumedBy({ places }: Draft, { assumed = {}, managed }: ImportBase): Partial<Settings> {
  if (places.size === 0) return {};
  return without(assumed, (name) => places.has(name) || Object.hasOwn(managed, name));
}

/** Tells rows apart. */
export function rowName({ setting, key }: ImportRow): string {
  return key === undefined ? setting : `${setting} ${key}`;
}

/** The same import without the rows of these names: what they are about stays as it was. */
export function withoutRows(
  plan: ImportPlan,
  leftOut: ReadonlySet<string>,
  base: ImportBase,
  now: number,
): ImportPlan {
  const fieldMapping = { ...plan.settings.fieldMapping };
  const settings: Settings = { ...plan.settings, fieldMapping };
  let { token } = plan;
  for (const row of plan.rows.filter((one) => leftOut.has(rowName(one)))) {
    const { setting, key } = row;
    if (setting === 'token') token = base.token;
    else if (key === undefined) Object.assign(settings, { [setting]: base.settings[setting] });
    else if (base.settings.fieldMapping[key] === undefined) delete fieldMapping[key];
    else fieldMapping[key] = base.settings.fieldMapping[key];
  }
  return { ...plan, settings, token, problems: problemsAfter(settings, base, now) };
}

function problemsAfter(settings: Settings, { managed }: ImportBase, now: number): SettingProblem[] {
  return mendableProblems(problemsOf({ ...settings, ...managed }, now), { managed });
}

function rowsBetween(before: Settings, after: Settings, draft: Draft): ImportRow[] {
  return settingNames.flatMap((setting) => {
    if (setting === 'fieldMapping') return rowsOfMapping(before, after, draft);
    const [from, to] = [before[setting], after[setting]];
    // A setting is a number, a text, a flag or a list of texts: the same text, the same value.
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    return [{ setting, from, to, ...placeOf(setting, draft) }];
  });
}

function rowsOfMapping(before: Settings, after: Settings, draft: Draft): ImportRow[] {
  return breadcrumbKeys.flatMap((key) => {
    const [from, to] = [before.fieldMapping[key], after.fieldMapping[key]];
    // No entry and one that says nothing mean the same.
    const isSame =
      (from?.field ?? '') === (to?.field ?? '') &&
      (from?.ignoreErrors ?? false) === (to?.ignoreErrors ?? false);
    return isSame ? [] : [{ setting: 'fieldMapping', key, from, to, ...placeOf(key, draft) }];
  });
}

function rowsOfToken(before: Token, after: Token, draft: Draft): ImportRow[] {
  if (isSameToken(before, after)) return [];
  const from = before === null ? null : hiddenToken;
  return [{ setting: 'token', from, to: hiddenToken, ...placeOf('token', draft) }];
}

function placeOf(target: Target, draft: Draft): { file: string; line: number | null } {
  const { file = '', line = null } = draft.places.get(target) ?? {};
  return { file, line };
}

/**
 * The settings as a file that {@link planImport} takes; the same settings give the same bytes.
 * @param token only where a person asked for it to be in the file.
 */
export function exportSettings(settings: Settings, token: Token = null): string {
  const mapped = breadcrumbKeys.flatMap((key) => {
    const one = settings.fieldMapping[key];
    return one === undefined ? [] : [[key, { field: one.field, ignoreErrors: one.ignoreErrors }]];
  });
  const all = { ...settings, fieldMapping: Object.fromEntries(mapped) };
  const values = Object.fromEntries(settingNames.map((name) => [name, all[name]]));
  const secret = token === null ? {} : { token: { value: token.value, origin: token.origin } };
  const file = { breadcrumbs: 'settings', version: currentVersion, values, ...secret };
  return `${JSON.stringify(file, null, 2)}\n`;
}
