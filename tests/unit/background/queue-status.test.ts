import { expect, test, vi } from 'vitest';
import { queueStatus } from '../../../src/background/run-journal.ts';
import type { QueueReport } from '../../../src/queue/run-context.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));

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
};
const read: QueueReport = { ...unread, version: 9500, total: 40, deferredTotal: 3, failure: null };

test('a list that can’t be read now is shown as it was, with what is wrong', () => {
  const before = queueStatus(read, null, 1000);
  const settled = { ...before, settledVersion: 9500 };
  // The version alone would not do to end the failure.
  expect(queueStatus(unread, settled, 2000)).toEqual({ ...before, failure, settledVersion: null });
  expect(queueStatus(read, { ...before, failure }, 3000)).toMatchObject({
    total: 40,
    failure: null,
    seenAt: 3000,
  });
});

test('of one that was never read only what is wrong is known', () => {
  expect(queueStatus(unread, null, 1000)).toMatchObject({ version: 0, total: 0, failure });
});

test('that what waits is yet to be told outlives a list that can’t be read, from either side', () => {
  const before = queueStatus(read, null, 1000);
  const due = { ...unread, isSummaryDue: true };
  expect(queueStatus(unread, { ...before, isSummaryDue: true }, 2000).isSummaryDue).toBe(true);
  expect(queueStatus(due, before, 2000).isSummaryDue).toBe(true);
  expect(queueStatus(unread, before, 2000).isSummaryDue).toBe(false);
});
