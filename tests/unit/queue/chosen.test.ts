import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Chosen } from '../../../src/queue/run-context.ts';
import {
  deferralDate,
  errorField,
  linkField,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { newProfile, run } from './run-harness.ts';

let scenario: Scenario;
let simulator: Simulator;

beforeEach(async () => {
  scenario = queueWorld(6, { deferred: 3, done: 2, content: { requireLogin: false } });
  simulator = await startSimulator({ world: scenario.world });
});
afterEach(() => simulator.close());

function items(state: 'open' | 'deferred' | 'done') {
  return scenario.expectations
    .map(({ before }) => before)
    .filter(({ checked, deadline }) =>
      state === 'open'
        ? !checked
        : checked && (deadline === deferralDate) === (state === 'deferred'),
    );
}

function chosen(...ids: (string | undefined)[]): Chosen {
  const items = new Map([['SUP-1', new Set(ids.flatMap((id) => id ?? []))]]);
  return { items, issueKey: null, shown: null };
}

function itemEdits(): number {
  return simulator.requests.count({ method: 'PATCH', path: /checklistItems/ });
}

describe('a run of chosen items', () => {
  test('annotates an open and a deferred one, and nothing else', async () => {
    const { world } = scenario;
    const [open] = items('open');
    const [deferred] = items('deferred');
    const { end, entries } = await run(simulator, { chosen: chosen(open?.id, deferred?.id) });
    expect(end).toEqual({ outcome: 'completed' });
    expect(entries.map(({ itemId, outcome }) => [itemId, outcome]).sort()).toEqual(
      [
        [open?.id, 'done'],
        [deferred?.id, 'done'],
      ].sort(),
    );
    const done = world.item('SUP-1', deferred?.id ?? '');
    expect(done.checked).toBe(true);
    expect(done.deadline).not.toBe(deferralDate);
    expect(world.issue(done.text).fields.get(errorField)).toBeUndefined();
    for (const { before } of scenario.expectations) {
      if (before.id === open?.id || before.id === deferred?.id) continue;
      expect(world.item('SUP-1', before.id)).toBe(before);
      expect(world.patches(before.text)).toEqual([]);
    }
    // One edit an item, also of the deferred one.
    expect(itemEdits()).toBe(2);
  });

  test('edits no deferred item that fails again', async () => {
    const [deferred] = items('deferred');
    const key = deferred?.text ?? '';
    scenario.world.editIssue(key, { [linkField]: null });
    const { entries } = await run(simulator, { chosen: chosen(deferred?.id) });
    expect(entries.map(({ outcome, failure }) => [outcome, failure?.code])).toEqual([
      ['failed', 'link_not_set'],
    ]);
    expect(itemEdits()).toBe(0);
    expect(String(scenario.world.issue(key).fields.get(errorField))).toMatch(/^link_not_set: /);
  });

  test('leaves done items and such that are gone as they are', async () => {
    const [done] = items('done');
    const { end, entries } = await run(simulator, { chosen: chosen(done?.id, 'gone') });
    expect(end).toEqual({ outcome: 'completed' });
    expect(entries).toEqual([]);
    expect(simulator.requests.count({ method: 'PATCH' })).toBe(0);
  });

  test('reads a list in which nothing is open, for its deferred items', async () => {
    const profile = newProfile();
    await run(simulator, { profile });
    const [deferred] = items('deferred');
    const { entries } = await run(simulator, { profile, chosen: chosen(deferred?.id) });
    expect(entries.map(({ itemId, outcome }) => [itemId, outcome])).toEqual([
      [deferred?.id, 'done'],
    ]);
  });
});
