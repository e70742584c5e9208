import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { knownPace, nextPace, type Pace, type Sample, startPace } from '../../../src/http/pace.ts';
import { leastRestMs } from '../../../src/http/rate.ts';
import { limitedHost, queueingHost, sendFor } from './simulated-host.ts';

function sample(change: Partial<Sample> = {}): Sample {
  return {
    outcome: 'answered',
    sentAt: 1000,
    endedAt: 1100,
    answeredLastSecond: 10,
    busy: true,
    ...change,
  };
}

function paceOf(change: Partial<Pace> = {}): Pace {
  return {
    ...startPace(),
    leastLatencyMs: 100,
    countedFrom: 0,
    provenRate: change.rate ?? 0,
    steppedFrom: change.rate ?? 0,
    ...change,
  };
}

describe('an answer', () => {
  test('raises the window by one in the fast start', () => {
    expect(nextPace(paceOf({ window: 6 }), sample()).window).toBe(7);
  });

  test('raises the window by one a round after it', () => {
    const pace = paceOf({ window: 8, fastStart: false });
    expect(nextPace(pace, sample()).window).toBe(8 + 1 / 8);
  });

  test('raises no rate while it is held', () => {
    const pace = paceOf({ rate: 10, fastStart: false, heldUntil: 2000 });
    expect(nextPace(pace, sample()).rate).toBe(10);
  });

  test.each([
    ['a quarter more', 'counted', 11_000, 12.5],
    ['two fifths more', 'guessed', 1500, 14],
  ])('asks for %s when the hold is over of what was %s', (_, __, holdMs, rate) => {
    const pace = paceOf({ rate: 10, holdMs, heldUntil: 1000, lookedAt: 1000 });
    expect(nextPace(pace, sample()).rate).toBe(rate);
  });

  test('doubles a rate within seconds while nothing refuses more', () => {
    let pace = paceOf({ rate: 10, fastStart: false });
    for (let at = 0; at < 4000; at += 50) {
      pace = nextPace(pace, sample({ sentAt: at, endedAt: at + 50 }));
    }
    expect(pace.rate).toBeGreaterThan(60);
    expect(knownPace(pace).rate).toBe(10);
  });

  test('raises no rate beyond what any host could need', () => {
    let pace = paceOf({ rate: 10, fastStart: false });
    for (let at = 0; at < 60_000; at += 50) {
      pace = nextPace(pace, sample({ sentAt: at, endedAt: at + 50 }));
    }
    expect(pace.rate).toBe(1000);
  });

  test('raises nothing where nothing was held back', () => {
    const pace = paceOf({ rate: 10, window: 8 });
    const next = nextPace(pace, sample({ busy: false }));
    expect(next).toMatchObject({ rate: 10, window: 8 });
  });

  test('that took much longer than the least lowers the window', () => {
    const pace = paceOf({ window: 20, leastLatencyMs: 50 });
    const next = nextPace(pace, sample({ sentAt: 0, endedAt: 400 }));
    expect(next.window).toBeLessThan(20);
    expect(next.fastStart).toBe(false);
  });

  test('is what growing latency is measured against', () => {
    const pace = paceOf({ leastLatencyMs: 100 });
    expect(nextPace(pace, sample({ sentAt: 0, endedAt: 30 })).leastLatencyMs).toBe(30);
    expect(nextPace(pace, sample({ sentAt: 0, endedAt: 300 })).leastLatencyMs).toBe(100);
  });
});

describe('the least latency', () => {
  test('that is not met for half a minute is measured anew, by one request alone', () => {
    const pace = paceOf({ leastLatencyMs: 50, leastLatencyAt: 0, window: 16, fastStart: false });
    const before = nextPace(pace, sample({ sentAt: 29_000, endedAt: 29_200 }));
    expect(before.leastLatencyMs).toBe(50);
    const after = nextPace(before, sample({ sentAt: 29_900, endedAt: 30_100 }));
    expect(after).toMatchObject({ leastLatencyMs: null, window: 1, fastStart: true });
    // Those under way were in the queue that is to drain.
    const late = nextPace(after, sample({ sentAt: 30_000, endedAt: 30_200 }));
    expect(late).toMatchObject({ leastLatencyMs: null, window: 1 });
    const alone = nextPace(late, sample({ sentAt: 30_300, endedAt: 30_380 }));
    expect(alone.leastLatencyMs).toBe(80);
  });

  test('stands as long as it is met about', () => {
    let pace = paceOf({ leastLatencyMs: 50 });
    for (let at = 0; at < 60_000; at += 500) {
      pace = nextPace(pace, sample({ sentAt: at, endedAt: at + 60 }));
    }
    expect(pace.leastLatencyMs).toBe(50);
  });
});

describe('a refusal', () => {
  const refused = sample({ outcome: 'refused', sentAt: 10_000, endedAt: 10_100 });
  /** Another was refused just before, sent 100 ms earlier. */
  const fallen = { decreasedAt: 10_050, countedFrom: 9900, holdMs: 11_000 };

  test('sets a rate where there was none: what was answered', () => {
    const next = nextPace(paceOf(), { ...refused, answeredLastSecond: 20 });
    expect(next).toMatchObject({ rate: 20, fastStart: false });
  });

  test.each([
    ['what was counted since the last one', { countedFrom: 0, answered: 98 }, 9.849],
    ['never more than it was', { countedFrom: 0, answered: 200 }, 10],
    ['never less than two fifths: it may have been a lull', { countedFrom: 0, answered: 5 }, 4],
    ['two fifths where none got through since another', { countedFrom: 9990, answered: 0 }, 4],
    [
      'a little more than it was, when a look for more ends',
      { countedFrom: 0, answered: 98, lookedMs: 900, holdMs: 11_000, provenRate: 9.8 },
      9.9,
    ],
    [
      'what was counted, when a look for more than a guess ends at once',
      { countedFrom: 7000, answered: 24, lookedMs: 400, holdMs: 1500, provenRate: 9 },
      8,
    ],
    [
      'two fifths, when that look ends before it told of anything, after a lull',
      { countedFrom: 0, answered: 1, lookedMs: 50, holdMs: 1500, provenRate: 9 },
      3.6,
    ],
    [
      'a little more than it was, when a look for more than what was counted does',
      { countedFrom: 7000, answered: 24, lookedMs: 400, holdMs: 11_000, provenRate: 9 },
      9.09,
    ],
  ])('makes a rate %s', (_, seen, rate) => {
    expect(nextPace(paceOf({ rate: 10, ...seen }), refused).rate).toBeCloseTo(rate, 2);
  });

  test('of a rate that doubled makes about half of it', () => {
    const pace = paceOf({ rate: 40, provenRate: 10, lookedMs: 3000 });
    expect(nextPace(pace, { ...refused, answeredLastSecond: 15 }).rate).toBe(20.8);
  });

  test('right after the first one tells that not even one got through', () => {
    const first = nextPace(paceOf(), { ...refused, answeredLastSecond: 40 });
    const again = { ...refused, sentAt: 10_130, endedAt: 10_180 };
    expect(nextPace(first, again)).toMatchObject({ rate: 16, holdMs: 1500 });
  });

  test('holds a rate long where it was counted, and not where it was guessed', () => {
    const guess = nextPace(paceOf({ rate: 40, countedFrom: 9500 }), refused);
    const first = nextPace(
      { ...guess, countedFrom: 0, answered: 300 },
      { ...refused, sentAt: 20_000 },
    );
    expect(guess.heldUntil - 10_100).toBe(1500);
    expect(first.heldUntil - 10_100).toBe(11_000);
  });

  test.each([
    [8, 12_500],
    [5, 21_400],
    [2, 30_000],
  ])('holds a rate of %d for a hundred requests, and for half a minute at most', (rate, ms) => {
    const pace = paceOf({ rate, countedFrom: 0, answered: rate * 10, holdMs: 11_000 });
    expect(nextPace(pace, refused).holdMs).toBeCloseTo(ms, -3);
  });

  test('holds what a second told of for eleven', () => {
    const pace = paceOf({ rate: 10, countedFrom: 9000, answered: 7 });
    expect(nextPace(pace, refused)).toMatchObject({ rate: 8, holdMs: 11_000 });
  });

  test('of the next request, sent before the last one was heeded, tells of a limit that fell', () => {
    const pace = paceOf({ ...fallen, rate: 10, refusedRate: 10 });
    expect(nextPace(pace, refused)).toEqual({
      ...pace,
      rate: 10 / 6,
      provenRate: 10 / 6,
      steppedFrom: 10 / 6,
      heldUntil: 10_050 + 300,
      echoes: 1,
    });
  });

  test('of the one after it tells that it fell deeper', () => {
    const pace = paceOf({ ...fallen, rate: 20 / 6, refusedRate: 20, echoes: 1 });
    expect(nextPace(pace, refused)).toMatchObject({ rate: 20 / 9, echoes: 2 });
    const later = { ...refused, sentAt: 10_030 };
    expect(nextPace(pace, later)).toEqual(pace);
  });

  test.each([
    ['where there is no rate', { rate: null }],
    ['where the rate is a guess', { rate: 10, refusedRate: 10, holdMs: 1500 }],
    ['where another got through between', { rate: 10, refusedRate: 10, answered: 1 }],
    ['where another is between whose answer is not here', { rate: 20, refusedRate: 20 }],
  ])('of such a request changes nothing %s', (_, seen) => {
    const pace = paceOf({ ...fallen, ...seen });
    expect(nextPace(pace, refused)).toEqual(pace);
  });
});

describe('at a few requests a second', () => {
  const refused = sample({ outcome: 'refused', sentAt: 10_000, endedAt: 10_100 });
  const held = { holdMs: 11_000, countedFrom: 5000, answered: 20 };

  test.each([
    ['a small step', { rate: 5 }, 5 * 1.07],
    ['another', { rate: 5.35, provenRate: 5 }, 5.35 * 1.07],
    ['a larger one beyond a quarter more', { rate: 6.5, provenRate: 5 }, 6.5 * 1.3],
    ['twice as much at the most', { rate: 2, provenRate: 0.9 }, 4],
  ])('a look for more is %s', (_, seen, rate) => {
    const next = nextPace(paceOf(seen), sample());
    expect(next.rate).toBeCloseTo(rate);
    expect(next.steppedFrom).toBe(seen.rate);
  });

  test.each([
    [
      'the step before, and is held, when a look ends',
      { ...held, rate: 5.35, steppedFrom: 5, provenRate: 5 },
      { rate: 4.85, provenRate: 4.85, holdMs: 20_619 },
    ],
    [
      'the step before as a guess, when that look went far',
      { ...held, rate: 5.9, steppedFrom: 5, provenRate: 3 },
      { rate: 4.85, provenRate: 4.85, holdMs: 1500 },
    ],
    [
      'a step less, when others got through before',
      { ...held, rate: 5.35, steppedFrom: 5.35 },
      { rate: 5, provenRate: 5, holdMs: 20_000 },
    ],
    [
      'what was counted as a guess, when only one did',
      { ...held, rate: 5, steppedFrom: 5, countedFrom: 9500, answered: 1 },
      { rate: 4, provenRate: 4, holdMs: 1500 },
    ],
    [
      'two fifths, which prove nothing, when none did',
      { ...held, rate: 5, steppedFrom: 5, answered: 0 },
      { rate: 2, provenRate: 2 / 1.3, holdMs: 1500 },
    ],
  ])('a refusal makes a rate %s', (_, seen, found) => {
    const { rate, provenRate, holdMs } = nextPace(paceOf(seen), refused);
    expect(rate).toBeCloseTo(found.rate);
    expect(provenRate).toBeCloseTo(found.provenRate);
    expect(holdMs).toBeCloseTo(found.holdMs, 0);
  });
});

test.each([
  ['a round trip at the least, where the rate was counted', 11_000, 100, 120],
  ['no longer than a bucket takes to fill', 11_000, 2000, 200],
  ['not even that, where the rate is a guess', 1500, 100, 0],
])('a rest lasts %s', (_, holdMs, leastLatencyMs, ms) => {
  expect(leastRestMs(paceOf({ holdMs, leastLatencyMs }))).toBe(ms);
});

describe('a time-out', () => {
  test('halves the window', () => {
    const next = nextPace(paceOf({ window: 20 }), sample({ outcome: 'timed_out' }));
    expect(next).toMatchObject({ window: 10, fastStart: false });
  });

  test('leaves one request at a time', () => {
    const next = nextPace(paceOf({ window: 1 }), sample({ outcome: 'timed_out' }));
    expect(next.window).toBe(1);
  });
});

describe('whatever happens', () => {
  const anySample: fc.Arbitrary<Sample> = fc
    .record({
      outcome: fc.constantFrom('answered', 'refused', 'timed_out'),
      sentAt: fc.nat(100_000),
      took: fc.nat(30_000),
      answeredLastSecond: fc.nat(5000),
      busy: fc.boolean(),
    })
    .map(({ took, ...rest }) => ({ ...rest, endedAt: rest.sentAt + took }));
  const anyCourse = fc.array(anySample, { maxLength: 300 });

  function paces(samples: readonly Sample[]): Pace[] {
    let pace = startPace();
    return samples.map((one) => {
      pace = nextPace(pace, one);
      return pace;
    });
  }

  test('window and rate stay within bounds', () => {
    fc.assert(
      fc.property(anyCourse, (samples) => {
        for (const { window, rate, leastLatencyMs } of paces(samples)) {
          expect(window).toBeGreaterThanOrEqual(1);
          expect(window).toBeLessThanOrEqual(64);
          if (rate !== null) expect(rate).toBeGreaterThanOrEqual(0.5);
          if (rate !== null) expect(rate).toBeLessThanOrEqual(1000);
          if (leastLatencyMs !== null) expect(leastLatencyMs).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('refusals and time-outs raise nothing, and answers lower no rate', () => {
    fc.assert(
      fc.property(anyCourse, anySample, (samples, last) => {
        const before = paces(samples).at(-1) ?? startPace();
        const after = nextPace(before, last);
        if (last.outcome === 'answered') {
          expect(after.rate ?? 0).toBeGreaterThanOrEqual(before.rate ?? 0);
        } else {
          expect(after.window).toBeLessThanOrEqual(before.window);
          if (before.rate !== null && before.rate > 0.5) {
            expect(after.rate).toBeLessThanOrEqual(before.rate);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('at a host with a limit', () => {
  test.each([
    [10, 20],
    [10, 50],
    [10, 100],
    [20, 50],
    [50, 50],
    [50, 200],
  ])(
    'of %d a second, answering in %d ms, it uses nearly all of it from the sixth second on',
    (limit, latency) => {
      const { answered, refused } = sendFor(60, limitedHost(limit, latency)).tally(5, 60);
      expect(answered / (55 * limit)).toBeGreaterThanOrEqual(0.95);
      expect(refused / (answered + refused)).toBeLessThanOrEqual(0.011);
    },
  );

  test.each([
    [1, 0],
    [2, 0],
    [3, 0],
    [5, 0],
    [6, 0],
    [7, 0],
    [8, 0],
    [1, 3],
    [2, 3],
    [3, 3],
    [5, 3],
    [6, 3],
    [7, 3],
    [8, 3],
  ])('of %d a second, with requests late by %d ms, it loses little', (limit, unevenMs) => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const host = limitedHost(limit, 50, { unevenMs, seed });
      const { answered, refused } = sendFor(60, host).tally(5, 60);
      expect(answered / (55 * limit)).toBeGreaterThanOrEqual(0.85);
      // One in 25, or three of the 50 that a limit of one lets through.
      expect(refused / (answered + refused)).toBeLessThanOrEqual(limit === 1 ? 0.06 : 0.04);
    }
  });

  test.each([
    [10, 5],
    [10, 2],
    [40, 2],
    [40, 10],
  ])('that falls from %d to %d, it finds it within ten seconds', (from, to) => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const lowered = 20 + 2 * seed;
      const limit = (second: number) => (second < lowered ? from : to);
      const course = sendFor(lowered + 20, limitedHost(limit, 50, { unevenMs: 3, seed }));
      expect(course.foundAfter(to, lowered, lowered + 20)).toBeLessThanOrEqual(10);
      expect(course.tally(lowered, lowered + 20).refused).toBeLessThanOrEqual(10);
    }
  });

  test.each([
    [50, 0, 5],
    [50, 3, 5],
    [60, 0, 5],
    [75, 0, 5],
    [100, 0, 7.5],
  ])(
    'that goes from 10 to 40 to 5 and answers in %d ms, late by %d, it finds each within 13 s, and the last within %d, wherever its last look was',
    (latency, unevenMs, fallSeconds) => {
      const shifts = Array.from({ length: 12 }, (_, shift) => shift);
      const refused = shifts.map((shift) => {
        const [raised, lowered, end] = [20 + shift, 40 + shift, 60 + shift];
        const limit = (second: number) => (second < raised ? 10 : second < lowered ? 40 : 5);
        const host = limitedHost(limit, latency, { unevenMs, seed: shift + 1 });
        const course = sendFor(end, host);
        expect(course.foundAfter(10, 0, raised)).toBeLessThanOrEqual(6);
        expect(course.foundAfter(40, raised, lowered)).toBeLessThanOrEqual(13);
        expect(course.foundAfter(5, lowered, end)).toBeLessThanOrEqual(fallSeconds);
        const tally = course.tally(0, end);
        return tally.refused / (tally.answered + tally.refused);
      });
      expect(Math.max(...refused)).toBeLessThanOrEqual(0.025);
      expect(refused.reduce((sum, one) => sum + one) / refused.length).toBeLessThanOrEqual(0.018);
    },
  );

  test.each([150, 200])('that falls from 40 to 5 and answers in %d ms, it finds it', (latency) => {
    for (let shift = 0; shift < 12; shift += 1) {
      const lowered = 20 + shift;
      const limit = (second: number) => (second < lowered ? 40 : 5);
      const course = sendFor(lowered + 20, limitedHost(limit, latency));
      expect(course.foundAfter(5, lowered, lowered + 20)).toBeLessThanOrEqual(12);
    }
  });

  test('whose refusals come sooner than its answers, it takes no look for a fall', () => {
    const { answered, refused } = sendFor(60, limitedHost(50, 200, { refusalMs: 100 })).tally(
      5,
      60,
    );
    expect(answered / (55 * 50)).toBeGreaterThanOrEqual(0.8);
    expect(refused / (answered + refused)).toBeLessThanOrEqual(0.02);
  });

  test.each([600, 1000, 2000])(
    'that somebody else uses up for the first %d ms, it finds within ten seconds',
    (ms) => {
      const limit = (second: number) => (second < ms / 1000 ? 0 : 10);
      const { answered } = sendFor(30, limitedHost(limit, 100)).tally(10, 20);
      expect(answered).toBeGreaterThanOrEqual(90);
    },
  );

  test('a rate that was found out before holds from the first second on', () => {
    const kept = startPace({ window: 20, fastStart: false, rate: 9.8 });
    const first = sendFor(10, limitedHost(10, 100), kept).tally(0, 10);
    expect(first.answered).toBeGreaterThanOrEqual(90);
    expect(first.refused).toBeLessThanOrEqual(3);
  });

  test('a rate that is far too high by now is found out within seconds', () => {
    const kept = startPace({ window: 20, fastStart: false, rate: 40 });
    const course = sendFor(30, limitedHost(10, 100), kept);
    expect(course.tally(0, 10).refused).toBeLessThanOrEqual(15);
    expect(course.tally(10, 30).answered).toBeGreaterThanOrEqual(180);
  });
});

describe('at a host that works on so many at a time', () => {
  test.each([
    [1, 50],
    [4, 50],
    [16, 100],
  ])('%d, it keeps the host busy and the queue short', (atATime, workMs) => {
    const course = sendFor(40, queueingHost(atATime, workMs));
    const { answered, latencyMs } = course.tally(10, 40);
    expect(answered / ((30 * atATime * 1000) / workMs)).toBeGreaterThan(0.95);
    expect(latencyMs).toBeLessThan(6 * workMs);
    expect(course.pace.window).toBeLessThan(4 * atATime + 4);
  });
});
