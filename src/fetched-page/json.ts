/** JSON cut down to what can be drawn at once, however large or hostile it is. */

/** An array, or an object with members. */
export type Branch = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Whether a value has entries of its own, be it none. */
export function isBranch(value: unknown): value is Branch {
  return typeof value === 'object' && value !== null;
}

/** How many entries a branch has. */
export function sizeOf(branch: Branch): number {
  return Array.isArray(branch) ? branch.length : Object.keys(branch).length;
}

/** The first entries of a branch, with their names. */
export function firstEntries(branch: Branch, count: number): (readonly [string, unknown])[] {
  if (isArray(branch)) return branch.slice(0, count).map((value, i) => [String(i), value]);
  return Object.keys(branch)
    .slice(0, count)
    .map((name) => [name, branch[name]]);
}

/** `Array.isArray` does not know readonly arrays. */
function isArray(branch: Branch): branch is readonly unknown[] {
  return Array.isArray(branch);
}

/** The beginning of a text, with a sign where there is more; not ending in half a character. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** JSON for people to read elsewhere. */
export function prettyJson(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}
