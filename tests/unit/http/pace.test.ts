import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstPace, nextPace, type Pace, type Sample } from '../../../src/http/pace.ts';
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
  return { ...firstPace, leastLatencyMs: 100, ...change };
}

describe('an answer', () => {
  test('raises the window by one in the fast start', () => {
    expect(nextPace(paceOf({ window: 6 }), sample()).window).toBe(7);
  });

  test('raises the window by one a round after it', () => {
    const pace = paceOf({ window: 8, fastStart: false });
    expect(nextPace(pace, sample()).window).toBe(8 + 1 / 8);
  });

  test('raises a rate by a fifth of a request a second in each second', () => {
    let pace = paceOf({ rate: 10, fastStart: false });
    for (let n = 0; n < 10; n += 1) pace = nextPace(pace, sample());
    expect(pace.rate).toBeCloseTo(10.2, 2);
  });

  test('raises nothing where nothing was held back', () => {
    const pace = paceOf({ rate: 10 });
    expect(nextPace(pace, sample({ busy: false }))).toEqual(pace);
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

describe('a refusal', () => {
  const refused = sample({ outcome: 'refused', answeredLastSecond: 20 });

  test('sets a rate where there was none: a little less than was answered', () => {
    const next = nextPace(paceOf(), refused);
    expect(next.rate).toBe(18);
    expect(next.fastStart).toBe(false);
  });

  test.each([
    [40, 20, 20],
    [20, 20, 18],
    [10, 20, 9],
    [10, 0, 5],
    [0.6, 0, 0.5],
  ])('lowers a rate of %d, with %d answered, to %d', (rate, answeredLastSecond, lowered) => {
    const next = nextPace(paceOf({ rate }), sample({ outcome: 'refused', answeredLastSecond }));
    expect(next.rate).toBeCloseTo(lowered);
  });

  test('of a request sent before the last one was heeded changes nothing', () => {
    const pace = paceOf({ rate: 10, decreasedAt: 1050 });
    expect(nextPace(pace, refused)).toEqual(pace);
    expect(nextPace({ ...pace, decreasedAt: 1000 }, refused).rate).toBeLessThan(10);
  });
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
      answeredLastSecond: fc.nat(1000),
      busy: fc.boolean(),
    })
    .map(({ took, ...rest }) => ({ ...rest, endedAt: rest.sentAt + took }));
  const anyCourse = fc.array(anySample, { maxLength: 300 });

  function paces(samples: readonly Sample[]): Pace[] {
    let pace = firstPace;
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
          if (leastLatencyMs !== null) expect(leastLatencyMs).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('refusals and time-outs raise nothing, and answers lower no rate', () => {
    fc.assert(
      fc.property(anyCourse, anySample, (samples, last) => {
        const before = paces(samples).at(-1) ?? firstPace;
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
    [5, 100, 0.7],
    [10, 50, 0.8],
    [10, 300, 0.8],
    [50, 100, 0.35],
  ])('of %d a second, answering in %d ms, it comes to use %d of it', (limit, latency, share) => {
    const later = sendFor(90, limitedHost(limit, latency)).tally(30, 90);
    expect(later.answered / (60 * limit)).toBeGreaterThanOrEqual(share);
    expect(later.refused / later.answered).toBeLessThan(0.05);
  });

  test('a rate that was found out before holds from the first second on', () => {
    const kept = paceOf({ window: 20, fastStart: false, rate: 9 });
    const first = sendFor(10, limitedHost(10, 100), kept).tally(0, 10);
    expect(first.answered).toBeGreaterThanOrEqual(80);
    expect(first.refused).toBeLessThanOrEqual(3);
  });

  test('a rate that is far too high by now is found out within seconds', () => {
    const kept = paceOf({ window: 20, fastStart: false, rate: 40 });
    const course = sendFor(30, limitedHost(10, 100), kept);
    expect(course.tally(0, 10).refused).toBeLessThanOrEqual(15);
    expect(course.tally(10, 30).answered).toBeGreaterThanOrEqual(150);
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
