import { nextPace, type Pace, startPace } from '../../../src/http/pace.ts';
import { leastRestMs, restAfterRefusalMs } from '../../../src/http/rate.ts';

/** A host as a pace sees it. Times in milliseconds. */
interface Host {
  /** When the answer to a request comes, and whether it is a refusal. */
  take(now: number): { readonly at: number; readonly isRefused: boolean };
}

interface LimitedHostOptions {
  /** How long a refusal takes, which needs no work; default: as long as an answer. */
  readonly refusalMs?: number;
  /** By how much requests and answers are late on average, as chance has it; default: by nothing. */
  readonly unevenMs?: number;
  /** Of that chance. */
  readonly seed?: number;
}

/** Lets so many requests a second through and refuses the rest, as a token bucket does. */
export function limitedHost(
  limit: number | ((second: number) => number),
  latencyMs: number,
  { refusalMs = latencyMs, unevenMs = 0, seed = 1 }: LimitedHostOptions = {},
): Host {
  const random = chance(seed);
  const late = () => -unevenMs * Math.log(1 - random());
  let tokens = 1;
  let filledAt = 0;
  return {
    take(now) {
      const arrivedAt = Math.max(filledAt, now + late());
      const perSecond = typeof limit === 'number' ? limit : limit(arrivedAt / 1000);
      const burst = Math.max(1, perSecond / 5);
      tokens = Math.min(burst, tokens + ((arrivedAt - filledAt) * perSecond) / 1000);
      filledAt = arrivedAt;
      const isRefused = tokens < 1;
      if (!isRefused) tokens -= 1;
      return { at: arrivedAt + (isRefused ? refusalMs : latencyMs) + late(), isRefused };
    },
  };
}

/** From 0 to 1, the same each time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Works on so many requests at a time, each for so long; the others queue. */
export function queueingHost(atATime: number, workMs: number): Host {
  const freeAt = Array.from({ length: atATime }, () => 0);
  return {
    take(now) {
      const worker = freeAt.indexOf(Math.min(...freeAt));
      const at = Math.max(now, freeAt[worker] ?? 0) + workMs;
      freeAt[worker] = at;
      return { at, isRefused: false };
    },
  };
}

/** What became of the requests of a span of time. */
interface Tally {
  readonly answered: number;
  readonly refused: number;
  /** From a request's sending to its answer, on average. */
  readonly latencyMs: number;
}

interface Course {
  readonly pace: Pace;
  /** What ended in these seconds. */
  tally(fromSecond: number, toSecond: number): Tally;
  /** After how many seconds nine tenths of a limit were used for two, all but unrefused. */
  foundAfter(limit: number, fromSecond: number, toSecond: number): number;
}

interface UnderWay {
  readonly sentAt: number;
  readonly at: number;
  readonly isRefused: boolean;
}

/**
 * Sends without a pause for so many seconds of made-up time, as a gate does with work that never
 * ends: as many at once as the window takes, as fast as the rate allows, and after a refusal not
 * before a rest, which one more refusal of what was under way may prolong.
 */
export function sendFor(seconds: number, host: Host, start: Pace = startPace()): Course {
  const ended: UnderWay[] = [];
  let pace = start;
  let underWay: UnderWay[] = [];
  let answeredAt: number[] = [];
  let lastSentAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = 0;
  let waits = 0;
  let rests = 0;
  for (let now = 0; now < seconds * 1000; now += 1) {
    const ending = underWay.filter(({ at }) => at <= now);
    if (ending.length > 0) underWay = underWay.filter(({ at }) => at > now);
    for (const one of ending) {
      ended.push(one);
      answeredAt = answeredAt.filter((at) => at > now - 1000);
      if (!one.isRefused) {
        answeredAt.push(now);
        waits = 0;
      }
      pace = nextPace(pace, {
        outcome: one.isRefused ? 'refused' : 'answered',
        sentAt: one.sentAt,
        endedAt: now,
        answeredLastSecond: answeredAt.length,
        busy: true,
      });
      const isNews = one.sentAt >= pausedUntil;
      if (one.isRefused && (isNews || now < pausedUntil)) {
        if (isNews) waits += 1;
        const rest = restAfterRefusalMs(pace) * (isNews ? 2 ** (waits - 1) : 1);
        // Spread as chance would, and the same each time.
        const jitter = 0.5 + ((++rests * 0.618) % 1) / 2;
        const ms = Math.max(Math.min(rest, 10_000) * jitter, isNews ? leastRestMs(pace) : 0);
        pausedUntil = Math.max(pausedUntil, now + ms);
      }
    }
    while (
      underWay.length < Math.max(1, Math.floor(pace.window)) &&
      now >= pausedUntil &&
      (pace.rate === null || now >= lastSentAt + 1000 / pace.rate)
    ) {
      lastSentAt = now;
      underWay.push({ sentAt: now, ...host.take(now) });
    }
  }
  return {
    pace,
    foundAfter(limit, fromSecond, toSecond) {
      for (let at = fromSecond; at + 2 <= toSecond; at += 0.25) {
        const { answered, refused } = this.tally(at, at + 2);
        if (answered >= 0.9 * limit * 2 && refused <= 0.05 * (answered + refused)) {
          return at - fromSecond;
        }
      }
      return Number.POSITIVE_INFINITY;
    },
    tally(fromSecond, toSecond) {
      const some = ended.filter(({ at }) => at >= fromSecond * 1000 && at < toSecond * 1000);
      const latencies = some.map(({ sentAt, at }) => at - sentAt);
      return {
        answered: some.filter(({ isRefused }) => !isRefused).length,
        refused: some.filter(({ isRefused }) => isRefused).length,
        latencyMs: latencies.reduce((sum, ms) => sum + ms, 0) / Math.max(1, latencies.length),
      };
    },
  };
}
