import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { longestWaitMs, retryAfterMs, waitAsked } from '../../../src/http/retry-after.ts';

const now = Date.parse('2026-11-23T18:00:00Z');
const minute = 60_000;

beforeAll(() => {
  // Where the zone is UTC, what means UTC would be right by chance.
  vi.stubEnv('TZ', 'Asia/Tokyo');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe('Retry-After', () => {
  test.each<[about: string, header: string, ms: number]>([
    ['seconds', '20', 20_000],
    ['no seconds', '0', 0],
    ['a fraction of a second', '0.5', 500],
    ['blanks around', ' 7 ', 7000],
    ['a date', 'Mon, 23 Nov 2026 18:01:00 GMT', minute],
    ['a date in the form of RFC 850', 'Monday, 23-Nov-26 18:02:00 GMT', 2 * minute],
    ['a date in the form of asctime, which means UTC', 'Mon Nov 23 18:03:00 2026', 3 * minute],
    ['an ISO date', '2026-11-23T18:04:00Z', 4 * minute],
    ['a date of the past', 'Mon, 23 Nov 2026 17:59:59 GMT', 0],
    ['a date long past', 'Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['exactly the longest wait', '900', longestWaitMs],
    ['more than the longest wait', '901', longestWaitMs],
    ['ten years in seconds', '315360000', longestWaitMs],
    ['ten years as a date', 'Mon, 23 Nov 2036 18:00:00 GMT', longestWaitMs],
    ['more seconds than a number holds', '9'.repeat(400), longestWaitMs],
  ])('%s: %s', (_about, header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  test('is 15 minutes at most', () => {
    expect(longestWaitMs).toBe(15 * minute);
  });

  test.each([
    [null],
    [''],
    ['   '],
    ['soon'],
    ['-5'],
    ['1e3'],
    ['0x10'],
    ['Infinity'],
    ['NaN'],
    ['20 seconds'],
    ['foo 1'],
    ['1, 2'],
    ['Mon, 99 Foo 2026 18:00:00 GMT'],
    ['2026-11'],
  ])('%j asks for nothing', (header) => {
    expect(retryAfterMs(header, now)).toBeNull();
  });

  test('whatever it says is no wait, or one within bounds', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    fc.assert(
      fc.property(anything, (header) => {
        const ms = retryAfterMs(header, now);
        expect(ms === null || (ms >= 0 && ms <= longestWaitMs)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('an answer', () => {
  const inAMinute = 'Mon, 23 Nov 2026 18:01:00 GMT';

  test.each<[about: string, headers: Record<string, string>, ms: number | null]>([
    ['that asks for nothing', { Date: inAMinute }, null],
    ['without a time of its own', { 'Retry-After': inAMinute }, minute],
    [
      'whose clock is 40 s ahead',
      { 'Retry-After': inAMinute, Date: 'Mon, 23 Nov 2026 18:00:40 GMT' },
      20_000,
    ],
    [
      'whose clock is years behind',
      { 'Retry-After': 'Thu, 01 Jan 2015 00:00:30 GMT', Date: 'Thu, 01 Jan 2015 00:00:00 GMT' },
      30_000,
    ],
    ['whose time is none', { 'Retry-After': inAMinute, Date: 'today' }, minute],
    ['that counts in seconds', { 'Retry-After': '7', Date: inAMinute }, 7000],
  ])('%s', (_about, headers, ms) => {
    expect(waitAsked(new Headers(headers), now)).toBe(ms);
  });
});
