import type { Draft } from '../options/draft.ts';
import { isSameValue } from '../settings/layers.ts';
import type { SettingName } from '../settings/schema.ts';

/**
 * The inputs in which something is typed for a setting that another page has changed meanwhile.
 * @param own what this page itself stored last.
 */
export function overtaken(
  changes: Partial<Draft>,
  before: Draft,
  now: Draft,
  own: Partial<Draft>,
): SettingName[] {
  // The changes' names are those of settings: Object.keys widens them to strings.
  const names = Object.keys(changes) as SettingName[];
  return names.filter(
    (name) => !isSameValue(before[name], now[name]) && !isSameValue(now[name], own[name]),
  );
}
