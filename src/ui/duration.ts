/** How long something takes, in words' terms: one number and one unit. */
export interface RoughDuration {
  readonly count: number;
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in the largest unit of which there are two, so that "90 s" is not "2 min". */
export function roughDuration(ms: number): RoughDuration {
  if (ms < 2 * minute) return { count: Math.round(ms / second), unit: 'seconds' };
  if (ms < 2 * hour) return { count: Math.round(ms / minute), unit: 'minutes' };
  if (ms < 2 * day) return { count: Math.round(ms / hour), unit: 'hours' };
  return { count: Math.round(ms / day), unit: 'days' };
}
