import {
  leastRestMs,
  nextPace,
  type Pace,
  restAfterRefusalMs,
  startPace,
} from '../../../src/http/pace.ts';

/** A host as a pace sees it. Times in milliseconds. */
export interface Host {
  /** When the answer to a request comes, and whether it is a refusal. */
  take(now: number): { readonly at: number; readonly isRefused: boolean };
}

/**
 * Lets so many requests a second through and refuses the rest, as a token bucket does.
 * @param refusalMs how long a refusal takes, which needs no work.
 */
export function limitedHost(
  limit: number | ((second: number) => number),
  latencyMs: number,
  refusalMs = latencyMs,
): Host {
  let tokens = 1;
  let filledAt = 0;
  return {
    take(now) {
      const perSecond = typeof limit === 'number' ? limit : limit(now / 1000);
      const burst = Math.max(1, perSecond / 5);
      tokens = Math.min(burst, tokens + ((now - filledAt) * perSecond) / 1000);
      filledAt = now;
      const isRefused = tokens < 1;
      if (!isRefused) tokens -= 1;
      return { at: now + (isRefused ? refusalMs : latencyMs), isRefused };
    },
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
export interface Tally {
  readonly answered: number;
  readonly refused: number;
  /** From a request's sending to its answer, on average. */
  readonly latencyMs: number;
}

export interface Course {
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
  let nextSendAt = 0;
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
      now >= Math.max(pausedUntil, nextSendAt)
    ) {
      nextSendAt = pace.rate === null ? 0 : Math.max(now, nextSendAt) + 1000 / pace.rate;
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
