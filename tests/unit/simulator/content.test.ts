import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Trouble } from '../../simulator/resources.ts';
import type { ContentRules } from '../../simulator/rules.ts';
import type { Simulator } from '../../simulator/server.ts';
import { startSimulator } from '../../simulator/server.ts';
import { World } from '../../simulator/world.ts';
import { request } from './client.ts';

const world = new World({ content: { requireLogin: false } });
const usualRules: ContentRules = { ...world.contentRules };
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ world });
});
afterAll(() => simulator.close());
beforeEach(() => {
  Object.assign(world.contentRules, usualRules);
});

const faculty = world.addResource({ type: 'faculty', id: '5', name: 'Analysis' });
const track = world.addResource({ type: 'track', id: '41', name: 'Analyst', parent: faculty });
const sprint = world.addResource({ type: 'sprint', id: '1042', name: 'Sprint 3', parent: track });
const topic = world.addResource({
  type: 'topic',
  id: 'joins',
  name: 'Joins',
  position: 4,
  parent: track,
  nameInBreadcrumbs: 'absent',
});
const lesson = world.addResource({
  type: 'lesson',
  id: 'left-join',
  name: 'LEFT JOIN',
  parent: topic,
  sprint,
});
world.addResource({
  type: 'task',
  id: 'a1',
  description: 'Find gaps',
  position: 0,
  parent: lesson,
});

const get = (path: string, headers: Record<string, string> = {}) =>
  request(`${simulator.contentUrl}${path}`, { headers });

describe('resources', () => {
  test('breadcrumbs of tasks and lessons: all levels, some without a name', async () => {
    const levels = [
      { type: 'faculty', id: '5', name: 'Analysis' },
      { type: 'track', id: '41', name: 'Analyst' },
      { type: 'topic', id: 'joins' },
      { type: 'sprint', id: '1042', name: 'Sprint 3' },
      { type: 'lesson', id: 'left-join', name: 'LEFT JOIN' },
    ];
    expect((await get('/lessons/left-join/breadcrumbs/')).json).toEqual(levels);
    expect((await get('/tasks/a1/breadcrumbs/')).json).toEqual(
      [
        ...levels.slice(0, 3),
        levels[4],
        levels[3],
        { type: 'task', id: 'a1', name: 'Find gaps' },
      ].sort((a, b) => order(a?.type) - order(b?.type)),
    );
    expect((await get('/topics/joins/breadcrumbs/')).status).toBe(404);
  });

  test('own objects: names, positions where there are any, ancestors', async () => {
    expect((await get('/topics/joins/')).json).toEqual({
      id: 'joins',
      name: 'Joins',
      position: 4,
      faculty_id: '5',
      track_id: '41',
    });
    expect((await get('/faculties/5/')).json).toEqual({ id: '5', name: 'Analysis' });
    expect((await get('/sprints/1042/')).json).toMatchObject({ name: 'Sprint 3', track_id: '41' });
    const task = { id: 'a1', description: 'Find gaps', position: 0 };
    expect((await get('/tasks/a1/')).json).toEqual(task);
    world.contentRules.tasksNameLesson = true;
    expect((await get('/tasks/a1/')).json).toEqual({ ...task, lesson_id: 'left-join' });
    world.contentRules.numericIds = true;
    expect((await get('/sprints/1042/')).json).toMatchObject({ id: 1042, track_id: 41 });
  });

  test.each(['/tasks/none/', '/task/a1/', '/tasks/a1', '/nothing/1/', '/tasks/a1/x/', '/'])(
    'nothing else: %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  test('paths are taken as they are sent', async () => {
    const { port } = new URL(simulator.contentUrl);
    const { get: rawGet } = await import('node:http');
    const path = '/content/tasks/../tasks/a1/';
    const status = await new Promise((resolve, reject) => {
      rawGet({ host: '127.0.0.1', port, path }, (answer) => resolve(answer.resume().statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(404);
    expect(simulator.requests.entries.at(-1)).toMatchObject({ side: 'content', path });
  });

  test('only reading, and for no page of any origin', async () => {
    const url = `${simulator.contentUrl}/tasks/a1/`;
    expect((await request(url, { method: 'POST' })).status).toBe(405);
    const preflight = await request(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });
});

function order(type: string | undefined): number {
  return ['faculty', 'track', 'topic', 'lesson', 'sprint', 'task'].indexOf(type ?? '');
}

describe('trouble', () => {
  const withTrouble = async (trouble: Trouble) => {
    world.addResource({ type: 'course', id: 'trouble', name: 'Course', trouble });
    return await get('/courses/trouble/');
  };

  test('of one resource', async () => {
    expect((await withTrouble({ kind: 'missing' })).status).toBe(404);
    expect((await withTrouble({ kind: 'forbidden' })).status).toBe(403);
    const errors = await withTrouble({ kind: 'errors', errors: ['no'] });
    expect(errors).toMatchObject({ status: 200, json: { errors: ['no'] } });
    expect((await withTrouble({ kind: 'answer', json: [1] })).json).toEqual([1]);
    const another = await withTrouble({ kind: 'another', id: 'other' });
    expect(another.json).toEqual({ id: 'other', name: 'Course' });
    const huge = await withTrouble({ kind: 'huge', bytes: 6_000_000 });
    expect(huge.text.length).toBeGreaterThan(6_000_000);
    expect(huge.json).toMatchObject({ name: 'Course' });
  });

  test('at one of its addresses', async () => {
    world.addResource({
      type: 'lesson',
      id: 'half',
      name: 'Half',
      trouble: { kind: 'missing' },
      troubleAt: 'object',
    });
    expect((await get('/lessons/half/')).status).toBe(404);
    expect((await get('/lessons/half/breadcrumbs/')).status).toBe(200);
    world.editResource('lesson', 'half', { troubleAt: 'breadcrumbs' });
    expect((await get('/lessons/half/')).status).toBe(200);
    expect((await get('/lessons/half/breadcrumbs/')).status).toBe(404);
  });

  test('of the whole content API', async () => {
    const ask = async (mood: ContentRules['mood']) => {
      world.contentRules.mood = mood;
      return await get('/tasks/a1/');
    };
    expect((await ask('all-missing')).status).toBe(404);
    expect((await ask('all-forbidden')).status).toBe(403);
    expect((await ask('all-errors')).json).toHaveProperty('errors');
    expect((await ask('another-shape')).json).toHaveProperty('data');
    expect((await ask('normal')).json).toHaveProperty('description');
  });
});

describe('login', () => {
  beforeEach(() => {
    world.contentRules.requireLogin = true;
  });
  const post = (path: string, body: string, cookie = '') =>
    request(new URL(path, simulator.loginUrl).href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
      body,
    });

  test('the form gives a session that opens the content API until all are signed out', async () => {
    expect((await request(simulator.loginUrl)).text).toContain('<form method="post"');
    expect((await get('/tasks/a1/')).status).toBe(401);
    expect((await post('/login', 'name=')).status).toBe(400);
    const answer = await post('/login', 'name=Anna');
    expect(answer).toMatchObject({ status: 303 });
    expect(answer.headers.get('location')).toBe('/signed-in');
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^session=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const session = { cookie: cookie.split(';')[0] ?? '' };
    const signedIn = new URL('/signed-in', simulator.loginUrl).href;
    expect((await request(signedIn, { headers: session })).text).toContain('Signed in');
    expect((await get('/tasks/a1/', session)).status).toBe(200);
    expect((await get('/tasks/a1/', { cookie: `other=1; session=${world.signIn()}` })).status).toBe(
      200,
    );
    world.signOut();
    expect((await get('/tasks/a1/', session)).status).toBe(401);
    expect((await request(signedIn, { headers: session })).status).toBe(303);
    expect((await get('/tasks/a1/', { cookie: 'session=made-up' })).status).toBe(401);
  });

  test('those signed out are answered in four ways', async () => {
    const ask = async (signedOut: ContentRules['signedOut']) => {
      world.contentRules.signedOut = signedOut;
      return await get('/tasks/a1/');
    };
    expect((await ask('401')).json).toHaveProperty('detail');
    expect((await ask('403')).status).toBe(403);
    const redirect = await ask('redirect');
    expect(redirect.status).toBe(302);
    expect(redirect.headers.get('location')).toBe('/login?next=%2Fcontent%2Ftasks%2Fa1%2F');
    const html = await ask('html');
    expect(html).toMatchObject({ status: 200, json: undefined });
    expect(html.headers.get('content-type')).toContain('text/html');
  });

  test('what it echoes is escaped', async () => {
    const page = await request(
      `${simulator.loginUrl}?next=${encodeURIComponent('"><img onerror=x>')}`,
    );
    expect(page.text).not.toContain('<img');
  });

  test('signing out by its button', async () => {
    world.signIn();
    expect((await post('/sign-out', '')).status).toBe(303);
    expect(world.sessionCount).toBe(0);
  });
});
