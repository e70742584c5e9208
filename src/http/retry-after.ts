/** No wait is longer than this, whatever a server asks for (behaviour.md). */
export const longestWaitMs = 15 * 60_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds; null where there is none that can
 * be read. Seconds or a date (RFC 9110, 10.2.3); dates of the past mean now.
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), longestWaitMs);
}
