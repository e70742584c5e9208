import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Planned } from '../../../src/plans/entries.ts';
import type { RunEnd } from '../../../src/queue/run-context.ts';
import { noCounts } from '../../../src/status/counts.ts';
import type { Preview } from '../../../src/status/preview.ts';
import type { TaskWork } from '../../../src/status/task-work.ts';
import { errorField, faults, linkField } from '../../simulator/index.ts';
import { planned } from '../preview-page/entries.ts';
import { settingsFor } from '../queue/run-harness.ts';
import { aRun } from '../status/a-run.ts';
import {
  allowHosts,
  asLeft,
  awayFor10Min,
  browser,
  configure,
  done,
  eventually,
  keptHistory,
  keptLog,
  local,
  passAfter,
  runEnded,
  scenario,
  settled,
  simulateInstead,
  simulator,
  startAwake,
} from './worker-in-node.ts';

/** What a worker stores of previews, of what is applied, and of a look at one issue. */

const aPlan = planned('0', 'write');

test('an issue that could not be looked at is not said to be as it should be', async () => {
  simulator.faults.add({ on: {}, fault: awayFor10Min });
  configure({ schedulePaused: true });
  allowHosts();
  await browser.startWorker();
  const issueKey = scenario.expectations[0]?.key ?? '';
  await browser.command({ type: 'look_at_issue', issueKey });
  await eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));
  expect(browser.stored.session.this_issue).toBeUndefined();
  await browser.command({ type: 'stop' });
  await runEnded();
  expect(browser.stored.session.this_issue).toBeUndefined();
});

test.each([
  ['without an item', 1],
  ['with its item', 0],
])(
  'what failed of an issue that is annotated %s is counted, logged and shown as what it is',
  async (_, withoutItem) => {
    const { world } = scenario;
    const lines = keptLog();
    const { items } = keptHistory();
    const issueKey = scenario.expectations[0]?.key ?? '';
    world.editIssue(issueKey, { [linkField]: null });
    if (withoutItem > 0) world.replaceItems('SUP-1', []);
    configure({ schedulePaused: true });
    allowHosts();
    await browser.startWorker();
    await passAfter(() => browser.command({ type: 'annotate_issue', issueKey }));
    const counts = { ...noCounts, total: 1, failed: 1, withoutItem };
    expect(local().state).toMatchObject({ lastRun: { counts } });
    expect(done()).toBe(1 - withoutItem);
    const name = withoutItem > 0 ? 'failed' : 'deferred';
    expect(items).toMatchObject([{ outcome: 'failed', isDeferred: withoutItem === 0 }]);
    expect(lines.find(({ event }) => event === 'item_ended')).toMatchObject({ details: [name] });
    await browser.command({ type: 'look_at_issue', issueKey });
    await eventually(() =>
      expect(browser.stored.session.this_issue).toMatchObject({
        history: [{ outcome: name, code: 'link_not_set' }],
      }),
    );
    await runEnded();
  },
);

test('an issue without an item that was given up is tried anew with the next click', async () => {
  const { world } = scenario;
  const issueKey = scenario.expectations[0]?.key ?? '';
  world.replaceItems('SUP-1', []);
  configure({ schedulePaused: true });
  allowHosts();
  // As four workers left it that died over it.
  browser.store({ items: { [`/${issueKey}`]: { deaths: 4, passingRuns: 0 } } });
  await browser.startWorker();
  const errorNow = () => String(world.issue(issueKey).fields.get(errorField) ?? '');
  await passAfter(() => browser.command({ type: 'annotate_issue', issueKey }));
  expect(errorNow()).toMatch(/^gave_up: /);
  await passAfter(() => browser.command({ type: 'annotate_issue', issueKey }));
  expect(errorNow()).toBe('');
  expect(local().state).toMatchObject({ lastRun: { counts: { ...noCounts, total: 1, done: 1 } } });
});

test('a preview that was made outlives a look at an issue that gives way to settings', async () => {
  simulator.setLatency(100);
  configure({ schedulePaused: true });
  allowHosts();
  await browser.startWorker();
  const preview = { id: 'p', of: { type: 'all' } };
  browser.store({ preview });
  const issueKey = scenario.expectations[0]?.key ?? '';
  await browser.command({ type: 'look_at_issue', issueKey });
  await eventually(() => expect(simulator.requests.entries.length).toBeGreaterThan(0));
  configure({ schedulePaused: true, historyDays: 7 });
  await eventually(() => expect(browser.stored.session.this_issue).toMatchObject({ issueKey }));
  await runEnded();
  expect(local().preview).toMatchObject(preview);
});

describe('a preview', () => {
  const preview = { type: 'preview', previewId: 'p', of: { type: 'all' } };

  beforeEach(async () => {
    configure();
    allowHosts();
    await browser.startWorker();
    await settled();
  });

  test('that ends as nobody foresaw says so, and holds up nothing', async () => {
    // There is no IndexedDB here.
    await browser.command(preview);
    await browser.command({ type: 'process' });
    await runEnded();
    expect(local().preview).toMatchObject({ failure: { code: 'unexpected_error' } });
    expect(done()).toBe(3);
  });

  test('that the browser stops again and again is given up, and holds up nothing', async () => {
    await simulateInstead(scenario, 60_000);
    configure();
    allowHosts();
    const [issueKey] = scenario.expectations.map(({ key }) => key);
    await browser.command({ type: 'look_at_issue', issueKey });
    for (let death = 1; death <= 4; death += 1) {
      await settled();
      expect(local().run).toMatchObject({ kind: 'preview' });
      await browser.startWorker();
    }
    await settled();
    const failure = { code: 'unexpected_error', details: ['reason_died'] };
    expect(browser.stored.session.this_issue).toMatchObject({ issueKey, failure });
    // The run that allowing the hosts has asked for.
    expect(local()).toMatchObject({ run: { kind: 'process' } });
    const memories = Object.entries(local()).filter(([key]) => /^items\d*$/.test(key));
    expect(memories.map(([, memory]) => memory)).toEqual([{}]);
  });
});

describe('the plans of another preview', () => {
  const of: Preview['of'] = { type: 'all' };
  const preview: Preview = {
    id: 'p',
    of,
    startedAt: 1,
    endedAt: null,
    total: 0,
    planned: 0,
    done: 0,
    deferred: 0,
    leftAlone: [],
    alike: null,
    outcome: null,
    failure: null,
    applied: null,
    revision: 0,
  };
  const plansModule = '../../../src/plans/store.ts';
  const store = {
    clearPlans: vi.fn(async () => undefined),
    putPlans: vi.fn(async (_plans: readonly object[]) => undefined),
    readPlans: vi.fn(async (): Promise<Planned[]> => []),
  };

  beforeEach(async () => {
    for (const mocked of Object.values(store)) mocked.mockReset();
    vi.doMock(plansModule, () => store);
    configure({ schedulePaused: true });
    allowHosts();
    await startAwake();
  });

  afterEach(() => {
    vi.doUnmock(plansModule);
  });

  test.each([
    ['none', 0],
    ['some', 1],
  ])('are not taken up for one that has written none: %s', async (_, revision) => {
    const [itemId = ''] = scenario.world.issue('SUP-1').items.keys();
    store.readPlans.mockResolvedValue([{ ...aPlan, name: `SUP-1/${itemId}`, itemId }]);
    browser.store({ preview: { ...preview, endedAt: 1, revision } });
    await browser.command({ type: 'apply', previewId: 'p', names: null });
    await eventually(() => expect(local().preview).toMatchObject({ applied: { failure: null } }));
    await runEnded();
    // Planned anew, it is another than was shown: that is written in its place.
    const became = store.putPlans.mock.calls.flatMap(([plans]) => plans);
    expect(became).toHaveLength(revision);
  });

  test('are said to have been deferred where the writing of what was shown fails', async () => {
    const { world } = scenario;
    const { key, before, fields } = scenario.expectations[0] ?? {};
    const item = { name: `SUP-1/${before?.id}`, itemId: before?.id ?? '', issueKey: key ?? '' };
    const changes = Object.entries(fields ?? {}).map(([field, to]) => {
      return { field, from: world.issue(item.issueKey).fields.get(field), to: to as string | null };
    });
    store.readPlans.mockResolvedValue([{ ...aPlan, ...item, changes }]);
    const path = new RegExp(`/issues/${key}$`);
    simulator.faults.add({ on: { method: 'PATCH', path }, fault: faults.json({}, 423) });
    browser.store({ preview: { ...preview, endedAt: 1, revision: 1 } });
    await browser.command({ type: 'apply', previewId: 'p', names: null });
    await eventually(() => expect(local().preview).toMatchObject({ applied: { failure: null } }));
    await runEnded();
    const became = store.putPlans.mock.calls.flatMap(([plans]) => plans);
    expect(became).toMatchObject([
      { became: 'failed', itemAction: 'defer', failure: { code: 'issue_locked' } },
    ]);
  });

  test('are this one’s at no time, also where it can’t let go of them', async () => {
    browser.store({ preview: { ...preview, id: 'other', endedAt: 1, revision: 7 } });
    let stored: unknown;
    store.clearPlans.mockImplementation(async () => {
      stored = local().preview;
      throw new DOMException('The disk is gone.', 'UnknownError');
    });
    await browser.command({ type: 'preview', previewId: 'p', of });
    const outcome = 'interrupted';
    await eventually(() => expect(local().preview).toMatchObject({ id: 'p', outcome }));
    // The other one has lost them before they were touched.
    expect(stored).toMatchObject({ id: 'p', revision: 0 });
    expect(local().preview).toMatchObject({ revision: 0 });
  });

  test.each([
    ['cleared', 0, 1],
    ['kept', 1, 0],
  ])('are told by their revision where a preview is taken up: %s', async (_, revision, times) => {
    browser.store({ preview: { ...preview, revision } });
    await browser.command({ type: 'preview', previewId: 'p', of });
    await eventually(() => expect(local().preview).toMatchObject({ outcome: 'completed' }));
    expect(store.clearPlans).toHaveBeenCalledTimes(times);
    // By one with each write of plans: how many of them a write takes is a matter of time.
    const isRaised = (told: number) => told > revision;
    expect(local().preview).toMatchObject({ revision: expect.toSatisfy(isRaised) });
  });

  test('count once where the preview of a worker that died is taken up', async () => {
    const [itemId = ''] = scenario.world.issue('SUP-1').items.keys();
    store.readPlans.mockResolvedValue([{ ...aPlan, name: `SUP-1/${itemId}`, itemId }]);
    const counts = { ...noCounts, total: 3, looked: 2 };
    const work = { type: 'preview', previewId: 'p', of };
    browser.store({
      preview: { ...preview, revision: 1 },
      tasks: [{ id: aRun.id, work, brake: true }],
      run: { ...asLeft, kind: 'preview', cause: 'chosen', counts },
    });
    const told: unknown[] = [];
    browser.beforeStoring = ({ run }) => {
      if (run != null) told.push(run);
    };
    await browser.startWorker();
    await runEnded();
    expect(told.at(-1)).toMatchObject({ counts: { total: 3, looked: 3 } });
  });
});

test('a preview leaves no run behind, but its end stands in the log beside its beginning', async () => {
  const lines = keptLog();
  const { runs } = keptHistory();
  configure({ schedulePaused: true });
  allowHosts();
  await startAwake();
  const issueKey = scenario.expectations[0]?.key ?? '';
  await browser.command({ type: 'look_at_issue', issueKey });
  await eventually(() => expect(browser.stored.session.this_issue).toMatchObject({ issueKey }));
  await runEnded();
  const runId = lines[0]?.runId;
  expect(lines).toMatchObject([
    { level: 'info', event: 'run_began', details: ['preview', 'chosen'], runId },
    {
      level: 'info',
      event: 'run_ended',
      details: ['preview', 'completed', expect.stringMatching(/^[1-9]/)],
      runId,
    },
  ]);
  expect(runId).toEqual(expect.any(String));
  expect(runs.size).toBe(0);
});

test('of two looks at issues that wait for their turn the later alone is taken', async () => {
  simulator.setLatency(60_000);
  configure();
  allowHosts();
  await startAwake();
  await browser.command({ type: 'process' });
  await browser.command({ type: 'look_at_issue', issueKey: 'SUP-2' });
  await browser.command({ type: 'look_at_issue', issueKey: 'SUP-3' });
  expect(local().tasks).toMatchObject([{ work: { issueKey: 'SUP-3' } }]);
});

test('a look at an issue is broken off once somebody asks for another', async () => {
  const lines = keptLog();
  simulator.setLatency(300);
  configure({ schedulePaused: true });
  allowHosts();
  await startAwake();
  await browser.command({ type: 'look_at_issue', issueKey: 'SUP-2' });
  await eventually(() => expect(local().run).toMatchObject({ kind: 'preview' }));
  await browser.command({ type: 'look_at_issue', issueKey: 'SUP-3' });
  const ends = () =>
    lines.flatMap(({ event, details }) => (event === 'run_ended' ? [details] : []));
  await eventually(() => expect(ends()).toHaveLength(2));
  expect(ends().map(([, outcome]) => outcome)).toEqual(['stopped', 'completed']);
  expect(browser.stored.session).toMatchObject({ this_issue: { issueKey: 'SUP-3' } });
});

describe('the end of a task', () => {
  const run = { ...aRun, startedAt: 1000 };
  const apply = { type: 'apply', previewId: 'p', names: null } as const;
  const noteEnd = async (work: TaskWork, end: RunEnd) => {
    const { noteTaskEnd } = await import('../../../src/background/tasks.ts');
    await noteTaskEnd(work, run, end);
  };
  const outcome = 'completed';

  beforeEach(startAwake);

  test('is told with the preview that it is of, and with no other', async () => {
    const of = { type: 'all' } as const;
    await noteEnd({ type: 'preview', previewId: 'p', of }, { outcome: 'waiting', until: 2000 });
    expect(local()).not.toHaveProperty('preview');
    await noteEnd({ type: 'preview', previewId: 'p', of }, { outcome });
    expect(local().preview).toMatchObject({ id: 'p', outcome, applied: null });
    await noteEnd({ ...apply, previewId: 'q' }, { outcome });
    expect(local().preview).toMatchObject({ id: 'p', applied: null });
    await noteEnd(apply, { outcome });
    expect(local().preview).toMatchObject({ id: 'p', applied: { outcome } });
  });

  test.each([
    [999, { failure: { code: 'many_alike' } }],
    [1000, { failure: null }],
  ])('is told with the issue, unless that was looked at since: at %i', async (at, shown) => {
    const issueKey = 'SUP-2';
    const known = { issueKey, queue: '', trail: [], changes: [], failure: null, history: [] };
    browser.store({ this_issue: { ...known, at } }, 'session');
    const failure = { code: 'many_alike', details: [] } as const;
    await noteEnd(
      { type: 'annotate_issue', issueKey },
      { outcome: 'halted', failure, offline: false, held: [] },
    );
    expect(browser.stored.session.this_issue).toMatchObject(shown);
  });
});

test('what is asked of a link alone needs the content API alone', async () => {
  const { contentUrl } = settingsFor(simulator);
  configure({ checklistIssues: [], linkField: '' });
  browser.store({ token: null });
  await browser.startWorker();
  const { failureOfSetup } = await import('../../../src/background/setup.ts');
  const { loadSettings } = await import('../../../src/settings/store.ts');
  const failure = async (isOfLink: boolean) => failureOfSetup(await loadSettings(), null, isOfLink);
  expect(await failure(true)).toMatchObject({ code: 'content_permission_missing' });
  browser.allow(contentUrl);
  expect(await failure(true)).toBeNull();
  const details = ['token, checklistIssues, linkField'];
  expect(await failure(false)).toEqual({ code: 'not_configured', details });
  configure({ contentUrl: '' });
  expect(await failure(true)).toEqual({ code: 'not_configured', details: ['contentUrl'] });
});
