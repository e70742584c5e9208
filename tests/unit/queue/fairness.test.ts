import { afterEach, expect, test, vi } from 'vitest';
import { Queue } from '../../../src/queue/queue.ts';
import {
  linkField,
  queueWorld,
  type Simulator,
  startSimulator,
  type World,
} from '../../simulator/index.ts';
import { newProfile, run } from './run-harness.ts';

/** Several queues, one of them long: the others are not to wait for its end. */

let simulator: Simulator;
afterEach(() => {
  vi.restoreAllMocks();
  return simulator.close();
});

const long = 'SUP-1';

async function twoQueues(size: number, texts: number): Promise<{ world: World; short: string }> {
  const { world } = queueWorld(size);
  const link = world.issue('SUP-2').fields.get(linkField) ?? null;
  const { key: short } = world.addIssue({ queue: 'SUP', summary: 'A short queue', fields: {} });
  for (let count = 0; count < texts; count += 1) addTo(world, short, link);
  world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world });
  return { world, short };
}

function addTo(world: World, checklist: string, link: unknown): string {
  const { key } = world.addIssue({
    queue: 'SUP',
    summary: 'Another issue',
    // A link of another issue of this world, whatever the JSON type of fields in general is.
    fields: { [linkField]: link as string },
  });
  world.addItem(checklist, { text: key });
  return key;
}

test.each([
  ['before', (short: string) => [short, long]],
  ['after', (short: string) => [long, short]],
])('three items are done at once when their queue is named %s the long one', async (_, order) => {
  const { short } = await twoQueues(60, 3);
  const { end, entries } = await run(simulator, { settings: { checklistIssues: order(short) } });
  expect(end.outcome).toBe('completed');
  expect(entries).toHaveLength(60 + 3);
  const last = entries.findLastIndex(({ queue }) => queue === short);
  expect(last).toBeLessThan(30);
});

test('what comes into the short queue meanwhile need not wait for the long one', async () => {
  const { world, short } = await twoQueues(300, 1);
  const link = world.issue('SUP-2').fields.get(linkField);
  let late = '';
  world.onChange(() => {
    if (late === '' && world.issue(long).done === 20) {
      late = 'begun';
      late = addTo(world, short, link);
    }
  });
  const { entries } = await run(simulator, { settings: { checklistIssues: [long, short] } });
  expect(entries).toHaveLength(300 + 2);
  const at = entries.findIndex(({ issueKey }) => issueKey === late);
  expect(at).toBeGreaterThan(20);
  expect(at).toBeLessThan(270);
});

test('queues of which none is through are gone through as often, however long they are', async () => {
  const lists = vi.spyOn(Queue.prototype, 'open');
  const goneThrough: number[] = [];
  for (const size of [110, 310]) {
    if (goneThrough.length > 0) await simulator.close();
    const { short: other } = await twoQueues(size, size);
    lists.mockClear();
    const { entries } = await run(simulator, { settings: { checklistIssues: [long, other] } });
    expect(entries).toHaveLength(2 * size);
    goneThrough.push(lists.mock.calls.length);
  }
  expect(goneThrough[1]).toBe(goneThrough[0]);
});

test('each queue has its own report', async () => {
  const { short } = await twoQueues(20, 3);
  const profile = newProfile();
  await run(simulator, { profile, settings: { checklistIssues: [long, short] } });
  expect(profile.reports.get(long)).toMatchObject({ total: 20, open: 0 });
  expect(profile.reports.get(short)).toMatchObject({ total: 3, open: 0, failure: null });
  expect(profile.reports.get(short)?.version).toBeLessThan(10);
});
