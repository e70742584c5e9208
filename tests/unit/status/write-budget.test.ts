import { describe, expect, it } from 'vitest';
import {
  daysLeft,
  isNearVersionLimit,
  renewedSample,
  type VersionSample,
  versionLimit,
} from '../../../src/status/write-budget.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 23);
const sample: VersionSample = { version: 1000, at: start };

describe('daysLeft', () => {
  it('tells what is left at the pace since the sample', () => {
    // 2,880 a day, as the old program had it.
    expect(daysLeft(sample, 1000 + 2880, start + day, 10_100)).toBeCloseTo(6220 / 2880);
    expect(daysLeft(sample, 1200, start + 4 * day, 10_100)).toBeCloseTo(8900 / 50);
  });

  it('tells nothing while too little is known', () => {
    expect(daysLeft(null, 1000, start, 10_100)).toBeNull();
    expect(daysLeft(sample, 1200, start + day - 1, 10_100)).toBeNull();
    expect(daysLeft(sample, 1200, start - day, 10_100)).toBeNull();
  });

  it('tells nothing where nothing is written', () => {
    expect(daysLeft(sample, 1000, start + 3 * day, 10_100)).toBeNull();
    expect(daysLeft(sample, 900, start + 3 * day, 10_100)).toBeNull();
  });

  it('is none past the limit', () => {
    expect(daysLeft(sample, 10_200, start + 3 * day, 10_100)).toBe(0);
  });
});

describe('renewedSample', () => {
  it('begins where nothing is known, and anew where what is known can not be', () => {
    expect(renewedSample(null, 7, start)).toEqual({ version: 7, at: start });
    expect(renewedSample(sample, 7, start + day)).toEqual({ version: 7, at: start + day });
    expect(renewedSample(sample, 1007, start - 1)).toEqual({ version: 1007, at: start - 1 });
  });

  it('stays for seven days', () => {
    expect(renewedSample(sample, 1500, start + 7 * day)).toBe(sample);
    expect(renewedSample(sample, 1000, start + 7 * day)).toBe(sample);
  });

  it('then moves up without changing the pace', () => {
    const now = start + 8 * day;
    const renewed = renewedSample(sample, 1800, now);
    expect(renewed.at).toBe(now - 3.5 * day);
    expect(daysLeft(renewed, 1800, now, 10_100)).toBeCloseTo(
      daysLeft(sample, 1800, now, 10_100) ?? Number.NaN,
    );
  });

  it('forgets a pace that is over', () => {
    let kept: VersionSample = sample;
    let version = 1000;
    for (let days = 1; days <= 40; days += 1) {
      // A hundred a day for ten days, then ten.
      version += days <= 10 ? 100 : 10;
      kept = renewedSample(kept, version, start + days * day);
      expect(start + days * day - kept.at).toBeLessThanOrEqual(7 * day);
    }
    const left = daysLeft(kept, version, start + 40 * day, versionLimit);
    expect(left).toBeGreaterThan((versionLimit - version) / 11);
  });
});

it('warns of the write budget from 90 % of the lower limit on', () => {
  expect(isNearVersionLimit(9089)).toBe(false);
  expect(isNearVersionLimit(9090)).toBe(true);
});
