import { describe, expect, test } from 'vitest';
import type { Code } from '../../../src/errors/codes.ts';
import { noCounts } from '../../../src/status/counts.ts';
import type { Run, State } from '../../../src/status/status.ts';
import {
  type Badge,
  badgeOf,
  type DataState,
  type StoredStatus,
  viewOf,
  warningBadge,
} from '../../../src/status/view.ts';
import { aRun } from './a-run.ts';
import { haltOf, queue, setup, state, status } from './stored-status.ts';

const runLeaving = (items: number): Run => ({
  ...aRun,
  counts: { ...noCounts, total: items + 12, done: 12 },
});
const run = runLeaving(28);
const lacking = { ...setup, missing: ['token'] };

function halted(code: Code, offline = false, change: Partial<State> = {}): StoredStatus {
  return status({ state: { ...state, halt: haltOf(code, offline), ...change } });
}

const wait = { host: 'tracker', reason: 'asked', attempt: 2, until: 20_000 } as const;

describe('the badge', () => {
  // The rows of behaviour.md's table, in its order.
  test.each<[string, StoredStatus, DataState, Badge['text'], Badge['tone']]>([
    ['not set up', { ...halted('not_configured'), setup: lacking }, 'unconfigured', '', 'neutral'],
    [
      'it worked, and is not set up any more',
      { ...halted('not_configured', false, { lastSuccessAt: 1 }), setup: lacking },
      'halted',
      '!',
      'alarm',
    ],
    [
      'what was set can’t be read',
      { ...halted('not_configured'), setup: { ...lacking, repaired: ['linkField'] } },
      'halted',
      '!',
      'alarm',
    ],
    ['a host permission is missing', halted('content_permission_missing'), 'halted', '!', 'alarm'],
    ['idle, nothing to do', status(), 'idle', '', 'neutral'],
    [
      'idle, deferred items only',
      status({ queues: [queue({ deferredTotal: 3 })] }),
      'idle',
      '3',
      'neutral',
    ],
    ['running', status({ run }), 'running', '28', 'accent'],
    ['running, the list not read yet', status({ run: aRun }), 'running', '…', 'accent'],
    [
      'running, more than it has room for',
      status({ run: runLeaving(1000) }),
      'running',
      '1k',
      'accent',
    ],
    [
      'running, all that it has room for',
      status({ run: runLeaving(999) }),
      'running',
      '999',
      'accent',
    ],
    ['waiting', status({ run: { ...run, waits: [wait] } }), 'running', '…', 'accent'],
    ['signed out', halted('content_login_required'), 'halted', '!', 'alarm'],
    ['token rejected', halted('tracker_token_rejected'), 'halted', '!', 'alarm'],
    ['braked', halted('many_alike'), 'halted', '!', 'alarm'],
    ['offline', halted('tracker_unavailable', true), 'halted', '', 'neutral'],
    [
      'nothing can be stored, whatever is',
      status({ run, trouble: haltOf('storage_full') }),
      'halted',
      '!',
      'alarm',
    ],
    ['paused', status({ setup: { ...setup, isPaused: true } }), 'paused', 'II', 'neutral'],
    ['write budget ≥ 90 %', status({ queues: [queue({ version: 9090 })] }), 'idle', '!', 'amber'],
    [
      'write budget ≥ 90 %, running',
      status({ run, queues: [queue({ version: 9090 })] }),
      'running',
      '28',
      'amber',
    ],
    ['after a run', status({ state: { ...state, lastSuccessAt: 1 } }), 'idle', '', 'neutral'],
  ])('%s', (_, stored, dataState, text, tone) => {
    expect(viewOf(stored).dataState).toBe(dataState);
    expect(warningBadge(badgeOf(viewOf(stored)), stored.queues)).toEqual({ text, tone });
  });
});
