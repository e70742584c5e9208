import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import type { ItemEntry, RunEntry } from '../../../src/activity/entries.ts';
import type { IntentLists } from '../../../src/activity/history.ts';
import type { LogLine } from '../../../src/activity/log.ts';
import { parseLink } from '../../../src/breadcrumbs/link.ts';
import type { Planned } from '../../../src/plans/entries.ts';
import type { RunEnd } from '../../../src/queue/run-context.ts';
import { currentVersion } from '../../../src/settings/envelope.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import { noCounts } from '../../../src/status/counts.ts';
import type { Preview } from '../../../src/status/preview.ts';
import type { QueueStatus, Run } from '../../../src/status/status.ts';
import type { TaskWork } from '../../../src/status/task-work.ts';
import {
  errorField,
  type Fault,
  faults,
  linkField,
  mappedFields,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { settingsFor } from '../queue/run-harness.ts';
import { aRun } from '../status/a-run.ts';
import { haltOf, queue, state } from '../status/stored-status.ts';
import { FakeBrowser } from './fake-browser.ts';

/** The whole worker in Node, with the simulator: what it stores and what it sends, and when. */

/** Longer than a run sits out; and no 429, which would make the next one slow. */
const awayFor10Min: Fault = {
  kind: 'answer',
  applied: false,
  status: 503,
  headers: { 'retry-after': '600' },
  body: '',
};

let scenario: Scenario;
let simulator: Simulator;
let browser: FakeBrowser;

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
  scenario.world.contentRules.requireLogin = false;
  browser = new FakeBrowser();
});

afterEach(async () => {
  browser.kill();
  vi.doUnmock(historyModule);
  vi.doUnmock(logModule);
  vi.unstubAllGlobals();
  await simulator.close();
});

const local = () => browser.stored.local;

/** What a worker leaves that dies before its first item. */
const asLeft: Run = { ...aRun, cause: 'click' };

const aPlan: Planned = {
  name: '',
  revision: 1,
  position: 0,
  queue: 'SUP-1',
  itemId: '',
  text: '',
  issueKey: null,
  resource: null,
  breadcrumbs: {},
  verdict: 'write',
  itemAction: 'check',
  changes: [],
  untouched: [],
  failure: null,
  became: null,
  touchedBy: null,
};

/** Stores what a run needs, as the options page does but without asking for a run. */
function configure(settings: Partial<Settings> = {}): void {
  const token = simulator.world.trackerRules.token;
  const values = { ...settingsFor(simulator), ...settings };
  const origin = new URL(values.trackerUrl).origin;
  browser.store({ settings: { version: currentVersion, values }, token: { value: token, origin } });
}

function allowHosts(): void {
  const { trackerUrl, contentUrl } = settingsFor(simulator);
  browser.allow(trackerUrl);
  browser.allow(contentUrl);
}

const done = () => simulator.world.issue('SUP-1').done;

/** Waits for a fact, as long as a machine may take that does other things as well. */
function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, 20_000);
}

/** Resolves when the worker has nothing left to do that takes no request. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function runEnded(): Promise<void> {
  await eventually(() => expect(local().run).toBeNull());
  await settled();
}

/** Resolves when the pass has ended that was asked for: each that ends stores when. */
async function passAfter(ask: () => unknown): Promise<void> {
  const { state } = local();
  await ask();
  await eventually(() => expect(local().state).not.toEqual(state));
  await runEnded();
}

/** Each run that has ended, as it is stored, in turn. */
function endsOfRuns(): { id: string; kind: string; cause: string; outcome: string }[] {
  const ends: ReturnType<typeof endsOfRuns> = [];
  browser.beforeStoring = ({ state }) => {
    const { lastRun } = { lastRun: null, ...(state as object | undefined) };
    if (lastRun !== null) ends.push(lastRun);
  };
  return ends;
}

/** Starts a worker that need not ask for a run, as the first after a start of the browser does. */
async function startAwake(): Promise<void> {
  browser.store({ awake: true }, 'session');
  await browser.startWorker();
  await settled();
}

const historyModule = '../../../src/activity/history.ts';

type History = typeof import('../../../src/activity/history.ts');

/** The history, which Node has no database for, in memory: what workers write to it from now on. */
function keptHistory(others: Partial<History> = {}): {
  items: ItemEntry[];
  runs: Map<string, RunEntry>;
} {
  const items: ItemEntry[] = [];
  const runs = new Map<string, RunEntry>();
  let intents: IntentLists = new Map();
  const keepIntents = async (lists: IntentLists) => {
    intents = new Map([...intents, ...structuredClone(lists)]);
  };
  const kept: Partial<History> = {
    keepIntents,
    addItems: async (entries, lists) => {
      items.push(...structuredClone(entries));
      await keepIntents(lists);
    },
    addBrokenOff: async () => {
      items.push(...[...intents.values()].flat());
      intents = new Map();
    },
    addRun: async (run) => {
      runs.set(run.id, run);
    },
    readLastOfIssue: async (issueKey) =>
      items.filter((item) => item.issueKey === issueKey).map((item, id) => ({ ...item, id })),
    readItemEnds: async (id) => items.filter(({ runId }) => runId === id),
    trimHistory: async () => undefined,
    ...others,
  };
  vi.doMock(historyModule, async (original) => ({ ...(await original<object>()), ...kept }));
  return { items, runs };
}

const logModule = '../../../src/activity/log.ts';

/** The log, which lies in the same database, in memory. */
function keptLog(): LogLine[] {
  const lines: LogLine[] = [];
  const addLines = async (added: readonly LogLine[]) => void lines.push(...added);
  vi.doMock(logModule, async (original) => ({ ...(await original<object>()), addLines }));
  return lines;
}

function outcomesOf(items: readonly ItemEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test('a click has the queue processed', async () => {
  configure();
  allowHosts();
  await browser.startWorker();
  expect(await browser.command({ type: 'process' })).toEqual({ ok: true });
  await runEnded();
  expect(done()).toBe(3);
});

describe('what a worker is woken by', () => {
  test.each<[string, () => void]>([
    ['a click', () => void browser.command({ type: 'process' })],
    ['the schedule', () => browser.ring('process')],
    ['settings in force', () => browser.store({ temporary_settings: {} }, 'session')],
  ])('is done before its start has begun: %s', async (_, wake) => {
    configure();
    allowHosts();
    await browser.startWorker(wake);
    await runEnded();
    expect(done()).toBe(3);
  });

  test('is stopping what was left: nothing of it goes on', async () => {
    configure();
    allowHosts();
    browser.store({ run: asLeft });
    browser.store({ awake: true }, 'session');
    await browser.startWorker(() => void browser.command({ type: 'stop' }));
    await runEnded();
    expect(done()).toBe(0);
  });
});

test.each([
  [
    'first one since the browser started makes up for both schedules',
    undefined,
    ['process', 'recheck'],
  ],
  ['one after it leaves them to their alarms', true, []],
])('the %s', async (_, awake, kinds) => {
  configure();
  allowHosts();
  const state = { lastRun: null, lastSuccessAt: 5, halt: null, outages: [], pausedSince: null };
  browser.store({ state });
  if (awake) browser.store({ awake }, 'session');
  const begun = new Set<string>();
  browser.beforeStoring = ({ run }) => {
    if (typeof run === 'object' && run !== null && 'kind' in run) begun.add(String(run.kind));
  };
  await browser.startWorker();
  await settled();
  await eventually(() => expect(local().run ?? null).toBeNull());
  await eventually(() => expect([...begun]).toEqual(kinds));
});

test('what is stored of the pause survives a run that ends in the same moment', async () => {
  configure();
  allowHosts();
  await browser.startWorker();
  browser.beforeStoring = async (values) => {
    if (!('state' in values)) return;
    browser.beforeStoring = () => undefined;
    configure({ schedulePaused: true });
    await settled();
  };
  await browser.command({ type: 'process' });
  await runEnded();
  expect(local().state).toMatchObject({ lastRun: {}, pausedSince: expect.any(Number) });
});

test('a recheck, which asks the tracker alone, tells nothing of the content API', async () => {
  configure();
  allowHosts();
  await browser.startWorker();
  const outages = ['tracker', 'content'].map((host) => ({ host, since: 5 }));
  const state = { lastRun: null, lastSuccessAt: null, halt: null, outages, pausedSince: null };
  browser.store({ state });
  await browser.command({ type: 'recheck' });
  await runEnded();
  expect(local().state).toMatchObject({
    lastRun: { outcome: 'completed' },
    outages: [{ host: 'content', since: 5 }],
  });
});

test('settings saved while the schedule is paused let a clicked pass go on', async () => {
  simulator.setLatency(100);
  configure({ schedulePaused: true });
  allowHosts();
  await browser.startWorker();
  const ends = endsOfRuns();
  await browser.command({ type: 'process' });
  await eventually(() => expect(simulator.requests.entries.length).toBeGreaterThan(0));
  configure({ schedulePaused: true, historyDays: 7 });
  await eventually(() => expect(done()).toBe(3));
  await runEnded();
  expect(ends).toMatchObject([{ cause: 'click', outcome: 'completed' }]);
});

test.each([
  [false, 'completed'],
  [true, 'stopped'],
])(
  'settings saved under a recheck of the schedule, paused: %s',
  async (schedulePaused, outcome) => {
    simulator.setLatency(100);
    configure();
    allowHosts();
    await browser.startWorker();
    const ends = endsOfRuns();
    // One item was deferred, so that the recheck has something to tell of.
    const { key, before } = scenario.expectations[0] ?? { key: null, before: { id: '' } };
    simulator.world.editItem('SUP-1', before.id, {
      checked: true,
      deadline: settingsFor(simulator).deferralDate,
    });
    simulator.world.editIssue(key ?? '', { [errorField]: null });
    browser.ring('recheck');
    await eventually(() => expect(simulator.requests.entries.length).toBeGreaterThan(0));
    configure({ schedulePaused, historyDays: 7 });
    await eventually(() => expect(ends.map(({ kind }) => kind)).toContain('recheck'));
    await runEnded();
    expect(ends.find(({ kind }) => kind === 'recheck')).toMatchObject({ outcome });
  },
);

test.each([
  ['before it rings', ['click', 'ring']],
  ['in the same moment', ['ring', 'click']],
] as const)('the schedule leaves to somebody what they ask for %s', async (_, order) => {
  const asking = {
    click: () => browser.command({ type: 'process' }),
    ring: () => browser.ring('process'),
  };
  simulator.setLatency(100);
  configure();
  allowHosts();
  await browser.startWorker();
  await browser.command({ type: 'recheck' });
  await eventually(() => expect(local().run).toMatchObject({ kind: 'recheck' }));
  for (const one of order) await asking[one]();
  await settled();
  expect(local()).toMatchObject({ run: { kind: 'recheck' }, request_process: 'click' });
  await runEnded();
});

test('a run taken up after a wait has an alarm again that rings for the next worker', async () => {
  configure({ schedulePaused: true });
  allowHosts();
  browser.store({ run: { ...asLeft, resumeAt: Date.now() - 1000 } });
  browser.store({ awake: true }, 'session');
  simulator.setLatency(100);
  await browser.startWorker();
  await eventually(() => expect(simulator.requests.entries.length).toBeGreaterThan(0));
  expect(browser.alarms.get('resume')).toMatchObject({ periodInMinutes: 0.5 });
  await runEnded();
  expect(done()).toBe(3);
});

test('a login that can’t be looked for now stays what is said to be missing', async () => {
  simulator.faults.add({ on: { side: 'content' }, fault: awayFor10Min });
  const details = [new URL(simulator.contentUrl).host, '/tasks/1/'];
  const failure = { code: 'content_login_required', details };
  const halt = { failure, offline: false, since: 0, tries: 1, nextTryAt: 0, alike: null };
  browser.store({
    state: { lastRun: null, lastSuccessAt: null, halt, outages: [], pausedSince: null },
  });
  browser.store({ awake: true }, 'session');
  configure();
  allowHosts();
  await browser.startWorker();
  browser.ring('process');
  await eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));
  expect(local().state).toMatchObject({ lastRun: null, halt: { failure } });
});

test.each([
  [false, 3],
  [true, 0],
])(
  'a recheck finds the connection back, and what was left goes on; paused: %s',
  async (schedulePaused, count) => {
    configure({ schedulePaused });
    allowHosts();
    await startAwake();
    const failure = { code: 'tracker_unavailable', details: ['reason_network'] };
    const halt = { failure, offline: true, since: 0, tries: 1, nextTryAt: 0, alike: null };
    browser.store({
      state: { lastRun: null, lastSuccessAt: null, halt, outages: [], pausedSince: null },
    });
    await browser.command({ type: 'recheck' });
    await eventually(() => expect(local().state).toMatchObject({ halt: null }));
    await runEnded();
    expect(done()).toBe(count);
  },
);

test('the schedule’s pass is not lost to one that somebody chose', async () => {
  simulator.setLatency(100);
  configure();
  allowHosts();
  await browser.startWorker();
  const ends = endsOfRuns();
  const [itemId] = simulator.world.issue('SUP-1').items.keys();
  const items = [{ queue: 'SUP-1', itemId: itemId ?? '' }];
  await browser.command({ type: 'process_only', items });
  await eventually(() => expect(simulator.requests.entries.length).toBeGreaterThan(0));
  browser.ring('process');
  await eventually(() => expect(done()).toBe(3));
  await eventually(() => expect(ends).toHaveLength(2));
  expect(ends).toMatchObject([{ cause: 'chosen' }, { cause: 'schedule' }]);
});

test('what was learned of one tracker is not applied to another', async () => {
  const habits = { itemPatchNeedsText: true, fieldForms: {} };
  browser.store({ habits: { trackerUrl: 'https://another.example/v2', habits } });
  configure();
  allowHosts();
  await browser.startWorker();
  await browser.command({ type: 'process' });
  await runEnded();
  expect(done()).toBe(3);
  const { trackerUrl } = settingsFor(simulator);
  const learned = { itemPatchNeedsText: false, fieldForms: {} };
  expect(local().habits).toEqual({ trackerUrl, habits: learned });
});

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

test('a schedule’s alarm is made anew where the clock was set back, and else left to ring', async () => {
  configure();
  const at = (ms: number) => ({ periodInMinutes: 60, scheduledTime: Date.now() + ms });
  const [early, late] = [at(3_500_000), at(9_000_000)];
  browser.alarms.set('recheck', early);
  await startAwake();
  await eventually(() => expect(browser.alarms.has('process')).toBe(true));
  expect(browser.alarms.get('recheck')).toBe(early);
  browser.kill();
  browser.alarms.set('recheck', late);
  await startAwake();
  await eventually(() => expect(browser.alarms.get('recheck')).not.toBe(late));
});

test('a pause clears the alarms of both schedules', async () => {
  configure();
  await startAwake();
  const made = (isMade: boolean) =>
    eventually(() =>
      expect(['process', 'recheck'].map((name) => browser.alarms.has(name))).toEqual([
        isMade,
        isMade,
      ]),
    );
  await made(true);
  configure({ schedulePaused: true });
  await made(false);
});

test('the schedule begins nothing while there is no connection, and goes on once there is', async () => {
  configure();
  allowHosts();
  await startAwake();
  Object.assign(navigator, { onLine: false });
  browser.store({ state: { ...state, halt: haltOf('tracker_unavailable', true) } });
  browser.ring('process');
  await settled();
  expect(local()).not.toHaveProperty('request_process');
  expect(done()).toBe(0);
  Object.assign(navigator, { onLine: true });
  browser.ring('process');
  await eventually(() => expect(done()).toBe(3));
});

test.each([
  ['process', true],
  ['undo', false],
] as const)(
  'a worker that dies over an item counts against it, but in an undo: %s',
  async (kind, isCounted) => {
    configure();
    allowHosts();
    const inHand = [{ queue: 'SUP-1', itemId: 'a', issueKey: null }];
    browser.store({ run: { ...asLeft, kind, inHand } });
    let hasCounted = false;
    browser.beforeStoring = (values) => {
      hasCounted ||= JSON.stringify(values).includes('"deaths":1');
    };
    await startAwake();
    await runEnded();
    expect(hasCounted).toBe(isCounted);
  },
);

test('what was in hand as the browser stored no more counts no death: the worker lives', async () => {
  configure({ itemsAtATime: 1 });
  allowHosts();
  await startAwake();
  browser.beforeStoring = ({ run = null }) => {
    const text = JSON.stringify(run);
    // One is done and the next in hand.
    if (text.includes('"done":1') && text.includes('"itemId"')) throw new Error('quota exceeded');
  };
  await browser.command({ type: 'process' });
  await eventually(() => expect(browser.stored.session).toMatchObject({ trouble: {} }));
  let hasCounted = false;
  browser.beforeStoring = (values) => {
    hasCounted ||= JSON.stringify(values).includes('"deaths":1');
  };
  browser.ring('resume');
  await eventually(() => expect(done()).toBe(3));
  await runEnded();
  expect(hasCounted).toBe(false);
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
    await simulator.close();
    simulator = await startSimulator({ world: scenario.world, latencyMs: 60_000 });
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

describe('what somebody clicked', () => {
  test.each([
    ['recheck', { kind: 'recheck', cause: 'click' }],
    ['defer_anyway', { kind: 'process', cause: 'defer_anyway' }],
  ])('is done though settings are saved meanwhile: %s', async (type, asked) => {
    // Longer than what is looked at in between.
    simulator.setLatency(200);
    configure();
    allowHosts();
    await browser.startWorker();
    const ends = endsOfRuns();
    await browser.command({ type });
    await eventually(() => expect(local().run).toMatchObject(asked));
    configure({ historyDays: 7 });
    await runEnded();
    await eventually(() =>
      expect(ends).toContainEqual(expect.objectContaining({ ...asked, outcome: 'completed' })),
    );
  });

  test('is done though another run is asked for before it begins', async () => {
    simulator.setLatency(50);
    configure();
    allowHosts();
    await browser.startWorker();
    const ends = endsOfRuns();
    await browser.command({ type: 'recheck' });
    await browser.command({ type: 'defer_anyway' });
    browser.ring('process');
    await eventually(() =>
      expect(ends).toContainEqual(expect.objectContaining({ cause: 'defer_anyway' })),
    );
  });
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

test('a move that nothing is known of any more ends, is no pass, and is not told of', async () => {
  const { runs } = keptHistory();
  configure({ schedulePaused: true });
  allowHosts();
  browser.store({ awake: true }, 'session');
  browser.store({ run: { ...asLeft, kind: 'move', moving: { from: 'SUP-1', to: null } } });
  await browser.startWorker();
  await runEnded();
  expect(done()).toBe(0);
  expect(runs.size).toBe(0);
});

test('each of two queues is moved, though the second is asked for while the first moves', async () => {
  const [{ key } = { key: null }] = scenario.expectations;
  const queues = ['SUP-1', key ?? ''];
  configure({ checklistIssues: queues, schedulePaused: true });
  allowHosts();
  browser.store({ queues: queues.map((checklistIssue) => queue({ checklistIssue })) });
  await browser.startWorker();
  await Promise.all(
    queues.map((checklistIssue) => browser.command({ type: 'move_checklist', checklistIssue })),
  );
  await eventually(() => {
    // Written by the worker, which knows no other shape.
    const { values } = local().settings as { values: Settings };
    expect(values.checklistIssues.filter((one) => !queues.includes(one))).toHaveLength(2);
  });
  await runEnded();
  const moved = () => queues.map((from) => ({ continues: { from, at: expect.any(Number) } }));
  expect(local().queues).toMatchObject(moved());
  // The runs in the fresh ones know it too.
  await passAfter(() => browser.command({ type: 'process' }));
  expect(local().queues).toMatchObject(moved());
});

test('a queue that can’t be moved is told beside itself, and stops no work', async () => {
  configure({ checklistIssues: ['SUP-1'], schedulePaused: true });
  browser.store({ temporary_settings: { checklistIssues: ['SUP-1'] } }, 'session');
  allowHosts();
  await startAwake();
  await browser.command({ type: 'move_checklist', checklistIssue: 'SUP-1' });
  await eventually(() => expect(local().state).toMatchObject({ lastRun: { kind: 'move' } }));
  await runEnded();
  const failure = { code: 'checklist_issue_not_replaceable', details: ['SUP-1'] };
  expect(local().moves).toMatchObject([{ from: 'SUP-1', target: null, failure }]);
  expect(local().state).toMatchObject({ halt: null, lastRun: { failure } });
  expect(simulator.requests.count({ method: 'POST', path: /\/issues$/ })).toBe(0);
});

test('one of two queues that is locked rests, and is tried at once by a click', async () => {
  const other = scenario.expectations[0]?.key ?? '';
  const asked = () =>
    simulator.requests.entries.filter(({ path }) => path.includes('issues/SUP-1')).length;
  scenario.world.setLocked('SUP-1', true);
  configure({ checklistIssues: ['SUP-1', other] });
  allowHosts();
  browser.store({ awake: true }, 'session');
  await browser.startWorker();
  await passAfter(() => browser.ring('process'));
  const before = asked();
  expect(before).toBeGreaterThan(0);
  await passAfter(() => browser.ring('process'));
  expect(asked()).toBe(before);
  const failure = { code: 'checklist_issue_locked' };
  expect(local().queues).toContainEqual(
    expect.objectContaining({ checklistIssue: 'SUP-1', failure: expect.objectContaining(failure) }),
  );
  await passAfter(() => browser.command({ type: 'process' }));
  expect(asked()).toBeGreaterThan(before);

  const queues = z.array(z.looseObject({ checklistIssue: z.string() })).parse(local().queues);
  const locked = queues.find(({ checklistIssue }) => checklistIssue === 'SUP-1');
  expect(locked).toMatchObject({ rest: { tries: 1 } });
  const others = queues.filter((queue) => queue !== locked);
  const over = { ...locked, rest: { tries: 3, nextTryAt: Date.now() - 1 } };
  browser.store({ queues: [...others, over] });
  await passAfter(() => browser.ring('process'));
  expect(local().queues).toContainEqual(
    expect.objectContaining({ rest: { tries: 4, nextTryAt: expect.any(Number) } }),
  );
});

test.each(['locked', 'forbidden'] as const)(
  'that a list is %s is over once something else than a pass has edited it, and no sooner',
  async (trouble) => {
    const { world, expectations } = scenario;
    const [first] = expectations;
    const fault = faults.json({}, trouble === 'locked' ? 423 : 403);
    const refusing = simulator.faults.add({
      on: { method: 'PATCH', path: /checklistItems/ },
      fault,
    });
    configure({ schedulePaused: true });
    allowHosts();
    await startAwake();
    await passAfter(() => browser.command({ type: 'process' }));
    const halt = { failure: { code: `checklist_issue_${trouble}` } };
    expect(local().state).toMatchObject({ halt });
    refusing.remove();
    await passAfter(() => browser.command({ type: 'recheck' }));
    expect(local().state).toMatchObject({ halt });
    const items = [{ queue: 'SUP-1', itemId: first?.before.id ?? '' }];
    await passAfter(() => browser.command({ type: 'process_only', items }));
    expect(local().state).toMatchObject({ halt: null });
    expect(world.issue('SUP-1').done).toBe(1);
  },
);

test('how the queues stand is stored for all of them at once', async () => {
  const others = scenario.expectations.slice(0, 3).flatMap(({ key }) => key ?? []);
  configure({ checklistIssues: ['SUP-1', ...others] });
  allowHosts();
  await startAwake();
  let writes = 0;
  browser.beforeStoring = (values) => {
    if ('queues' in values) writes += 1;
  };
  await passAfter(() => browser.ring('process'));
  expect(local().queues).toHaveLength(4);
  // When the round begins, and when the run is through with them.
  expect(writes).toBe(2);
});

test('the summary of a checklist issue that rests is left alone, though an item elsewhere names it', async () => {
  const { world } = scenario;
  const other = scenario.expectations[0]?.key ?? '';
  const summary = 'SUP-9: link_not_set: The link field is empty.';
  world.editIssue('SUP-1', { [errorField]: summary });
  const { id } = world.addItem(other, { text: 'SUP-1' });
  configure({ checklistIssues: ['SUP-1', other] });
  allowHosts();
  const failure = { code: 'checklist_issue_locked', details: ['SUP-1'] } as const;
  browser.store({
    queues: [queue({ failure, rest: { tries: 3, nextTryAt: Date.now() + 100_000 } })],
  });
  await startAwake();
  await passAfter(() => browser.ring('process'));
  expect(world.issue(other).items.get(id)).toMatchObject({ checked: true });
  expect(world.issue('SUP-1').fields.get(errorField)).toBe(summary);
  expect(done()).toBe(0);
});

test.each([
  [false, 'every 30 s'],
  [true, 'not at all while the schedule is paused'],
])('whether somebody has signed in is looked for by itself: %s, %s', async (schedulePaused) => {
  scenario.world.contentRules.requireLogin = true;
  configure({ schedulePaused });
  allowHosts();
  await browser.startWorker();
  await browser.command({ type: 'process' });
  await runEnded();
  expect(local().state).toMatchObject({ halt: { failure: { code: 'content_login_required' } } });
  await eventually(() => expect(browser.alarms.has('resume')).toBe(!schedulePaused));
});

describe('a login that is told as lost by 403', () => {
  /** By a pass of the schedule, and as after so many. */
  async function haltAfter(tries: number, settings: Partial<Settings> = {}): Promise<void> {
    Object.assign(scenario.world.contentRules, { requireLogin: true, signedOut: '403' });
    configure(settings);
    allowHosts();
    await startAwake();
    await passAfter(() => browser.ring('process'));
    const { state } = local();
    expect(state).toMatchObject({ halt: { failure: { code: 'content_login_required' } } });
    const { halt } = state as { halt: object };
    browser.store({ state: { ...(state as object), halt: { ...halt, tries } } });
  }

  const requestsOf = async (name: string) => {
    const before = simulator.requests.count();
    await passAfter(() => browser.ring(name));
    return simulator.requests.count() - before;
  };

  test('costs one request a try while it is, and is noticed when it is given', async () => {
    await haltAfter(5);
    expect(await requestsOf('resume')).toBe(1);
    expect(local().state).toMatchObject({ halt: { tries: 6 } });
    // It answers, whatever it says.
    browser.store({
      state: { ...(local().state as object), outages: [{ host: 'content', since: 1 }] },
    });
    expect(await requestsOf('resume')).toBe(1);
    expect(local().state).toMatchObject({ halt: { tries: 7 }, outages: [] });
    scenario.world.contentRules.requireLogin = false;
    await passAfter(() => browser.ring('resume'));
    expect(done()).toBe(3);
    expect(local().state).toMatchObject({ halt: null });
  });

  test('is looked for by what was refused: of a lesson that is where it belongs', async () => {
    await haltAfter(5, { testLink: 'https://learn.example/lessons/lesson-1/' });
    const path = '/lessons/lesson-1/breadcrumbs/';
    expect(local().state).toMatchObject({
      halt: { failure: { details: [expect.any(String), path, '403'] } },
    });
    simulator.requests.reset();
    await passAfter(() => browser.ring('resume'));
    expect(simulator.requests.entries).toMatchObject([{ side: 'content', status: 403 }]);
    expect(simulator.requests.entries[0]?.path).toContain(path);
  });

  test('keeps nothing else waiting where what is asked for is refused for good', async () => {
    await haltAfter(9);
    const { halt } = local().state as { halt: { failure: { details: string[] } } };
    const path = halt.failure.details[1] ?? '';
    scenario.world.contentRules.requireLogin = false;
    simulator.faults.add({ on: { path: new RegExp(`${path}$`) }, fault: faults.json({}, 403) });
    expect(await requestsOf('resume')).toBe(1);
    await passAfter(() => browser.ring('resume'));
    expect(done()).toBe(3);
    expect(local().state).toMatchObject({ halt: null, lastRun: { counts: { failed: 1 } } });
  });
});

test('a lesson that redirects for ever keeps the schedule from nothing, once the login is given', async () => {
  const { world } = scenario;
  const [odd, good] = [0, 1].map((at) =>
    String(world.issue(scenario.expectations[at]?.key ?? '').fields.get(linkField)),
  );
  Object.assign(world.contentRules, { requireLogin: true, signedOut: 'redirect' });
  configure({ testLink: good ?? '', itemsAtATime: 1 });
  allowHosts();
  await startAwake();
  await passAfter(() => browser.ring('process'));
  const path = `/tasks/${parseLink(odd ?? '')?.resource.id}/`;
  expect(local().state).toMatchObject({
    halt: { failure: { code: 'content_login_required', details: [expect.any(String), path] } },
  });

  world.contentRules.requireLogin = false;
  const headers = { location: '/tasks/moved/' };
  simulator.faults.add({
    on: { path: new RegExp(`${path}$`) },
    fault: { kind: 'answer', applied: false, status: 301, headers, body: '' },
  });
  await passAfter(() => browser.ring('resume'));
  expect(done()).toBe(3);
  expect(local().state).toMatchObject({ halt: null, lastRun: { counts: { done: 2, failed: 1 } } });
});

describe('what the brake has halted', () => {
  beforeEach(async () => {
    await simulator.close();
    scenario = queueWorld(25);
    scenario.world.contentRules.mood = 'all-missing';
    scenario.world.contentRules.requireLogin = false;
    simulator = await startSimulator({ world: scenario.world });
    configure({ schedulePaused: true });
    allowHosts();
    await browser.startWorker();
  });

  test.each([12, null])('is what is deferred anyway, and nothing else: %s', async (count) => {
    const all = [...scenario.world.issue('SUP-1').items.keys()];
    const items = all.slice(0, count ?? 25).map((itemId) => ({ queue: 'SUP-1', itemId }));
    await browser.command(count === null ? { type: 'process' } : { type: 'process_only', items });
    await eventually(() => {
      expect(local().state).toMatchObject({ halt: { failure: { code: 'many_alike' } } });
      expect(local().run).toBeNull();
    });
    expect(done()).toBe(0);
    expect(await browser.command({ type: 'defer_anyway' })).toEqual({ ok: true });
    await eventually(() => expect(local().state).toMatchObject({ halt: null }));
    await runEnded();
    expect(done()).toBe(items.length);
  });

  test('is not more than what was held back where the preview of it is gone', async () => {
    const [itemId] = scenario.world.issue('SUP-1').items.keys();
    const work = { type: 'apply', previewId: 'gone', names: null };
    const braked = { id: 'task', work, items: [{ queue: 'SUP-1', itemId }] };
    const alike = { count: 1, items: [], task: 'task' };
    const failure = { code: 'many_alike', details: [] };
    const halt = { failure, offline: false, since: 0, tries: 1, nextTryAt: 0, alike };
    const state = { lastRun: null, lastSuccessAt: null, halt, outages: [], pausedSince: null };
    browser.store({ braked, state });
    expect(await browser.command({ type: 'defer_anyway' })).toEqual({ ok: true });
    await eventually(() => expect(local().state).toMatchObject({ halt: null }));
    await runEnded();
    expect(done()).toBe(1);
    browser.store({ braked: null, state });
    expect(await browser.command({ type: 'defer_anyway' })).toEqual({ ok: false });
  });
});

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

describe('an item that was put off', () => {
  /** Its run has two queues, of which the second has yet to wait for its last item. */
  async function waitingRun({ isLocked }: { isLocked: boolean }) {
    await simulator.close();
    scenario = queueWorld(5);
    const { world, expectations } = scenario;
    world.contentRules.requireLogin = false;
    simulator = await startSimulator({ world });
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

describe('writes that the tracker refuses', () => {
  test.each<[string, (key: string) => void]>([
    ['a field', reject],
    ['the issue, locked', (key) => scenario.world.setLocked(key, true)],
    ['the issue, read-only', (key) => scenario.world.setAccess(key, 'read-only')],
  ])('are told of once while their item stays open: %s', async (_, refuse) => {
    const { items, runs } = keptHistory();
    refuse(scenario.expectations[0]?.key ?? '');
    configure({ leaveFailedUnchecked: true });
    allowHosts();
    await startAwake();
    for (let pass = 1; pass <= 4; pass += 1) await passAfter(() => browser.ring('process'));
    // That it fails still is said once.
    expect(outcomesOf(items)).toEqual({ done: 2, failed: 2 });
    expect(runs.size).toBe(2);
  });

  test('are not in the history as if they may have been done, where the brake holds them', async () => {
    const { items, runs } = keptHistory();
    await simulator.close();
    scenario = queueWorld(25);
    scenario.world.contentRules.requireLogin = false;
    simulator = await startSimulator({ world: scenario.world });
    for (const { key } of scenario.expectations) reject(key ?? '');
    configure();
    allowHosts();
    await startAwake();
    await passAfter(() => browser.ring('process'));
    expect(local().state).toMatchObject({ halt: { failure: { code: 'many_alike' } } });
    expect(items).toEqual([]);
    expect(runs.size).toBe(1);
  });

  test('are, where no answer tells whether they were', async () => {
    const { items } = keptHistory();
    const [key] = scenario.expectations.map((one) => one.key ?? '');
    const on = { method: 'PATCH', path: new RegExp(`/issues/${key}$`) };
    simulator.faults.add({ on, fault: awayFor10Min });
    configure();
    allowHosts();
    await startAwake();
    await browser.command({ type: 'process' });
    await eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));
    const isIt = ({ issueKey }: ItemEntry) => issueKey === key;
    const changes = expect.arrayContaining([expect.objectContaining({ key: 'course.name' })]);
    expect(items.filter(isIt)).toMatchObject([{ outcome: 'postponed', failure: null, changes }]);
  });

  function reject(key: string): void {
    const { rejects } = scenario.world.issue(key);
    for (const field of Object.values(mappedFields)) rejects.set(field, 'Not allowed');
  }
});

test.each<[string, boolean]>([
  ['deferred', false],
  ['left unchecked', true],
])('a checklist issue that takes no text is told again with news alone: %s', async (_, stays) => {
  const { world } = scenario;
  const { rejects } = world.issue('SUP-1');
  const tries = () =>
    simulator.requests.entries.filter(
      ({ method, path }) => method === 'PATCH' && path.endsWith('/issues/SUP-1'),
    ).length;
  const pass = (ask: () => unknown = () => browser.ring('process')) => passAfter(ask);
  const told = () => ({ tries: tries(), ...(local().queues as QueueStatus[])[0] });
  rejects.set(errorField, 'Not a field of this queue');
  world.editIssue(scenario.expectations[0]?.key ?? '', { [linkField]: null });
  configure({ leaveFailedUnchecked: stays });
  allowHosts();
  await startAwake();
  await pass();
  const failure = { code: 'field_rejected' };
  expect(told()).toMatchObject({ tries: 1, failure });
  expect(local().state).toMatchObject({ lastRun: { outcome: 'completed' } });
  // Neither a pass that finds nothing new, nor one that has to read the list for somebody's edit.
  await pass();
  world.editIssue('SUP-1', { summary: 'Another name' });
  await pass();
  expect(told()).toMatchObject({ tries: 1, failure });
  world.addItem('SUP-1', { text: scenario.expectations[1]?.key ?? '' });
  await pass();
  expect(told()).toMatchObject({ tries: 2, failure });
  rejects.clear();
  await pass(() => browser.command({ type: 'process' }));
  expect(told()).toMatchObject({ tries: 3, failure: null, isSummaryDue: false });
  expect(world.issue('SUP-1').fields.get(errorField)).toContain('link_not_set');
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

test.each([
  { type: 'process' },
  { type: 'recheck' },
  { type: 'defer_anyway' },
  { type: 'move_checklist', checklistIssue: 'SUP-1' },
  { type: 'annotate_issue', issueKey: 'SUP-2' },
])('a click that can’t be stored is not said to be taken: $type', async (command) => {
  configure();
  allowHosts();
  await browser.startWorker();
  await settled();
  browser.beforeStoring = () => {
    throw new Error('QUOTA_BYTES quota exceeded');
  };
  expect(await browser.command(command)).toEqual({ ok: false });
  expect(browser.stored.session.trouble).toMatchObject({ failure: { code: 'storage_full' } });
});

describe('Stop', () => {
  /** Clicks it while a run is being stored for which that holds. @returns what is resolved by the answer. */
  function stopWhileStoring(isDue: (run: object) => boolean): Promise<unknown> {
    return new Promise((resolve) => {
      browser.beforeStoring = async (values) => {
        if (typeof values.run !== 'object' || values.run === null || !isDue(values.run)) return;
        browser.beforeStoring = () => undefined;
        resolve(browser.command({ type: 'stop' }));
        // As far as it comes before what is stored here is.
        await settled();
      };
    });
  }

  test('ends a run that is about to wait for a host', async () => {
    simulator.faults.add({ on: { method: 'PATCH' }, fault: awayFor10Min, times: 1 });
    configure();
    allowHosts();
    await startAwake();
    // What is stored between the work and its end.
    browser.beforeStoring = async ({ paces }) => {
      if (paces !== undefined) await browser.command({ type: 'stop' });
    };
    await passAfter(() => browser.command({ type: 'process' }));
    expect(local().state).toMatchObject({ lastRun: { outcome: 'stopped' } });
  });

  test.each([
    ['is being stored', { request_process: 'click' }],
    ['is being taken up', { run: { ...asLeft, counts: { ...noCounts, total: 3 } } }],
  ])('ends a run that %s', async (_, left) => {
    configure({ schedulePaused: true });
    allowHosts();
    browser.store(left);
    const stopped = stopWhileStoring(() => true);
    await browser.startWorker();
    expect(await stopped).toEqual({ ok: true });
    await runEnded();
    expect(local().state).toMatchObject({ lastRun: { outcome: 'stopped' } });
    expect(done()).toBe(0);
  });

  test('ends a run that is just put off until a host answers', async () => {
    simulator.faults.add({ on: {}, fault: awayFor10Min });
    configure();
    allowHosts();
    await browser.startWorker();
    await settled();
    const stopped = stopWhileStoring((run) => 'resumeAt' in run && run.resumeAt !== null);
    await browser.command({ type: 'process' });
    expect(await stopped).toEqual({ ok: true });
    await runEnded();
    expect(local().state).toMatchObject({ lastRun: { outcome: 'stopped' } });
  });

  test.each([
    ['content_login_required', false],
    ['tracker_token_rejected', true],
  ])('ends a halting state only where an answer did: %s', async (code, isOver) => {
    // The content API is not asked, and no item is done.
    for (const { key } of scenario.expectations) {
      if (key !== null) simulator.world.editIssue(key, { [linkField]: null });
    }
    const failure = { code, details: [] };
    const halt = { failure, offline: false, since: 5, tries: 1, nextTryAt: 0, alike: null };
    browser.store({
      state: { lastRun: null, lastSuccessAt: null, halt, outages: [], pausedSince: null },
    });
    configure({ schedulePaused: true });
    allowHosts();
    await startAwake();
    const stopped = stopWhileStoring((run) => JSON.stringify(run).includes('itemId'));
    await browser.command({ type: 'process' });
    expect(await stopped).toEqual({ ok: true });
    await runEnded();
    expect(local().state).toMatchObject({
      lastRun: { outcome: 'stopped' },
      halt: isOver ? null : { failure, since: 5 },
    });
  });
});

describe('settings that are saved while a run waits for a host', () => {
  beforeEach(async () => {
    simulator.faults.add({ on: {}, fault: awayFor10Min });
    configure();
    allowHosts();
    await browser.startWorker();
    await settled();
  });

  /** As a page does: a run is asked for in the same write. */
  async function save(): Promise<void> {
    simulator.faults.clear();
    const { changeSetting } = await import('../../../src/settings/store.ts');
    expect(await changeSetting('historyDays', () => 7)).toBe(true);
  }

  const waiting = () =>
    eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));

  test('set off another at once', async () => {
    const ends = endsOfRuns();
    await browser.command({ type: 'process' });
    await waiting();
    await save();
    await eventually(() => expect(done()).toBe(3));
    await runEnded();
    expect(ends).toMatchObject([
      { cause: 'click', outcome: 'stopped' },
      { cause: 'settings', outcome: 'completed' },
    ]);
  });

  test('let it go on at once where no other does the same', async () => {
    const ends = endsOfRuns();
    await browser.command({ type: 'recheck' });
    await waiting();
    await save();
    await eventually(() => expect(ends).toHaveLength(2));
    expect(ends).toMatchObject([{ kind: 'recheck', outcome: 'completed' }, { cause: 'settings' }]);
  });

  test('let it go on at once where the host only does not answer', async () => {
    simulator.faults.clear();
    simulator.faults.add({ on: {}, fault: faults.proxyPage(503) });
    const ends = endsOfRuns();
    await browser.command({ type: 'recheck' });
    await eventually(() => expect(local().run).toMatchObject({ waits: [{ host: 'tracker' }] }));
    const triesBefore = simulator.requests.entries.length;
    const { changeSetting } = await import('../../../src/settings/store.ts');
    expect(await changeSetting('historyDays', () => 7)).toBe(true);
    await eventually(() => expect(local().run).toMatchObject({ waits: [] }));
    expect(simulator.requests.entries.length).toBeGreaterThan(triesBefore);
    simulator.faults.clear();
    await eventually(() => expect(ends).toHaveLength(2));
    expect(ends).toMatchObject([{ kind: 'recheck', outcome: 'completed' }, { cause: 'settings' }]);
  });

  test('set off another at once, though it is just being put off', async () => {
    await browser.command({ type: 'process' });
    browser.beforeStoring = async ({ run }) => {
      if (!(typeof run === 'object' && run !== null && 'resumeAt' in run && run.resumeAt)) return;
      browser.beforeStoring = () => undefined;
      void save();
      await settled();
    };
    await eventually(() => expect(done()).toBe(3));
  });
});

describe('a notification', () => {
  const halted = 'src/popup/index.html';

  beforeEach(async () => {
    configure({ notifications: true });
    allowHosts();
    await browser.startWorker();
    await settled();
    browser.notified.length = 0;
  });

  test('tells of a run with errors though another ends right after it', async () => {
    for (const { key } of scenario.expectations) {
      if (key !== null) scenario.world.editIssue(key, { [linkField]: '' });
    }
    const ends = endsOfRuns();
    await browser.command({ type: 'process' });
    await runEnded();
    await browser.command({ type: 'process' });
    await runEnded();
    const [first, ...others] = [...new Set(ends.map(({ id }) => id))];
    expect(others).toHaveLength(1);
    await eventually(() =>
      expect(browser.notified).toEqual([expect.stringContaining(`run=${first}`)]),
    );
  });

  test.each([
    ['has switched them off', () => configure({ notifications: false })],
    ['has not allowed them', () => Object.assign(chrome, { notifications: undefined })],
  ])('is shown to nobody who %s, and keeps nothing from being done', async (_, forbid) => {
    forbid();
    scenario.world.contentRules.requireLogin = true;
    await passAfter(() => browser.command({ type: 'process' }));
    await eventually(() => expect(local().noticed).toMatchObject({ halt: expect.any(String) }));
    browser.beforeStoring = () => {
      throw new Error('QUOTA_BYTES quota exceeded');
    };
    await browser.command({ type: 'process' });
    await eventually(() => expect(browser.stored.session).toMatchObject({ trouble: {} }));
    await settled();
    expect(browser.notified).toEqual([]);
    browser.beforeStoring = () => undefined;
    scenario.world.contentRules.requireLogin = false;
    await browser.command({ type: 'process' });
    await eventually(() => expect(done()).toBe(3));
  });

  test('that the work has stopped is taken back once it goes on', async () => {
    scenario.world.contentRules.requireLogin = true;
    await passAfter(() => browser.command({ type: 'process' }));
    await eventually(() => expect([...browser.notifications]).toEqual([halted]));
    scenario.world.contentRules.requireLogin = false;
    await browser.command({ type: 'process' });
    await eventually(() => expect([...browser.notifications]).toEqual([]));
    expect(browser.notified).toEqual([halted]);
  });

  test('tells that what has worked lost its token', async () => {
    await passAfter(() => browser.command({ type: 'process' }));
    // As the options page saves it.
    browser.store({ token: null, request_process: 'settings' });
    await eventually(() => expect(browser.notified).toEqual([halted]));
    expect(local()).toMatchObject({
      setup: { missing: ['token'] },
      state: {
        halt: { failure: { code: 'not_configured', details: ['token'] } },
        lastSuccessAt: expect.any(Number),
      },
    });
  });

  test('tells once that the browser stores nothing, and is taken back once it does', async () => {
    browser.beforeStoring = () => {
      throw new Error('QUOTA_BYTES quota exceeded');
    };
    await browser.command({ type: 'process' });
    await browser.command({ type: 'process' });
    await settled();
    expect(browser.stored.session).toMatchObject({ trouble: { tries: expect.any(Number) } });
    await eventually(() => expect(browser.notified).toEqual([halted]));
    browser.beforeStoring = () => undefined;
    browser.ring('process');
    await eventually(() => expect([...browser.notifications]).toEqual([]));
  });
});

describe('a host that is allowed', () => {
  test('sets off no run before all is set, and halts nothing', async () => {
    await browser.startWorker();
    await settled();
    allowHosts();
    await settled();
    expect(local()).not.toHaveProperty('request_process');
    expect(local()).not.toHaveProperty('run');
  });

  test('sets off no run while the schedule is paused, and what halted for want of it is over', async () => {
    configure({ schedulePaused: true });
    await browser.startWorker();
    await browser.command({ type: 'process' });
    await runEnded();
    expect(local().state).toMatchObject({
      halt: { failure: { code: 'tracker_permission_missing' } },
    });
    allowHosts();
    await settled();
    expect(done()).toBe(0);
    expect(local().state).toMatchObject({ halt: null, pausedSince: expect.any(Number) });
  });

  test('sets off a run otherwise', async () => {
    configure();
    await browser.startWorker();
    allowHosts();
    await eventually(() => expect(done()).toBe(3));
  });
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

test('the popup is told what it draws of the settings', async () => {
  const checklistIssues = ['SUP-1', 'SUP-2'];
  const paused = { schedulePaused: true, pausedQueues: ['SUP-1'] };
  const told = (setup: object) => eventually(() => expect(local().setup).toMatchObject(setup));
  configure({ loginUrl: '', schedulePaused: true });
  await browser.startWorker();
  const signInUrl = new URL(settingsFor(simulator).contentUrl).origin;
  await told({ signInUrl, isPaused: true, isPauseManaged: false, canPauseQueues: false });
  configure({ loginUrl: 'https://login.example/', checklistIssues, schedulePaused: true });
  await told({ signInUrl: 'https://login.example/', canPauseQueues: true });
  // One that is alone by now can be resumed.
  configure({ loginUrl: '', ...paused });
  await told({ signInUrl, canPauseQueues: true });
  browser.store(paused, 'managed');
  await told({ isPauseManaged: true, canPauseQueues: false });
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

describe('a pause that covers what is stored', () => {
  test.each(['session', 'managed'] as const)('lets no saving set off a run: %s', async (area) => {
    configure();
    allowHosts();
    await browser.startWorker();
    if (area === 'session') browser.store({ temporary_settings: { schedulePaused: true } }, area);
    else browser.store({ schedulePaused: true }, area);
    await settled();
    const { changeSetting } = await import('../../../src/settings/store.ts');
    expect(await changeSetting('historyDays', () => 7)).toBe(true);
    await settled();
    expect(local()).not.toHaveProperty('run');
  });
});

test('settings that are complete end the halting state that lay in them, though paused', async () => {
  allowHosts();
  await browser.startWorker();
  await browser.command({ type: 'process' });
  await runEnded();
  expect(local().state).toMatchObject({ halt: { failure: { code: 'not_configured' } } });
  configure({ schedulePaused: true });
  await settled();
  expect(local().state).toMatchObject({ halt: null });
});

test('a deferral date that has passed halts in its own words, where nothing else is wrong', async () => {
  allowHosts();
  configure({ deferralDate: '2020-01-01T00:00:00.000+00:00' });
  await browser.startWorker();
  await browser.command({ type: 'process' });
  await runEnded();
  const halted = (...details: string[]) => ({
    state: { halt: { failure: { code: 'not_configured', details } } },
  });
  expect(local()).toMatchObject(halted('deferralDate', 'invalid_date_past'));
  configure({ deferralDate: '2020-01-01T00:00:00.000+00:00', linkField: '' });
  await settled();
  expect(local()).toMatchObject(halted('deferralDate, linkField'));
});
