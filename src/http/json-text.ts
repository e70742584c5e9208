/**
 * A value as JSON text; null where there is none, or where it is nested too deep for the engine, as
 * hostile answers may be.
 */
export function jsonText(value: unknown): string | null {
  if (value === undefined) return null;
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
