/** What an input of a local time shows for a stored date; empty where that is none. */
export function localTime(date: string): string {
  const at = new Date(date);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** The date to store for what such an input shows. */
export function utcTime(local: string): string {
  return new Date(local).toISOString().replace('Z', '+0000');
}
