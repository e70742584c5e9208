import { afterEach, describe, expect, test, vi } from 'vitest';
import { processQueues } from '../../../src/queue/process.ts';
import { Queue } from '../../../src/queue/queue.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import {
  type Expectation,
  errorField,
  type Fault,
  faults,
  findDifferences,
  linkField,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { hurry } from '../hurried-time.ts';
import { newProfile, type RunOptions, remembered, run } from './run-harness.ts';

let simulator: Simulator;

hurry(10);

afterEach(() => {
  vi.restoreAllMocks();
  return simulator.close();
});

async function start(scenario: Scenario): Promise<void> {
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world });
}

describe('an item that was in hand when the worker died', () => {
  test('is taken last and alone after the third death, and annotated all the same', async () => {
    const scenario = queueWorld(12);
    const [first] = scenario.expectations;
    await start(scenario);
    const profile = newProfile();
    profile.memory.note({ queue: 'SUP-1', id: first?.before.id ?? '' }, { deaths: 3 });
    const { entries } = await run(simulator, { profile });
    expect(entries.at(-1)?.itemId).toBe(first?.before.id);
    const others = scenario.expectations.slice(1).map(({ key }) => key);
    const lastOfOthers = simulator.requests.entries.findLastIndex(({ path }) =>
      others.some((key) => path.endsWith(`/${key}`)),
    );
    const patchOfFirst = simulator.requests.entries.findIndex(
      ({ method, path }) => method === 'PATCH' && path.endsWith(`/${first?.key}`),
    );
    expect(patchOfFirst).toBeGreaterThan(lastOfOthers);
    expect(findDifferences(scenario)).toEqual([]);
    expect(remembered(profile)).toEqual({});
  });

  test('gets gave_up after the fourth, without another look at what it links to', async () => {
    const scenario = queueWorld(3);
    const [first] = scenario.expectations;
    const { world } = scenario;
    await start(scenario);
    const profile = newProfile();
    profile.memory.note({ queue: 'SUP-1', id: first?.before.id ?? '' }, { deaths: 4 });
    await run(simulator, { profile });
    expect(world.issue(first?.key ?? '').fields.get(errorField)).toMatch(/^gave_up: .+/);
    expect(world.item('SUP-1', first?.before.id ?? '').deadline).toMatch(/^2099/);
    expect(world.issue('SUP-1').done).toBe(3);
  });
});

test('an item that was given up is tried once more when somebody brings it back', async () => {
  const scenario = queueWorld(3);
  const [first] = scenario.expectations;
  const { world } = scenario;
  await start(scenario);
  const profile = newProfile();
  const item = { queue: 'SUP-1', id: first?.before.id ?? '' };
  profile.memory.note(item, { deaths: 4, passingRuns: 4 });
  await run(simulator, { profile });
  world.editItem('SUP-1', item.id, { checked: false, deadline: null });
  // A death more, and it is given up again.
  expect(profile.memory.of(item)).toMatchObject({ deaths: 3, passingRuns: 0 });
  await run(simulator, { profile });
  expect(world.issue(first?.key ?? '').fields.get(errorField) ?? null).toBeNull();
  expect(world.item('SUP-1', item.id)).toMatchObject({ checked: true });
  expect(remembered(profile)).toEqual({});
});

describe('a resource that never answers', () => {
  async function runWithPoison(
    passingRuns: number,
    byKey: Fault | null = null,
    prepare: (scenario: Scenario) => void = () => {},
    settings: Partial<Settings> = {},
  ) {
    const scenario = queueWorld(4);
    const [first] = scenario.expectations;
    const { world } = scenario;
    const link = String(
      [...world.issue(first?.key ?? '').fields.values()].find((value) =>
        String(value).includes('/tasks/'),
      ),
    );
    const id = /\/tasks\/([^/?#]+)/.exec(link)?.[1] ?? '';
    await start(scenario);
    simulator.faults.add({
      on: { side: 'content', path: new RegExp(id) },
      fault: faults.proxyPage(503),
    });
    if (byKey !== null) {
      simulator.faults.add({
        on: { side: 'tracker', method: 'GET', path: new RegExp(`/issues/${first?.key}$`) },
        fault: byKey,
      });
    }
    prepare(scenario);
    const profile = newProfile();
    profile.memory.note({ queue: 'SUP-1', id: first?.before.id ?? '' }, { passingRuns });
    const { end, entries } = await run(simulator, { profile, settings });
    const reports = entries.filter(({ itemId }) => itemId === first?.before.id);
    return { world, first, profile, end, reports };
  }

  test('is not counted by a part of a run that is to go on', async () => {
    const headers = { 'retry-after': '600' };
    const { profile, first, end } = await runWithPoison(0, null, () =>
      simulator.faults.add({
        on: { side: 'tracker', method: 'PATCH', path: /checklistItems/ },
        nth: 3,
        fault: { kind: 'answer', applied: false, status: 503, headers, body: '' },
      }),
    );
    expect(end.outcome).toBe('waiting');
    expect(profile.memory.of({ queue: 'SUP-1', id: first?.before.id ?? '' }).passingRuns).toBe(0);
  });

  test('leaves its item for the next run, and is counted where others succeeded', async () => {
    const { world, first, profile, end } = await runWithPoison(0);
    expect(end).toEqual({ outcome: 'completed' });
    expect(world.item('SUP-1', first?.before.id ?? '').checked).toBe(false);
    expect(world.issue('SUP-1').done).toBe(3);
    expect(profile.memory.of({ queue: 'SUP-1', id: first?.before.id ?? '' }).passingRuns).toBe(1);
  });

  test.each([
    [true, 1],
    [false, 0],
  ])(
    'that is all that is left is counted where an earlier part of the run succeeded: %s',
    async (hasSucceeded, passingRuns) => {
      const scenario = queueWorld(1);
      const id = scenario.expectations[0]?.before.id ?? '';
      await start(scenario);
      simulator.faults.add({ on: { side: 'content' }, fault: faults.proxyPage(503) });
      const profile = newProfile();
      const work: RunOptions['work'] = (context) => processQueues({ ...context, hasSucceeded });
      await run(simulator, { profile, work });
      expect(profile.memory.of({ queue: 'SUP-1', id }).passingRuns).toBe(passingRuns);
    },
  );

  test('is its item’s own trouble in the fifth such run', async () => {
    const { world, first } = await runWithPoison(4);
    expect(world.issue(first?.key ?? '').fields.get(errorField)).toMatch(
      /^content_unavailable: .+/,
    );
    expect(world.item('SUP-1', first?.before.id ?? '').deadline).toMatch(/^2099/);
  });

  test('is so too where it is the first, and nothing else is in hand', async () => {
    const { world, first } = await runWithPoison(4, null, () => undefined, { itemsAtATime: 1 });
    expect(world.item('SUP-1', first?.before.id ?? '').deadline).toMatch(/^2099/);
  });

  test('is nobody’s trouble any more where a person has checked its item off meanwhile', async () => {
    const { world, first, reports } = await runWithPoison(4, null, () => {
      simulator.faults.beforeRequest = () => {
        const { world } = simulator;
        const item = [...world.issue('SUP-1').items.values()].find(({ checked }) => !checked);
        if (world.issue('SUP-1').done === 3 && item !== undefined) {
          world.editItem('SUP-1', item.id, { checked: true, deadline: null });
        }
        return undefined;
      };
    });
    expect(world.patches(first?.key ?? '')).toEqual([]);
    expect(world.item('SUP-1', first?.before.id ?? '').deadline).toBeNull();
    expect(reports).toEqual([]);
  });

  type Fields = Expectation['fields'];
  const leadsNowhere = { [linkField]: 'https://learn.example/tasks/gone/' };
  test.each<[what: string, outcome: string, edit: (expected: Fields) => Fields]>([
    ['annotated by another browser', 'done', (expected) => expected],
    ['given a link that leads nowhere', 'failed', () => leadsNowhere],
    [
      'given such a link, and others in each next moment,',
      'postponed',
      () => {
        simulator.faults.add({ on: { method: 'PATCH' }, fault: faults.json({}, 409), times: 6 });
        return leadsNowhere;
      },
    ],
  ])('has its item counted where its issue is %s as it is blamed', async (_, outcome, edit) => {
    const { world, first, end, reports } = await runWithPoison(4, null, (scenario) => {
      const { key, fields = {} } = scenario.expectations[0] ?? {};
      simulator.faults.beforeRequest = ({ method, path }) => {
        if (method !== 'PATCH' || !path.endsWith(`/${key}`)) return undefined;
        simulator.faults.clear();
        scenario.world.editIssue(key ?? '', edit(fields));
        return undefined;
      };
    });
    expect(end).toEqual({ outcome: 'completed' });
    expect(reports).toMatchObject([{ outcome }]);
    expect(world.item('SUP-1', first?.before.id ?? '').checked).toBe(outcome !== 'postponed');
  });

  test('has its list read, and gone through, as often as if it were the only one', async () => {
    const reads: number[] = [];
    const lists = vi.spyOn(Queue.prototype, 'open');
    const goneThrough: number[] = [];
    // More of them, and the tracker would be asked whether it is there.
    for (const count of [1, 2]) {
      const scenario = queueWorld(6);
      const { world, expectations } = scenario;
      if (reads.length > 0) await simulator.close();
      await start(scenario);
      lists.mockClear();
      const profile = newProfile();
      const poisoned = expectations.slice(0, count).map(({ before }) => before.id);
      for (const id of poisoned) {
        const on = { method: 'PATCH', path: new RegExp(`/checklistItems/${id}$`) };
        simulator.faults.add({ on, fault: faults.proxyPage(503), times: 5 });
        profile.memory.note({ queue: 'SUP-1', id }, { passingRuns: 4 });
      }
      await run(simulator, { profile });
      for (const id of poisoned) expect(world.item('SUP-1', id).deadline).toMatch(/^2099/);
      reads.push(simulator.requests.count({ method: 'GET', path: /issues\/SUP-1$/ }));
      goneThrough.push(lists.mock.calls.length);
    }
    expect(reads[1]).toBe(reads[0]);
    expect(goneThrough[1]).toBe(goneThrough[0]);
  });

  test('is put off where the checklist is locked as it is blamed, and so is another', async () => {
    const scenario = queueWorld(4);
    const { world, expectations } = scenario;
    await start(scenario);
    const profile = newProfile();
    const poisoned = expectations.slice(0, 2);
    for (const { key, before } of poisoned) {
      const on = { method: 'PATCH', path: new RegExp(`/issues/${key}$`) };
      // As often as a conflict is borne, and once more.
      simulator.faults.add({ on, fault: faults.json({}, 409), times: 6 });
      profile.memory.note({ queue: 'SUP-1', id: before.id }, { passingRuns: 4 });
    }
    simulator.faults.beforeRequest = () => {
      const isBlaming = poisoned.some(({ key }) => world.patches(key ?? '').length > 0);
      if (isBlaming) world.setLocked('SUP-1', true);
      return undefined;
    };
    const { end, entries } = await run(simulator, { profile, settings: { itemsAtATime: 1 } });
    expect(end).toMatchObject({ failure: { code: 'checklist_issue_locked' } });
    const putOff = entries.filter(({ outcome }) => outcome === 'postponed');
    expect(putOff.map(({ itemId }) => itemId)).toEqual(poisoned.map(({ before }) => before.id));
  });

  test('stops no run where its issue can’t be read any more either', async () => {
    const gone = faults.json({ errorMessages: ['no'] }, 404);
    const { world, first, end, reports } = await runWithPoison(4, gone);
    expect(end).toEqual({ outcome: 'completed' });
    expect(reports).toMatchObject([{ outcome: 'postponed' }]);
    expect(world.item('SUP-1', first?.before.id ?? '').checked).toBe(false);
    expect(world.issue('SUP-1').done).toBe(3);
  });

  test.each([
    ['written before it', 'checklistItems/', false],
    ['written before it and never confirmed', 'issues/', true],
  ])('is told of together with what was %s', async (_, place, isApplied) => {
    const scenario = queueWorld(4);
    const [first] = scenario.expectations;
    const id = first?.before.id ?? '';
    await start(scenario);
    const name = isApplied ? first?.key : id;
    const on = { method: 'PATCH', path: new RegExp(`/${place}${name}$`) };
    simulator.faults.add({ on, fault: faults.proxyPage(503, isApplied), times: 5 });
    const profile = newProfile();
    profile.memory.note({ queue: 'SUP-1', id }, { passingRuns: 4 });
    const { entries } = await run(simulator, { profile });
    const report = entries.find(({ itemId }) => itemId === id);
    expect(report).toMatchObject({ outcome: 'failed', failure: { code: 'tracker_unavailable' } });
    const written = report?.changes.map(({ field }) => field) ?? [];
    expect(written).toContain(errorField);
    expect(written.length).toBeGreaterThan(5);
  });

  test('is that of an item which names no issue, and can’t be deferred, as well', async () => {
    const scenario = queueWorld(3);
    const { world } = scenario;
    const { id } = world.addItem('SUP-1', { text: 'no issue' });
    await start(scenario);
    const on = { method: 'PATCH', path: new RegExp(`/checklistItems/${id}$`) };
    simulator.faults.add({ on, fault: faults.proxyPage(503), times: 5 });
    const profile = newProfile();
    profile.memory.note({ queue: 'SUP-1', id }, { passingRuns: 4 });
    const { entries } = await run(simulator, { profile });
    expect(entries.find(({ itemId }) => itemId === id)).toMatchObject({
      outcome: 'failed',
      failure: { code: 'tracker_unavailable' },
    });
    expect(world.item('SUP-1', id).deadline).toMatch(/^2099/);
  });

  test('is put off until its issue can be asked for again', async () => {
    const { world, end, reports } = await runWithPoison(4, faults.tooMany('3600'));
    expect(end).toMatchObject({ outcome: 'waiting' });
    expect(reports).toMatchObject([{ outcome: 'postponed' }]);
    expect(world.issue('SUP-1').done).toBe(3);
  });
});
