/** No wait is longer than this, whatever a server asks for (behaviour.md). */
export const longestWaitMs = 15 * 60_000;

/** How a date begins: with a day of the week, or as ISO dates do. `Date.parse` takes far more. */
const dateStart = /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? |\d{4}-\d\d-\d\dT)/;

/**
 * How long an answer asks to wait, in milliseconds; null where it doesn't. A date is taken by the
 * host's own clock, where the answer tells its time: the one here may have been set to any other.
 */
export function waitAsked(headers: Headers, now: number): number | null {
  const hostTime = dateOf(headers.get('Date') ?? '');
  return retryAfterMs(headers.get('Retry-After'), Number.isNaN(hostTime) ? now : hostTime);
}

/**
 * How long a `Retry-After` header asks to wait, in milliseconds; null where there is none that can
 * be read. Seconds or a date (RFC 9110, 10.2.3); dates of the past mean now.
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : dateOf(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), longestWaitMs);
}

/** Milliseconds since 1970; NaN where the text is no date. */
function dateOf(text: string): number {
  if (!dateStart.test(text)) return Number.NaN;
  // The oldest of the three forms names no time zone, and means UTC as the others do.
  return Date.parse(/\d{4}$/.test(text) ? `${text} GMT` : text);
}
