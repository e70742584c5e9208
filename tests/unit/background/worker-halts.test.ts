import { beforeEach, describe, expect, test } from 'vitest';
import { parseLink } from '../../../src/breadcrumbs/link.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import { deferralDate, faults, linkField, queueWorld } from '../../simulator/index.ts';
import { haltOf, state } from '../status/stored-status.ts';
import {
  allowHosts,
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
  simulateInstead,
  simulator,
  startAwake,
} from './worker-in-node.ts';

/** What stops the work, who is told of it, and when it is tried again. */

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

test.each<[Parameters<typeof haltOf>[0], 'process' | 'resume']>([
  ['checklist_issue_forbidden', 'resume'],
  ['tracker_token_rejected', 'process'],
])('%s is not tried before its time, which %s is not', async (code, alarm) => {
  configure();
  allowHosts();
  await startAwake();
  const nextTryAt = alarm === 'process' ? Date.now() + 60_000 : 0;
  const halt = { ...haltOf(code), tries: 2, since: Date.now(), nextTryAt };
  browser.store({ state: { ...state, halt } });
  browser.ring(alarm);
  await settled();
  expect(local()).not.toHaveProperty('request_process');
  await passAfter(() => browser.command({ type: 'process' }));
  expect(local().state).toMatchObject({ halt: null });
});

test('deferred items are rechecked on their schedule while the brake has halted the work', async () => {
  const { world } = scenario;
  const [item] = world.issue('SUP-1').items.values();
  world.editItem('SUP-1', item?.id ?? '', { checked: true, deadline: deferralDate });
  configure();
  allowHosts();
  await startAwake();
  const halt = { ...haltOf('many_alike'), tries: 9, nextTryAt: Date.now() + 3_600_000 };
  browser.store({ state: { ...state, halt } });
  browser.ring('process');
  browser.ring('recheck');
  await eventually(() => expect(world.item('SUP-1', item?.id ?? '').checked).toBe(false));
  await runEnded();
  expect(local().state).toMatchObject({
    ...{ halt, lastRun: { kind: 'recheck' }, lastSuccessAt: state.lastSuccessAt },
  });
  expect(done()).toBe(0);
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
    await simulateInstead(queueWorld(25));
    scenario.world.contentRules.mood = 'all-missing';
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
