import { afterEach, describe, expect, test } from 'vitest';
import { recheckQueues } from '../../../src/queue/recheck.ts';
import type { Journal } from '../../../src/queue/run-context.ts';
import {
  demoWorld,
  errorField,
  faults,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { newProfile, run } from './run-harness.ts';

let simulator: Simulator;

afterEach(() => simulator.close());

async function start(scenario: Scenario): Promise<void> {
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world });
}

function unchecked({ world }: Scenario): string[] {
  const [checklist = ''] = world.checklistKeys;
  return [...world.issue(checklist).items.values()].flatMap(({ checked, text }) =>
    checked ? [] : [text],
  );
}

describe('a recheck', () => {
  test('brings back the items whose error somebody emptied, and nothing else', async () => {
    const scenario = queueWorld(4, { done: 5, deferred: 150, repaired: 3 });
    await start(scenario);
    const open = unchecked(scenario);
    const version = scenario.world.issue('SUP-1').version;
    const profile = newProfile();
    await run(simulator, { profile, kind: 'recheck' });
    const broughtBack = unchecked(scenario).filter((text) => !open.includes(text));
    expect(broughtBack.length).toBe(3);
    expect(scenario.world.issue('SUP-1').version).toBe(version + 3);
    // Its own edits are in what the popup says of the write budget.
    expect(profile.reports.get('SUP-1')?.version).toBe(version + 3);
    for (const text of broughtBack) {
      const { deadline } = scenario.world.itemByText('SUP-1', text);
      expect(deadline).toMatch(/^2099/);
    }
  });

  test('brings back all others where one can’t be', async () => {
    const scenario = queueWorld(0, { deferred: 20, repaired: 20 });
    const { world } = scenario;
    await start(scenario);
    const id = scenario.expectations[0]?.before.id ?? '';
    simulator.faults.add({
      on: { method: 'PATCH', path: new RegExp(`/checklistItems/${id}$`) },
      fault: faults.json({ errors: { assignee: 'gone' }, errorMessages: [] }, 422),
    });
    const setAside: string[] = [];
    let found = 0;
    const { end } = await run(simulator, {
      work: (context) => {
        const journal: Journal = {
          ...context.journal,
          found: (count) => {
            found += count;
          },
          setAside: (item) => {
            setAside.push(item.id);
          },
        };
        return recheckQueues({ ...context, journal });
      },
    });
    expect([found, setAside]).toEqual([20, [id]]);
    expect(unchecked(scenario)).toHaveLength(19);
    expect(world.item('SUP-1', id).checked).toBe(true);
    expect(end).toMatchObject({ outcome: 'interrupted' });
  });

  test('tells how the queue stands though it is cut short', async () => {
    await start(queueWorld(0, { deferred: 3, repaired: 3 }));
    const refused = faults.json({}, 401);
    simulator.faults.add({ on: { method: 'PATCH' }, nth: 2, fault: refused });
    const profile = newProfile();
    const settings = { itemsAtATime: 1 };
    const { end } = await run(simulator, { profile, settings, kind: 'recheck' });
    expect(end).toMatchObject({ failure: { code: 'tracker_token_rejected' } });
    expect(profile.reports.get('SUP-1')).toMatchObject({
      open: 1,
      deferredTotal: 2,
      failure: null,
      // No pass went through the list.
      isLast: false,
    });
  });

  test('goes on after a wait that its search is told of', async () => {
    await start(queueWorld(0, { deferred: 3, repaired: 3 }));
    simulator.faults.add({ on: { path: /_search$/ }, fault: faults.tooMany('600') });
    const { end } = await run(simulator, { kind: 'recheck' });
    expect(end).toMatchObject({ outcome: 'waiting' });
  });

  test('reads only what it needs: the queue, and the deferred issues by the hundred', async () => {
    const scenario = queueWorld(0, { done: 300, deferred: 150 });
    await start(scenario);
    await run(simulator, { kind: 'recheck' });
    expect(simulator.requests.entries.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v2/issues/SUP-1',
      'POST /v2/issues/_search',
      'POST /v2/issues/_search',
    ]);
  });

  test.each([0, 60_000])(
    'makes no failed item bounce, with a search that lags %d ms',
    async (lag) => {
      const scenario = demoWorld();
      scenario.world.trackerRules.searchLagMs = lag;
      await start(scenario);
      const profile = newProfile();
      await run(simulator, { profile });
      const deferredByHand = scenario.expectations
        .filter(({ open }) => !open)
        .map(({ before }) => before.text);
      await run(simulator, { profile, kind: 'recheck' });
      expect(unchecked(scenario).filter((text) => !deferredByHand.includes(text))).toEqual([]);
    },
  );

  test('brings back an item whose error could not be written once somebody changed the issue', async () => {
    const scenario = queueWorld(2);
    const [first] = scenario.expectations;
    const key = first?.key ?? '';
    const { world } = scenario;
    world.setLocked(key, true);
    await start(scenario);
    const profile = newProfile();
    await run(simulator, { profile });
    await run(simulator, { profile, kind: 'recheck' });
    expect(unchecked(scenario)).toEqual([]);
    world.setLocked(key, false);
    world.editIssue(key, { summary: 'Split into a new issue' });
    await run(simulator, { profile, kind: 'recheck' });
    expect(unchecked(scenario)).toEqual([key]);
    await run(simulator, { profile });
    expect(unchecked(scenario)).toEqual([]);
    expect(world.issue(key).fields.get(errorField) ?? null).toBeNull();
  });
});

test('an item that was given an issue to name which is made later comes back with that', async () => {
  const scenario = queueWorld(1, { unlinked: 1 });
  const { world } = scenario;
  const { key, before } = scenario.expectations[0] ?? {};
  await start(scenario);
  const profile = newProfile();
  await run(simulator, { profile });
  // Its error stands there at a higher version than the other issue has.
  expect(world.issue(key ?? '').version).toBe(2);
  world.editItem('SUP-1', before?.id ?? '', { text: 'SUP-90', checked: false, deadline: null });
  await run(simulator, { profile });
  await run(simulator, { profile, kind: 'recheck' });
  expect(unchecked(scenario)).toEqual([]);
  world.addIssue({ queue: 'SUP', key: 'SUP-90', summary: 'Made by then' });
  await run(simulator, { profile, kind: 'recheck' });
  expect(unchecked(scenario)).toEqual(['SUP-90']);
});

describe('a recheck of a tracker that refuses to search', () => {
  test.each([
    [400, 1],
    [400, 2],
    [400, 6],
    [403, 1],
    [403, 6],
  ])('reads each issue by its key: %i for %i of them', async (status, deferred) => {
    const scenario = queueWorld(1, { deferred, repaired: 1 });
    const { world } = scenario;
    await start(scenario);
    const open = unchecked(scenario);
    const fault = faults.json({ errorMessages: ['no'] }, status);
    simulator.faults.add({ on: { path: /_search$/ }, fault });
    const profile = newProfile();
    const { end } = await run(simulator, { profile, kind: 'recheck' });
    expect(end).toEqual({ outcome: 'completed' });
    expect(profile.reports.get('SUP-1')?.failure).toBeNull();
    const [broughtBack, ...others] = unchecked(scenario).filter((text) => !open.includes(text));
    expect(world.issue(broughtBack ?? '').fields.get(errorField) ?? null).toBeNull();
    expect(others).toEqual([]);
    expect(simulator.requests.count({ method: 'GET', path: /\/SUP-(?!1$)\d+$/ })).toBe(deferred);
  });

  test('leaves items where they are whose issue can’t be read', async () => {
    const scenario = queueWorld(0, { deferred: 4, repaired: 4 });
    const [gone = '', closed = '', ...others] = scenario.expectations.map(({ key }) => key ?? '');
    scenario.world.removeIssue(gone);
    scenario.world.setAccess(closed, 'none');
    await start(scenario);
    const fault = faults.json({ errorMessages: ['no'] }, 403);
    simulator.faults.add({ on: { path: /_search$/ }, fault });
    const { end } = await run(simulator, { kind: 'recheck' });
    expect(end).toEqual({ outcome: 'completed' });
    expect(unchecked(scenario)).toEqual(others);
  });

  test('makes no item bounce whose error could not be written', async () => {
    const scenario = queueWorld(2);
    const { world } = scenario;
    const key = scenario.expectations[0]?.key ?? '';
    world.setLocked(key, true);
    await start(scenario);
    const fault = faults.json({ errorMessages: ['no'] }, 403);
    simulator.faults.add({ on: { path: /_search$/ }, fault });
    const profile = newProfile();
    await run(simulator, { profile });
    await run(simulator, { profile, kind: 'recheck' });
    expect(unchecked(scenario)).toEqual([]);
    world.editIssue(key, { summary: 'Split into a new issue' });
    await run(simulator, { profile, kind: 'recheck' });
    expect(unchecked(scenario)).toEqual([key]);
  });

  test('leaves it to the next one where it is to wait long, which would begin with the same', async () => {
    await start(queueWorld(0, { deferred: 6, repaired: 6 }));
    simulator.faults.add({ on: { path: /_search$/ }, fault: faults.json({}, 403) });
    simulator.faults.add({ on: { path: /SUP-(?!1$)/ }, nth: 2, fault: faults.tooMany('3600') });
    const { end } = await run(simulator, { kind: 'recheck', settings: { itemsAtATime: 1 } });
    expect(end).toMatchObject({
      outcome: 'interrupted',
      failure: { code: 'tracker_unavailable', details: ['reason_too_many_requests'] },
    });
  });

  test('for one key alone reads that by its key, and no other', async () => {
    const scenario = queueWorld(0, { deferred: 20, repaired: 3 });
    await start(scenario);
    const refused = scenario.expectations.at(-1)?.key ?? '';
    const fault = faults.json({ errorMessages: ['no'] }, 400);
    simulator.faults.beforeRequest = ({ path, body }) => {
      const isAsked = path.endsWith('_search') && JSON.stringify(body).includes(`"${refused}"`);
      if (isAsked) simulator.faults.add({ times: 1, fault });
      return undefined;
    };
    await run(simulator, { kind: 'recheck' });
    expect(unchecked(scenario)).toHaveLength(3);
    expect(unchecked(scenario)).toContain(refused);
    const reads = simulator.requests.entries.filter(({ method }) => method === 'GET');
    expect(reads.map(({ path }) => path)).toEqual(['/v2/issues/SUP-1', `/v2/issues/${refused}`]);
  });
});
