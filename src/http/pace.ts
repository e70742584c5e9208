import * as z from 'zod/mini';

const widestWindow = 64;
const slowestRate = 0.5;

/**
 * How many requests may be under way at a host, and how fast they may follow each other. Found out
 * as TCP finds out a path's capacity: a fast start, then additive increase and multiplicative
 * decrease, told by refusals (429), time-outs and growing latency. Pure: time comes in as numbers.
 */
export const paceSchema = z.object({
  /** Requests that may be under way at once. */
  window: z.number().check(z.gte(1), z.lte(widestWindow)),
  /** The fast start goes on until something told of a bound. */
  fastStart: z.boolean(),
  /** Requests a second; null while no refusal has told of a limit. */
  rate: z.nullable(z.number().check(z.gte(slowestRate))),
  /** The least latency seen, which growing latency is measured against. */
  leastLatencyMs: z.nullable(z.number()),
  /** Requests sent before this say nothing new about the bound that was just found. */
  decreasedAt: z.number(),
});
export type Pace = z.infer<typeof paceSchema>;

export const firstPace: Pace = {
  window: 6,
  fastStart: true,
  rate: null,
  leastLatencyMs: null,
  decreasedAt: 0,
};

/** What a finished request tells. Times in milliseconds. */
export interface Sample {
  readonly outcome: 'answered' | 'refused' | 'timed_out';
  readonly sentAt: number;
  readonly endedAt: number;
  /** Requests answered in the second before the end of this one. */
  readonly answeredLastSecond: number;
  /** The window or the rate held requests back: only then is a success a reason to allow more. */
  readonly busy: boolean;
}

/** The pace after a finished request. */
export function nextPace(pace: Pace, sample: Sample): Pace {
  if (sample.outcome === 'answered') return increased(pace, sample);
  if (sample.sentAt < pace.decreasedAt) return pace;
  const decreased = { ...pace, fastStart: false, decreasedAt: sample.endedAt };
  if (sample.outcome === 'timed_out') {
    return { ...decreased, window: Math.max(1, pace.window / 2) };
  }
  // A rate found out earlier is not lost to one refusal after a pause, when nothing was answered yet.
  const { rate } = pace;
  const achieved = sample.answeredLastSecond * 0.9;
  const found = rate === null ? achieved : Math.max(rate * 0.5, Math.min(rate * 0.9, achieved));
  return { ...decreased, rate: Math.max(slowestRate, found) };
}

function increased(pace: Pace, sample: Sample): Pace {
  const latency = sample.endedAt - sample.sentAt;
  const leastLatencyMs = Math.min(pace.leastLatencyMs ?? latency, latency);
  const known = { ...pace, leastLatencyMs };
  if (!sample.busy) return known;
  // Requests that queue somewhere on the way: more of them would only wait longer.
  const queueing = pace.window * (1 - leastLatencyMs / Math.max(latency, 1));
  const crowded = latency > leastLatencyMs + 20 && queueing > Math.max(4, pace.window / 2);
  if (crowded)
    return { ...known, fastStart: false, window: Math.max(2, pace.window - 1 / pace.window) };
  return {
    ...known,
    window: Math.min(widestWindow, pace.window + (pace.fastStart ? 1 : 1 / pace.window)),
    // One request a second more for every five seconds at the present rate.
    rate: pace.rate === null ? null : pace.rate + 0.2 / Math.max(1, pace.rate),
  };
}
