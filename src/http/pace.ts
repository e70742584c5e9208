import * as z from 'zod/mini';

const widestWindow = 64;
const slowestRate = 0.5;
/** Faster than any window lets through. Unbounded, a rate that nothing refuses would double to Infinity. */
const fastestRate = 1000;

/**
 * How many requests may be under way at a host, and how fast they may follow each other. Found out
 * as TCP finds out a path's capacity, told by refusals (429), time-outs and growing latency. Pure:
 * time comes in as numbers.
 *
 * The window: a fast start, then additive increase and multiplicative decrease.
 *
 * The rate: none until a refusal. What a token bucket lets through between two refusals is its limit:
 * the rate is what was counted since the last one, and a hair more. Is there no refusal for a while,
 * it looks for more: a quarter for a second, which a limit that has not moved refuses, and from there
 * it doubles. Refusals in quick succession tell of a limit that fell, and cut the rate to two fifths.
 */
export const paceSchema = z.object({
  /** Requests that may be under way at once. */
  window: z.number().check(z.gte(1), z.lte(widestWindow)),
  /** The window's fast start goes on until something told of a bound. */
  fastStart: z.boolean(),
  /** Requests a second; null while no refusal has told of a limit. */
  rate: z.nullable(z.number().check(z.gte(slowestRate), z.lte(fastestRate))),
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

// The window

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

// The rate

/** What was counted, and a hair more: sooner or later that is refused, and what was counted is exact. */
const hair = 1.005;
/** A look begins with so much more, which a limit that has not moved refuses within a second. */
const firstLook = 1.25;
const firstLookMs = 1200;
/** From there on the rate doubles in so long, or in so many round trips. */
const doublingMs = 600;
const doublingRoundTrips = 4;
/** A rate that doubles past a limit is about twice of it when the bucket is empty: `bucketSeconds` later. */
const pastTheLimit = 0.52;
/** Each look costs a refusal: at more than three a second one in a hundred requests. A guess is looked at sooner. */
const shortestHoldMs = 1500;
const leastHoldMs = 11_000;
const mostHoldMs = 30_000;
const requestsALook = 100;
/** A cut beyond what was counted: less than that may be a lull in the work rather than the limit. */
const deepestCut = 0.4;
/** A cut to less than this part of a rate is a guess. */
const muchLess = 0.7;
/** Seconds. A count of less time is off by one request more or less, which is much. */
const shortestCount = 1.5;
/** A bucket is mostly so full when a look begins, in seconds at its limit: what a look lasts by that tells of the limit. */
const bucketSeconds = 0.2;
const longestRestMs = 500;
/** A limit that has not moved may have been counted a little too low all the same. */
const raise = 1.01;
/** A look that was refused so early that it tells of less than this part of a guess found no full bucket. */
const surelyTooHigh = 0.9;

/** An answer at a rate that holds requests back: looks for more when it is time. */
function withLook(pace: Pace, now: number): Pace {
  const { rate } = pace;
  if (rate === null || now < pace.heldUntil) return pace;
  const latency = pace.leastLatencyMs ?? 0;
  // Over a pause nothing was tried out.
  const ms = Math.min(now - pace.lookedAt, 200 + 1000 / rate);
  const lookedMs = pace.lookedMs + ms;
  const isFirst = lookedMs <= firstLookMs + latency;
  const doubled = rate * 2 ** (ms / Math.max(doublingMs, doublingRoundTrips * latency));
  return {
    ...pace,
    rate: Math.min(fastestRate, isFirst ? Math.max(rate, pace.provenRate * firstLook) : doubled),
    lookedMs,
    lookedAt: now,
  };
}

function withRefusal(pace: Pace, sample: Sample): Pace {
  const { sentAt, endedAt } = sample;
  const found = foundRate(pace, sample);
  const rate = Math.min(fastestRate, Math.max(slowestRate, found.rate));
  const isFirst = pace.rate === null;
  const holdMs = holdMsOf(rate, found.from);
  return {
    ...pace,
    fastStart: false,
    rate,
    provenRate: rate,
    // A few requests at once tell next to nothing of a rate: no time is lost over that.
    heldUntil: isFirst ? endedAt : endedAt + holdMs,
    holdMs,
    lookedMs: isFirst ? firstLookMs : 0,
    lookedAt: endedAt,
    decreasedAt: endedAt,
    countedFrom: sentAt,
    answered: 0,
  };
}

function holdMsOf(rate: number, from: FoundRate['from']): number {
  if (from === 'guess') return shortestHoldMs;
  const ms = from === 'count' ? (1000 * requestsALook) / rate : 0;
  return Math.min(mostHoldMs, Math.max(leastHoldMs, ms));
}

/**
 * A refusal of what was under way when another was refused. A limit that was just met lets the next
 * request through; one that fell refuses the very next as well.
 */
function withEcho(pace: Pace, { sentAt }: Sample): Pace {
  if (pace.rate === null || pace.holdMs === shortestHoldMs || pace.answered > 0) return pace;
  const isNext = sentAt - (pace.countedFrom ?? sentAt) < 1500 / pace.rate;
  if (!isNext) return pace;
  const rate = Math.max(slowestRate, pace.rate * deepestCut);
  // Where so many echoes came that this is too low, it is not held for long.
  const heldUntil = pace.decreasedAt + shortestHoldMs;
  return { ...pace, rate, provenRate: rate, heldUntil };
}

interface FoundRate {
  readonly rate: number;
  /** What it rests on, which says how long it is held. */
  readonly from: 'guess' | 'short count' | 'count';
}

function foundRate(pace: Pace, { sentAt, answeredLastSecond }: Sample): FoundRate {
  const { rate, provenRate, answered } = pace;
  if (rate === null) return { rate: answeredLastSecond, from: 'guess' };
  // It doubled past the limit.
  if (rate > provenRate * firstLook) {
    return {
      rate: Math.max(rate * pastTheLimit, Math.min(rate, answeredLastSecond)),
      from: 'guess',
    };
  }
  const seconds = Math.max(1, sentAt - (pace.countedFrom ?? sentAt)) / 1000;
  // A look has begun. At the rate before it, below the limit, the bucket overflows: the count is too low.
  if (rate > provenRate) {
    const lookedSeconds = Math.max(0, pace.lookedMs - (pace.leastLatencyMs ?? 0)) / 1000;
    const told = (firstLook * lookedSeconds) / (lookedSeconds + bucketSeconds);
    // A guess may have been too high.
    const isLower = pace.holdMs === shortestHoldMs && told < surelyTooHigh;
    const found = Math.max(
      answered / seconds,
      provenRate * Math.max(isLower ? deepestCut : raise, told),
    );
    return { rate: Math.min(rate, found), from: found < provenRate * muchLess ? 'guess' : 'count' };
  }
  // Not even one got through after a rest.
  if (answered === 0) return { rate: rate * deepestCut, from: 'guess' };
  const isExact = seconds >= shortestCount;
  const counted = isExact
    ? (hair * answered) / seconds
    : Math.min((answered + 1) / seconds, rate * 0.97);
  // The next refusal will tell.
  const found = Math.max(rate * deepestCut, Math.min(rate, counted));
  if (found < rate * muchLess) return { rate: found, from: 'guess' };
  return { rate: found, from: isExact ? 'count' : 'short count' };
}

/**
 * How long to rest after a refusal that names no time: one and a half requests' worth, up to half a
 * second. In a longer rest the bucket overflows, and what it lets through is lost.
 */
export function restAfterRefusalMs({ rate }: Pace): number {
  return Math.min(longestRestMs, 1500 / (rate ?? 1));
}

/**
 * How long that rest is at the least: where the rate was counted, a round trip, so that what was
 * under way can tell of a limit that fell; but no longer than the bucket takes to fill.
 */
export function leastRestMs({ holdMs, leastLatencyMs }: Pace): number {
  if (holdMs === shortestHoldMs) return 0;
  return Math.min(1000 * bucketSeconds, 1.2 * (leastLatencyMs ?? 0));
}
