import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestWaitMs } from '../../../src/http/retry-after.ts';
import {
  isAlarmLost,
  longestHostWaitMs,
  pauseAfter,
  pauseLeft,
  waitLeft,
} from '../../../src/status/pause.ts';

const hour = 3_600_000;
const now = Date.parse('2026-03-29T00:59:59Z');

describe('a wait that is stored', () => {
  test.each([
    ['goes on', now + 20_000, 20_000],
    ['is over', now - 1, 0],
    ['is over after a sleep of hours', now - 9 * hour, 0],
    ['as long as can be', now + longestHostWaitMs, longestHostWaitMs],
    ['longer than can be: the clock was set back', now + longestHostWaitMs + 1, 0],
    ['set back by a day', now + 24 * hour, 0],
    ['set back by years', now + 24 * hour * 3000, 0],
  ])('%s', (_, until, left) => {
    expect(waitLeft(until, now, longestHostWaitMs)).toBe(left);
  });

  test('is no longer than the client makes it', () => {
    expect(longestHostWaitMs).toBe(longestWaitMs);
  });
});

describe('scheduled tries in a halting state', () => {
  test('pause longer and longer, to an hour', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map((tries) => pauseAfter(tries) / 1000);
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  test('whatever is done to the clock, rest no longer than that', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: -1e12, max: 1e12 }),
        (tries, clockMovedBy) => {
          const halt = { tries, nextTryAt: now + pauseAfter(tries) };
          const left = pauseLeft(halt, now + clockMovedBy);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left).toBeLessThanOrEqual(pauseAfter(tries));
          if (clockMovedBy < 0) expect(left).toBe(0);
        },
      ),
    );
  });
});

describe('an alarm that repeats', () => {
  test.each([
    ['is due in a period', 30_000, false],
    ['is due now', 0, false],
    ['is late, as after a sleep', -8 * hour, false],
    ['is further off than its period: the clock was set back', hour, true],
  ])('%s', (_, ahead, isLost) => {
    expect(isAlarmLost(now + ahead, 30_000, now)).toBe(isLost);
  });
});
