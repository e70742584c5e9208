import { describe, expect, test } from 'vitest';
import type { Code } from '../../../src/errors/codes.ts';
import { noCounts } from '../../../src/status/counts.ts';
import type { Halt, Run, State } from '../../../src/status/status.ts';
import {
  type Badge,
  badgeOf,
  type StoredStatus,
  viewOf,
  warningBadge,
} from '../../../src/status/view.ts';
import { aRun } from './a-run.ts';
import { queue, setup, state, status } from './stored-status.ts';

const run: Run = { ...aRun, counts: { ...noCounts, total: 40, done: 12 } };

function halted(code: Code, offline = false, change: Partial<State> = {}): StoredStatus {
  const halt: Halt = {
    failure: { code, details: [] },
    offline,
    since: 0,
    tries: 1,
    nextTryAt: 0,
    alike: null,
  };
  return status({ state: { ...state, halt, ...change } });
}

const wait = { host: 'tracker', reason: 'asked', attempt: 2, until: 20_000 } as const;

describe('the badge', () => {
  // The rows of behaviour.md's table, in its order.
  test.each<[string, StoredStatus, Badge['text'], Badge['tone']]>([
    ['not set up', status({ setup: { ...setup, missing: ['token'] } }), '', 'neutral'],
    [
      'it worked, and is not set up any more',
      {
        ...halted('not_configured', false, { lastSuccessAt: 1 }),
        setup: { ...setup, missing: ['token'] },
      },
      '!',
      'alarm',
    ],
    ['a host permission is missing', halted('content_permission_missing'), '!', 'alarm'],
    ['idle, nothing to do', status(), '', 'neutral'],
    [
      'idle, deferred items only',
      status({ queues: [queue({ deferredTotal: 3 })] }),
      '3',
      'neutral',
    ],
    ['running', status({ run }), '28', 'accent'],
    ['running, the list not read yet', status({ run: aRun }), '…', 'accent'],
    ['waiting', status({ run: { ...run, waits: [wait] } }), '…', 'accent'],
    ['signed out', halted('content_login_required'), '!', 'alarm'],
    ['token rejected', halted('tracker_token_rejected'), '!', 'alarm'],
    ['braked', halted('many_alike'), '!', 'alarm'],
    ['offline', halted('tracker_unavailable', true), '', 'neutral'],
    ['paused', status({ setup: { ...setup, isPaused: true } }), 'II', 'neutral'],
    ['write budget ≥ 90 %', status({ queues: [queue({ version: 9090 })] }), '!', 'amber'],
    [
      'write budget ≥ 90 %, running',
      status({ run, queues: [queue({ version: 9090 })] }),
      '28',
      'amber',
    ],
    ['after a run', status({ state: { ...state, lastSuccessAt: 1 } }), '', 'neutral'],
  ])('%s', (_, stored, text, tone) => {
    expect(warningBadge(badgeOf(viewOf(stored)), stored.queues)).toEqual({ text, tone });
  });
});
