import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ItemReport } from '../../../src/activity/entries.ts';
import { parseLink } from '../../../src/breadcrumbs/link.ts';
import { processQueues } from '../../../src/queue/process.ts';
import {
  demoWorld,
  errorField,
  type Fault,
  faults,
  findDifferences,
  linkField,
  mappedFields,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
  type Trouble,
} from '../../simulator/index.ts';
import { hurry } from '../hurried-time.ts';
import { newProfile, type RunOptions, run } from './run-harness.ts';

let simulator: Simulator;

hurry(10);

afterEach(() => simulator.close());

async function start(scenario: Scenario): Promise<void> {
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world });
}

function calls(): string[] {
  return simulator.requests.entries.map(({ method, path }) => `${method} ${path}`);
}

function patchesOfIssues(): number {
  return simulator.requests.entries.filter(
    ({ method, path }) => method === 'PATCH' && !path.includes('checklistItems'),
  ).length;
}

test('a summary that could not be written is written by the next run, in which nothing is open', async () => {
  const scenario = queueWorld(3);
  const { world } = scenario;
  world.editIssue(scenario.expectations[0]?.key ?? '', { [linkField]: null });
  await start(scenario);
  const profile = newProfile();
  const rule = simulator.faults.add({
    on: { method: 'PATCH', path: /\/SUP-1$/ },
    fault: faults.proxyPage(500),
  });
  await run(simulator, { profile });
  expect(world.issue('SUP-1').done).toBe(3);
  expect(world.issue('SUP-1').fields.get(errorField) ?? null).toBeNull();
  rule.remove();
  await run(simulator, { profile, kind: 'recheck' });
  await run(simulator, { profile });
  expect(world.issue('SUP-1').fields.get(errorField)).toMatch(/^SUP-2: link_not_set/);
  simulator.requests.reset();
  await run(simulator, { profile });
  expect(calls()).toEqual(['GET /v2/issues/SUP-1']);
});

describe('a run', () => {
  test('leaves each of the demo issues as expected', async () => {
    const scenario = demoWorld();
    await start(scenario);
    const { end } = await run(simulator);
    expect(end).toEqual({ outcome: 'completed' });
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('over the same queue again writes and forgets nothing, in one request', async () => {
    const scenario = demoWorld();
    await start(scenario);
    const profile = newProfile();
    await run(simulator, { profile });
    simulator.requests.reset();
    profile.memory.takeChanged();
    await run(simulator, { profile });
    expect(calls()).toEqual(['GET /v2/issues/SUP-1']);
    expect(profile.memory.takeChanged().size).toBe(0);
  });

  test('patches no issue when items are unchecked again and nothing changed', async () => {
    const scenario = queueWorld(40);
    await start(scenario);
    await run(simulator);
    uncheckAll(scenario);
    simulator.requests.reset();
    const { entries } = await run(simulator);
    expect(new Set(entries.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
    expect(patchesOfIssues()).toBe(0);
  });

  test('reads the queue and the issues in batches, and each task once', async () => {
    const scenario = queueWorld(250, { distinctTasks: 25, lessons: 5 });
    await start(scenario);
    await run(simulator, { settings: { itemsAtATime: 8 } });
    expect(findDifferences(scenario)).toEqual([]);
    const searches = calls().filter((call) => call.includes('_search'));
    expect(searches.length).toBe(3);
    const content = simulator.requests.entries.filter(({ side }) => side === 'content');
    expect(new Set(content.map(({ path }) => path)).size).toBe(content.length);
  });

  test('works with a tracker that narrows nothing, wants texts, and lags behind in its search', async () => {
    const scenario = demoWorld();
    Object.assign(scenario.world.trackerRules, {
      honourFields: false,
      itemPatchNeedsText: 422,
      conflictStatus: 412,
      fieldErrorStatus: 400,
      maxPerPage: 10,
      maxKeys: 20,
      searchLagMs: 60_000,
    });
    await start(scenario);
    await run(simulator);
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('deletes done items and no failed ones where the settings say so', async () => {
    const scenario = demoWorld();
    await start(scenario);
    await run(simulator, { settings: { deleteDoneItems: true } });
    const { items } = scenario.world.issue('SUP-1');
    for (const { before, open, error } of scenario.expectations) {
      expect([before.text, items.has(before.id)]).toEqual([before.text, !open || error !== null]);
    }
    expect(findDifferences(scenario, ['issues', 'summary'])).toEqual([]);
  });

  test('reaches what is new behind failed items that stay unchecked', async () => {
    const scenario = queueWorld(30);
    const { world, expectations } = scenario;
    await start(scenario);
    const broken = expectations.filter((_, at) => at % 2 === 0);
    const whole = expectations.filter((_, at) => at % 2 === 1);
    for (const [at, { key }] of broken.entries()) {
      world.editIssue(key ?? '', { [linkField]: `https://learn.example/tasks/gone-${at}/` });
    }
    const profile = newProfile();
    const settings = { leaveFailedUnchecked: true, itemsAtATime: 1 };
    await run(simulator, { profile, settings });
    expect(world.issue('SUP-1').done).toBe(whole.length);

    const idsOf = (some: typeof expectations) => some.map(({ before }) => before.id);
    const items = [...idsOf(broken), ...idsOf(whole)].map((id) => world.item('SUP-1', id));
    world.replaceItems(
      'SUP-1',
      items.map((item) => ({ ...item, checked: false, deadline: null })),
    );
    const { end } = await run(simulator, { profile, settings });
    expect(end).toEqual({ outcome: 'completed' });
    expect(world.issue('SUP-1').done).toBe(whole.length);
  });

  test('halts where ten issues are forbidden, though failed items stay unchecked', async () => {
    const scenario = queueWorld(30);
    await start(scenario);
    const on = { side: 'tracker' } as const;
    const answer = { kind: 'answer', applied: false, headers: {}, body: '[]' } as const;
    simulator.faults.add({ on: { ...on, path: /_search/ }, fault: { ...answer, status: 200 } });
    simulator.faults.add({
      on: { ...on, method: 'GET', path: /\/SUP-\d\d$/ },
      fault: { ...answer, status: 403 },
    });
    const profile = newProfile();
    const settings = { leaveFailedUnchecked: true, itemsAtATime: 1 };
    for (const item of scenario.expectations.slice(0, 8)) {
      scenario.world.removeItem('SUP-1', item.before.id);
    }
    const { end } = await run(simulator, { profile, settings });
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'many_alike' } });
    expect(scenario.world.issue('SUP-1').fields.get(errorField) ?? null).toBeNull();
  });

  test('leaves failed items unchecked where the settings say so, and writes their error once', async () => {
    const scenario = demoWorld();
    await start(scenario);
    const profile = newProfile();
    await run(simulator, { profile, settings: { leaveFailedUnchecked: true } });
    const { items } = scenario.world.issue('SUP-1');
    const failed = scenario.expectations.filter(({ open, error }) => open && error !== null);
    expect(failed.map(({ before }) => items.get(before.id)?.checked)).toEqual(
      failed.map(() => false),
    );
    expect(findDifferences(scenario, ['issues', 'summary'])).toEqual([]);
    const before = patchesOfIssues();
    await run(simulator, { profile, settings: { leaveFailedUnchecked: true } });
    // Only what the tracker itself refuses is tried again.
    expect(patchesOfIssues() - before).toBeLessThanOrEqual(
      failed.filter(({ error }) => error === 'issue_locked' || error === 'field_rejected').length *
        3 +
        3,
    );
  });

  test.each<[Trouble]>([[{ kind: 'missing' }], [{ kind: 'errors', errors: ['Broken'] }]])(
    'empties no field that a resource would have told of, had its errors not been ignored: %j',
    async (trouble) => {
      const scenario = queueWorld(1);
      const { world, expectations } = scenario;
      const key = expectations[0]?.key ?? '';
      const parent = world.findResource('course', 'course-1') ?? null;
      world.addResource({ type: 'sprint', id: '77', name: 'Sprint 77', parent, trouble });
      const right = [
        mappedFields['course.name'],
        mappedFields['track.name'],
        mappedFields['track.id'],
        mappedFields['profession.name'],
        mappedFields['faculty.name'],
        mappedFields['sprint.name'],
      ];
      world.editIssue(key, {
        [linkField]: 'https://learn.example/sprints/77/',
        [mappedFields['task.position']]: 3,
        ...Object.fromEntries(right.map((field) => [field, 'Right'])),
      });
      await start(scenario);
      const { entries } = await run(simulator, { settings: { clearFieldsThatDoNotApply: true } });
      const { fields } = world.issue(key);
      expect(right.map((field) => fields.get(field))).toEqual(right.map(() => 'Right'));
      const untouched = entries.flatMap((entry) => entry.untouched);
      expect(right.map((field) => untouched.find((one) => one.field === field)?.why)).toEqual(
        right.map(() => 'errors_ignored'),
      );
      expect(fields.get(mappedFields['sprint.id'])).toBe('77');
      // No sprint is within a task.
      expect(fields.get(mappedFields['task.position']) ?? null).toBeNull();
    },
  );

  test('clears fields that do not apply only where the settings say so', async () => {
    for (const clearFieldsThatDoNotApply of [false, true]) {
      const scenario = queueWorld(1);
      const { key } = scenario.expectations[0] ?? {};
      scenario.world.editIssue(key ?? '', { [mappedFields['sprint.id']]: '77' });
      await start(scenario);
      await run(simulator, { settings: { clearFieldsThatDoNotApply } });
      const value = scenario.world.issue(key ?? '').fields.get(mappedFields['sprint.id']) ?? null;
      expect(value).toBe(clearFieldsThatDoNotApply ? null : '77');
      if (!clearFieldsThatDoNotApply) await simulator.close();
    }
  });

  test('takes in items that are added while it goes on', async () => {
    const scenario = queueWorld(3);
    await start(scenario);
    const [first] = scenario.expectations;
    simulator.faults.afterApplied = ({ method, path }) => {
      if (method !== 'PATCH' || path.includes('checklistItems')) return undefined;
      simulator.faults.afterApplied = null;
      scenario.world.addItem('SUP-1', { text: first?.key ?? '' });
      return undefined;
    };
    const { entries } = await run(simulator);
    expect(entries.length).toBe(4);
    const { items } = scenario.world.issue('SUP-1');
    expect([...items.values()].every(({ checked }) => checked)).toBe(true);
  });
});

function uncheckAll({ world }: Scenario): void {
  const [checklist = ''] = world.checklistKeys;
  for (const id of world.issue(checklist).items.keys()) {
    world.editItem(checklist, id, { checked: false });
  }
}

describe('a tracker', () => {
  test.each([400, 403])(
    'that refuses to search (%i) has each issue read by its key',
    async (status) => {
      const scenario = queueWorld(5);
      await start(scenario);
      const fault = faults.json({ errorMessages: ['no'] }, status);
      simulator.faults.add({ on: { path: /_search$/ }, fault });
      const { end } = await run(simulator);
      expect(end).toEqual({ outcome: 'completed' });
      expect(findDifferences(scenario)).toEqual([]);
    },
  );

  test('that did not answer a search is asked again by the next item', async () => {
    const scenario = queueWorld(3);
    await start(scenario);
    const on = { path: /_search$/ };
    simulator.faults.add({ on, fault: faults.proxyPage(503), times: 5 });
    const { entries } = await run(simulator, { settings: { itemsAtATime: 1 } });
    expect(entries.map(({ outcome }) => outcome)).toEqual(['postponed', 'done', 'done']);
    expect(simulator.requests.count(on)).toBe(6);
  });

  test('that does not confirm the summary is asked again, and no new item is overlooked', async () => {
    const scenario = queueWorld(3);
    const { world } = scenario;
    const [broken, other] = scenario.expectations.map(({ key }) => key ?? '');
    world.editIssue(broken ?? '', { [linkField]: null });
    await start(scenario);
    const on = { method: 'PATCH', path: /\/issues\/SUP-1$/ };
    const fault = faults.json({ errorMessages: ['edit conflict'] }, 409);
    simulator.faults.add({ on, fault, times: 2 });
    const profile = newProfile();
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method !== 'PATCH' || !path.endsWith('/issues/SUP-1')) return undefined;
      simulator.faults.beforeRequest = null;
      world.addItem('SUP-1', { text: other ?? '' });
      return undefined;
    };
    await run(simulator, { profile });
    expect(world.issue('SUP-1').done).toBe(3);
    await run(simulator, { profile });
    expect(world.issue('SUP-1').done).toBe(4);
    expect(world.issue('SUP-1').fields.get(errorField)).toContain(broken);
  });
});

test('what a run did before its worker died is in the summary of a queue that is through', async () => {
  const scenario = queueWorld(2);
  const { world } = scenario;
  const { key, before } = scenario.expectations[0] ?? { key: null, before: { id: '' } };
  world.editIssue(key ?? '', { [linkField]: null });
  await start(scenario);
  const profile = newProfile();
  await run(simulator, { profile });
  world.editIssue('SUP-1', { [errorField]: null });
  const dealtWith = new Map([['SUP-1', new Map([[before.id, key]])]]);
  const settled = {
    settledVersion: world.issue('SUP-1').version,
    isSummaryDue: false,
    refusal: null,
  };
  const known = new Map([['SUP-1', settled]]);
  const work: RunOptions['work'] = (context) => processQueues({ ...context, dealtWith, known });
  await run(simulator, { profile, work });
  expect(world.issue('SUP-1').fields.get(errorField)).toContain(key);
});

describe('the brake', () => {
  const moods = ['all-missing', 'another-shape', 'all-errors'] as const;

  test.each(moods)('holds when the content API turns to "%s" half-way', async (mood) => {
    const scenario = queueWorld(60);
    const { world } = scenario;
    await start(scenario);
    simulator.faults.beforeRequest = () => {
      if (world.issue('SUP-1').done >= 30) world.contentRules.mood = mood;
      return undefined;
    };
    const profile = newProfile();
    const { end } = await run(simulator, { profile });
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'many_alike' } });
    expect(erroneous(scenario)).toEqual([]);
    expect(deferred(scenario)).toEqual([]);

    simulator.faults.beforeRequest = null;
    world.contentRules.mood = 'normal';
    const again = await run(simulator, { profile });
    expect(again.end).toEqual({ outcome: 'completed' });
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('halts with the login when everything is forbidden', async () => {
    const scenario = queueWorld(5);
    scenario.world.contentRules.mood = 'all-forbidden';
    await start(scenario);
    const { end } = await run(simulator);
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'content_login_required' } });
    expect(erroneous(scenario)).toEqual([]);
  });

  test.each<[string, Fault, object]>([
    ['asked for later', faults.tooMany('3600'), { outcome: 'waiting' }],
    [
      'in trouble',
      faults.proxyPage(503),
      { outcome: 'interrupted', failure: { code: 'content_unavailable' } },
    ],
  ])('writes nothing where the link to test with is %s, and says so', async (_, fault, ended) => {
    const scenario = queueWorld(5);
    const { world } = scenario;
    world.contentRules.mood = 'all-forbidden';
    world.testLink = 'https://learn.example/tasks/to-test-with/';
    await start(scenario);
    simulator.faults.add({ on: { side: 'content', path: /to-test-with/ }, fault });
    const { end } = await run(simulator);
    expect(end).toMatchObject(ended);
    expect(erroneous(scenario)).toEqual([]);
    expect(deferred(scenario)).toEqual([]);
  });

  test('holds at the end, too, where only then the link to test with answers', async () => {
    const scenario = queueWorld(10);
    const { world } = scenario;
    for (const { key } of scenario.expectations) {
      world.editIssue(key ?? '', { [linkField]: `https://learn.example/tasks/forbidden-${key}/` });
      world.addResource({ type: 'task', id: `forbidden-${key}`, trouble: { kind: 'forbidden' } });
    }
    await start(scenario);
    const task = new URL(world.testLink).pathname.split('/').at(-2) ?? '';
    const on = { side: 'content', path: new RegExp(task) } as const;
    simulator.faults.add({ on, fault: faults.proxyPage(503), times: 5 });
    const { end } = await run(simulator);
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'many_alike' } });
    expect(erroneous(scenario)).toEqual([]);
    expect(simulator.requests.count(on)).toBeGreaterThan(5);
  });

  test.each(['missing', 'forbidden'] as const)(
    'halts nothing where an item succeeds while a %s link to test with is asked for',
    async (kind) => {
      const scenario = queueWorld(11);
      const { world } = scenario;
      world.addResource({ type: 'task', id: 'to-test-with', trouble: { kind } });
      for (const { key } of scenario.expectations.slice(0, 10)) {
        world.editIssue(key ?? '', {
          [linkField]: `https://learn.example/tasks/forbidden-${key}/`,
        });
        world.addResource({ type: 'task', id: `forbidden-${key}`, trouble: { kind: 'forbidden' } });
      }
      world.testLink = 'https://learn.example/tasks/to-test-with/';
      await start(scenario);
      let isAskedFor = false;
      simulator.faults.beforeRequest = async ({ side, path }) => {
        if (side !== 'content' || path.includes('/forbidden-')) return undefined;
        if (path.includes('/to-test-with/')) {
          isAskedFor = true;
          await vi.waitUntil(() => erroneous(scenario).length > 0);
        } else await vi.waitUntil(() => isAskedFor);
        return undefined;
      };
      const { end } = await run(simulator, { settings: { itemsAtATime: 11 } });
      expect(end).toEqual({ outcome: 'completed' });
      expect(erroneous(scenario).length).toBe(10);
    },
  );

  test('takes no resource that redirects for ever for the end of the login', async () => {
    const scenario = queueWorld(12);
    const [first] = scenario.expectations;
    const { world } = scenario;
    await start(scenario);
    const link = parseLink(String(world.issue(first?.key ?? '').fields.get(linkField)));
    simulator.faults.add({
      on: { path: new RegExp(`/tasks/${link?.resource.id}/$`) },
      fault: {
        kind: 'answer',
        applied: false,
        status: 301,
        headers: { location: '/tasks/moved/' },
        body: '',
      },
    });
    const { end } = await run(simulator);
    expect(end).toEqual({ outcome: 'completed' });
    expect(world.issue('SUP-1').done).toBe(12);
    expect(world.issue(first?.key ?? '').fields.get(errorField)).toMatch(/^resource_invalid: /);
  });

  test('doubts the login for no forbidden resource that was told of before', async () => {
    const scenario = queueWorld(6);
    const { world, expectations } = scenario;
    const forbid = ({ key }: { key: string | null }) => {
      world.editIssue(key ?? '', { [linkField]: `https://learn.example/tasks/forbidden-${key}/` });
      world.addResource({ type: 'task', id: `forbidden-${key}`, trouble: { kind: 'forbidden' } });
    };
    expectations.slice(0, 2).forEach(forbid);
    const items = expectations.map(({ before }) => before);
    world.replaceItems('SUP-1', items.slice(0, 3));
    await start(scenario);
    const profile = newProfile();
    const pass = () =>
      run(simulator, { profile, settings: { leaveFailedUnchecked: true, testLink: '' } });
    expect((await pass()).end).toEqual({ outcome: 'completed' });
    const told = erroneous(scenario);
    expect(told.length).toBe(2);

    const version = world.issue('SUP-1').version;
    expect((await pass()).end).toEqual({ outcome: 'completed' });
    // Nor is anything lost where it is the login indeed.
    world.contentRules.mood = 'all-forbidden';
    expect((await pass()).end).toEqual({ outcome: 'completed' });
    expect(world.issue('SUP-1').version).toBe(version);

    // What is new and forbidden tells of it all the same.
    for (const { text } of items.slice(3)) world.addItem('SUP-1', { text });
    const { end } = await pass();
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'content_login_required' } });
    expect(erroneous(scenario)).toEqual(told);

    world.contentRules.mood = 'normal';
    expect((await pass()).end).toEqual({ outcome: 'completed' });
    expect(erroneous(scenario)).toEqual(told);
    expect(world.issue('SUP-1').done).toBe(4);
  });

  test('lets a forbidden resource be one where the link to test with says so', async () => {
    const scenario = queueWorld(3);
    const { world } = scenario;
    for (const { key } of scenario.expectations) {
      world.editIssue(key ?? '', { [linkField]: `https://learn.example/tasks/forbidden-${key}/` });
      world.addResource({ type: 'task', id: `forbidden-${key}`, trouble: { kind: 'forbidden' } });
    }
    await start(scenario);
    const { end } = await run(simulator);
    expect(end).toEqual({ outcome: 'completed' });
    expect(erroneous(scenario).length).toBe(3);
  });

  test('writes fewer than ten failures when the run ends', async () => {
    const scenario = queueWorld(9);
    scenario.world.contentRules.mood = 'all-missing';
    await start(scenario);
    const { end } = await run(simulator);
    expect(end).toEqual({ outcome: 'completed' });
    expect(deferred(scenario).length).toBe(9);
    expect(
      erroneous(scenario).every((text) => String(text).startsWith('resource_not_found: ')),
    ).toBe(true);
  });

  test('counts failures about one resource as one', async () => {
    const scenario = queueWorld(30, { distinctTasks: 1 });
    scenario.world.contentRules.mood = 'all-missing';
    await start(scenario);
    await run(simulator);
    expect(deferred(scenario).length).toBe(30);
  });

  /** Thirty items about one deleted lesson: all wait to the end. */
  async function startWithDeletedLesson(): Promise<Scenario> {
    const scenario = queueWorld(30, { distinctTasks: 1 });
    scenario.world.contentRules.mood = 'all-missing';
    await start(scenario);
    return scenario;
  }

  /** A pass whose items in hand are looked at whenever one is about to be written. */
  function watching(
    inHand: Set<string>,
    onIntent: (report: ItemReport) => void,
  ): NonNullable<RunOptions['work']> {
    return (context) => {
      const { journal } = context;
      const watched: typeof journal = {
        ...journal,
        begin: async (item) => {
          await journal.begin(item);
          inHand.add(item.id);
        },
        intend: (report) => {
          onIntent(report);
          return journal.intend(report);
        },
        setAside: ({ id }) => inHand.delete(id),
        end: (report) => {
          inHand.delete(report.itemId);
          journal.end(report);
        },
      };
      return processQueues({ ...context, journal: watched });
    };
  }

  test('has no more in hand than the settings say, whatever waits to be proven or to be blamed', async () => {
    const scenario = queueWorld(20, { distinctTasks: 20 });
    const { world, expectations } = scenario;
    const taskOf = (key: string | null | undefined) =>
      parseLink(String(world.issue(key ?? '').fields.get(linkField)))?.resource.id ?? '';
    for (const { key } of expectations.slice(0, 4)) {
      world.editResource('task', taskOf(key), { trouble: { kind: 'missing' } });
    }
    await start(scenario);
    const profile = newProfile();
    const { key, before } = expectations[4] ?? { key: null, before: { id: '' } };
    const on = { path: new RegExp(`/tasks/${taskOf(key)}/`) };
    simulator.faults.add({ on, fault: faults.proxyPage(503) });
    profile.memory.note({ queue: 'SUP-1', id: before.id }, { passingRuns: 4 });
    const inHand = new Set<string>();
    let most = 0;
    const work = watching(inHand, () => {
      most = Math.max(most, inHand.size);
    });
    await run(simulator, { profile, work, settings: { itemsAtATime: 2 } });
    expect(deferred(scenario).length).toBe(5);
    expect(most).toBe(2);
  });

  test('writes them several at a time, each in hand, and alone what took the worker down', async () => {
    const scenario = await startWithDeletedLesson();
    const profile = newProfile();
    const deadly = scenario.expectations.slice(0, 2).map(({ before }) => before.id);
    for (const id of deadly) profile.memory.note({ queue: 'SUP-1', id }, { deaths: 3 });
    const inHand = new Set<string>();
    const others = new Map<string, number>();
    const work = watching(inHand, ({ itemId }) => {
      expect(inHand).toContain(itemId);
      others.set(itemId, inHand.size - 1);
    });
    await run(simulator, { profile, work });
    expect(deferred(scenario).length).toBe(30);
    expect(inHand.size).toBe(0);
    expect(Math.max(...others.values())).toBeGreaterThan(0);
    expect(deadly.map((id) => others.get(id))).toEqual([0, 0]);
  });

  test('holds what comes in after what waited was written at the end of a list', async () => {
    const scenario = queueWorld(20, { distinctTasks: 20 });
    const { world, expectations } = scenario;
    const [first, , ...late] = expectations;
    const link = parseLink(String(world.issue(first?.key ?? '').fields.get(linkField)));
    world.editResource('task', link?.resource.id ?? '', { trouble: { kind: 'missing' } });
    for (const { before } of late) world.removeItem('SUP-1', before.id);
    await start(scenario);
    world.onChange(() => {
      if (erroneous(scenario).length === 0 || world.contentRules.mood === 'all-missing') return;
      world.contentRules.mood = 'all-missing';
      world.addItems(
        'SUP-1',
        late.map(({ before }) => ({ text: before.text })),
      );
    });
    const { end } = await run(simulator);
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'many_alike' } });
    expect(erroneous(scenario).length).toBe(1);
  });

  test('tells of all that waited, though what was in hand succeeds after the halt', async () => {
    const scenario = queueWorld(11, { distinctTasks: 11 });
    const { world, expectations } = scenario;
    const [whole, ...missing] = expectations;
    for (const { key } of missing) {
      world.editIssue(key ?? '', { [linkField]: `https://learn.example/tasks/missing-${key}/` });
    }
    await start(scenario);
    let waiting = 0;
    simulator.faults.beforeRequest = async ({ side, path }) => {
      if (side === 'content' && !path.includes('/missing-')) {
        await vi.waitUntil(() => waiting === 10);
      }
      return undefined;
    };
    const work: RunOptions['work'] = (context) => {
      const setAside = () => {
        waiting += 1;
      };
      return processQueues({ ...context, journal: { ...context.journal, setAside } });
    };
    const { end } = await run(simulator, { work, settings: { itemsAtATime: 11 } });
    expect(world.patches(whole?.key ?? '').length).toBe(1);
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'many_alike' } });
    expect('held' in end && end.held.length).toBe(10);
  });

  test('writes no more of them once Stop is asked for, and the next run writes the rest', async () => {
    const scenario = await startWithDeletedLesson();
    const isStopped = () => deferred(scenario).length > 0;
    const settings = { itemsAtATime: 2 };
    const { end, entries } = await run(simulator, { isStopped, settings });
    expect(end).toEqual({ outcome: 'stopped' });
    expect(entries.length).toBeLessThan(4);
    expect(deferred(scenario).length).toBe(entries.length);
    expect(erroneous(scenario).length).toBe(entries.length);
    await run(simulator);
    expect(deferred(scenario).length).toBe(30);
  });

  test('looks at the rest anew where the run goes on after all', async () => {
    const scenario = await startWithDeletedLesson();
    let moments = 1;
    const isStopped = () => {
      if (deferred(scenario).length === 0 || moments === 0) return false;
      moments -= 1;
      return true;
    };
    const { end } = await run(simulator, { isStopped, settings: { itemsAtATime: 1 } });
    expect(end).toEqual({ outcome: 'completed' });
    expect(moments).toBe(0);
    expect(deferred(scenario).length).toBe(30);
  });

  test('writes no more of them once their checklist issue is locked', async () => {
    const scenario = await startWithDeletedLesson();
    simulator.faults.beforeRequest = ({ method, path }) => {
      const isOfItem = method === 'PATCH' && path.includes('checklistItems');
      if (isOfItem) scenario.world.setLocked('SUP-1', true);
      return undefined;
    };
    const { end } = await run(simulator, { settings: { itemsAtATime: 1 } });
    expect(end).toMatchObject({ failure: { code: 'checklist_issue_locked' } });
    expect(erroneous(scenario).length).toBe(1);
  });

  test('defers them anyway when asked to', async () => {
    const scenario = queueWorld(15);
    scenario.world.contentRules.mood = 'all-missing';
    await start(scenario);
    await run(simulator);
    expect(deferred(scenario)).toEqual([]);
    await run(simulator, { brake: false });
    expect(deferred(scenario).length).toBe(15);
  });

  test('holds when the permission to write is taken away half-way', async () => {
    const scenario = queueWorld(60);
    const { world } = scenario;
    await start(scenario);
    simulator.faults.beforeRequest = () => {
      if (world.issue('SUP-1').done < 30) return undefined;
      for (const { key } of scenario.expectations) world.setAccess(key ?? '', 'read-only');
      simulator.faults.beforeRequest = null;
      return undefined;
    };
    const { end } = await run(simulator);
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'many_alike' } });
    expect(deferred(scenario)).toEqual([]);
  });
});

describe('an issue that conflicts with every write', () => {
  test.each([409, 412])(
    'leaves its item for the next run, values or error (%d)',
    async (status) => {
      const scenario = queueWorld(3);
      const [valued = '', failing = ''] = scenario.expectations.map(({ key }) => key ?? '');
      scenario.world.editIssue(failing, { [linkField]: null });
      await start(scenario);
      for (const key of [valued, failing]) {
        const on = { method: 'PATCH', path: new RegExp(`/issues/${key}$`) };
        // An end, so that a run without one fails this test rather than stops all of them.
        simulator.faults.add({ on, times: 50, fault: faults.json({}, status) });
      }
      const { end, entries } = await run(simulator);
      expect(end).toEqual({ outcome: 'completed' });
      const postponed = entries.filter(({ outcome }) => outcome === 'postponed');
      expect(postponed.map(({ issueKey }) => issueKey).sort()).toEqual([valued, failing].sort());
      expect(new Set(postponed.map(({ failure }) => failure?.details[0]))).toEqual(
        new Set(['reason_conflict']),
      );
      expect(patchesOfIssues()).toBeLessThan(20);
      expect(scenario.world.issue('SUP-1').done).toBe(1);
    },
  );
});

test('an issue that goes after its write met a conflict leaves what it linked to in the history', async () => {
  const scenario = queueWorld(1);
  const [key = ''] = scenario.expectations.map((one) => one.key ?? '');
  await start(scenario);
  simulator.faults.add({
    on: { method: 'PATCH', path: new RegExp(`/issues/${key}$`) },
    fault: faults.json({}, 409),
  });
  simulator.faults.beforeRequest = ({ method, path }) => {
    if (method === 'PATCH' && path.endsWith(`/issues/${key}`)) {
      scenario.world.setAccess(key, 'none');
    }
    return undefined;
  };
  const { entries } = await run(simulator);
  expect(entries).toMatchObject([
    { failure: { code: 'issue_forbidden' }, resource: { type: 'task' } },
  ]);
});

describe('halting', () => {
  test.each([
    ['content_login_required', ({ world }: Scenario) => (world.contentRules.requireLogin = true)],
    ['tracker_token_rejected', ({ world }: Scenario) => (world.trackerRules.token = 'another')],
    ['checklist_issue_not_found', ({ world }: Scenario) => world.removeIssue('SUP-1')],
    ['checklist_issue_forbidden', ({ world }: Scenario) => world.setAccess('SUP-1', 'none')],
    ['checklist_issue_locked', ({ world }: Scenario) => world.setLocked('SUP-1', true)],
  ])('%s touches no item', async (code, spoil) => {
    const scenario = queueWorld(5);
    await start(scenario);
    const { token } = scenario.world.trackerRules;
    spoil(scenario);
    const { end } = await run(simulator, { token });
    expect(end).toMatchObject({ outcome: 'halted', failure: { code } });
    const list = scenario.world.findIssue('SUP-1');
    expect([...(list?.items.values() ?? [])].filter(({ checked }) => checked)).toEqual([]);
    expect(erroneous(scenario)).toEqual([]);
  });

  test.each([
    ['many_alike', { mood: 'all-missing' }],
    ['content_login_required', { requireLogin: true }],
  ])('%s leaves a summary of what failed before', async (code, spoilt) => {
    const scenario = queueWorld(40);
    const { world } = scenario;
    const [failing = ''] = scenario.expectations.map(({ key }) => key ?? '');
    world.editIssue(failing, { [linkField]: null });
    await start(scenario);
    simulator.faults.beforeRequest = () => {
      if (world.issue('SUP-1').done >= 10) Object.assign(world.contentRules, spoilt);
      return undefined;
    };
    const { end } = await run(simulator);
    expect(end).toMatchObject({ outcome: 'halted', failure: { code } });
    expect(world.issue('SUP-1').fields.get(errorField)).toMatch(
      new RegExp(`^${failing}: link_not_set: .*$`),
    );
  });

  test('one checklist issue that is gone does not keep the other from its work', async () => {
    const scenario = queueWorld(5);
    await start(scenario);
    const profile = newProfile();
    const { end } = await run(simulator, {
      profile,
      settings: { checklistIssues: ['SUP-404', 'SUP-1'] },
    });
    expect(end).toEqual({ outcome: 'completed' });
    expect(findDifferences(scenario)).toEqual([]);
    expect(profile.reports.get('SUP-404')?.failure?.code).toBe('checklist_issue_not_found');
  });
});

function erroneous({ world, expectations }: Scenario): unknown[] {
  return expectations.flatMap(({ key }) => {
    const text = key === null ? undefined : world.findIssue(key)?.fields.get(errorField);
    return text === undefined || text === null ? [] : [text];
  });
}

function deferred({ world }: Scenario): string[] {
  const [checklist = ''] = world.checklistKeys;
  return [...world.issue(checklist).items.values()].flatMap(({ deadline, text }) =>
    deadline?.startsWith('2099') ? [text] : [],
  );
}
