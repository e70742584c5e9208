import {
  problemOf,
  type SettingName,
  type SettingProblem,
  type Settings,
  settingNames,
  settingSchemas,
} from './schema.ts';

/**
 * Settings lie in three layers. Each covers the ones before it, setting by setting: what is stored,
 * what holds until the browser restarts, what the organisation has set by policy.
 */
export interface Layers {
  readonly stored: Settings;
  readonly temporary: Partial<Settings>;
  readonly managed: Partial<Settings>;
}

/** The layer that a setting's value comes from. */
type Source = keyof Layers;

/** The settings that count. */
export function settingsInForce({ stored, temporary, managed }: Layers): Settings {
  return { ...stored, ...temporary, ...managed };
}

/** Where the value in force comes from. */
export function sourceOf({ temporary, managed }: Layers, name: SettingName): Source {
  if (Object.hasOwn(managed, name)) return 'managed';
  return Object.hasOwn(temporary, name) ? 'temporary' : 'stored';
}

/** Settings out of something that need not be any, each by itself: what is wrong with one is its own affair. */
export function parseLayer(
  members: Readonly<Record<string, unknown>>,
  now: number,
): { values: Partial<Settings>; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const values: Partial<Settings> = {};
  for (const name of settingNames.filter((one) => Object.hasOwn(members, one))) {
    const problem = problemOf(name, members[name], now);
    if (problem !== undefined) problems.push({ name, problem });
    else Object.assign(values, { [name]: settingSchemas[name].parse(members[name]) });
  }
  return { values, problems };
}

/** What has to lie over the stored settings for these to be in force. */
export function layerOver(stored: Settings, wanted: Settings): Partial<Settings> {
  return without(wanted, (name) => isSameValue(stored[name], wanted[name]));
}

/** Settings that a problem between two of them may just as well be put down to. */
const partners: Partial<Record<SettingName, readonly SettingName[]>> = {
  fieldMapping: ['linkField', 'errorField'],
  errorField: ['linkField'],
  organisationId: ['organisationHeader'],
};

/** Problems at settings that a person can do something about: what the organisation set stands. */
export function mendableProblems(
  problems: readonly SettingProblem[],
  { managed }: Pick<Layers, 'managed'>,
): SettingProblem[] {
  return problems.flatMap(({ name, problem }) => {
    const places = [name, ...(partners[name] ?? [])];
    const place = places.find((one) => !Object.hasOwn(managed, one));
    return place === undefined ? [] : [{ name: place, problem }];
  });
}

/** Some settings without those that are told by name. */
export function without(
  settings: Partial<Settings>,
  isLeftOut: (name: SettingName) => boolean,
): Partial<Settings> {
  const kept = settingNames.filter((name) => Object.hasOwn(settings, name) && !isLeftOut(name));
  return Object.fromEntries(kept.map((name) => [name, settings[name]]));
}

/** Whether two values say the same: the order of an object's members says nothing. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
