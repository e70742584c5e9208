import { describe, expect, test } from 'vitest';
import { knownQueues, queueStatus, queuesOfPass } from '../../../src/background/queue-status.ts';
import type { Code } from '../../../src/errors/codes.ts';
import type { QueueReport } from '../../../src/queue/run-context.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import type { QueueStatus, RunCause } from '../../../src/status/status.ts';

const failure = { code: 'tracker_unavailable', details: ['reason_network'] } as const;
const unread: QueueReport = {
  checklistIssue: 'SUP-1',
  version: 0,
  total: 0,
  open: 0,
  deferredTotal: 0,
  deferred: [],
  settledVersion: null,
  isSummaryDue: false,
  failure,
  wasEdited: false,
  isLast: true,
};
const read: QueueReport = { ...unread, version: 9500, total: 40, deferredTotal: 3, failure: null };

test('a list that can’t be read now is shown as it was, with what is wrong', () => {
  const continues = { from: 'SUP-9', at: 5 };
  const before = { ...queueStatus(read, null, 'schedule', 1000), continues };
  const settled = { ...before, settledVersion: 9500 };
  // The version alone would not do to end the failure.
  expect(queueStatus(unread, settled, 'schedule', 2000)).toEqual({
    ...before,
    failure,
    settledVersion: null,
  });
  const later = { ...read, version: 9510, total: 50 };
  expect(queueStatus(later, { ...before, failure }, 'schedule', 3000)).toMatchObject({
    version: 9510,
    sample: { version: 9500, at: 1000 },
    total: 50,
    continues,
    failure: null,
  });
});

test('of one that was never read only what is wrong is known', () => {
  expect(queueStatus(unread, null, 'schedule', 1000)).toMatchObject({
    version: 0,
    sample: null,
    total: 0,
    failure,
  });
});

test('that what waits is yet to be told outlives a list that can’t be read, from either side', () => {
  const before = queueStatus(read, null, 'schedule', 1000);
  const due = { ...unread, isSummaryDue: true };
  expect(
    queueStatus(unread, { ...before, isSummaryDue: true }, 'schedule', 2000).isSummaryDue,
  ).toBe(true);
  expect(queueStatus(due, before, 'schedule', 2000).isSummaryDue).toBe(true);
  expect(queueStatus(unread, before, 'schedule', 2000).isSummaryDue).toBe(false);
});

test.each<[Code, isRefusal: boolean]>([
  ['field_rejected', true],
  ['checklist_issue_locked', false],
  ['tracker_unavailable', false],
])(
  'that a queue refuses to be told what waits is known by its failure: %s, %s',
  (code, isRefusal) => {
    const failure = { code, details: [] };
    const known = knownQueues([{ ...read, failure }], 'schedule').get('SUP-1');
    expect(known?.refusal).toBe(isRefusal ? failure : null);
  },
);

describe('one of several checklists that can’t be used', () => {
  const locked = { code: 'checklist_issue_locked', details: ['SUP-1'] } as const;
  const settings = { ...defaultSettings, checklistIssues: ['SUP-1', 'SUP-2'] };
  const queuesAt = (now: number, cause: RunCause, ...queues: QueueStatus[]) =>
    queuesOfPass(settings, cause, queues, now);
  const once = queueStatus({ ...read, failure: locked }, null, 'schedule', 1000);

  test('is left to the schedule after longer and longer pauses', () => {
    expect(once.rest).toEqual({ tries: 1, nextTryAt: 31_000 });
    expect(queuesAt(30_999, 'schedule', once)).toEqual(['SUP-2']);
    expect(queuesAt(31_000, 'schedule', once)).toEqual(['SUP-1', 'SUP-2']);
    const twice = queueStatus({ ...unread, failure: locked }, once, 'schedule', 31_000);
    expect(twice.rest).toEqual({ tries: 2, nextTryAt: 91_000 });
    const seen = queueStatus({ ...read, failure: null }, twice, 'schedule', 91_000);
    expect(seen.rest).toBeNull();
  });

  test('counts one try a run, however often that tells of it', () => {
    const underWay = { ...unread, failure: locked, isLast: false };
    const told = queueStatus(underWay, once, 'schedule', 31_000);
    expect(queueStatus({ ...underWay, isLast: true }, told, 'schedule', 32_000).rest?.tries).toBe(
      2,
    );
  });

  test.each(['checklist_issue_locked', 'checklist_issue_forbidden'] as const)(
    'is as it was where it was only read: %s',
    (code) => {
      const cause = { code, details: ['SUP-1'] };
      const once = queueStatus({ ...read, failure: cause }, null, 'schedule', 1000);
      const onlyRead = { ...read, open: 1, failure: null, isLast: false };
      expect(queueStatus(onlyRead, once, 'click', 2000)).toMatchObject({
        failure: cause,
        rest: once.rest,
      });
      const edited = queueStatus({ ...onlyRead, wasEdited: true }, once, 'click', 2000);
      expect(edited).toMatchObject({ failure: null, rest: null });
      expect(queueStatus({ ...onlyRead, open: 0 }, once, 'click', 2000).failure).toBeNull();
      const summaryAlone = { ...onlyRead, open: 0, isSummaryDue: true };
      expect(queueStatus(summaryAlone, once, 'click', 2000).failure).toEqual(cause);
      // A pass that went through it has met none of that.
      expect(
        queueStatus({ ...onlyRead, isLast: true }, once, 'schedule', 31_000).failure,
      ).toBeNull();
    },
  );

  test('is tried at once by whoever asks for it, which makes no pause longer', () => {
    expect(queuesAt(1001, 'click', once)).toEqual(['SUP-1', 'SUP-2']);
    expect(queuesAt(1001, 'settings', once)).toEqual(['SUP-1', 'SUP-2']);
    const byHand = queueStatus({ ...read, failure: locked }, once, 'click', 2000);
    expect(byHand.rest).toEqual({ tries: 1, nextTryAt: 32_000 });
  });

  test('rests no longer where none is left, nor where the clock was set back', () => {
    const other = { ...once, checklistIssue: 'SUP-2' };
    expect(queuesAt(1001, 'schedule', once, other)).toEqual(['SUP-1', 'SUP-2']);
    expect(queuesAt(-50_000, 'schedule', once)).toEqual(['SUP-1', 'SUP-2']);
  });

  test('is known to be gone no longer where it was read', () => {
    const failure = { code: 'checklist_issue_not_found', details: ['SUP-1'] } as const;
    const gone = queueStatus({ ...unread, failure }, once, 'schedule', 2000);
    const onlyRead = { ...read, open: 1, isLast: false };
    expect(queueStatus(onlyRead, gone, 'click', 3000)).toMatchObject({ failure: null, rest: null });
  });

  test('with a failure that passes is tried by each pass', () => {
    expect(queueStatus(unread, once, 'schedule', 2000).rest).toBeNull();
  });
});
