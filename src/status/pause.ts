import type { RunCause } from './status.ts';

/**
 * Waits that are stored as the time of their end. A clock that was set back meanwhile would make
 * them as much longer: what is left of a wait is never more than such a wait can last.
 */

/** A host's wait (behaviour.md): a run that waits for one is taken up again by then. */
export const longestHostWaitMs = 15 * 60_000;

/** Scheduled tries in a halting state pause longer and longer, up to this. */
const longestPauseMs = 3_600_000;
const firstPauseMs = 30_000;

/**
 * What is left of a wait that ends at a time; none where more is left than such a wait can last,
 * since then the clock was set back and nobody knows how much of it is over.
 */
export function waitLeft(until: number, now: number, longestMs: number): number {
  const left = until - now;
  return left > longestMs ? 0 : Math.max(0, left);
}

/** How long scheduled tries rest after so many that ended in one halting state. */
export function pauseAfter(tries: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (tries - 1));
}

/**
 * How long scheduled tries rest after one more try that ended in a halting state.
 * @param before what was so before it; null where this is the first.
 */
export function nextPause(
  before: { readonly tries: number } | null,
  cause: RunCause,
  now: number,
): { tries: number; nextTryAt: number } {
  // Whoever tries by hand, and in vain, is not to wait longer for the next try of the schedule.
  const tries = before === null ? 1 : before.tries + (cause === 'schedule' ? 1 : 0);
  return { tries, nextTryAt: now + pauseAfter(tries) };
}

/** How long scheduled tries rest still. */
export function pauseLeft(
  halt: { readonly tries: number; readonly nextTryAt: number },
  now: number,
): number {
  return waitLeft(halt.nextTryAt, now, pauseAfter(halt.tries));
}

/** Whether an alarm that repeats is further off than its period: the clock was set back. */
export function isAlarmLost(scheduledTime: number, periodMs: number, now: number): boolean {
  // The browser rounds, and the alarm may have rung in this moment.
  return scheduledTime - now > periodMs + 1000;
}
