import { afterEach, describe, expect, test } from 'vitest';
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
    await run(simulator, { kind: 'recheck' });
    const broughtBack = unchecked(scenario).filter((text) => !open.includes(text));
    expect(broughtBack.length).toBe(3);
    expect(scenario.world.issue('SUP-1').version).toBe(version + 3);
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
    const { end } = await run(simulator, { kind: 'recheck' });
    expect(unchecked(scenario)).toHaveLength(19);
    expect(world.item('SUP-1', id).checked).toBe(true);
    expect(end).toMatchObject({ outcome: 'interrupted' });
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
