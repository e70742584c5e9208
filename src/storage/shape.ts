/**
 * Shapes of what the worker stores for the pages. It is this extension's own; what they guard
 * against is a damaged profile and another version, so yes or no is all they have to say. With zod,
 * which everything from outside is parsed with, the popup would load half as much again.
 */

/** Gives a value of this shape; members that the shape doesn't name are left out. Throws for any other. */
export type Shape<Value> = (value: unknown) => Value;
/** What a shape gives. */
export type Shaped<Of> = Of extends Shape<infer Value> ? Value : never;

function such<Value>(is: (value: unknown) => value is Value): Shape<Value> {
  return (value) => {
    if (is(value)) return value;
    throw new TypeError('not of this shape');
  };
}

export const text = such((value) => typeof value === 'string');
export const number = such((value) => typeof value === 'number');
export const flag = such((value) => typeof value === 'boolean');

/** Milliseconds since 1970 that a `Date` can hold: any other number can't be shown as a time. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 8.64e15;
}

export const time = such(isTime);

export function matching(pattern: RegExp): Shape<string> {
  return such((value): value is string => typeof value === 'string' && pattern.test(value));
}

export function oneOf<const Name extends string>(...names: readonly Name[]): Shape<Name> {
  const known: ReadonlySet<unknown> = new Set(names);
  return such((value): value is Name => known.has(value));
}

export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  return (value) => (value === null ? null : shape(value));
}

/** For what versions before did not store. */
export function withDefault<Value>(shape: Shape<Value>, absent: Value): Shape<Value> {
  return (value) => (value === undefined ? absent : shape(value));
}

const anyList = such((value): value is unknown[] => Array.isArray(value));

export function list<Value>(shape: Shape<Value>): Shape<Value[]> {
  return (value) => anyList(value).map((one) => shape(one));
}

const anyRecord = such(
  (value): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
);

export function record<Members extends Record<string, unknown>>(
  shapes: {
    readonly [Name in keyof Members]: Shape<Members[Name]>;
  },
): Shape<Members> {
  return (value) => {
    const given = anyRecord(value);
    const members = Object.entries(shapes).map(([name, shape]) => [name, shape(given[name])]);
    // Each member is what its shape gave.
    return Object.fromEntries(members) as Members;
  };
}
