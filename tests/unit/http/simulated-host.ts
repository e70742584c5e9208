import { firstPace, nextPace, type Pace } from '../../../src/http/pace.ts';

/** A host as a pace sees it. Times in milliseconds. */
export interface Host {
  /** When the answer to a request comes, and whether it is a refusal. */
  take(now: number): { readonly at: number; readonly isRefused: boolean };
}

/** Lets so many requests a second through and refuses the rest, as a token bucket does. */
export function limitedHost(perSecond: number, latencyMs: number): Host {
  const burst = Math.max(1, perSecond / 5);
  let tokens = burst;
  let filledAt = 0;
  return {
    take(now) {
      tokens = Math.min(burst, tokens + ((now - filledAt) * perSecond) / 1000);
      filledAt = now;
      const isRefused = tokens < 1;
      if (!isRefused) tokens -= 1;
      return { at: now + latencyMs, isRefused };
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
}

interface UnderWay {
  readonly sentAt: number;
  readonly at: number;
  readonly isRefused: boolean;
}

/**
 * Sends without a pause for so many seconds of made-up time, as a gate does with work that never
 * ends: as many at once as the window takes, as fast as the rate allows, and after a refusal not
 * before a back-off.
 */
export function sendFor(seconds: number, host: Host, start: Pace = firstPace): Course {
  const ended: UnderWay[] = [];
  let pace = start;
  let underWay: UnderWay[] = [];
  let answeredAt: number[] = [];
  let nextSendAt = 0;
  let pausedUntil = 0;
  let waits = 0;
  for (let now = 0; now < seconds * 1000; now += 1) {
    const ending = underWay.filter(({ at }) => at <= now);
    if (ending.length > 0) underWay = underWay.filter(({ at }) => at > now);
    for (const one of ending) {
      ended.push(one);
      answeredAt = answeredAt.filter((at) => at > now - 1000);
      if (!one.isRefused) {
        answeredAt.push(now);
        waits = 0;
      } else if (one.sentAt >= pausedUntil) {
        waits += 1;
        pausedUntil = now + Math.min(500 * 2 ** (waits - 1), 10_000) * 0.75;
      }
      pace = nextPace(pace, {
        outcome: one.isRefused ? 'refused' : 'answered',
        sentAt: one.sentAt,
        endedAt: now,
        answeredLastSecond: answeredAt.length,
        busy: true,
      });
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
