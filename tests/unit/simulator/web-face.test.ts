import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoWorld } from '../../simulator/demo-world.ts';
import type { Simulator } from '../../simulator/server.ts';
import { startSimulator } from '../../simulator/server.ts';
import { errorField, linkField, mappedFields } from '../../simulator/standard-world.ts';
import { request, trackerClient } from './client.ts';

const { world } = demoWorld();
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ world });
});
afterAll(() => simulator.close());

const page = (path: string, init: RequestInit = {}) =>
  request(`${simulator.trackerWebUrl}${path}`, init);
const submit = (path: string, form: Record<string, string>) =>
  page(path, { method: 'POST', body: new URLSearchParams(form) });

test('shows the checklists and queues', async () => {
  const home = await page('/');
  expect(home.status).toBe(200);
  expect(home.text).toContain('href="/SUP-1"');
  expect(home.text).toContain('43 open, 2 done, 2 deferred');
});

test('shows a queue with its items, and what changes in it', async () => {
  expect((await page('/SUP-1')).text).toContain('SUP-6');
  simulator.requests.reset();
  const before = (await page('/SUP-1/live')).text;
  expect(before).not.toContain('<html');
  expect((await page('/SUP-1/live')).text).toBe(before);
  const { id } = world.itemByText('SUP-1', 'SUP-6');
  await trackerClient(simulator).patch(`/issues/SUP-1/checklistItems/${id}`, { checked: true });
  const after = (await page('/SUP-1/live')).text;
  expect(after).toContain('42 open, 3 done, 2 deferred');
  expect(after).toContain(`class="done" data-row="${id}"`);
  // The page's own questions are not in the log.
  expect(simulator.requests.entries).toHaveLength(1);
});

test('shows an issue with its fields, error, version and history, by any of its keys', async () => {
  world.editIssue('SUP-8', { [mappedFields['course.name']]: 'SQL', [errorField]: 'code: text' });
  const { text } = await page('/SUP-8');
  for (const shown of ['Module', 'SQL', 'code: text', 'Version 2', 'person']) {
    expect(text).toContain(shown);
  }
  expect((await page('/HELP-12')).text).toContain('formerly HELP-12');
  expect((await page('/SUP-4040')).status).toBe(404);
  expect((await page('/nothing/at/all')).status).toBe(404);
});

test('escapes all texts', async () => {
  const evil = `"><img src=x onerror="alert('x')">`;
  const { key } = world.addIssue({
    queue: 'SUP',
    summary: evil,
    fields: { [linkField]: evil, [errorField]: evil, [mappedFields['lesson.name']]: evil },
    items: [{ text: evil }],
  });
  world.addItem('SUP-1', { text: evil });
  world.addItem('SUP-1', { text: key });
  world.editIssue(key, { [mappedFields['course.name']]: evil });
  for (const path of ['/', '/SUP-1', `/${key}`]) {
    const { text } = await page(path);
    expect(text).toContain('&lt;img');
    expect(text).not.toContain('<img');
  }
});

test('lets a person edit an issue and turn an item over', async () => {
  expect(
    (await submit('/SUP-9', { link: 'https://learn.example/tasks/1/', error: '' })).status,
  ).toBe(303);
  expect(world.issue('SUP-9').fields.get(linkField)).toBe('https://learn.example/tasks/1/');
  expect(world.issue('SUP-9').history.at(-1)).toMatchObject({ who: 'tester', version: 2 });
  const item = world.itemByText('SUP-1', 'SUP-8');
  await submit('/SUP-1', { item: item.id });
  expect(world.item('SUP-1', item.id).checked).toBe(true);
  await submit('/SUP-1', { item: item.id });
  expect(world.item('SUP-1', item.id).checked).toBe(false);
});

test('is no part of the API: no token, and a cookie that must never come there', async () => {
  const home = await page('/');
  expect(home.headers.get('set-cookie')).toContain('tracker_session=bait');
  expect(simulator.requests.entries.at(-1)).toMatchObject({ side: 'web', path: '/' });
  expect((await page('/v2/myself')).status).toBe(401);
});
