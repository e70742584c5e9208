import { beforeEach, describe, expect, test } from 'vitest';
import { errorField, faults } from '../../simulator/index.ts';
import { settingsFor } from '../queue/run-harness.ts';
import {
  allowHosts,
  awayFor10Min,
  browser,
  configure,
  done,
  endsOfRuns,
  eventually,
  local,
  runEnded,
  scenario,
  settled,
  simulator,
  startAwake,
} from './worker-in-node.ts';

/** What a worker makes of settings, policies and permissions that change. */

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
