import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { ItemEntry } from '../../../src/activity/entries.ts';
import { currentVersion } from '../../../src/settings/envelope.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import type { QueueStatus } from '../../../src/status/status.ts';
import { errorField, faults, linkField, mappedFields, queueWorld } from '../../simulator/index.ts';
import { settingsFor } from '../queue/run-harness.ts';
import { queue } from '../status/stored-status.ts';
import {
  allowHosts,
  asLeft,
  awayFor10Min,
  browser,
  configure,
  done,
  eventually,
  keptHistory,
  local,
  passAfter,
  runEnded,
  scenario,
  simulateInstead,
  simulator,
  startAwake,
} from './worker-in-node.ts';

/** What a worker stores of checklist issues: those that move, rest, or are locked. */

function outcomesOf(items: readonly ItemEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test('a move that nothing is known of any more ends, is no pass, and is not told of', async () => {
  const { runs } = keptHistory();
  configure({ schedulePaused: true });
  allowHosts();
  browser.store({ awake: true }, 'session');
  browser.store({ run: { ...asLeft, kind: 'move', moving: { from: 'SUP-1', to: null } } });
  await browser.startWorker();
  await runEnded();
  expect(done()).toBe(0);
  expect(runs.size).toBe(0);
});

test('each of two queues is moved, though the second is asked for while the first moves', async () => {
  const [{ key } = { key: null }] = scenario.expectations;
  const queues = ['SUP-1', key ?? ''];
  configure({ checklistIssues: queues, schedulePaused: true });
  allowHosts();
  browser.store({ queues: queues.map((checklistIssue) => queue({ checklistIssue })) });
  await browser.startWorker();
  await Promise.all(
    queues.map((checklistIssue) => browser.command({ type: 'move_checklist', checklistIssue })),
  );
  await eventually(() => {
    // Written by the worker, which knows no other shape.
    const { values } = local().settings as { values: Settings };
    expect(values.checklistIssues.filter((one) => !queues.includes(one))).toHaveLength(2);
  });
  await runEnded();
  const moved = () => queues.map((from) => ({ continues: { from, at: expect.any(Number) } }));
  expect(local().queues).toMatchObject(moved());
  // The runs in the fresh ones know it too.
  await passAfter(() => browser.command({ type: 'process' }));
  expect(local().queues).toMatchObject(moved());
});

test('a queue that can’t be moved is told beside itself, and stops no work', async () => {
  configure({ checklistIssues: ['SUP-1'], schedulePaused: true });
  browser.store({ temporary_settings: { checklistIssues: ['SUP-1'] } }, 'session');
  allowHosts();
  await startAwake();
  await browser.command({ type: 'move_checklist', checklistIssue: 'SUP-1' });
  await eventually(() => expect(local().state).toMatchObject({ lastRun: { kind: 'move' } }));
  await runEnded();
  const failure = { code: 'checklist_issue_not_replaceable', details: ['SUP-1'] };
  expect(local().moves).toMatchObject([{ from: 'SUP-1', target: null, failure }]);
  expect(local().state).toMatchObject({ halt: null, lastRun: { failure } });
  expect(simulator.requests.count({ method: 'POST', path: /\/issues$/ })).toBe(0);
});

test('one of two queues that is locked rests, and is tried at once by a click', async () => {
  const other = scenario.expectations[0]?.key ?? '';
  const asked = () =>
    simulator.requests.entries.filter(({ path }) => path.includes('issues/SUP-1')).length;
  scenario.world.setLocked('SUP-1', true);
  configure({ checklistIssues: ['SUP-1', other] });
  allowHosts();
  browser.store({ awake: true }, 'session');
  await browser.startWorker();
  await passAfter(() => browser.ring('process'));
  const before = asked();
  expect(before).toBeGreaterThan(0);
  await passAfter(() => browser.ring('process'));
  expect(asked()).toBe(before);
  const failure = { code: 'checklist_issue_locked' };
  expect(local().queues).toContainEqual(
    expect.objectContaining({ checklistIssue: 'SUP-1', failure: expect.objectContaining(failure) }),
  );
  await passAfter(() => browser.command({ type: 'process' }));
  expect(asked()).toBeGreaterThan(before);

  const queues = z.array(z.looseObject({ checklistIssue: z.string() })).parse(local().queues);
  const locked = queues.find(({ checklistIssue }) => checklistIssue === 'SUP-1');
  expect(locked).toMatchObject({ rest: { tries: 1 } });
  const others = queues.filter((queue) => queue !== locked);
  const over = { ...locked, rest: { tries: 3, nextTryAt: Date.now() - 1 } };
  browser.store({ queues: [...others, over] });
  await passAfter(() => browser.ring('process'));
  expect(local().queues).toContainEqual(
    expect.objectContaining({ rest: { tries: 4, nextTryAt: expect.any(Number) } }),
  );
});

test.each(['locked', 'forbidden'] as const)(
  'that a list is %s is over once something else than a pass has edited it, and no sooner',
  async (trouble) => {
    const { world, expectations } = scenario;
    const [first] = expectations;
    const fault = faults.json({}, trouble === 'locked' ? 423 : 403);
    const refusing = simulator.faults.add({
      on: { method: 'PATCH', path: /checklistItems/ },
      fault,
    });
    configure({ schedulePaused: true });
    allowHosts();
    await startAwake();
    await passAfter(() => browser.command({ type: 'process' }));
    const halt = { failure: { code: `checklist_issue_${trouble}` } };
    expect(local().state).toMatchObject({ halt });
    refusing.remove();
    await passAfter(() => browser.command({ type: 'recheck' }));
    expect(local().state).toMatchObject({ halt });
    const items = [{ queue: 'SUP-1', itemId: first?.before.id ?? '' }];
    await passAfter(() => browser.command({ type: 'process_only', items }));
    expect(local().state).toMatchObject({ halt: null });
    expect(world.issue('SUP-1').done).toBe(1);
  },
);

test('how the queues stand is stored for all of them at once', async () => {
  const others = scenario.expectations.slice(0, 3).flatMap(({ key }) => key ?? []);
  configure({ checklistIssues: ['SUP-1', ...others] });
  allowHosts();
  await startAwake();
  let writes = 0;
  browser.beforeStoring = (values) => {
    if ('queues' in values) writes += 1;
  };
  await passAfter(() => browser.ring('process'));
  expect(local().queues).toHaveLength(4);
  // When the round begins, and when the run is through with them.
  expect(writes).toBe(2);
});

describe('what is known of a checklist issue that the settings name no more', () => {
  const names = () => (local().queues as QueueStatus[]).map((one) => one.checklistIssue);
  const itemsKnown = () =>
    Object.entries(local()).flatMap(([key, value]) =>
      /^items\d*$/.test(key) && value instanceof Object ? Object.keys(value) : [],
    );

  beforeEach(() => {
    const queues = ['SUP-1', 'SUP-8', 'SUP-9'];
    const memories = queues.map((key) => [`${key}/1`, { deaths: 1, passingRuns: 0 }]);
    browser.store({
      queues: queues.map((checklistIssue) => queue({ checklistIssue, version: 1 })),
      items: Object.fromEntries(memories),
    });
    browser.store({ temporary_settings: { checklistIssues: ['SUP-1'] } }, 'session');
    allowHosts();
  });

  test('is forgotten with the next run, unless it is left out until the restart', async () => {
    const { runs } = keptHistory();
    configure({ checklistIssues: ['SUP-1', 'SUP-8'] });
    await startAwake();
    await passAfter(() => browser.command({ type: 'process' }));
    expect(names()).toEqual(['SUP-1', 'SUP-8']);
    expect(itemsKnown()).toEqual(['SUP-8/1']);
    expect([...runs.values()].map(({ versions }) => Object.keys(versions))).toEqual([['SUP-1']]);
  });

  test('stays while the stored settings can’t be read', async () => {
    configure();
    const values = { ...settingsFor(simulator), checklistIssues: 'damaged' };
    browser.store({ settings: { version: currentVersion, values } });
    await startAwake();
    await passAfter(() => browser.command({ type: 'process' }));
    expect(done()).toBe(3);
    expect(names()).toEqual(['SUP-1', 'SUP-8', 'SUP-9']);
    expect(itemsKnown()).toEqual(expect.arrayContaining(['SUP-8/1', 'SUP-9/1']));
  });
});

test('the summary of a checklist issue that rests is left alone, though an item elsewhere names it', async () => {
  const { world } = scenario;
  const other = scenario.expectations[0]?.key ?? '';
  const summary = 'SUP-9: link_not_set: The link field is empty.';
  world.editIssue('SUP-1', { [errorField]: summary });
  const { id } = world.addItem(other, { text: 'SUP-1' });
  configure({ checklistIssues: ['SUP-1', other] });
  allowHosts();
  const failure = { code: 'checklist_issue_locked', details: ['SUP-1'] } as const;
  browser.store({
    queues: [queue({ failure, rest: { tries: 3, nextTryAt: Date.now() + 100_000 } })],
  });
  await startAwake();
  await passAfter(() => browser.ring('process'));
  expect(world.issue(other).items.get(id)).toMatchObject({ checked: true });
  expect(world.issue('SUP-1').fields.get(errorField)).toBe(summary);
  expect(done()).toBe(0);
});

describe('writes that the tracker refuses', () => {
  test.each<[string, (key: string) => void]>([
    ['a field', reject],
    ['the issue, locked', (key) => scenario.world.setLocked(key, true)],
    ['the issue, read-only', (key) => scenario.world.setAccess(key, 'read-only')],
  ])('are told of once while their item stays open: %s', async (_, refuse) => {
    const { items, runs } = keptHistory();
    refuse(scenario.expectations[0]?.key ?? '');
    configure({ leaveFailedUnchecked: true });
    allowHosts();
    await startAwake();
    for (let pass = 1; pass <= 4; pass += 1) await passAfter(() => browser.ring('process'));
    // That it fails still is said once.
    expect(outcomesOf(items)).toEqual({ done: 2, failed: 2 });
    expect(runs.size).toBe(2);
  });

  test('are not in the history as if they may have been done, where the brake holds them', async () => {
    const { items, runs } = keptHistory();
    await simulateInstead(queueWorld(25));
    for (const { key } of scenario.expectations) reject(key ?? '');
    configure();
    allowHosts();
    await startAwake();
    await passAfter(() => browser.ring('process'));
    expect(local().state).toMatchObject({ halt: { failure: { code: 'many_alike' } } });
    expect(items).toEqual([]);
    expect(runs.size).toBe(1);
  });

  test('are, where no answer tells whether they were', async () => {
    const { items } = keptHistory();
    const [key] = scenario.expectations.map((one) => one.key ?? '');
    const on = { method: 'PATCH', path: new RegExp(`/issues/${key}$`) };
    simulator.faults.add({ on, fault: awayFor10Min });
    configure();
    allowHosts();
    await startAwake();
    await browser.command({ type: 'process' });
    await eventually(() => expect(local().run).toMatchObject({ resumeAt: expect.any(Number) }));
    const isIt = ({ issueKey }: ItemEntry) => issueKey === key;
    const changes = expect.arrayContaining([expect.objectContaining({ key: 'course.name' })]);
    expect(items.filter(isIt)).toMatchObject([{ outcome: 'postponed', failure: null, changes }]);
  });

  function reject(key: string): void {
    const { rejects } = scenario.world.issue(key);
    for (const field of Object.values(mappedFields)) rejects.set(field, 'Not allowed');
  }
});

test.each<[string, boolean]>([
  ['deferred', false],
  ['left unchecked', true],
])('a checklist issue that takes no text is told again with news alone: %s', async (_, stays) => {
  const { world } = scenario;
  const { rejects } = world.issue('SUP-1');
  const tries = () =>
    simulator.requests.entries.filter(
      ({ method, path }) => method === 'PATCH' && path.endsWith('/issues/SUP-1'),
    ).length;
  const pass = (ask: () => unknown = () => browser.ring('process')) => passAfter(ask);
  const told = () => ({ tries: tries(), ...(local().queues as QueueStatus[])[0] });
  rejects.set(errorField, 'Not a field of this queue');
  world.editIssue(scenario.expectations[0]?.key ?? '', { [linkField]: null });
  configure({ leaveFailedUnchecked: stays });
  allowHosts();
  await startAwake();
  await pass();
  const failure = { code: 'field_rejected' };
  expect(told()).toMatchObject({ tries: 1, failure });
  expect(local().state).toMatchObject({ lastRun: { outcome: 'completed' } });
  // Neither a pass that finds nothing new, nor one that has to read the list for somebody's edit.
  await pass();
  world.editIssue('SUP-1', { summary: 'Another name' });
  await pass();
  expect(told()).toMatchObject({ tries: 1, failure });
  world.addItem('SUP-1', { text: scenario.expectations[1]?.key ?? '' });
  await pass();
  expect(told()).toMatchObject({ tries: 2, failure });
  rejects.clear();
  await pass(() => browser.command({ type: 'process' }));
  expect(told()).toMatchObject({ tries: 3, failure: null, isSummaryDue: false });
  expect(world.issue('SUP-1').fields.get(errorField)).toContain('link_not_set');
});
