/** A time as the tracker writes it: `2099-01-01T05:00:00.000+0000`. */
export function trackerDate(time: number): string {
  return new Date(time).toISOString().replace('Z', '+0000');
}

/** Milliseconds since 1970 of a date as the tracker writes it; NaN where it is none. */
export function parseTrackerDate(text: string): number {
  return Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
}
