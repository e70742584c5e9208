import { afterEach, describe, expect, test } from 'vitest';
import type { ItemReport } from '../../../src/activity/entries.ts';
import type { Planned } from '../../../src/plans/entries.ts';
import { addToChecklist } from '../../../src/queue/add-to-checklist.ts';
import { type PreviewSink, previewLink, previewQueues } from '../../../src/queue/preview.ts';
import type { Chosen } from '../../../src/queue/run-context.ts';
import { type UndoGroup, undoGroups } from '../../../src/queue/undo.ts';
import { previewUndo, undo } from '../../../src/queue/undo-run.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import {
  deferralDate,
  demoWorld,
  errorField,
  type Fault,
  faults,
  findDifferences,
  linkField,
  mappedFields,
  queueWorld,
  type RequestFilter,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { hurry } from '../hurried-time.ts';
import { newProfile, type RunOptions, run } from './run-harness.ts';

let simulator: Simulator;

hurry(10);

afterEach(() => simulator.close());

async function start(scenario: Scenario): Promise<Scenario> {
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world });
  return scenario;
}

type Plans = Map<string, Omit<Planned, 'revision'>>;

function sinkFor(plans: Plans) {
  const told: { alike: unknown; found: unknown } = { alike: null, found: null };
  const sink: PreviewSink = {
    found: (counts) => {
      told.found = counts;
    },
    has: (name) => plans.has(name),
    add: (plan) => plans.set(plan.name, plan),
    alike: (alike) => {
      told.alike = alike;
    },
  };
  return { sink, told };
}

async function preview(options: RunOptions = {}) {
  const plans: Plans = new Map();
  const { sink, told } = sinkFor(plans);
  const { end } = await run(simulator, {
    ...options,
    work: (context) => previewQueues(context, sink),
  });
  return { plans, end, told };
}

/** Applies plans as a page has it done; gives those that turned out to be others. */
async function apply(
  plans: Plans,
  names: readonly string[] = [...plans.keys()],
  options: RunOptions = {},
) {
  const changed: Plans = new Map();
  const items = new Map<string, Set<string>>();
  for (const { queue, itemId } of names.flatMap((name) => plans.get(name) ?? [])) {
    items.set(queue, (items.get(queue) ?? new Set()).add(itemId));
  }
  const shown = {
    of: (name: string) => withRevision(plans.get(name)),
    isNow: (plan: Omit<Planned, 'revision'>) => changed.set(plan.name, plan),
  };
  const chosen: Chosen = { items, issueKey: null, shown };
  return { ...(await run(simulator, { ...options, chosen })), changed };
}

function withRevision(plan: Omit<Planned, 'revision'> | undefined): Planned | undefined {
  return plan && { ...plan, revision: 0 };
}

function writes(): number {
  return simulator.requests.entries.filter(
    ({ side, method, path }) => side === 'tracker' && method !== 'GET' && !path.endsWith('_search'),
  ).length;
}

/** Every field of every issue, without versions. */
function fieldsOf({ world }: Scenario): Map<string, Record<string, unknown>> {
  return new Map([...world.issues()].map(({ key, fields }) => [key, Object.fromEntries(fields)]));
}

describe('a preview', () => {
  test('tells what a run then does, and writes nothing', async () => {
    const scenario = await start(demoWorld());
    const { plans, end } = await preview();
    expect(end).toEqual({ outcome: 'completed' });
    expect(writes()).toBe(0);
    const { entries, changed } = await apply(plans);
    expect(findDifferences(scenario)).toEqual([]);
    expect([...changed]).toEqual([]);
    // Only what the tracker says to the write itself can't be told before.
    const told = entries.filter(({ failure }) => !refusedAtTheWrite.has(failure?.code ?? ''));
    expect(told.length).toBeGreaterThan(30);
    for (const entry of told) {
      const plan = plans.get(`${entry.queue}/${entry.itemId}`);
      expect([plan?.issueKey, outcomeOf(plan), plan?.changes, plan?.failure?.code]).toEqual([
        entry.issueKey,
        entry.outcome,
        entry.changes,
        entry.failure?.code,
      ]);
    }
  });

  test('counts what it is not about, and tells each field that is left alone and why', async () => {
    await start(queueWorld(3, { done: 4, deferred: 2 }));
    const { plans, told } = await preview();
    expect(told.found).toEqual({ total: 3, done: 4, deferred: 2 });
    const [plan] = plans.values();
    expect(plan?.verdict).toBe('write');
    expect(plan?.untouched.map(({ key, why }) => [key, why])).toEqual([
      ['sprint.name', 'does_not_apply'],
      ['sprint.id', 'does_not_apply'],
    ]);
  });

  test('goes on where an earlier worker left off', async () => {
    const scenario = await start(queueWorld(10));
    const plans: Plans = new Map();
    const { sink } = sinkFor(plans);
    const work: RunOptions['work'] = (context) => previewQueues(context, sink);
    const settings = { itemsAtATime: 1 };
    await run(simulator, { work, settings, isStopped: () => plans.size >= 4 });
    const first = new Set(plans.keys());
    expect(first.size).toBeGreaterThanOrEqual(4);
    expect(first.size).toBeLessThan(10);
    simulator.requests.reset();
    await run(simulator, { work });
    expect([...plans.keys()].sort()).toEqual(
      scenario.expectations.map(({ before }) => `SUP-1/${before.id}`).sort(),
    );
    expect(simulator.requests.count({ path: /\/tasks\/[^/]+\/$/ })).toBe(10 - first.size);
  });

  test('says where so many fail alike that a run would halt', async () => {
    const { world } = await start(queueWorld(12));
    world.contentRules.mood = 'all-missing';
    const { plans, told } = await preview({ settings: { itemsAtATime: 1 } });
    expect(plans.size).toBe(12);
    expect(told.alike).toEqual({ count: 12, codes: ['resource_not_found'] });
  });

  test('says nothing of failures that were told, for which no run halts', async () => {
    const { world, expectations } = await start(queueWorld(14));
    for (const { key } of expectations.slice(0, 12)) {
      world.editIssue(key ?? '', { [linkField]: `https://learn.example/tasks/gone-${key}/` });
    }
    const options = { profile: newProfile(), settings: { leaveFailedUnchecked: true } };
    await run(simulator, { ...options, brake: false });
    const { plans, told } = await preview(options);
    expect(plans.size).toBe(12);
    expect(told.alike).toBeNull();
    expect((await run(simulator, options)).end).toEqual({ outcome: 'completed' });
  });

  test('says nothing of failures that later items prove to be their own', async () => {
    const { world, expectations } = await start(queueWorld(24, { distinctTasks: 24 }));
    for (const { key } of expectations.filter((_, at) => at % 2 === 0)) {
      world.editIssue(key ?? '', { [linkField]: `https://learn.example/tasks/gone-${key}/` });
    }
    const { plans, told } = await preview({ settings: { itemsAtATime: 1 } });
    expect(plans.size).toBe(24);
    expect(told.alike).toBeNull();
  });

  test.each([
    { queues: ['SUP-404', 'SUP-1'], looked: 3 },
    { queues: ['SUP-404'], looked: 0 },
  ])(
    'says where a checklist issue can not be used, and looks at the others: $looked items',
    async ({ queues: checklistIssues, looked }) => {
      await start(queueWorld(3));
      const { plans, end } = await preview({ settings: { checklistIssues } });
      const failure = { code: 'checklist_issue_not_found' };
      expect(end).toMatchObject({ outcome: 'interrupted', failure });
      expect(plans.size).toBe(looked);
    },
  );

  test.each<[string, Fault, object]>([
    ['waits', faults.tooMany('300'), { outcome: 'waiting' }],
    ['halts', faults.json({}, 401), { failure: { code: 'tracker_token_rejected' } }],
  ])('%s for a checklist issue though another can not be used', async (_, later, ended) => {
    await start(queueWorld(3));
    // The first answer is no use, so that the other checklist's has come by the second.
    const fault = [faults.proxyPage(503), later] as const;
    simulator.faults.add({ on: { method: 'GET', path: /SUP-1$/ }, fault });
    const { end } = await preview({ settings: { checklistIssues: ['SUP-404', 'SUP-1'] } });
    expect(end).toMatchObject(ended);
  });

  test('plans nothing where a login is needed, and says so', async () => {
    const { world } = await start(queueWorld(3));
    world.contentRules.requireLogin = true;
    const { plans, end } = await preview();
    expect(end).toMatchObject({ failure: { code: 'content_login_required' } });
    expect(plans.size).toBe(0);
  });

  test('of a link asks the content API alone, and says where that needs a login', async () => {
    const { world } = await start(queueWorld(1));
    const plans: Plans = new Map();
    const { sink, told } = sinkFor(plans);
    const work: RunOptions['work'] = (context) => previewLink(context, world.testLink, sink);
    const { end } = await run(simulator, { token: '', work });
    expect(end).toEqual({ outcome: 'completed' });
    expect(told.found).toEqual({ total: 1, done: 0, deferred: 0 });
    const [plan] = plans.values();
    expect(plan?.resource).toEqual({ type: 'task', id: 'task-1' });
    expect(plan?.changes.find(({ key }) => key === 'lesson.name')?.to).toMatch(/^Урок 1/);
    expect(simulator.requests.count({ side: 'tracker' })).toBe(0);

    world.contentRules.requireLogin = true;
    const signedOut = await run(simulator, { token: '', work });
    expect(signedOut.end).toMatchObject({ failure: { code: 'content_login_required' } });
  });
});

const refusedAtTheWrite = new Set(['field_rejected', 'issue_locked', 'issue_forbidden']);

function outcomeOf(plan: Omit<Planned, 'revision'> | undefined): ItemReport['outcome'] | undefined {
  if (plan?.verdict === 'write') return 'done';
  return plan?.verdict === 'defer' ? 'failed' : 'unchanged';
}

describe('what is applied of a preview', () => {
  test('is what was chosen, and no more', async () => {
    const scenario = await start(queueWorld(5));
    const { plans } = await preview();
    const names = [...plans.keys()].slice(1, 3);
    const { entries } = await apply(plans, names);
    expect(entries.map(({ queue, itemId }) => `${queue}/${itemId}`).sort()).toEqual(names.sort());
    expect(scenario.world.issue('SUP-1').done).toBe(2);
  });

  test('is no error that nobody was shown, though it comes for the fifth time', async () => {
    const { world, expectations } = await start(queueWorld(4));
    const { plans } = await preview();
    const { key, before } = expectations[0] ?? { key: null, before: { id: '' } };
    const link = String(world.issue(key ?? '').fields.get(linkField));
    const task = /\/tasks\/([^/?#]+)/.exec(link)?.[1] ?? '';
    const on: RequestFilter = { side: 'content', path: new RegExp(task) };
    simulator.faults.add({ on, fault: faults.proxyPage(503) });
    const profile = newProfile();
    profile.memory.note({ queue: 'SUP-1', id: before.id }, { passingRuns: 4 });
    const { entries, changed } = await apply(plans, undefined, { profile });
    expect(entries.find(({ issueKey }) => issueKey === key)?.outcome).toBe('postponed');
    expect([...changed]).toEqual([]);
    expect(world.patches(key ?? '')).toEqual([]);
    expect(world.item('SUP-1', before.id).checked).toBe(false);
  });

  test('is not what has become something else: it is left alone and shown as it is now', async () => {
    const scenario = await start(queueWorld(5));
    const { world, expectations } = scenario;
    const { plans } = await preview();
    const [edited, relinked, unlinked, hidden, same] = expectations.map(({ key }) => key ?? '');
    const field = mappedFields['lesson.name'];
    world.editIssue(edited ?? '', { [field]: 'by a person' });
    world.editIssue(relinked ?? '', {
      [linkField]: world.issue(same ?? '').fields.get(linkField) ?? null,
    });
    world.editIssue(unlinked ?? '', { [linkField]: null });
    world.setAccess(hidden ?? '', 'none');
    const { entries, changed } = await apply(plans);
    const outcomes = new Map(entries.map(({ issueKey, outcome }) => [issueKey, outcome]));
    expect(outcomes).toEqual(
      new Map([
        [edited, 'left_alone'],
        [relinked, 'left_alone'],
        [unlinked, 'left_alone'],
        [hidden, 'left_alone'],
        [same, 'done'],
      ]),
    );
    for (const key of [edited, relinked, unlinked]) expect(world.patches(key ?? '')).toEqual([]);
    expect(world.issue('SUP-1').done).toBe(1);
    const now = new Map([...changed.values()].map((plan) => [plan.issueKey, plan]));
    expect(now.get(edited ?? '')?.changes.find((one) => one.field === field)?.from).toBe(
      'by a person',
    );
    expect(now.get(unlinked ?? '')?.failure?.code).toBe('link_not_set');
    expect(now.get(hidden ?? '')?.failure?.code).toBe('issue_forbidden');
    // What was shown anew is applied the next time.
    await apply(changed);
    expect(world.issue('SUP-1').done).toBe(5);
  });

  test('is nothing for an issue that was not shown, though it would be given the same', async () => {
    const { world, expectations } = await start(queueWorld(2, { distinctTasks: 1 }));
    const [shown, other] = expectations.map(({ before, key }) => ({ ...before, key: key ?? '' }));
    world.removeItem('SUP-1', other?.id ?? '');
    const { plans } = await preview();
    world.editItem('SUP-1', shown?.id ?? '', { text: other?.key ?? '' });
    const { entries } = await apply(plans);
    expect(entries.map(({ outcome }) => outcome)).toEqual(['left_alone']);
    expect(world.patches(other?.key ?? '')).toEqual([]);
  });

  test('does to an item what was shown, though the settings say something else by now', async () => {
    const { world, expectations } = await start(queueWorld(2));
    const [done = '', failing = ''] = expectations.map(({ key }) => key ?? '');
    world.editIssue(failing, { [linkField]: null });
    const { plans } = await preview();
    const settings = { deleteDoneItems: true, leaveFailedUnchecked: true };
    const { entries, changed } = await apply(plans, [...plans.keys()], { settings });
    expect(entries.map(({ outcome }) => outcome)).toEqual(['left_alone', 'left_alone']);
    expect(world.issue('SUP-1').items.size).toBe(2);
    for (const key of [done, failing]) expect(world.patches(key)).toEqual([]);
    expect([...changed.values()].map(({ itemAction }) => itemAction).sort()).toEqual([
      'delete',
      'leave',
    ]);
    await apply(changed, [...changed.keys()], { settings });
    expect([...world.issue('SUP-1').items.values()].map(({ text }) => text)).toEqual([failing]);
  });

  test('is the rest where a worker died after it had written the issue', async () => {
    const scenario = await start(queueWorld(1));
    const { plans } = await preview();
    const [plan] = plans.values();
    const [first = '', ...others] = plan?.changes.map(({ field }) => field) ?? [];
    expect(others.length).toBeGreaterThan(3);
    for (const { field, to } of plan?.changes ?? []) {
      if (field !== first) scenario.world.editIssue(plan?.issueKey ?? '', { [field]: to });
    }
    const { entries } = await apply(plans);
    expect(entries.map(({ outcome }) => outcome)).toEqual(['done']);
    expect(findDifferences(scenario)).toEqual([]);
  });
});

function outcomesOf(entries: readonly ItemReport[]): string[] {
  return entries.map(({ outcome }) => outcome).sort();
}

function kept(entries: readonly ItemReport[]) {
  return entries.map((entry) => ({ ...entry, runId: 'r', at: 0, requests: [], times: null }));
}

async function previewOf(groups: readonly UndoGroup[], plans: Plans = new Map()): Promise<Plans> {
  const { sink, told } = sinkFor(plans);
  await run(simulator, { work: (context) => previewUndo(context, groups, sink) });
  expect(told.found).toEqual({ total: groups.length, done: 0, deferred: 0 });
  return plans;
}

async function takeBack(
  groups: readonly UndoGroup[],
  plans: Plans,
  uncheckToo = false,
  settings: Partial<Settings> = {},
  profile = newProfile(),
) {
  const changed: Plans = new Map();
  const shown = {
    of: (name: string) => withRevision(plans.get(name)),
    isNow: (plan: Omit<Planned, 'revision'>) => changed.set(plan.name, plan),
  };
  const result = await run(simulator, {
    profile,
    settings,
    work: (context) => undo(context, groups, { uncheckToo, shown }),
  });
  return { ...result, profile, changed };
}

describe('an undo', () => {
  /** Runs, and gives what the history would have of it. */
  async function process(): Promise<UndoGroup[]> {
    const { entries } = await run(simulator);
    return undoGroups(kept(entries));
  }

  test('is not held up by a checklist that can not be edited any more', async () => {
    const scenario = await start(queueWorld(3));
    const before = fieldsOf(scenario);
    const groups = await process();
    const plans = await previewOf(groups);
    scenario.world.setLocked('SUP-1', true);
    const { end, entries } = await takeBack(groups, plans, true);
    // In the end it says what a run would, with the same button.
    expect(end).toMatchObject({ outcome: 'halted', failure: { code: 'checklist_issue_locked' } });
    expect(fieldsOf(scenario)).toEqual(before);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        outcome: 'failed',
        failure: { code: 'checklist_issue_locked' },
      });
      expect(entry.changes.length).toBeGreaterThan(0);
    }
    expect(entries).toHaveLength(3);
  });

  test.each<[what: string, checklistIssues: string[]]>([
    ['one of two', ['SUP-1', 'SUP-2']],
    ['not of the settings any more', ['SUP-2']],
  ])('halts nothing over a checklist that can not be edited and is %s', async (_, queues) => {
    const { world } = await start(queueWorld(3));
    const groups = await process();
    const plans = await previewOf(groups);
    world.setAccess('SUP-1', 'read-only');
    const { end, entries, profile } = await takeBack(groups, plans, true, {
      checklistIssues: queues,
    });
    expect(end).toEqual({ outcome: 'completed' });
    expect(outcomesOf(entries)).toEqual(['failed', 'failed', 'failed']);
    // What is not worked on any more has no place in the popup.
    const reported = profile.reports.get('SUP-1')?.failure?.code;
    expect(reported).toBe(queues.includes('SUP-1') ? 'checklist_issue_forbidden' : undefined);
  });

  test('leaves each of the demo issues as it was, one PATCH an issue; and can be taken back', async () => {
    const scenario = await start(demoWorld());
    const before = fieldsOf(scenario);
    const groups = await process();
    const written = fieldsOf(scenario);
    simulator.requests.reset();
    const plans = await previewOf(groups);
    expect(writes()).toBe(0);
    const { end, entries } = await takeBack(groups, plans);
    expect(end).toEqual({ outcome: 'completed' });
    expect(writes()).toBe([...plans.values()].filter(({ verdict }) => verdict === 'write').length);
    before.delete('SUP-1');
    const after = fieldsOf(scenario);
    after.delete('SUP-1');
    expect(after).toEqual(before);

    const again = undoGroups(kept(entries));
    await takeBack(again, await previewOf(again));
    written.delete('SUP-1');
    const redone = fieldsOf(scenario);
    redone.delete('SUP-1');
    expect(redone).toEqual(written);
  });

  test('takes back a write whose confirmation was lost, of values and of an error; and so in its turn', async () => {
    const scenario = await start(queueWorld(3));
    const { world, expectations } = scenario;
    const [lost = '', failing = ''] = expectations.map(({ key }) => key ?? '');
    world.editIssue(failing, { [linkField]: null });
    const loseConfirmations = () => {
      for (const key of [lost, failing]) {
        const on = { method: 'PATCH', path: new RegExp(`/issues/${key}$`) };
        simulator.faults.add({ on, nth: 1, fault: faults.dropApplied });
      }
    };
    const before = fieldsOf(scenario);
    loseConfirmations();
    const { entries } = await run(simulator);
    expect(outcomesOf(entries)).toEqual(['done', 'done', 'failed']);
    const written = fieldsOf(scenario);
    expect(written.get(failing)?.[errorField]).toMatch(/^link_not_set/);

    const groups = undoGroups(kept(entries));
    const plans = await previewOf(groups);
    loseConfirmations();
    const undone = await takeBack(groups, plans);
    expect(outcomesOf(undone.entries)).toEqual(['undone', 'undone', 'undone']);
    for (const key of [lost, failing]) expect(fieldsOf(scenario).get(key)).toEqual(before.get(key));

    const again = undoGroups(kept(undone.entries));
    await takeBack(again, await previewOf(again));
    for (const key of [lost, failing])
      expect(fieldsOf(scenario).get(key)).toEqual(written.get(key));
    for (const { key } of expectations) expect(world.patches(key ?? '')).toHaveLength(3);
  });

  test('leaves alone what somebody changed since, and lists it', async () => {
    const { world, expectations } = await start(queueWorld(3));
    // What the search knows is from before the run: nothing is decided on that.
    world.trackerRules.searchLagMs = 60_000;
    const [failing = '', key = ''] = expectations.map((one) => one.key ?? '');
    world.editIssue(failing, { [linkField]: null });
    const groups = await process();
    world.editIssue(failing, { [errorField]: 'by a person' });
    const field = mappedFields['course.name'];
    world.editIssue(key, { [field]: 'by a person' });
    const plans = await previewOf(groups);
    expect(plans.get(key)?.untouched).toEqual([
      { field, key: 'course.name', why: 'edited_since', value: 'by a person' },
    ]);
    expect(plans.get(key)?.resource).toMatchObject({ type: 'task' });
    expect(plans.get(failing)?.verdict).toBe('left_alone');
    const { entries } = await takeBack(groups, plans);
    expect(outcomesOf(entries).sort()).toEqual(['left_alone', 'undone', 'undone']);
    expect(entries.find(({ issueKey }) => issueKey === key)?.untouched).toHaveLength(1);
    for (const { key: one } of expectations) {
      const { fields } = world.issue(one ?? '');
      const values = Object.values(mappedFields).flatMap((name) => fields.get(name) ?? []);
      expect(values).toEqual(one === key ? ['by a person'] : []);
    }
  });

  test('keeps a long text that somebody has put there since shortened, and says of its field why', async () => {
    const { world, expectations } = await start(queueWorld(1));
    const groups = await process();
    const key = expectations[0]?.key ?? '';
    const field = mappedFields['course.name'];
    world.editIssue(key, { [field]: 'x'.repeat(100_000) });
    const { entries } = await takeBack(groups, await previewOf(groups));
    const [entry] = entries;
    expect(entry).toMatchObject({ outcome: 'undone', untouched: [{ field, why: 'edited_since' }] });
    expect(String(entry?.untouched[0]?.value).length).toBeLessThan(300);
  });

  test.each([
    ['since the preview', false],
    ['just before it is written', true],
  ])('takes back the rest of an issue that somebody edited %s', async (_, isLate) => {
    const { world, expectations } = await start(queueWorld(2));
    const groups = await process();
    const plans = await previewOf(groups);
    const key = expectations[0]?.key ?? '';
    const field = mappedFields['course.name'];
    const edit = () => {
      simulator.faults.beforeRequest = null;
      // As it was, but for one field: that one is not taken back, what was shown of the others is.
      world.editIssue(key, { [field]: 'by a person' });
    };
    if (isLate) {
      simulator.faults.beforeRequest = ({ method, path }) => {
        if (method === 'PATCH' && path.endsWith(`/${key}`)) edit();
        return undefined;
      };
    } else edit();
    const { entries } = await takeBack(groups, plans);
    expect(entries.map(({ outcome }) => outcome)).toEqual(['undone', 'undone']);
    expect(world.issue(key).fields.get(field)).toBe('by a person');
    const entry = entries.find(({ issueKey }) => issueKey === key);
    expect(entry?.changes.map((change) => change.field)).not.toContain(field);
  });

  test('leaves alone what would be more than was shown, or was not shown at all, and shows it', async () => {
    const { world, expectations } = await start(queueWorld(3));
    const [key = '', unshown = ''] = expectations.map((one) => one.key ?? '');
    const field = mappedFields['course.name'];
    const groups = await process();
    const written = world.issue(key).fields.get(field) ?? null;
    world.editIssue(key, { [field]: 'by a person' });
    const plans = await previewOf(groups);
    world.editIssue(key, { [field]: written });
    plans.delete(unshown);
    const { entries, changed } = await takeBack(groups, plans);
    expect(outcomesOf(entries).sort()).toEqual(['left_alone', 'left_alone', 'undone']);
    expect([...changed.keys()].sort()).toEqual([key, unshown].sort());
    expect(changed.get(key)?.changes.map((change) => change.field)).toContain(field);
    for (const entry of entries) {
      expect(entry.changes.length > 0).toBe(entry.outcome === 'undone');
    }
    expect(world.patches(key)).toHaveLength(1);
  });

  test('takes back what was written though a later run wrote nothing', async () => {
    const { world, expectations } = await start(queueWorld(1));
    const first = await run(simulator);
    world.editItem('SUP-1', expectations[0]?.before.id ?? '', { checked: false });
    const second = await run(simulator);
    const groups = undoGroups(kept([...first.entries, ...second.entries]));
    const plans = await previewOf(groups);
    expect([...plans.values()].map(({ verdict }) => verdict)).toEqual(['write']);
  });

  test('is previewed with what is wrong with an issue, and goes on with the others', async () => {
    const { world, expectations } = await start(queueWorld(2));
    const [key = ''] = expectations.map((one) => one.key ?? '');
    const groups = await process();
    world.setAccess(key, 'none');
    const plans = await previewOf(groups);
    expect(plans.get(key)).toMatchObject({
      verdict: 'left_alone',
      failure: { code: 'issue_forbidden' },
    });
    expect([...plans.values()].map(({ verdict }) => verdict).sort()).toEqual([
      'left_alone',
      'write',
    ]);
    // The next worker, should this one die now, has nothing left to show.
    simulator.requests.reset();
    await previewOf(groups, plans);
    expect(simulator.requests.count()).toBe(0);
  });

  test('goes on after a wait, whatever is wrong with the checklist', async () => {
    const { world } = await start(queueWorld(2));
    const groups = await process();
    const plans = await previewOf(groups);
    world.setLocked('SUP-1', true);
    const path = new RegExp(`/issues/${groups[1]?.issueKey}$`);
    simulator.faults.add({ on: { method: 'PATCH', path }, fault: faults.tooMany('600') });
    const { end } = await takeBack(groups, plans, true, { itemsAtATime: 1 });
    expect(end).toMatchObject({ outcome: 'waiting' });
  });

  test('unchecks the items where asked, after their issues', async () => {
    const { world, expectations } = await start(queueWorld(3));
    const groups = await process();
    const plans = await previewOf(groups);
    const [first] = groups;
    const known = newProfile();
    const item = { queue: 'SUP-1', id: first?.entries[0]?.itemId ?? '' };
    known.memory.note(item, { deaths: 3 });
    await takeBack(first === undefined ? [] : [first], plans, true, {}, known);
    expect(world.issue('SUP-1').done).toBe(2);
    expect(known.memory.of(item).deaths).toBe(0);
    expect(world.itemByText('SUP-1', first?.issueKey ?? '').checked).toBe(false);
    simulator.requests.reset();
    const { profile } = await takeBack(groups, plans, true);
    expect(world.issue('SUP-1').done).toBe(0);
    // While the schedule rests, no run comes to tell it.
    const { version } = world.issue('SUP-1');
    const told = { version, total: 3, open: 3, failure: null };
    expect(profile.reports.get('SUP-1')).toMatchObject(told);
    const calls = simulator.requests.entries
      .filter(({ method }) => method === 'PATCH')
      .map(({ path }) => path);
    // Nothing is written to what was taken back before.
    expect(calls).toHaveLength(4);
    expect(expectations.filter(({ key }) => world.patches(key ?? '').length === 2)).toHaveLength(3);
  });

  test('unchecks all that the run checked, also where it wrote nothing to the issue', async () => {
    const { world, expectations } = await start(queueWorld(3));
    const [same, locked, unnamed] = expectations;
    await run(simulator);
    for (const { before } of expectations) world.editItem('SUP-1', before.id, { checked: false });
    world.editItem('SUP-1', unnamed?.before.id ?? '', { text: 'names nothing' });
    world.editIssue(locked?.key ?? '', { [linkField]: null });
    world.setLocked(locked?.key ?? '', true);
    const groups = await process();
    expect(world.issue('SUP-1').done).toBe(3);
    simulator.requests.reset();
    const plans = await previewOf(groups);
    expect([...plans.values()].map(({ verdict }) => verdict)).toEqual(Array(3).fill('unchanged'));
    const { entries } = await takeBack(groups, plans, true);
    expect(world.issue('SUP-1').done).toBe(0);
    expect(outcomesOf(entries)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    // Of issues that nothing was written to, nothing is asked.
    const ofIssues = new RegExp(`issues/(${same?.key}|${locked?.key}|_search)`);
    expect(simulator.requests.count({ path: ofIssues })).toBe(0);
  });

  test('postpones one issue where the checklist could not be read once, and not the others', async () => {
    const { world } = await start(queueWorld(3));
    const groups = await process();
    const plans = await previewOf(groups);
    const on = { method: 'GET', path: /\/issues\/SUP-1$/ };
    simulator.faults.add({ on, nth: 1, fault: faults.json({}, 400) });
    const { entries } = await takeBack(groups, plans, true, { itemsAtATime: 1 });
    expect(outcomesOf(entries)).toEqual(['postponed', 'undone', 'undone']);
    expect(world.issue('SUP-1').done).toBe(1);
  });

  test('goes on with the others where an issue can not be written', async () => {
    const { world, expectations } = await start(queueWorld(3));
    const groups = await process();
    const plans = await previewOf(groups);
    world.setLocked(expectations[0]?.key ?? '', true);
    const { end, entries } = await takeBack(groups, plans);
    expect(end).toEqual({ outcome: 'completed' });
    expect(entries.map(({ outcome, failure }) => `${outcome} ${failure?.code}`).sort()).toEqual([
      'failed issue_locked',
      'undone undefined',
      'undone undefined',
    ]);
    expect(world.issue(expectations[0]?.key ?? '').fields.get(errorField)).toBeUndefined();
  });

  test('tells what it wrote without a confirmation where the issue can not be read after that', async () => {
    const { expectations } = await start(queueWorld(1));
    const groups = await process();
    const plans = await previewOf(groups);
    const path = new RegExp(`/issues/${expectations[0]?.key}$`);
    const forbidden = faults.json({}, 403);
    simulator.faults.add({ on: { method: 'PATCH', path }, nth: 1, fault: faults.dropApplied });
    simulator.faults.add({ on: { method: 'GET', path }, nth: 2, fault: forbidden });
    const { entries } = await takeBack(groups, plans);
    expect(entries).toMatchObject([{ outcome: 'failed', failure: { code: 'issue_forbidden' } }]);
    expect(entries[0]?.changes).toHaveLength(groups[0]?.entries[0]?.changes.length ?? 0);
  });

  test('halts where the token is refused, with the rest left for another time', async () => {
    const scenario = await start(queueWorld(3));
    const before = fieldsOf(scenario);
    const groups = await process();
    const plans = await previewOf(groups);
    const token = scenario.world.trackerRules.token;
    scenario.world.trackerRules.token = 'another';
    const shown = { of: (name: string) => withRevision(plans.get(name)), isNow: () => undefined };
    const work: RunOptions['work'] = (context) =>
      undo(context, groups, { uncheckToo: false, shown });
    const { end } = await run(simulator, { token, work });
    expect(end.outcome).toBe('halted');
    scenario.world.trackerRules.token = token;
    await run(simulator, { work });
    expect(fieldsOf(scenario).get('SUP-2')).toEqual(before.get('SUP-2'));
  });

  test('has an issue in hand, and is about to write nothing any more where the token is refused', async () => {
    await start(queueWorld(1));
    const groups = await process();
    const plans = await previewOf(groups);
    simulator.faults.add({ on: { method: 'PATCH' }, fault: faults.json({}, 401) });
    const steps: unknown[] = [];
    const shown = { of: (name: string) => withRevision(plans.get(name)), isNow: () => undefined };
    const { end } = await run(simulator, {
      work: (context) => {
        const intend = ({ changes }: ItemReport) => {
          steps.push(changes.length);
          return Promise.resolve();
        };
        const begin = () => {
          steps.push('in hand');
          return Promise.resolve();
        };
        const setAside = () => {
          steps.push('out of hand');
        };
        const journal = { ...context.journal, begin, intend, setAside };
        return undo({ ...context, journal }, groups, { uncheckToo: false, shown });
      },
    });
    expect(end).toMatchObject({ failure: { code: 'tracker_token_rejected' } });
    const some = expect.toSatisfy((changes: number) => changes > 0);
    expect(steps).toEqual(['in hand', some, 0, 'out of hand']);
  });
});

describe('one issue', () => {
  const chosen = (issueKey: string): Chosen => ({ items: new Map(), issueKey, shown: null });

  test('is annotated without an item where none names it', async () => {
    const { world, expectations } = await start(queueWorld(2));
    const [first] = expectations;
    world.replaceItems('SUP-1', []);
    const { entries } = await run(simulator, { chosen: chosen(first?.key ?? '') });
    expect(entries.map(({ queue, issueKey, outcome }) => [queue, issueKey, outcome])).toEqual([
      ['', first?.key, 'done'],
    ]);
    expect(world.patches(first?.key ?? '')).toHaveLength(1);
    expect(simulator.requests.count({ method: 'PATCH' })).toBe(1);
    // So it has none to be unchecked.
    const groups = undoGroups(kept(entries));
    const undone = await takeBack(groups, await previewOf(groups), true);
    expect(outcomesOf(undone.entries)).toEqual(['undone']);
  });

  test('is told what is wrong with its link, though no item names it', async () => {
    const { world, expectations } = await start(queueWorld(1));
    const key = expectations[0]?.key ?? '';
    world.replaceItems('SUP-1', []);
    world.editIssue(key, { [linkField]: 'https://learn.example/tasks/gone/' });
    const { entries } = await run(simulator, { chosen: chosen(key) });
    expect(outcomesOf(entries)).toEqual(['failed']);
    expect(world.issue(key).fields.get(errorField)).toMatch(/^resource_not_found: /);
  });

  test('is annotated with its item where one is open, which is checked then', async () => {
    const { world, expectations } = await start(queueWorld(2));
    const [first] = expectations;
    await run(simulator, { chosen: chosen(first?.key ?? '') });
    expect(world.issue('SUP-1').done).toBe(1);
    expect(world.itemByText('SUP-1', first?.key ?? '').checked).toBe(true);
  });

  test.each<[string, Fault]>([
    ['is refused', faults.tooMany()],
    ['has no answer', faults.dropApplied],
    ['is answered by a proxy', faults.proxyPage(503)],
  ])('is added to a checklist once where the request %s', async (_, fault) => {
    const { world, expectations } = await start(queueWorld(1));
    const issueKey = expectations[0]?.key ?? '';
    world.replaceItems('SUP-1', []);
    simulator.faults.add({ on: { method: 'POST', path: /checklistItems$/ }, fault, times: 1 });
    const { end, entries } = await run(simulator, {
      work: (context) => addToChecklist(context, { issueKey, checklistIssue: 'SUP-1' }),
    });
    expect(end).toEqual({ outcome: 'completed' });
    expect(entries.map(({ outcome }) => outcome)).toEqual(['added']);
    expect([...world.issue('SUP-1').items.values()].map(({ text }) => text)).toEqual([issueKey]);
  });

  test.each<[string, Fault, number, object]>([
    [
      'does not answer',
      faults.proxyPage(503),
      5,
      { outcome: 'interrupted', failure: { code: 'tracker_unavailable' } },
    ],
    [
      'has it locked',
      faults.json({}, 423),
      1,
      { outcome: 'halted', failure: { code: 'checklist_issue_locked' } },
    ],
  ])(
    'is not told to be added to a checklist where the tracker %s',
    async (_, fault, tries, ended) => {
      const { world, expectations } = await start(queueWorld(1));
      world.replaceItems('SUP-1', []);
      const on = { method: 'POST', path: /checklistItems$/ };
      simulator.faults.add({ on, fault });
      const issueKey = expectations[0]?.key ?? '';
      const { end, entries } = await run(simulator, {
        work: (context) => addToChecklist(context, { issueKey, checklistIssue: 'SUP-1' }),
      });
      expect(end).toMatchObject(ended);
      expect(entries).toEqual([]);
      expect(simulator.requests.count(on)).toBe(tries);
    },
  );

  test('is added to a checklist unless an item names it that is open or deferred', async () => {
    const { world, expectations } = await start(queueWorld(1));
    const issueKey = expectations[0]?.key ?? '';
    world.replaceItems('SUP-1', []);
    const add = async () => {
      const { entries } = await run(simulator, {
        work: (context) => addToChecklist(context, { issueKey, checklistIssue: 'SUP-1' }),
      });
      return entries.map(({ outcome }) => outcome);
    };
    expect(await add()).toEqual(['added']);
    expect(await add()).toEqual([]);
    const { id } = world.itemByText('SUP-1', issueKey);
    world.editItem('SUP-1', id, { checked: true, deadline: deferralDate });
    expect(await add()).toEqual([]);
    world.editItem('SUP-1', id, { deadline: null });
    expect(await add()).toEqual(['added']);
    const items = [...world.issue('SUP-1').items.values()];
    expect(items.map(({ text, checked }) => [text, checked])).toEqual([
      [issueKey, true],
      [issueKey, false],
    ]);
  });
});
