import type { Code } from '../../../src/errors/codes.ts';
import type { Setup } from '../../../src/status/setup.ts';
import type { Halt, QueueStatus, State } from '../../../src/status/status.ts';
import type { StoredStatus } from '../../../src/status/view.ts';

/** Nothing has happened yet. */
export const state: State = {
  lastRun: null,
  lastSuccessAt: null,
  halt: null,
  outages: [],
  pausedSince: null,
  historyFailed: false,
};

/** All is set, for one queue. */
export const setup: Setup = {
  missing: [],
  repaired: [],
  isNewer: false,
  isPaused: false,
  isPauseManaged: false,
  trackerUrl: 'https://api.tracker.yandex.net/v2',
  signInUrl: '',
  checklistIssues: ['SUP-1'],
  pausedQueues: [],
  canPauseQueues: true,
  processEverySeconds: 30,
  leaveFailedUnchecked: false,
};

export function status(change: Partial<StoredStatus> = {}): StoredStatus {
  return { setup, trouble: null, run: null, state, queues: [], ...change };
}

/** A halting state after one try. */
export function haltOf(code: Code, offline = false): Halt {
  const failure = { code, details: [] };
  return { failure, offline, since: 0, tries: 1, nextTryAt: 0, alike: null };
}

/** An empty queue, with some things that are not so. */
export function queue(change: Partial<QueueStatus> = {}): QueueStatus {
  return {
    checklistIssue: 'SUP-1',
    version: 412,
    sample: null,
    total: 0,
    open: 0,
    deferredTotal: 0,
    deferred: [],
    settledVersion: null,
    isSummaryDue: false,
    continues: null,
    failure: null,
    rest: null,
    ...change,
  };
}
