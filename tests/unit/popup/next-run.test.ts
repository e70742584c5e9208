import { expect, it } from 'vitest';
import { nextRunAt } from '../../../src/popup/next-run.ts';

const alarms = { alarmAt: 100_000, everySeconds: 30, notBefore: 0, bellAt: null };

it.each([
  ['the alarm, where nothing holds it back', {}, 100_000],
  ['the alarm, where a pause ends with it', { notBefore: 100_000 }, 100_000],
  ['the first ring after a pause', { notBefore: 100_001 }, 130_000],
  ['a later ring, where the pause is longer', { notBefore: 160_000 }, 160_000],
  ['the bell, where that rings before', { bellAt: 90_000 }, 90_000],
  ['the alarm, where the bell rings after it', { bellAt: 110_000 }, 100_000],
  ['the bell, where there is no schedule', { alarmAt: null, bellAt: 90_000 }, 90_000],
  ['unknown without any', { alarmAt: null }, null],
])('the next run is %s', (_, change, expected) => {
  expect(nextRunAt({ ...alarms, ...change })).toBe(expected);
});
