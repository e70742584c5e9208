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
