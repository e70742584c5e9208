import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { noCounts } from '../../../src/status/counts.ts';
import { linkField } from '../../simulator/index.ts';
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
  local,
  passAfter,
  runEnded,
  scenario,
  settled,
  simulator,
  startAwake,
} from './worker-in-node.ts';

/** What wakes the worker, what somebody asks of it, and which run comes of that. */

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

test('a click in the moment in which the worker runs out of work is not left to the alarm', async () => {
  configure();
  allowHosts();
  await startAwake();
  const { locks } = navigator;
  const { request } = locks;
  const withClick = async (name: string, work: () => Promise<unknown>) => {
    if (name !== 'run') return request(name, work);
    locks.request = request;
    return request(name, async () => {
      await work();
      // The lock is held still: it is given back a moment after the work is over.
      await browser.command({ type: 'process' });
    });
  };
  Object.assign(locks, { request: withClick });
  browser.ring('resume');
  await eventually(() => expect(done()).toBe(3));
  await runEnded();
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

test('the schedule asks for no pass while one goes on', async () => {
  simulator.setLatency(100);
  configure();
  allowHosts();
  await startAwake();
  await browser.command({ type: 'process' });
  await eventually(() => expect(local().run).toMatchObject({ kind: 'process' }));
  browser.ring('process');
  await settled();
  expect(local()).toMatchObject({ run: { kind: 'process' }, request_process: null });
});

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
    // A death after that would leave what was left to the schedule.
    const askedBefore: unknown[] = [];
    browser.beforeStoring = ({ state }) => {
      const isBack = z.object({ halt: z.null() }).safeParse(state).success;
      if (isBack) askedBefore.push(local().request_process ?? null);
    };
    await browser.command({ type: 'recheck' });
    await eventually(() => expect(local().state).toMatchObject({ halt: null }));
    expect(askedBefore[0]).toBe(schedulePaused ? null : 'schedule');
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

test('a run goes on at the pace that the one before found, and leaves its own', async () => {
  configure();
  allowHosts();
  // A run of its own would find no limit: nothing is refused here.
  const found = { window: 3, fastStart: false, rate: 40 };
  browser.store({ paces: { tracker: found } });
  await startAwake();
  await passAfter(() => browser.command({ type: 'process' }));
  expect(done()).toBe(3);
  expect(local().paces).toMatchObject({
    tracker: { fastStart: false, rate: 40 },
    content: { rate: null },
  });
});

test('every start closes the settings and the token to content scripts', async () => {
  await startAwake();
  expect(browser.accessLevels.local).toBe('TRUSTED_CONTEXTS');
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
