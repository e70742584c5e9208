import { afterEach, describe, expect, test } from 'vitest';
import type { ItemReport } from '../../../src/activity/entries.ts';
import { parseLink } from '../../../src/breadcrumbs/link.ts';
import { processQueues } from '../../../src/queue/process.ts';
import type { Journal } from '../../../src/queue/run-context.ts';
import {
  errorField,
  findDifferences,
  type Json,
  linkField,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { newProfile, type RunOptions, run } from './run-harness.ts';

let simulator: Simulator;

afterEach(() => simulator.close());

async function start(scenario: Scenario): Promise<void> {
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world, latencyMs: 10 });
}

function patches(path: RegExp): number {
  return simulator.requests.count({ method: 'PATCH', path, status: 200 });
}

describe('people at the same queue', () => {
  test('who give an item another issue to name while it is in hand find that issue annotated', async () => {
    const scenario = queueWorld(4);
    const [first, second, third] = scenario.expectations;
    const { world } = scenario;
    // The item of the second issue names the third's once its own issue is being written.
    world.removeItem('SUP-1', third?.before.id ?? '');
    await start(scenario);
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith(`/${second?.key}`)) {
        simulator.faults.beforeRequest = null;
        world.editItem('SUP-1', second?.before.id ?? '', { text: third?.key ?? '' });
      }
      return undefined;
    };
    await run(simulator);
    expect(world.patches(third?.key ?? '').length).toBe(1);
    expect(world.item('SUP-1', second?.before.id ?? '').checked).toBe(true);
    expect(world.item('SUP-1', first?.before.id ?? '').checked).toBe(true);
  });

  test('who do so find it open again though the run is stopped before its end', async () => {
    const scenario = queueWorld(4);
    const [first, second, third] = scenario.expectations;
    const { world } = scenario;
    world.removeItem('SUP-1', third?.before.id ?? '');
    await start(scenario);
    let isStopped = false;
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith(`/${first?.key}`)) {
        simulator.faults.beforeRequest = null;
        world.editItem('SUP-1', first?.before.id ?? '', { text: third?.key ?? '' });
        isStopped = true;
      }
      return undefined;
    };
    const settings = { itemsAtATime: 1 };
    const { end } = await run(simulator, { settings, isStopped: () => isStopped });
    expect(end).toEqual({ outcome: 'stopped' });
    expect(world.item('SUP-1', second?.before.id ?? '').checked).toBe(false);
    expect(world.item('SUP-1', first?.before.id ?? '')).toMatchObject({
      text: third?.key,
      checked: false,
    });
    await run(simulator);
    expect(world.patches(third?.key ?? '').length).toBe(1);
  });

  test('who give another issue to an item that is to be deleted do not lose it', async () => {
    const scenario = queueWorld(5);
    const [first, , third, fourth] = scenario.expectations;
    const { world } = scenario;
    world.removeItem('SUP-1', fourth?.before.id ?? '');
    await start(scenario);
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith(`/${first?.key}`)) {
        simulator.faults.beforeRequest = null;
        world.editItem('SUP-1', third?.before.id ?? '', { text: fourth?.key ?? '' });
      }
      return undefined;
    };
    await run(simulator, { settings: { itemsAtATime: 1, deleteDoneItems: true } });
    expect(world.issue('SUP-1').items.size).toBe(0);
    expect(world.patches(fourth?.key ?? '').length).toBe(1);
    expect(world.patches(third?.key ?? '').length).toBe(0);
  });

  test('who delete an item in hand do not find it again', async () => {
    const scenario = queueWorld(3);
    const [first] = scenario.expectations;
    const { world } = scenario;
    await start(scenario);
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method === 'PATCH' && path.includes(first?.before.id ?? '-')) {
        simulator.faults.beforeRequest = null;
        world.removeItem('SUP-1', first?.before.id ?? '');
      }
      return undefined;
    };
    const { end } = await run(simulator);
    expect(end).toEqual({ outcome: 'completed' });
    expect(world.issue('SUP-1').items.size).toBe(2);
  });

  test('who change the link while the issue is in hand get what the new link says', async () => {
    const scenario = queueWorld(2);
    const [first, second] = scenario.expectations;
    const { world } = scenario;
    await start(scenario);
    const [linkField, link] = [...world.issue(second?.key ?? '').fields].find(([field]) =>
      field.endsWith('--link'),
    ) ?? ['', null];
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method === 'PATCH' && path.endsWith(`/${first?.key}`)) {
        simulator.faults.beforeRequest = null;
        world.editIssue(first?.key ?? '', { [linkField]: link });
      }
      return undefined;
    };
    await run(simulator);
    for (const [field, value] of Object.entries(second?.fields ?? {})) {
      expect(world.issue(first?.key ?? '').fields.get(field) ?? null).toEqual(value);
    }
  });
});

describe('a run that meets somebody else in the checklist', () => {
  /** Items that were unchecked again, with nothing to write, and an edit once one of them is checked. */
  async function runOverUnchanged(size: number): Promise<Scenario & { entries: ItemReport[] }> {
    const scenario = queueWorld(size);
    const { world } = scenario;
    await start(scenario);
    await run(simulator);
    for (const { before } of scenario.expectations) {
      world.editItem('SUP-1', before.id, { checked: false });
    }
    simulator.requests.reset();
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method !== 'PATCH' || !path.includes('checklistItems')) return undefined;
      simulator.faults.beforeRequest = null;
      world.editIssue('SUP-1', { summary: 'Another summary' });
      return undefined;
    };
    return { ...scenario, ...(await run(simulator)) };
  }

  test('reads the list as often, however many items have nothing left to write', async () => {
    const { world, entries } = await runOverUnchanged(150);
    expect(world.issue('SUP-1').done).toBe(150);
    expect(new Set(entries.map(({ itemId }) => itemId)).size).toBe(150);
    expect(patches(/SUP-\d+$/)).toBe(0);
    // At first, once it is noticed, after what was left to others, and at the end.
    expect(simulator.requests.count({ method: 'GET', path: /\/SUP-1$/ })).toBe(4);
  });

  test('says of each item what became of it, though others check what it had in hand', async () => {
    const scenario = queueWorld(40);
    const { world, expectations } = scenario;
    await start(scenario);
    // Another browser is ahead by a moment.
    simulator.faults.beforeRequest = ({ method, path }) => {
      const next = expectations.slice(10).find(({ key }) => path.endsWith(`/${key}`));
      if (method !== 'PATCH' || next === undefined) return undefined;
      world.editIssue(next.named ?? '', next.fields);
      world.editItem('SUP-1', next.before.id, { checked: true });
      return undefined;
    };
    const { entries } = await run(simulator);
    expect(world.issue('SUP-1').done).toBe(40);
    const ids = expectations.map(({ before }) => before.id);
    expect(entries.map(({ itemId }) => itemId).sort()).toEqual(ids.sort());
  });

  test.each<[string, boolean, boolean, object]>([
    ['deferred', true, false, { outcome: 'failed', code: 'link_not_set' }],
    [
      'deferred where failed items stay open',
      true,
      true,
      { outcome: 'failed', code: 'link_not_set' },
    ],
    ['checked, what became of it', false, false, { outcome: 'unchanged' }],
  ])('says of a failing item that they %s', async (_, isDeferred, leaveFailedUnchecked, became) => {
    const scenario = queueWorld(4);
    const { world } = scenario;
    const [first, failing] = scenario.expectations;
    const { id } = failing?.before ?? { id: '' };
    world.editIssue(failing?.key ?? '', { [linkField]: null });
    await start(scenario);
    const settings = { itemsAtATime: 1, leaveFailedUnchecked };
    await run(simulator, { settings });
    const deadline = isDeferred ? '2099-01-01T05:00:00.000+0000' : null;
    for (const { before } of scenario.expectations) {
      world.editItem('SUP-1', before.id, { checked: false, deadline: null });
    }
    let reads = 0;
    simulator.faults.beforeRequest = ({ method, path }) => {
      // Somebody edits the list, and checks the failing item once it was left to them.
      if (method === 'PATCH' && path.endsWith(`/${first?.before.id}`)) {
        world.addItem('SUP-1', { text: '–' });
      }
      if (method !== 'GET' || !path.endsWith('/issues/SUP-1')) return undefined;
      reads += 1;
      if (reads === 3) world.editItem('SUP-1', id, { checked: true, deadline });
      return undefined;
    };
    const told: unknown[] = [];
    const work: RunOptions['work'] = (context) => {
      const end: Journal['end'] = ({ itemId, outcome, failure }, _isNews, isOpen) => {
        if (itemId === id) told.push({ outcome, code: failure?.code, isOpen });
      };
      return processQueues({ ...context, journal: { ...context.journal, end } });
    };
    await run(simulator, { settings, work });
    expect(told).toEqual([{ ...became, isOpen: false }]);
    expect(world.item('SUP-1', id)).toMatchObject({ checked: true, deadline });
  });
});

test.each([
  ['is written', false],
  ['is not, where they have checked its item as well', true],
])(
  'a failure that waits while others check the last of the other items %s',
  async (_, isChecked) => {
    const scenario = queueWorld(3, { distinctTasks: 3 });
    const { world } = scenario;
    await start(scenario);
    await run(simulator);
    const ids = [...world.issue('SUP-1').items.keys()];
    for (const id of ids) world.editItem('SUP-1', id, { checked: false, deadline: null });
    const [, missing] = scenario.expectations;
    const link = parseLink(String(world.issue(missing?.key ?? '').fields.get(linkField)));
    world.editResource('task', link?.resource.id ?? '', { trouble: { kind: 'missing' } });
    let reads = 0;
    simulator.faults.beforeRequest = async ({ method, path }) => {
      // Somebody edits the list, and checks the last item once it was left to them.
      if (method === 'PATCH' && path.endsWith(`/${ids[0]}`)) world.addItem('SUP-1', { text: '–' });
      if (method !== 'GET' || !path.endsWith('/issues/SUP-1')) return undefined;
      reads += 1;
      if (reads !== 3) return undefined;
      for (const id of ids.slice(isChecked ? 1 : 2)) world.editItem('SUP-1', id, { checked: true });
      return undefined;
    };
    const { end } = await run(simulator, { settings: { itemsAtATime: 1 } });
    expect(end).toEqual({ outcome: 'completed' });
    const error = world.issue(missing?.key ?? '').fields.get(errorField) ?? '';
    expect(error).toMatch(isChecked ? /^$/ : /^resource_not_found: /);
    const { checked, deadline } = world.item('SUP-1', ids[1] ?? '');
    expect(checked).toBe(true);
    expect(deadline ?? '').toMatch(isChecked ? /^$/ : /^2099/);
  },
);

describe('two items that name one issue', () => {
  test.each<[string, Record<string, Json>, number | 'automatic']>([
    ['an issue that is to be annotated, one by one', {}, 1],
    ['an issue that is to be annotated, at once', {}, 'automatic'],
    ['an issue without a link, one by one', { [linkField]: null }, 1],
    ['an issue without a link, at once', { [linkField]: null }, 'automatic'],
  ])('are no sign of somebody else: %s', async (_, fields, itemsAtATime) => {
    const scenario = queueWorld(6);
    const { world } = scenario;
    const key = scenario.expectations[1]?.key ?? '';
    world.editIssue(key, fields);
    const { id } = world.addItem('SUP-1', { text: key });
    world.moveItem('SUP-1', id, 2);
    await start(scenario);
    const { entries } = await run(simulator, { settings: { itemsAtATime } });
    expect(world.issue('SUP-1').done).toBe(7);
    // At first, and at the end.
    expect(simulator.requests.count({ method: 'GET', path: /\/SUP-1$/ })).toBe(2);
    // What one of them wrote, the other did not.
    expect(world.patches(key)).toHaveLength(1);
    const changed = entries.filter(
      ({ issueKey, changes }) => issueKey === key && changes.length > 0,
    );
    expect(changed).toHaveLength(1);
    expect(entries.filter(({ itemId }) => itemId === id)).toHaveLength(1);
  });
});

describe('two browsers at one queue', () => {
  test.each([1, 2, 3])('write nothing twice (try %d)', async () => {
    const scenario = queueWorld(200);
    await start(scenario);
    const browsers = [newProfile(), newProfile()];
    await Promise.all(browsers.map((profile) => run(simulator, { profile })));
    expect(findDifferences(scenario)).toEqual([]);
    expect(patches(/^\/v2\/issues\/SUP-\d+$/)).toBe(200);
    // Both may have read an item as open before either checked it.
    expect(patches(/checklistItems/)).toBeLessThan(300);
  });
});
