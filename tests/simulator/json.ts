/** Anything that JSON can say. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = { [name: string]: Json };

/** Whether a parsed value is an object, neither an array nor null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses text as JSON; `undefined` where it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    // JSON.parse is typed as `any`; what it gives is Json by definition.
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Whether two values are the same JSON. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
