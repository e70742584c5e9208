import { expect, test } from 'vitest';
import { isSetupOpen } from '../../../src/popup/is-setup-open.ts';

test.each([
  ['while something is missing', { dataState: 'unconfigured' }, null, false, true],
  ['until the schedule is switched on', { dataState: 'paused', since: null }, null, false, true],
  ['not once there was a pass', { dataState: 'paused', since: 1 }, 1, false, false],
  ['not where the organisation has paused', { dataState: 'paused', since: 1 }, null, true, false],
  [
    'not while the first pass is due',
    { dataState: 'idle', deferred: 0, open: 0 },
    null,
    false,
    false,
  ],
] as const)('the set-up is offered %s', (_, view, lastPassAt, isPauseManaged, expected) => {
  expect(isSetupOpen(view, lastPassAt, isPauseManaged)).toBe(expected);
});
