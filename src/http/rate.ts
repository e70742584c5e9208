import type { Pace, Sample } from './pace.ts';

/*
 * What a token bucket lets through between two refusals is its limit: the rate is what was counted
 * since the last one, and a hair more. Is there no refusal for a while, it looks for more: a quarter
 * for a second, which a limit that has not moved refuses, and from there it doubles. Refusals in quick
 * succession tell of a limit that fell.
 *
 * At a few requests a second a bucket holds a single token, and there is nothing to count: each
 * request that gets through proves the time since the one before. So there it goes by steps.
 */

/** Requests a second, as all rates here. */
export const slowestRate = 0.5;
/** Faster than any window lets through. Unbounded, a rate that nothing refuses would double to Infinity. */
export const fastestRate = 1000;

/** What was counted, and a hair more: sooner or later that is refused, and what was counted is exact. */
const hair = 1.005;
/** A look begins with so much more, which a limit that has not moved refuses within a second. */
const firstLook = 1.25;
/** From a guess with more: it may be so much too low that a quarter more is hardly above the limit. */
const firstLookOfGuess = 1.4;
const firstLookMs = 1200;
/** From there on the rate doubles in so long, or in so many round trips. */
const doublingMs = 600;
const doublingRoundTrips = 4;
/** A rate that doubles past a limit is about twice of it when the bucket is empty: `bucketSeconds` later. */
const pastTheLimit = 0.52;
/** Each look costs a refusal: at more than three a second one in a hundred requests. A guess is looked at sooner. */
export const shortestHoldMs = 1500;
const leastHoldMs = 11_000;
const mostHoldMs = 30_000;
const requestsALook = 100;
/** A cut beyond what was counted: less than that may be a lull in the work rather than the limit. */
const deepestCut = 0.4;
/** So many requests in a row that are refused tell of the most that a limit can be: a third of that is tried. */
const partOfTheMost = 3;
/** After a limit that fell was told of, the rate is looked for soon. */
const fallHoldMs = 300;
/** A fifth of a second's worth of less is about one token. */
const lowRate = 6;
/** Steps of a look there: small ones near what is proven. */
const smallStep = 1.07;
const largestStep = 2;
/** So many that got through tell that a rate is hardly too high. */
const fewThrough = 2;
/** So much above what is proven a rate counts that tells next to nothing. */
const blindly = 1.3;
/** Requests do not arrive as evenly as they are sent. */
const belowTheStep = 0.97;
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
export function withLook(pace: Pace, now: number): Pace {
  const { rate } = pace;
  if (rate === null || now < pace.heldUntil) return pace;
  const latency = pace.leastLatencyMs ?? 0;
  // Over a pause nothing was tried out.
  const ms = Math.max(0, Math.min(now - pace.lookedAt, 200 + 1000 / rate));
  const lookedMs = pace.lookedMs + ms;
  const doubling = 2 ** (ms / Math.max(doublingMs, doublingRoundTrips * latency));
  const isFirst = lookedMs <= firstLookMs + latency;
  const more = (): number => {
    if (pace.provenRate < lowRate) return rate * Math.min(doubling, stepOf(rate / pace.provenRate));
    return isFirst ? Math.max(rate, pace.provenRate * firstLookOf(pace)) : rate * doubling;
  };
  return {
    ...pace,
    rate: Math.min(fastestRate, more()),
    steppedFrom: rate,
    lookedMs,
    lookedAt: now,
  };
}

function firstLookOf(pace: Pace): number {
  return isGuessed(pace) && pace.provenRate >= lowRate ? firstLookOfGuess : firstLook;
}

/** Whether the rate was guessed rather than counted. */
function isGuessed({ holdMs }: Pace): boolean {
  return holdMs === shortestHoldMs;
}

/** Small near what is proven, and from there on ever larger. */
function stepOf(timesTheProven: number): number {
  return timesTheProven > firstLook ? Math.min(largestStep, timesTheProven) : smallStep;
}

/** A refusal that no other one was under way with: what is the limit, and how long is that believed? */
export function withRefusal(pace: Pace, sample: Sample): Pace {
  const { sentAt, endedAt } = sample;
  const found = foundRate(pace, sample);
  const rate = Math.min(fastestRate, Math.max(slowestRate, found.rate));
  const isFirst = pace.rate === null;
  const isBlind = isFirst || (pace.answered === 0 && rate < lowRate);
  const holdMs = holdMsOf(rate, found.from);
  return {
    ...pace,
    fastStart: false,
    rate,
    // A few requests at once, or none that got through, tell next to nothing: no time is lost over that.
    provenRate: isBlind ? rate / blindly : rate,
    heldUntil: isFirst ? endedAt : endedAt + holdMs,
    holdMs,
    lookedMs: isFirst ? firstLookMs : 0,
    lookedAt: endedAt,
    decreasedAt: endedAt,
    countedFrom: sentAt,
    answered: 0,
    steppedFrom: rate,
    refusedRate: rate,
    echoes: 0,
  };
}

function holdMsOf(rate: number, from: FoundRate['from']): number {
  if (from === 'guess') return shortestHoldMs;
  const ms = from === 'count' ? (1000 * requestsALook) / rate : 0;
  return Math.min(mostHoldMs, Math.max(leastHoldMs, ms));
}

/**
 * A refusal of what was under way when another was refused. A limit that was just met lets the next
 * request through; one that fell refuses the very next as well, and perhaps the one after.
 */
export function withEcho(pace: Pace, { sentAt }: Sample): Pace {
  const { rate, refusedRate, answered, decreasedAt } = pace;
  if (rate === null || isGuessed(pace) || answered > 0) return pace;
  const echoes = pace.echoes + 1;
  const isNext = sentAt - (pace.countedFrom ?? sentAt) < (1000 * (echoes + 0.5)) / refusedRate;
  if (!isNext) return pace;
  const most = refusedRate / (echoes + 1);
  const cut = Math.max(slowestRate, most / partOfTheMost);
  return {
    ...pace,
    echoes,
    rate: cut,
    provenRate: cut,
    steppedFrom: cut,
    heldUntil: decreasedAt + fallHoldMs,
  };
}

interface FoundRate {
  readonly rate: number;
  /** What it rests on, which says how long it is held. */
  readonly from: 'guess' | 'short count' | 'count';
}

function foundRate(pace: Pace, { sentAt, answeredLastSecond }: Sample): FoundRate {
  const { rate, provenRate, answered } = pace;
  if (rate === null) return { rate: answeredLastSecond, from: 'guess' };
  const isNear = rate <= provenRate * firstLook * smallStep;
  if (rate < lowRate || (provenRate < lowRate && isNear)) return foundLowRate(pace, rate, sentAt);
  // It doubled past the limit. Steps that got through are proof, a second at a quarter more is not.
  if (rate > provenRate * firstLookOf(pace)) {
    const stepped = provenRate < lowRate ? provenRate * firstLook : 0;
    const least = Math.max(rate * pastTheLimit, stepped);
    return { rate: Math.max(least, Math.min(rate, answeredLastSecond)), from: 'guess' };
  }
  const seconds = secondsCounted(pace, sentAt);
  // A look has begun. At the rate before it, below the limit, the bucket overflows: the count is too low.
  // Where no answer has raised the rate since the last refusal, there was none.
  if (rate > provenRate && rate !== pace.refusedRate) {
    const lookedSeconds = Math.max(0, pace.lookedMs - (pace.leastLatencyMs ?? 0)) / 1000;
    const told = (firstLookOf(pace) * lookedSeconds) / (lookedSeconds + bucketSeconds);
    // A guess may have been too high.
    const isLower = isGuessed(pace) && told < surelyTooHigh;
    const found = Math.max(
      answered / seconds,
      provenRate * Math.max(isLower ? deepestCut : raise, told),
    );
    return { rate: Math.min(rate, found), from: found < provenRate * muchLess ? 'guess' : 'count' };
  }
  // Not even one got through after a rest.
  if (answered === 0) return { rate: rate * deepestCut, from: 'guess' };
  const isExact = seconds >= shortestCount;
  // The next refusal will tell.
  const found = isExact
    ? Math.max(rate * deepestCut, Math.min(rate, (hair * answered) / seconds))
    : shortCount(rate, answered, seconds);
  if (found < rate * muchLess) return { rate: found, from: 'guess' };
  return { rate: found, from: isExact ? 'count' : 'short count' };
}

/** At so few requests a second that each of them tells of the time since the one before, and no more. */
function foundLowRate(pace: Pace, rate: number, sentAt: number): FoundRate {
  const { provenRate, steppedFrom, answered } = pace;
  if (answered === 0) return { rate: rate * deepestCut, from: 'guess' };
  if (rate > steppedFrom) {
    const from = rate > provenRate * firstLook * smallStep ? 'guess' : 'count';
    return { rate: steppedFrom * belowTheStep, from };
  }
  const isHardlyTooHigh = !isGuessed(pace) && answered >= fewThrough;
  return isHardlyTooHigh
    ? { rate: rate / smallStep, from: 'count' }
    : { rate: shortCount(rate, answered, secondsCounted(pace, sentAt)), from: 'guess' };
}

function secondsCounted({ countedFrom }: Pace, sentAt: number): number {
  return Math.max(1, sentAt - (countedFrom ?? sentAt)) / 1000;
}

/** What a count tells that may be off by one: a little less than the rate in any case. */
function shortCount(rate: number, answered: number, seconds: number): number {
  return Math.max(rate * deepestCut, Math.min((answered + 1) / seconds, rate * 0.97));
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
export function leastRestMs(pace: Pace): number {
  if (isGuessed(pace)) return 0;
  return Math.min(1000 * bucketSeconds, 1.2 * (pace.leastLatencyMs ?? 0));
}
