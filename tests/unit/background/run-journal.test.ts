import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ItemReport } from '../../../src/activity/entries.ts';
import type { HttpOutcome, HttpRequest } from '../../../src/http/exchange.ts';
import { ItemMemoryBook } from '../../../src/queue/item-memory.ts';
import { noCounts } from '../../../src/status/counts.ts';
import type { Run } from '../../../src/status/status.ts';
import { keptItem } from '../activity-page/entries.ts';
import { aRun } from '../status/a-run.ts';

const stored: Record<string, unknown> = {};
const area = {
  get: async () => stored,
  set: async (values: object) => void Object.assign(stored, structuredClone(values)),
};
vi.mock('webextension-polyfill', () => ({
  default: { storage: { local: area, session: area } },
}));
const history = {
  addItems: vi.fn(async (_entries: readonly object[]) => undefined),
  keepIntents: vi.fn(async () => undefined),
  addBrokenOff: vi.fn(async () => undefined),
  readItemEnds: vi.fn(async (): Promise<object[]> => []),
};
vi.mock('../../../src/activity/history.ts', () => history);
const log = vi.fn();
vi.mock('../../../src/background/worker-log.ts', () => ({
  log,
  logDetail: (make: () => object) => log({ level: 'detail', ...make() }),
}));
const { RunJournal } = await import('../../../src/background/run-journal.ts');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});

const item = { queue: 'SUP-1', id: 'a1', issueKey: 'SUP-7', text: '' };
const other = { ...item, id: 'a2', issueKey: 'SUP-8' };

function journalOf(run: Partial<Run> = {}) {
  return new RunJournal({ ...aRun, ...run }, new ItemMemoryBook([]));
}

function report(change: Partial<ItemReport> = {}): ItemReport {
  return { ...keptItem(), ...change };
}

test('an item is stored as in hand, once, before its work begins, until something became of it', async () => {
  const journal = journalOf();
  const inHand = () => stored.run;
  await journal.begin(item);
  await journal.begin(other);
  // Held back, and taken up again.
  await journal.begin(item);
  expect(inHand()).toMatchObject({ inHand: [{ itemId: 'a2' }, { itemId: 'a1' }] });
  journal.setAside(item);
  await vi.advanceTimersByTimeAsync(100);
  expect(inHand()).toMatchObject({ inHand: [{ itemId: 'a2' }] });
  journal.end(report({ itemId: other.id, issueKey: other.issueKey }));
  await vi.advanceTimersByTimeAsync(100);
  expect(inHand()).toMatchObject({ inHand: [], counts: { done: 1 } });
});

test.each([
  ['done', 'info'],
  ['unchanged', 'info'],
  ['failed', 'warning'],
  ['postponed', 'warning'],
] as const)('the log has an item that is %s as %s', (outcome, level) => {
  journalOf().end(report({ outcome }));
  const event = { level, event: 'item_ended', runId: aRun.id, issueKey: 'SUP-7' };
  expect(log.mock.calls).toMatchObject([[event]]);
});

test('what stays open is counted by its queue and what became of it', () => {
  const journal = journalOf();
  for (const queue of ['SUP-1', 'SUP-1', 'SUP-2'])
    journal.end(report({ queue, outcome: 'postponed' }));
  journal.end(report({ outcome: 'failed' }), true, true);
  journal.end(report({ outcome: 'failed' }));
  expect(journal.run.leftOpen).toEqual([
    { queue: 'SUP-1', outcome: 'postponed', count: 2 },
    { queue: 'SUP-2', outcome: 'postponed', count: 1 },
    { queue: 'SUP-1', outcome: 'failed', count: 1 },
  ]);
});

test.each<[string, number, (journal: InstanceType<typeof RunJournal>) => void]>([
  ['is never heard of', 1, () => undefined],
  ['ended', 0, (journal) => journal.end(report())],
  ['was refused', 0, (journal) => void journal.intend(report({ changes: [] }))],
  [
    'ended, which could not be written',
    1,
    (journal) => {
      history.addItems.mockRejectedValueOnce(new Error('No room.'));
      journal.end(report());
    },
  ],
])('the history has what was about to be written as such where it %s', async (_, times, then) => {
  const journal = journalOf();
  await journal.intend(report());
  expect(history.keepIntents).toHaveBeenCalledOnce();
  then(journal);
  await journal.flush();
  expect(history.addBrokenOff).toHaveBeenCalledTimes(times);
});

test('what is no news waits for what the run comes to, unless something was about to be written', async () => {
  const journal = journalOf();
  journal.end(report(), false);
  await journal.flush();
  expect([journal.hasNews, history.addItems.mock.calls]).toEqual([false, []]);
  await journal.keepOldNews();
  expect(history.addItems).toHaveBeenCalledOnce();
  await journal.intend(report());
  journal.end(report(), false);
  expect(journal.hasNews).toBe(true);
  expect(journalOf({ counts: { ...noCounts, unchanged: 1 } }).hasNews).toBe(true);
});

test('each item’s writes are kept before they are made, and what became of it within half a second', async () => {
  const memory = new ItemMemoryBook([]);
  const journal = new RunJournal(aRun, memory);
  await journal.intend(report());
  await journal.intend(report({ itemId: other.id, issueKey: other.issueKey }));
  expect(history.keepIntents).toHaveBeenCalledTimes(2);
  memory.note(item, { deaths: 1 });
  journal.end(report());
  await vi.advanceTimersByTimeAsync(500);
  const [entries] = history.addItems.mock.calls[0] ?? [];
  expect(entries).toMatchObject([
    { changes: report().changes, runId: aRun.id, at: Date.now() - 500 },
  ]);
  expect(JSON.stringify(stored)).toContain('"SUP-1/a1":{"deaths":1');
});

test('how a queue stands is stored at once, and that it can be used is not forgotten', async () => {
  const journal = journalOf();
  const failure = { code: 'tracker_unavailable', details: [] } as const;
  const read = { checklistIssue: 'SUP-1', version: 7, total: 1, open: 1, deferredTotal: 0 };
  const whole = { ...read, deferred: [], settledVersion: null, isSummaryDue: false, failure: null };
  journal.queue({ ...whole, wasEdited: false, isLast: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(stored.queues).toMatchObject([{ checklistIssue: 'SUP-1', version: 7 }]);
  journal.queue({ ...whole, checklistIssue: 'SUP-2', failure, wasEdited: false, isLast: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(stored.queues).toMatchObject([{ checklistIssue: 'SUP-1' }, { checklistIssue: 'SUP-2' }]);
  expect(journal.canUseList).toBe(true);
});

test('a wait for a host is shown and logged with its reason and its end', () => {
  const journal = journalOf();
  const { onWait } = journal.onlooker('tracker');
  const wait = { reason: 'asked', until: Date.now() + 20_000, attempt: 2 } as const;
  onWait?.(wait);
  expect(journal.run.waits).toEqual([{ host: 'tracker', ...wait }]);
  journal.onlooker('content').onWait?.(wait);
  onWait?.(null);
  expect(journal.run.waits).toEqual([{ host: 'content', ...wait }]);
  const details = ['tracker', 'asked', '20', '2'];
  expect(log.mock.calls).toMatchObject([
    [{ level: 'warning', event: 'wait_began', details }],
    [{ event: 'wait_began' }],
    [{ level: 'info', event: 'wait_ended', details: ['tracker'] }],
  ]);
});

test('a history that can’t be read has none of a run’s items, and that is said', async () => {
  const journal = journalOf();
  expect(await journal.itemsBefore()).toEqual([]);
  expect(journal.run.historyFailed).toBe(false);
  history.readItemEnds.mockRejectedValueOnce(new Error('The disk is gone.'));
  expect(await journal.itemsBefore()).toEqual([]);
  expect(journal.run.historyFailed).toBe(true);
});

test('a host that was asked has answered once an answer is good; an item has its requests', async () => {
  const journal = journalOf();
  await journal.begin(item);
  const { onSend, onOutcome } = journal.onlooker('content');
  const request: HttpRequest = {
    ...{ method: 'GET', url: 'https://content.example/lessons/9/?secret', headers: {} },
    ...{ about: ['SUP-7'], credentials: 'include', timeoutMs: 1, maxBytes: 1 },
  };
  const outcomes: HttpOutcome[] = [
    { kind: 'failed', reason: 'timeout' },
    { kind: 'answer', status: 503, headers: new Headers(), json: null },
  ];
  const end = (outcome: HttpOutcome) => {
    onSend?.();
    onOutcome?.(request, outcome, { from: 0, to: 1 });
  };
  outcomes.forEach(end);
  expect([[...journal.asked], [...journal.answered]]).toEqual([['content'], []]);
  end({ kind: 'answer', status: 200, headers: new Headers(), json: {} });
  expect([[...journal.answered], journal.run.requests]).toEqual([['content'], 3]);
  const details = ['GET', '/lessons/9/', 'timeout', '1'];
  const line = { level: 'detail', event: 'request', details, runId: aRun.id, issueKey: 'SUP-7' };
  expect(log.mock.calls[0]).toEqual([line]);
  journal.end(report());
  await journal.flush();
  const requests = [{ host: 'content', path: '/lessons/9/', tries: 3 }];
  const [entries] = history.addItems.mock.calls[0] ?? [];
  expect(entries).toMatchObject([{ runId: aRun.id, requests, times: { tracker: 0 } }]);
});

test('an item whose moved issue may have been written has the request that did', async () => {
  const journal = journalOf();
  const { onOutcome } = journal.onlooker('tracker');
  const changes = [{ field: 'f', from: null, to: 'x' }];
  await journal.intend(report({ issue: { key: 'HELP-9', version: 3 }, changes }));
  const request: HttpRequest = {
    ...{ method: 'PATCH', url: 'https://tracker.example/issues/HELP-9', headers: {} },
    ...{ about: ['HELP-9'], credentials: 'omit', timeoutMs: 1, maxBytes: 1 },
  };
  onOutcome?.(request, { kind: 'failed', reason: 'timeout' }, { from: 0, to: 1 });
  journal.end(report({ outcome: 'postponed', issue: null, changes: [] }));
  await journal.flush();
  const [entries] = history.addItems.mock.calls[0] ?? [];
  expect(entries).toMatchObject([{ changes, requests: [{ method: 'PATCH', answer: 'timeout' }] }]);
});

test('that it is stopping is stored at once', async () => {
  await journalOf().stopping();
  expect(stored.run).toMatchObject({ stopping: true });
});
