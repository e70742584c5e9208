import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  errorField,
  type Issue,
  type LogEntry,
  linkField,
  type QueueOptions,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { newProfile, type Profile, type RunOptions, run } from '../queue/run-harness.ts';

/**
 * What a pass may cost, as far as it does not depend on the machine: requests, versions, bytes. The
 * figures are the targets of performance work, and `npm run bench` has them too.
 */

let simulator: Simulator;
let scenario: Scenario;
let profile: Profile;

beforeEach(() => {
  profile = newProfile();
});
afterEach(() => simulator.close());

async function start(size: number, options: QueueOptions = {}): Promise<void> {
  const { content, ...others } = options;
  scenario = queueWorld(size, { ...others, content: { requireLogin: false, ...content } });
  simulator = await startSimulator({ world: scenario.world });
}

/** Runs to the end, and gives what this run alone sent. */
async function requestsOf(kind: NonNullable<RunOptions['kind']>): Promise<readonly LogEntry[]> {
  simulator.requests.reset();
  const { end } = await run(simulator, { kind, profile });
  expect(end).toEqual({ outcome: 'completed' });
  return simulator.requests.entries;
}

function bytesOf(requests: readonly LogEntry[]): number {
  return requests.reduce((sum, { requestBytes, responseBytes }) => {
    return sum + requestBytes + responseBytes;
  }, 0);
}

function isIssuePatch({ method, path }: LogEntry): boolean {
  return method === 'PATCH' && !path.includes('/checklistItems/');
}

describe('a pass over distinct tasks', () => {
  test('takes at most 4.1 requests a task', async () => {
    await start(256);
    const requests = await requestsOf('process');
    expect(requests.length / 256).toBeLessThanOrEqual(4.1);
  });

  test('takes at most 3.2 where the task names its lesson', async () => {
    await start(256, { content: { tasksNameLesson: true } });
    const requests = await requestsOf('process');
    expect(requests.length / 256).toBeLessThanOrEqual(3.2);
  });
});

/** A queue whose issues link to lessons, so that what is shared is asked for once. */
async function startWithLessons(size: number, lessons: number): Promise<void> {
  await start(size, { distinctTasks: lessons, lessons });
  // Set, not edited: the issues are to be at their first version.
  for (const [at, { fields }] of issues().entries()) {
    fields.set(linkField, `https://learn.example/lessons/lesson-${(at % lessons) + 1}/`);
  }
}

function issues(): Issue[] {
  return [...scenario.world.issues()].filter(({ key }) => key !== 'SUP-1');
}

describe('a pass over issues in few lessons', () => {
  test('takes 2.2 requests an issue, 1,002 versions of the checklist issue, one of each issue, and level bytes', async () => {
    await startWithLessons(100, 2);
    const bytesAnItem = bytesOf(await requestsOf('process')) / 100;
    await simulator.close();
    profile = newProfile();

    await startWithLessons(1000, 20);
    const before = scenario.world.issue('SUP-1').version;
    const requests = await requestsOf('process');
    expect(requests.length / 1000).toBeLessThanOrEqual(2.2);
    expect(scenario.world.issue('SUP-1').version - before).toBeLessThanOrEqual(1002);
    expect(new Set(issues().map(({ version }) => version))).toEqual(new Set([2]));
    expect(bytesOf(requests) / 1000 / bytesAnItem).toBeLessThanOrEqual(1.5);
  });

  test('patches no issue when the items are unchecked again', async () => {
    await startWithLessons(200, 20);
    await requestsOf('process');
    for (const { id } of scenario.world.issue('SUP-1').items.values()) {
      scenario.world.editItem('SUP-1', id, { checked: false });
    }
    const requests = await requestsOf('process');
    expect(requests.filter(isIssuePatch)).toEqual([]);
    expect(scenario.world.issue('SUP-1').done).toBe(200);
  });
});

describe('an idle cycle', () => {
  test.each([100, 10_000])('over %d done items is one request below 2 kB', async (done) => {
    await start(0, { done, distinctTasks: 20 });
    await requestsOf('process');
    const requests = await requestsOf('process');
    expect(requests.length).toBe(1);
    expect(bytesOf(requests)).toBeLessThan(2000);
  });

  test.each([100, 10_000])(
    'over %d is one request with a tracker that narrows nothing',
    async (done) => {
      await start(0, { done, distinctTasks: 20, tracker: { honourFields: false } });
      await requestsOf('process');
      expect((await requestsOf('process')).length).toBe(1);
    },
  );
});

describe('a list that this run did not edit', () => {
  const settings = { leaveFailedUnchecked: true };

  /** How many bytes the answers had that told of a checklist issue, in their order. */
  async function listsRead(key: string, checklistIssues: string[]): Promise<number[]> {
    simulator.requests.reset();
    await run(simulator, { profile, settings: { ...settings, checklistIssues } });
    return simulator.requests
      .matching({ method: 'GET', path: new RegExp(`/${key}$`) })
      .map(({ responseBytes }) => responseBytes);
  }

  test('is read by its version alone, too, where another queue has something new', async () => {
    await start(0, { done: 1000, distinctTasks: 20 });
    const { world, expectations } = scenario;
    const text = expectations[0]?.key ?? '';
    const { key: other } = world.addIssue({ queue: 'SUP', summary: 'Another queue', fields: {} });
    await listsRead('SUP-1', ['SUP-1', other]);
    world.addItem(other, { text });
    const sizes = await listsRead('SUP-1', ['SUP-1', other]);
    expect(world.issue(other).done).toBe(1);
    expect(sizes.length).toBe(2);
    expect(Math.max(...sizes)).toBeLessThan(2000);
  });

  test('is read once in a run in which its only open item stays open', async () => {
    await start(1, { done: 1000, distinctTasks: 20 });
    scenario.world.editIssue(scenario.expectations.at(-1)?.key ?? '', { [linkField]: null });
    await listsRead('SUP-1', ['SUP-1']);
    const [first, ...others] = await listsRead('SUP-1', ['SUP-1']);
    expect(first).toBeGreaterThan(50_000);
    expect(others.length).toBe(1);
    expect(others[0]).toBeLessThan(2000);
  });

  test('is read again in the same run where somebody has edited it', async () => {
    await start(1, { done: 100, distinctTasks: 20 });
    const { world, expectations } = scenario;
    const { key: other } = world.addIssue({ queue: 'SUP', summary: 'Another queue', fields: {} });
    world.addItem(other, { text: expectations[0]?.key ?? '' });
    await listsRead('SUP-1', ['SUP-1']);
    simulator.faults.beforeRequest = ({ method, path }) => {
      if (method !== 'PATCH' || !path.includes(other)) return undefined;
      simulator.faults.beforeRequest = null;
      world.addItem('SUP-1', { text: expectations[1]?.key ?? '' });
      return undefined;
    };
    await listsRead('SUP-1', ['SUP-1', other]);
    expect(world.issue('SUP-1').done).toBe(102);
  });
});

describe('a recheck of 10,000 items of which 50 are deferred', () => {
  const repaired = 7;

  test('is three requests at most, and one for each item brought back', async () => {
    await start(0, { done: 9950, deferred: 50, repaired, distinctTasks: 20 });
    expect((await requestsOf('recheck')).length).toBeLessThanOrEqual(3 + repaired);
    expect(scenario.world.issue('SUP-1').done).toBe(10_000 - repaired);
  });

  test('is as many of a checklist that others edit, where this profile deferred them', async () => {
    await start(0, { done: 9950, deferred: 50, distinctTasks: 20 });
    scenario.world.editIssue('SUP-1', { summary: 'Edited just now' });
    const deferred = scenario.expectations.filter(({ about }) => about === 'deferred');
    for (const { before } of deferred) {
      // As the run that deferred them left it.
      profile.memory.note(
        { queue: 'SUP-1', id: before.id },
        { errorVersion: 1, errorWritten: true },
      );
    }
    for (const { key } of deferred.slice(0, repaired)) {
      scenario.world.editIssue(key ?? '', { [errorField]: null });
    }
    expect((await requestsOf('recheck')).length).toBeLessThanOrEqual(3 + repaired);
    expect(scenario.world.issue('SUP-1').done).toBe(10_000 - repaired);
  });

  // Their errors may have been written just now, and a search's index may not have them yet: what it
  // shows as empty is read by its key before the item is brought back.
  test('is one more for each where others edit the checklist and deferred them', async () => {
    await start(0, { done: 9950, deferred: 50, repaired, distinctTasks: 20 });
    scenario.world.editIssue('SUP-1', { summary: 'Edited just now' });
    expect((await requestsOf('recheck')).length).toBeLessThanOrEqual(3 + 2 * repaired);
    expect(scenario.world.issue('SUP-1').done).toBe(10_000 - repaired);
  });
});
