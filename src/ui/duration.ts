/** How long something takes, in words' terms: one number and one unit. */
interface RoughDuration {
  readonly count: number;
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
}

const second = 1000;
export const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A duration in the largest unit of which there are two, so that "90 s" is not "2 min".
 * @param secondsUntil from then on there are minutes.
 */
export function roughDuration(ms: number, secondsUntil = 2 * minute): RoughDuration {
  const seconds = Math.round(ms / second);
  if (seconds * second < secondsUntil) return { count: seconds, unit: 'seconds' };
  if (ms < 2 * hour) return { count: Math.round(ms / minute), unit: 'minutes' };
  if (ms < 2 * day) return { count: Math.round(ms / hour), unit: 'hours' };
  return { count: Math.round(ms / day), unit: 'days' };
}
