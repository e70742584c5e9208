import { describe, expect, test } from 'vitest';
import { noCounts } from '../../../src/status/counts.ts';
import { newsBetween } from '../../../src/status/notice.ts';
import type { Halt, LastRun, Noticed } from '../../../src/status/status.ts';

const nothing: Noticed = { halt: null, runId: null, failed: 0 };

function halt(change: Partial<Halt> = {}): Halt {
  return {
    failure: { code: 'content_login_required', details: ['learn.example'] },
    offline: false,
    since: 1000,
    tries: 1,
    nextTryAt: 2000,
    alike: null,
    ...change,
  };
}

function lastRun(id: string, failed: number, kind: LastRun['kind'] = 'process'): LastRun {
  return {
    id,
    kind,
    cause: 'schedule',
    startedAt: 0,
    endedAt: 1,
    counts: { ...noCounts, failed },
    requests: 1,
    outcome: 'completed',
    failure: null,
  };
}

/** What a series of states makes known, one after the other. */
function told(
  states: readonly { halt?: Halt | null; lastRun?: LastRun | null }[],
  leaveFailedUnchecked = false,
): string[][] {
  let noticed = nothing;
  return states.map((state) => {
    const news = newsBetween(
      noticed,
      { halt: null, lastRun: null, ...state },
      leaveFailedUnchecked,
    );
    noticed = news.noticed;
    return news.notices.map((notice) =>
      notice.kind === 'halted' ? notice.failure.code : `${notice.count} failed`,
    );
  });
}

describe('a notification', () => {
  test('tells that work halts, once for as long as it does', () => {
    expect(
      told([{ halt: halt() }, { halt: halt({ tries: 2 }) }, {}, { halt: halt({ since: 5000 }) }]),
    ).toEqual([['content_login_required'], [], [], ['content_login_required']]);
  });

  test('tells of another halting state', () => {
    const failure = { code: 'tracker_token_rejected' as const, details: [] };
    expect(told([{ halt: halt() }, { halt: halt({ failure }) }])).toEqual([
      ['content_login_required'],
      ['tracker_token_rejected'],
    ]);
  });

  test('does not tell that there is no connection', () => {
    expect(told([{ halt: halt({ offline: true }) }])).toEqual([[]]);
  });

  test('tells of each run that ended with errors, once', () => {
    expect(
      told([
        { lastRun: lastRun('a', 2) },
        { lastRun: lastRun('a', 2) },
        { lastRun: lastRun('b', 0) },
        { lastRun: lastRun('c', 1) },
        { lastRun: lastRun('d', 1) },
      ]),
    ).toEqual([['2 failed'], [], [], ['1 failed'], ['1 failed']]);
  });

  test('tells of items that are left unchecked only when there are more of them', () => {
    const runs = [2, 2, 1, 3].map((failed, at) => ({ lastRun: lastRun(`run-${at}`, failed) }));
    expect(told(runs, true)).toEqual([['2 failed'], [], [], ['3 failed']]);
    const recheck = { lastRun: lastRun('recheck', 0, 'recheck') };
    expect(told([...runs, recheck, { lastRun: lastRun('later', 3) }], true).slice(-2)).toEqual([
      [],
      [],
    ]);
  });

  test('does not tell of a recheck', () => {
    expect(told([{ lastRun: lastRun('a', 1, 'recheck') }])).toEqual([[]]);
  });
});
