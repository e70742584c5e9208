import { beforeEach, expect, test, vi } from 'vitest';
import type { Planned } from '../../../src/plans/entries.ts';
import type { RunContext, RunEnd } from '../../../src/queue/run-context.ts';
import { keptItem } from '../activity-page/entries.ts';
import { planned } from '../preview-page/entries.ts';

const stored: Record<string, unknown> = {};
const session = { set: async (values: object) => void Object.assign(stored, values) };
vi.mock('webextension-polyfill', () => ({ default: { storage: { session } } }));
const readLastOfIssue = vi.fn(async (): Promise<object[]> => []);
vi.mock('../../../src/activity/history.ts', () => ({ readLastOfIssue }));

/** What a look at the issue finds, and how it ends. */
let plan: Planned | null;
let look: RunEnd;
const previewQueues = vi.fn(async (_: unknown, sink: { add(plan: Planned): void }) => {
  if (plan !== null) sink.add(plan);
  return look;
});
vi.mock('../../../src/queue/preview.ts', () => ({ previewQueues }));
const processQueues = vi.fn(async (): Promise<RunEnd> => ({ outcome: 'completed' }));
vi.mock('../../../src/queue/process.ts', () => ({ processQueues }));

const { performForIssue } = await import('../../../src/background/this-issue.ts');

beforeEach(() => {
  vi.clearAllMocks();
  delete stored.this_issue;
  plan = planned('1', 'write');
  look = { outcome: 'completed' };
});

const flush = vi.fn(async () => undefined);

/** With no more of a run than is handed on here. */
function perform(type: 'look_at_issue' | 'annotate_issue'): Promise<RunEnd> {
  return performForIssue({} as RunContext, { flush }, { type, issueKey: 'SUP-7' });
}

const failure = { code: 'issue_locked', details: ['SUP-7'] } as const;
const waiting: RunEnd = { outcome: 'waiting', until: 5 };
const halted: RunEnd = { outcome: 'halted', failure, offline: false, held: [] };
const stopped: RunEnd = { outcome: 'stopped' };

test('an issue is shown with where its link belongs, what would change, and its last runs', async () => {
  const breadcrumbs = { 'track.name': 'T'.repeat(201), 'task.description': 'Sum up' };
  const changes = [
    { field: 'f', key: 'track.name', from: null, to: 'T' },
    { field: 'error', from: 'gone', to: null },
  ] as const;
  plan = { ...planned('1', 'write'), breadcrumbs, changes: [...changes] };
  readLastOfIssue.mockResolvedValueOnce([keptItem({ at: 7 })]);
  expect(await perform('look_at_issue')).toBe(look);
  expect(processQueues).not.toHaveBeenCalled();
  expect(stored.this_issue).toMatchObject({
    issueKey: 'SUP-7',
    queue: 'SUP-1',
    trail: ['T'.repeat(200), 'Sum up'],
    changes: [
      { key: 'track.name', to: 'T' },
      { key: 'error', to: '' },
    ],
    failure: null,
    history: [{ at: 7, outcome: 'done', code: null }],
  });
});

test('a history that can’t be read leaves the rest of an issue to be shown', async () => {
  plan = { ...planned('1', 'defer'), failure };
  readLastOfIssue.mockRejectedValueOnce(new Error('The disk is gone.'));
  await perform('look_at_issue');
  expect(stored.this_issue).toMatchObject({ queue: 'SUP-1', failure, history: [] });
});

test('what was just done is stored before the history is read', async () => {
  expect(await perform('annotate_issue')).toEqual({ outcome: 'completed' });
  const [[flushed = 0] = [], [read = 0] = []] = [flush, readLastOfIssue].map(
    ({ mock }) => mock.invocationCallOrder,
  );
  expect(flushed).toBeGreaterThan(0);
  expect(read).toBeGreaterThan(flushed);
});

test('work that waits for a host is looked at once it has ended', async () => {
  processQueues.mockResolvedValueOnce(waiting);
  expect(await perform('annotate_issue')).toBe(waiting);
  expect(previewQueues).not.toHaveBeenCalled();
});

test.each<[string, RunEnd, RunEnd, RunEnd]>([
  ['the look at it waits', { outcome: 'completed' }, waiting, waiting],
  ['its work was stopped', stopped, { outcome: 'completed' }, stopped],
])(
  'of an issue that nothing is known of nothing is shown: %s',
  async (_, end, ofLook, expected) => {
    plan = null;
    processQueues.mockResolvedValueOnce(end);
    look = ofLook;
    expect(await perform('annotate_issue')).toBe(expected);
    expect(stored).not.toHaveProperty('this_issue');
  },
);

test('what its work failed with is shown rather than what a look at it finds', async () => {
  processQueues.mockResolvedValueOnce(halted);
  expect(await perform('annotate_issue')).toBe(halted);
  expect(stored.this_issue).toMatchObject({ failure });
  plan = null;
  look = halted;
  expect(await perform('annotate_issue')).toEqual({ outcome: 'completed' });
  expect(stored.this_issue).toMatchObject({ queue: '', failure });
});
