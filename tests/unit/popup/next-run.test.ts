import { describe, expect, it } from 'vitest';
import { nextRunAt } from '../../../src/popup/next-run.ts';

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
