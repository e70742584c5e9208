/** A value as JSON text; `…` where it is nested too deep for the engine, as hostile answers may be. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return '…';
    throw error;
  }
}
