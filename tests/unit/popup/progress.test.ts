import { describe, expect, it } from 'vitest';
import { nextRunAt, paceOf } from '../../../src/popup/progress.ts';

describe('paceOf', () => {
  it('tells nothing before anything is finished', () => {
    expect(paceOf(0, 40, 60_000)).toBeNull();
    expect(paceOf(3, 37, 500)).toBeNull();
  });

  it('tells a fast run per second', () => {
    expect(paceOf(30, 10, 10_000)).toEqual({
      rate: { count: 3, per: 'second' },
      timeLeftMs: 10_000 / 3,
    });
  });

  it('tells a slow run per minute, in whole items', () => {
    expect(paceOf(1, 1, 7000)).toEqual({ rate: { count: 9, per: 'minute' }, timeLeftMs: 7000 });
  });
});

describe('nextRunAt', () => {
  it('is the alarm, where nothing holds it back', () => {
    expect(nextRunAt(100_000, 30, 0)).toBe(100_000);
    expect(nextRunAt(100_000, 30, 100_000)).toBe(100_000);
  });

  it('is the first ring after a pause', () => {
    expect(nextRunAt(100_000, 30, 100_001)).toBe(130_000);
    expect(nextRunAt(100_000, 30, 160_000)).toBe(160_000);
  });

  it('is unknown without an alarm', () => {
    expect(nextRunAt(null, 30, 0)).toBeNull();
  });
});
