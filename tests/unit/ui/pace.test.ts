import { describe, expect, it } from 'vitest';
import { paceOf } from '../../../src/ui/pace.ts';

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
