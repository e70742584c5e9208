import * as z from 'zod/mini';
import {
  fastestRate,
  shortestHoldMs,
  slowestRate,
  withEcho,
  withLook,
  withRefusal,
} from './rate.ts';

const widestWindow = 64;

/**
 * How many requests may be under way at a host, and how fast they may follow each other. Found out
 * as TCP finds out a path's capacity, told by refusals (429), time-outs and growing latency. Pure:
 * time comes in as numbers.
 *
 * The window: a fast start, then additive increase and multiplicative decrease. The rate: none until a
 * refusal, then see `rate.ts`.
 */
export const paceSchema = z.object({
  /** Requests that may be under way at once. */
  window: z.number().check(z.refine((window) => window >= 1 && window <= widestWindow)),
  /** The window's fast start goes on until something told of a bound. */
  fastStart: z.boolean(),
  /** Requests a second; null while no refusal has told of a limit. */
  rate: z.nullable(
    z.number().check(z.refine((rate) => rate >= slowestRate && rate <= fastestRate)),
  ),
});
/** What is remembered between runs. */
export type KnownPace = z.infer<typeof paceSchema>;

/** What is known of a host, with what this worker has seen of it. Times by one clock. */
export interface Pace extends KnownPace {
  /** The least latency of late, which growing latency is measured against. */
  readonly leastLatencyMs: number | null;
  /** When an answer last came about as fast. */
  readonly leastLatencyAt: number;
  /** The last decrease: requests sent before say nothing new about the bound that was found. */
  readonly decreasedAt: number;
  /** Sending of the request that was refused last, or of the first one. */
  readonly countedFrom: number | null;
  /** Requests sent since then, and answered. */
  readonly answered: number;
  /** The rate that stood the test before the present look for more. */
  readonly provenRate: number;
  /** No look for more before this. */
  readonly heldUntil: number;
  /** How long the rate is held: long where it was counted, not where it was guessed. */
  readonly holdMs: number;
  /** How long the present look has gone on. */
  readonly lookedMs: number;
  /** The last answer that the look was counted to. */
  readonly lookedAt: number;
  /** The rate before the last step of a look. */
  readonly steppedFrom: number;
  /** The rate that the last refusal led to, and how many echoes of it have cut that since. */
  readonly refusedRate: number;
  readonly echoes: number;
}

/** The pace to start with, of an unknown host or as it was found by an earlier run. */
export function startPace(known: KnownPace = { window: 2, fastStart: true, rate: null }): Pace {
  return {
    ...known,
    leastLatencyMs: null,
    leastLatencyAt: 0,
    decreasedAt: 0,
    countedFrom: null,
    answered: 0,
    provenRate: known.rate ?? 0,
    heldUntil: 0,
    holdMs: shortestHoldMs,
    lookedMs: 0,
    lookedAt: 0,
    steppedFrom: known.rate ?? 0,
    refusedRate: 0,
    echoes: 0,
  };
}

/** What of it is worth remembering: a look that has not ended has proven nothing. */
export function knownPace({ window, fastStart, rate, provenRate }: Pace): KnownPace {
  return { window, fastStart, rate: rate === null ? null : Math.max(slowestRate, provenRate) };
}

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
  const counting = pace.countedFrom === null ? firstSeen(pace, sample) : pace;
  switch (sample.outcome) {
    case 'answered':
      return withAnswer(counting, sample);
    case 'refused':
      return sample.sentAt < pace.decreasedAt
        ? withEcho(counting, sample)
        : withRefusal(counting, sample);
    case 'timed_out':
      return sample.sentAt < pace.decreasedAt ? counting : withTimeout(counting, sample);
  }
}

/** A rate that was found earlier is held for a while before anything is asked of it. */
function firstSeen(pace: Pace, { sentAt }: Sample): Pace {
  return { ...pace, countedFrom: sentAt, heldUntil: sentAt + shortestHoldMs };
}

function withTimeout(pace: Pace, { endedAt }: Sample): Pace {
  return {
    ...pace,
    fastStart: false,
    decreasedAt: endedAt,
    window: Math.max(1, pace.window / 2),
  };
}

/** Latencies up to so many times the least count as the least. */
const aboutTheLeast = 1.25;
/** A path whose least latency was not met for so long may be another path now. */
const leastLatencyLastsMs = 30_000;

function withAnswer(before: Pace, sample: Sample): Pace {
  const isCounted = sample.sentAt >= (before.countedFrom ?? 0);
  const pace = isCounted ? { ...before, answered: before.answered + 1 } : before;
  // What was sent before a decrease tells of the time before it.
  if (sample.sentAt < pace.decreasedAt) return pace;
  const latency = sample.endedAt - sample.sentAt;
  const least = Math.min(pace.leastLatencyMs ?? latency, latency);
  const isMet = latency <= least * aboutTheLeast;
  if (!isMet && sample.endedAt - pace.leastLatencyAt > leastLatencyLastsMs) {
    return measuredAnew(pace, sample);
  }
  const measured = {
    ...pace,
    leastLatencyMs: least,
    leastLatencyAt: isMet ? sample.endedAt : pace.leastLatencyAt,
  };
  if (!sample.busy) return measured;
  // Requests that queue somewhere on the way: more of them would only wait longer.
  const queueing = pace.window * (1 - least / Math.max(latency, 1));
  if (latency > least + 20 && queueing > Math.max(4, pace.window / 2)) {
    return { ...measured, fastStart: false, window: Math.max(2, pace.window - 1 / pace.window) };
  }
  const window = pace.window + (pace.fastStart ? 1 : 1 / pace.window);
  return { ...withLook(measured, sample.endedAt), window: Math.min(widestWindow, window) };
}

/** One request alone measures the path without the queue that our own requests may be; then a fast start. */
function measuredAnew(pace: Pace, { endedAt }: Sample): Pace {
  return {
    ...pace,
    window: 1,
    fastStart: true,
    decreasedAt: endedAt,
    leastLatencyMs: null,
    leastLatencyAt: endedAt,
  };
}
