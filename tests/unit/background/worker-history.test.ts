import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { noCounts } from '../../../src/status/counts.ts';
import type { Run } from '../../../src/status/status.ts';
import { errorField, faults, linkField, queueWorld } from '../../simulator/index.ts';
import { settingsFor } from '../queue/run-harness.ts';
import {
  allowHosts,
  asLeft,
  awayFor10Min,
  browser,
  configure,
  done,
  endsOfRuns,
  eventually,
  historyModule,
  keptHistory,
  local,
  passAfter,
  runEnded,
  scenario,
  settled,
  simulateInstead,
  simulator,
  startAwake,
} from './worker-in-node.ts';

/** What a worker keeps in the history and the log, and for how long. */

test('tries of the schedule that come to nothing as the last did are told of once', async () => {
  configure({ trackerUrl: settingsFor(simulator).trackerUrl });
  scenario.world.trackerRules.token = 'another';
  allowHosts();
  await browser.startWorker();
  const ends = endsOfRuns();
  for (let times = 0; times < 3; times += 1) {
    browser.store({ state: dueAgain() });
    const before = simulator.requests.entries.length;
    browser.ring('process');
    await eventually(() => expect(simulator.requests.entries.length).toBeGreaterThan(before));
    await runEnded();
  }
  expect(local().state).toMatchObject({ halt: { failure: { code: 'tracker_token_rejected' } } });
  expect(new Set(ends.map(({ id }) => id)).size).toBe(1);
  // When it was tried last is told all the same.
  expect(local().state).not.toMatchObject({ lastRun: { endedAt: 5 } });

  /** As if the growing pause between tries were over. */
  function dueAgain(): unknown {
    const { state } = local() as { state?: { halt: object | null; lastRun: object | null } };
    if (state?.halt == null) return state;
    const { halt, lastRun } = state;
    return { ...state, halt: { ...halt, nextTryAt: 0 }, lastRun: { ...lastRun, endedAt: 5 } };
  }
});

test.each(['keepIntents', 'addItems', 'addRun'] as const)(
  'a history that can’t be written is said, and keeps nothing from being done: %s',
  async (name) => {
    const failing = vi
      .fn()
      .mockRejectedValueOnce(new Error('no room'))
      .mockResolvedValue(undefined);
    keptHistory({ [name]: failing });
    configure();
    allowHosts();
    await startAwake();
    await passAfter(() => browser.command({ type: 'process' }));
    expect(done()).toBe(3);
    expect(local().state).toMatchObject({ historyFailed: true });
    await passAfter(() => browser.command({ type: 'process' }));
    expect(local().state).toMatchObject({ historyFailed: false });
  },
);

test('an item whose issue was moved has the request that wrote it', async () => {
  const { items } = keptHistory();
  const [key = ''] = scenario.expectations.flatMap((one) => one.key ?? []);
  scenario.world.moveIssue(key, 'SUP-99');
  configure();
  allowHosts();
  await startAwake();
  await passAfter(() => browser.command({ type: 'process' }));
  const patch = { method: 'PATCH', path: '/v2/issues/SUP-99' };
  expect(items.find(({ issueKey }) => issueKey === key)).toMatchObject({
    outcome: 'done',
    requests: expect.arrayContaining([expect.objectContaining(patch)]),
  });
});

test('what was done last stays in sight while the schedule finds nothing to do', async () => {
  const { runs } = keptHistory();
  configure();
  allowHosts();
  await startAwake();
  await passAfter(() => browser.command({ type: 'process' }));
  await passAfter(() => browser.ring('process'));
  expect(local().state).toMatchObject({ lastRun: { cause: 'click', counts: { done: 3 } } });
  expect(runs.size).toBe(1);
  // Whoever clicks is told that there was nothing.
  await passAfter(() => browser.command({ type: 'process' }));
  expect(local().state).toMatchObject({ lastRun: { cause: 'click', counts: { total: 0 } } });
  expect(runs.size).toBe(2);
});

test('a checklist issue that could not be read has no version in the history', async () => {
  const { runs } = keptHistory();
  configure({ checklistIssues: ['SUP-1', 'GONE-1'] });
  allowHosts();
  await startAwake();
  await passAfter(() => browser.command({ type: 'process' }));
  expect(local().queues).toContainEqual(
    expect.objectContaining({ checklistIssue: 'GONE-1', version: 0 }),
  );
  const { version } = simulator.world.issue('SUP-1');
  expect([...runs.values()].map(({ versions }) => versions)).toEqual([{ 'SUP-1': version }]);
});

test.each<[kind: Run['kind'], reads: number]>([
  ['process', 1],
  ['recheck', 0],
  ['undo', 0],
  ['add', 0],
])(
  'a run taken up again reads its items in the history where it asks for them: %s',
  async (kind, reads) => {
    const read = vi.fn(async () => []);
    const readers = { readItems: read, readItemEnds: read };
    vi.doMock(historyModule, async (original) => ({ ...(await original<object>()), ...readers }));
    configure({ schedulePaused: true });
    allowHosts();
    const works = {
      undo: { type: 'undo', previewId: 'gone', names: null, uncheckToo: false },
      add: { type: 'add_to_checklist', issueKey: 'SUP-2', checklistIssue: 'SUP-1' },
    };
    if (kind === 'undo' || kind === 'add') {
      browser.store({ tasks: [{ id: asLeft.id, work: works[kind] }] });
    }
    browser.store({ run: { ...asLeft, kind, counts: { ...noCounts, total: 3, done: 1 } } });
    const ends = endsOfRuns();
    await startAwake();
    await runEnded();
    expect(ends.at(-1)).toMatchObject({ id: asLeft.id, kind });
    expect(read).toHaveBeenCalledTimes(reads);
  },
);

describe('the history is trimmed', () => {
  const history = '../../../src/activity/history.ts';
  const trimHistory = vi.fn(async (_bounds: object, _now: number) => undefined);

  beforeEach(() => {
    // Node has no history: one that can't be added to is not trimmed for it.
    const addRun = async () => undefined;
    vi.doMock(history, async (original) => ({
      ...(await original<object>()),
      addRun,
      trimHistory,
    }));
    allowHosts();
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.doUnmock(history);
    trimHistory.mockClear();
  });

  const trimmed = (historyDays: number) =>
    eventually(() =>
      expect(trimHistory).toHaveBeenCalledWith(
        expect.objectContaining({ days: historyDays }),
        expect.any(Number),
      ),
    );

  test('when its setting is saved, though paused', async () => {
    configure({ schedulePaused: true });
    await browser.startWorker();
    await trimmed(90);
    configure({ schedulePaused: true, historyDays: 7 });
    await trimmed(7);
    trimHistory.mockClear();
    configure({ schedulePaused: true, historyDays: 7, historyItems: 500 });
    await trimmed(7);
  });

  test('though settings are missing, so that no host is ever asked the time', async () => {
    configure({ checklistIssues: [] });
    await startAwake();
    await trimmed(90);
  });

  test('by this computer’s time, where a host tells none', async () => {
    configure();
    const headers = { 'content-type': 'application/json', date: 'today' };
    const told = { status: 401, headers, body: '{}' };
    simulator.faults.add({ fault: { kind: 'answer', applied: false, ...told } });
    await startAwake();
    await passAfter(() => browser.command({ type: 'process' }));
    await trimmed(90);
    for (const [, to] of trimHistory.mock.calls) expect(to).toBeGreaterThan(Date.now() - 60_000);
  });

  test.each([
    ['an hour later', -3_600_000],
    ['where the clock was set back', 3_700_000],
  ])('after a run, and by the schedule %s though nothing is to be done', async (_, lastMs) => {
    configure();
    // Not the first since the browser started, which would ask for passes of its own.
    browser.store({ awake: true }, 'session');
    await browser.startWorker();
    await passAfter(() => browser.command({ type: 'process' }));
    await trimmed(90);
    trimHistory.mockClear();

    await passAfter(() => browser.ring('process'));
    expect(trimHistory).not.toHaveBeenCalled();
    const { trimming } = browser.stored.session;
    const last = { at: Date.now() + lastMs };
    Object.assign(browser.stored.session, { trimming: { ...(trimming as object), ...last } });
    browser.ring('process');
    await trimmed(90);
  });

  test('by the time of the hosts, where this computer’s clock was set far forward', async () => {
    const now = Date.now();
    const day = 86_400_000;
    vi.setSystemTime(now + 400 * day);
    configure();
    await startAwake();
    await passAfter(() => browser.command({ type: 'process' }));
    await trimmed(90);
    for (const [, to] of trimHistory.mock.calls) expect(to).toBeLessThan(now + day);
  });
});

test.each<[string, boolean]>([
  ['is put off', false],
  ['fails and stays unchecked', true],
])(
  'an item is counted once that %s in a part of a run, and is met again in the next',
  async (_, fails) => {
    const { world } = scenario;
    const [first, , last] = scenario.expectations.map(({ key }) => key ?? '');
    const patch = (key = '') => ({ method: 'PATCH', path: new RegExp(`/issues/${key}$`) });
    if (fails) world.editIssue(first ?? '', { [linkField]: null });
    // As often as a conflict is borne, and once more.
    else simulator.faults.add({ on: patch(first), fault: faults.json({}, 409), times: 6 });
    simulator.faults.add({ on: patch(last), fault: awayFor10Min, times: 1 });
    configure({ leaveFailedUnchecked: true, itemsAtATime: 1 });
    allowHosts();
    await startAwake();
    await browser.command({ type: 'process' });
    await eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));
    const counts = { total: 3, done: 1, failed: fails ? 1 : 0, postponed: fails ? 0 : 1 };
    expect(local().run).toMatchObject({ counts });
    browser.store({ run: { ...(local().run as Run), resumeAt: Date.now() - 1 } });
    browser.ring('resume');
    await runEnded();
    const after = { total: 3, done: fails ? 2 : 3, failed: fails ? 1 : 0, postponed: 0 };
    expect(local().state).toMatchObject({ lastRun: { counts: after } });
  },
);

test('a run in parts tells the requests of all of them, and that one could not write the history', async () => {
  const addItems = vi.fn().mockRejectedValueOnce(new Error('no room')).mockResolvedValue(undefined);
  const { runs } = keptHistory({ addItems });
  const [, , key] = scenario.expectations.map((one) => one.key ?? '');
  const on = { method: 'PATCH', path: new RegExp(`/issues/${key}$`) };
  simulator.faults.add({ on, fault: awayFor10Min, times: 1 });
  configure({ itemsAtATime: 1 });
  allowHosts();
  await startAwake();
  await browser.command({ type: 'process' });
  await eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));
  browser.store({ run: { ...(local().run as Run), resumeAt: Date.now() - 1 } });
  browser.ring('resume');
  await runEnded();
  const requests = simulator.requests.entries.length;
  expect([...runs.values()]).toMatchObject([{ counts: { done: 3 }, requests }]);
  expect(local().state).toMatchObject({ historyFailed: true });
});

describe('an item that was put off', () => {
  /** Its run has two queues, of which the second has yet to wait for its last item. */
  async function waitingRun({ isLocked }: { isLocked: boolean }) {
    await simulateInstead(queueWorld(5));
    const { world, expectations } = scenario;
    const [putOff = '', , third = '', last = '', other = ''] = expectations.map(
      ({ key }) => key ?? '',
    );
    for (const { before } of expectations.slice(2)) world.removeItem('SUP-1', before.id);
    world.addItems(other, [{ text: third }, { text: last }]);
    const patch = (key: string) => ({ method: 'PATCH', path: new RegExp(`/issues/${key}$`) });
    // As often as a conflict is borne, and once more.
    simulator.faults.add({ on: patch(putOff), fault: faults.json({}, 409), times: 6 });
    simulator.faults.add({ on: patch(last), fault: awayFor10Min, times: 1 });
    world.setLocked('SUP-1', isLocked);
    configure({ checklistIssues: ['SUP-1', other], itemsAtATime: 1 });
    allowHosts();
    await startAwake();
    browser.ring('process');
    await eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));
    return { world, putOff, last };
  }

  async function goOn(): Promise<void> {
    browser.store({ run: { ...(local().run as Run), resumeAt: Date.now() - 1 } });
    browser.ring('resume');
    await runEnded();
  }

  test('stays counted where its queue rests by the next part of the run', async () => {
    await waitingRun({ isLocked: true });
    expect(local().run).toMatchObject({ counts: { total: 4, done: 1, postponed: 1 } });
    await goOn();
    const counts = { total: 3, done: 2, postponed: 1 };
    expect(local().state).toMatchObject({ lastRun: { counts } });
  });

  test('is counted once that is then checked, and opened again in a later part of the run', async () => {
    const { world, putOff, last } = await waitingRun({ isLocked: false });
    expect(local().run).toMatchObject({ counts: { total: 4, done: 2, postponed: 1 } });
    const { id } = world.itemByText('SUP-1', putOff);
    world.editItem('SUP-1', id, { checked: true });
    simulator.faults.beforeRequest = ({ method, path }) => {
      const isLast = method === 'PATCH' && path.endsWith(`/issues/${last}`);
      if (isLast) world.editItem('SUP-1', id, { checked: false });
      return undefined;
    };
    await goOn();
    expect(world.item('SUP-1', id).checked).toBe(true);
    const counts = { total: 4, done: 4, postponed: 0 };
    expect(local().state).toMatchObject({ lastRun: { counts } });
  });
});

test.each<[string, () => string]>([
  [
    'that its issue was told of',
    () => {
      const { key } = scenario.expectations[0] ?? {};
      scenario.world.editIssue(key ?? '', { [linkField]: null });
      return key ?? '';
    },
  ],
  ['that no issue could be told of', () => 'Ask somebody'],
])('a failure is known after a death with its item deferred: %s', async (_, fails) => {
  keptHistory();
  const { world } = scenario;
  const text = fails();
  world.replaceItems('SUP-1', []);
  const { id } = world.addItem('SUP-1', { text });
  configure();
  allowHosts();
  await startAwake();
  const died = new Promise<void>((resolve) => {
    simulator.faults.afterApplied = async ({ path }) => {
      if (!path.includes('checklistItems')) return undefined;
      browser.kill();
      simulator.faults.afterApplied = null;
      resolve();
      return 'drop';
    };
  });
  void browser.command({ type: 'process' });
  await died;
  await browser.startWorker();
  browser.ring('resume');
  await runEnded();
  expect(world.issue('SUP-1').items.get(id)).toMatchObject({ checked: true });
  expect(world.issue('SUP-1').fields.get(errorField)).toMatch(new RegExp(`^${text}: [a-z_]+: `));
  const failure = { code: expect.any(String) };
  const queue = { isSummaryDue: false, deferred: [{ itemId: id, failure }] };
  expect(local().queues).toMatchObject([queue]);
});

test('passes that say again what the last one said do not push out the history', async () => {
  const history = '../../../src/activity/history.ts';
  const addRun = vi.fn(async () => undefined);
  const added: string[] = [];
  const addItems = async (entries: { outcome: string }[]) => {
    added.push(...entries.map(({ outcome }) => outcome));
  };
  vi.doMock(history, async (original) => ({ ...(await original<object>()), addRun, addItems }));
  configure({ leaveFailedUnchecked: true });
  allowHosts();
  scenario.world.editIssue(scenario.expectations[0]?.key ?? '', { [linkField]: null });
  await browser.startWorker();
  await settled();
  const outcomesOf = async (pass: number) => {
    added.length = 0;
    simulator.requests.reset();
    browser.ring('process');
    await eventually(() => expect(simulator.requests.count()).toBeGreaterThan(0));
    await runEnded();
    return { pass, runs: addRun.mock.calls.length, added: [...added].sort() };
  };
  expect(await outcomesOf(1)).toEqual({ pass: 1, runs: 1, added: ['done', 'done', 'failed'] });
  // That it fails still is said once.
  expect(await outcomesOf(2)).toEqual({ pass: 2, runs: 2, added: ['failed'] });
  expect(await outcomesOf(3)).toEqual({ pass: 3, runs: 2, added: [] });
  expect(local().state).toMatchObject({ lastRun: { outcome: 'completed', counts: { failed: 1 } } });
  // Whoever asks for a run finds it there.
  await browser.command({ type: 'process' });
  await runEnded();
  expect(addRun).toHaveBeenCalledTimes(3);
  vi.doUnmock(history);
});

test('what was being written at a death is kept before it is forgotten that anything was open', async () => {
  const history = '../../../src/activity/history.ts';
  const addBrokenOff = vi.fn(async () => undefined);
  vi.doMock(history, async (original) => ({ ...(await original<object>()), addBrokenOff }));
  configure();
  allowHosts();
  const left = { id: 'r', kind: 'process', cause: 'click', startedAt: Date.now(), inHand: [] };
  const open = { waits: [], resumeAt: null, stopping: false, counts: { ...noCounts, total: 3 } };
  browser.store({ run: { ...left, ...open } });
  // Whether that was done by then, with each time that the run is stored with nothing open.
  const wasKept: boolean[] = [];
  browser.beforeStoring = ({ run }) => {
    const { counts } = { counts: noCounts, ...(run as object | null | undefined) };
    if (run && counts.total === 0) wasKept.push(addBrokenOff.mock.calls.length > 0);
  };
  await browser.startWorker();
  await eventually(() => expect(wasKept).toContain(true));
  expect(wasKept[0]).toBe(true);
  await runEnded();
  vi.doUnmock(history);
});
