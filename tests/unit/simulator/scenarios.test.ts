import { afterEach, describe, expect, test } from 'vitest';
import { demoWorld } from '../../simulator/demo-world.ts';
import type { Expectation, Scenario } from '../../simulator/expectations.ts';
import { findDifferences } from '../../simulator/expectations.ts';
import type { Json } from '../../simulator/json.ts';
import { queueWorld } from '../../simulator/queue-world.ts';
import { resourceTypes } from '../../simulator/resources.ts';
import type { Simulator } from '../../simulator/server.ts';
import { startSimulator } from '../../simulator/server.ts';
import {
  deferralDate,
  envFile,
  errorField,
  linkField,
  mappedFields,
  settingsJsonFile,
} from '../../simulator/standard-world.ts';
import { answerTracker } from '../../simulator/tracker.ts';
import { trackerDate } from '../../simulator/tracker-dates.ts';
import { listOf, objectOf, request, trackerClient } from './client.ts';

let simulator: Simulator;
afterEach(() => simulator?.close());

/** Does by hand, through the tracker's API, what a run is expected to do. */
async function play({ world, expectations }: Scenario, only = (_: Expectation) => true) {
  const tracker = trackerClient(simulator);
  const statuses: Record<string, number[]> = {};
  const lines: string[] = [];
  for (const expected of expectations.filter(({ open }) => open).filter(only)) {
    const { about, before, key, named, fields, error, item } = expected;
    const note = ({ status }: { status: number }) => {
      statuses[about] = [...(statuses[about] ?? []), status];
    };
    if (error !== null) lines.push(`${named}: ${error}: because`);
    if (named !== null) note(await tracker.get(`/issues/${named}`));
    const issue = key === null ? undefined : world.issue(key);
    const changes: Record<string, Json> = {};
    for (const [field, value] of Object.entries(fields)) {
      if ((issue?.fields.get(field) ?? null) !== value) changes[field] = value;
    }
    if (error !== null) changes[errorField] = `${error}: because`;
    else if (issue?.fields.has(errorField)) changes[errorField] = null;
    if (issue !== undefined && Object.keys(changes).length > 0) {
      note(await tracker.patch(`/issues/${named}?version=${issue.version}`, changes));
    }
    const date = item === 'deferred' ? deferralDate : trackerDate(Date.now());
    note(
      await tracker.patch(`/issues/SUP-1/checklistItems/${before.id}`, {
        checked: true,
        deadline: { date, deadlineType: 'date' },
      }),
    );
  }
  return { statuses, lines, tracker };
}

describe('the demo', () => {
  test('has forty issues to be done, of every kind, and never ten failures in a row', () => {
    const { expectations, world } = demoWorld();
    const open = expectations.filter((expectation) => expectation.open);
    expect(open.filter(({ key }) => key !== null)).toHaveLength(40);
    let failedInARow = 0;
    for (const { error } of open) {
      failedInARow = error === null ? 0 : failedInARow + 1;
      expect(failedInARow).toBeLessThan(5);
    }
    expect(new Set(open.map(({ error }) => error))).toEqual(
      new Set([
        null,
        'item_names_no_issue',
        'issue_not_found',
        'issue_forbidden',
        'link_not_set',
        'link_not_recognised',
        'resource_not_found',
        'resource_forbidden',
        'resource_errors',
        'resource_invalid',
        'field_rejected',
        'issue_locked',
      ]),
    );
    const links = open
      .filter(({ error, key }) => error === null && key !== null)
      .map(({ key }) => String(world.issue(key ?? '').fields.get(linkField)).toLowerCase());
    for (const type of resourceTypes) expect(links.join(' ')).toContain(`/${type.slice(0, 6)}`);
    expect(
      expectations.filter(({ patches, open: isOpen }) => isOpen && patches === 0),
    ).toHaveLength(7);
    expect(world.issue('SUP-1')).toMatchObject({ version: 1, done: 4, history: [] });
  });

  test('ends as expected when it is done by hand, and only then', async () => {
    const scenario = demoWorld();
    const { world } = scenario;
    simulator = await startSimulator({ world });
    expect(findDifferences(scenario).length).toBeGreaterThan(100);
    const { statuses, lines, tracker } = await play(scenario);
    await tracker.patch('/issues/SUP-1', { [errorField]: lines.join('\n') });
    expect(findDifferences(scenario)).toEqual([]);
    expect(statuses['issue that may not be read']).toEqual([403, 403, 200]);
    expect(statuses['issue that may be read but not written']).toEqual([200, 403, 200]);
    expect(statuses['issue that can not be edited any more']).toEqual([200, 423, 200]);
    expect(statuses.issue_not_found).toEqual([404, 200]);
    expect(statuses['all right already']).toEqual([200, 200]);
    expect(statuses['issue that has been moved here: the item has its old key']).toEqual([
      200, 200, 200,
    ]);

    world.editIssue('SUP-6', { [mappedFields['course.name']]: 'Wrong' });
    const item = world.itemByText('SUP-1', 'Разобрать обращения за прошлую неделю');
    world.editItem('SUP-1', item.id, { deadline: null });
    await tracker.patch('/issues/SUP-6', {});
    await tracker.patch('/issues/SUP-1', { [errorField]: lines.slice(1).join('\n') });
    expect(findDifferences(scenario)).toEqual([
      expect.stringMatching(/^SUP-6 .*moduleName is "Wrong" instead of "HTML и CSS/),
      expect.stringMatching(/^SUP-6 .*2 patches, not 1/),
      expect.stringContaining('has no deadline'),
      expect.stringContaining('SUP-1: 13 lines of errors, not 14'),
      expect.stringContaining('SUP-1: no line "SUP-9: link_not_set: …"'),
    ]);
  });

  test('can be repaired, rechecked and finished', async () => {
    const scenario = demoWorld();
    simulator = await startSimulator({ world: scenario.world });
    await play(scenario);
    const after = scenario.repair();
    const changed = after.expectations.filter(
      (expected, i) => expected !== scenario.expectations[i],
    );
    expect(changed.map(({ about }) => about)).toEqual(['deferred by hand', 'repaired']);
    await play(after, (expected) => changed.includes(expected));
    expect(findDifferences(after, ['items', 'issues'])).toEqual([]);
  });

  test('expects of good links just what the content API answers about them', async () => {
    const scenario = demoWorld({ content: { requireLogin: false } });
    const { world, expectations } = scenario;
    simulator = await startSimulator({ world });
    const nameOf = async (plural: string, id: unknown) =>
      objectOf(await request(`${simulator.contentUrl}/${plural}/${String(id)}/`)).name;
    const lessons = expectations.filter(({ about }) => about.startsWith('lesson'));
    const good = lessons.filter(({ error }) => error === null);
    expect(good.length).toBeGreaterThan(3);
    for (const { key, fields } of good) {
      const link = String(world.issue(key ?? '').fields.get(linkField));
      const id = /lessons?\/([\w-]+)/i.exec(link)?.[1];
      const levels = listOf(await request(`${simulator.contentUrl}/lessons/${id}/breadcrumbs/`));
      const course = levels.find(({ type }) => type === 'course');
      const topic = levels.find(({ type }) => type === 'topic');
      expect(fields[mappedFields['course.name']]).toBe(await nameOf('courses', course?.id));
      expect(fields[mappedFields['topic.name']]).toBe(await nameOf('topics', topic?.id));
      expect(fields[mappedFields['lesson.name']]).toBe(await nameOf('lessons', id));
      expect(fields[mappedFields['track.id']]).toBe(
        levels.find(({ type }) => type === 'track')?.id,
      );
      expect(fields[mappedFields['task.position']]).toBeNull();
    }
  });
});

describe('big queues', () => {
  test('are quick to make and to answer', async () => {
    const began = performance.now();
    const { world, expectations } = queueWorld(10_000);
    expect(performance.now() - began).toBeLessThan(3000);
    expect(expectations).toHaveLength(10_000);
    simulator = await startSimulator({ world });
    const tracker = trackerClient(simulator);
    expect(listOf(await tracker.get('/issues/SUP-1/checklistItems'))).toHaveLength(10_000);
    const edited = performance.now();
    for (const { before } of expectations.slice(0, 1000)) {
      const reply = answerTracker(world, {
        method: 'PATCH',
        path: `/v2/issues/SUP-1/checklistItems/${before.id}`,
        query: new URLSearchParams('fields=version'),
        headers: {
          authorization: `OAuth ${world.trackerRules.token}`,
          'content-type': 'application/json',
        },
        body: '{"checked":true}',
        origin: '',
      });
      expect(reply.status).toBe(200);
    }
    expect(performance.now() - edited).toBeLessThan(3000);
  });

  test('end as expected, with items done and deferred before, and some without a link', async () => {
    const options = {
      done: 3,
      deferred: 4,
      repaired: 2,
      unlinked: 0.3,
      distinctTasks: 5,
      lessons: 2,
    };
    const scenario = queueWorld(30, options);
    const { world, expectations } = scenario;
    expect(world.issue('SUP-1')).toMatchObject({ version: 1, done: 7, items: { size: 37 } });
    expect(expectations.filter(({ errorField: text }) => text && 'text' in text)).toHaveLength(2);
    simulator = await startSimulator({ world });
    const { lines, tracker } = await play(scenario);
    expect(lines.length).toBeGreaterThan(2);
    await tracker.patch('/issues/SUP-1', { [errorField]: lines.join('\n') });
    expect(findDifferences(scenario)).toEqual([]);
    expect(queueWorld(30, options).expectations).toEqual(
      expectations.map((expected) => ({ ...expected, before: expect.anything() })),
    );
  });
});

describe('files to import', () => {
  test('name the running simulator and all fields', async () => {
    simulator = await startSimulator({ world: demoWorld().world });
    const env = envFile(simulator);
    expect(env).toContain(`ISSUE_URL="${simulator.trackerUrl}/issues/{issue_id}"`);
    expect(env).toContain(`BROWSER_START_URL=${simulator.loginUrl}`);
    expect(env).toContain(`TRACKER_OAUTH_TOKEN=${simulator.world.trackerRules.token}`);
    for (const [key, field] of Object.entries(mappedFields)) {
      expect(env).toContain(`_KEY=${field}`);
      expect(env).toContain(`_KEY=${key}`);
    }
    expect(JSON.parse(settingsJsonFile())).toMatchObject({
      ignore_errors: { 'sprint.name': true },
    });
  });
});
