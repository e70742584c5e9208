/** A date as the tracker writes it. */
export function trackerDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

/** A date as the tracker reads it, in milliseconds since 1970; NaN for anything else. */
export function parseTrackerDate(text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})([+-]\d\d)(\d\d)$/.exec(text);
  return match === null ? Number.NaN : Date.parse(`${match[1]}${match[2]}:${match[3]}`);
}
