import { noCounts } from '../../../src/status/counts.ts';
import type { Run } from '../../../src/status/status.ts';

/** A pass before its first item. */
export const aRun: Run = {
  id: 'run',
  kind: 'process',
  cause: 'schedule',
  moving: null,
  startedAt: 0,
  counts: noCounts,
  requests: 0,
  historyFailed: false,
  leftOpen: [],
  inHand: [],
  waits: [],
  resumeAt: null,
  stopping: false,
};
