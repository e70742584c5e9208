import { expect, it } from 'vitest';
import { roughDuration } from '../../../src/ui/duration.ts';

it.each([
  [0, 0, 'seconds'],
  [400, 0, 'seconds'],
  [20_000, 20, 'seconds'],
  [90_000, 90, 'seconds'],
  [119_000, 119, 'seconds'],
  [119_600, 2, 'minutes'],
  [120_000, 2, 'minutes'],
  [119 * 60_000, 119, 'minutes'],
  [2 * 3_600_000, 2, 'hours'],
  [47 * 3_600_000, 47, 'hours'],
  [48 * 3_600_000, 2, 'days'],
] as const)('tells %i ms as %i %s', (ms, count, unit) => {
  expect(roughDuration(ms)).toEqual({ count, unit });
});
