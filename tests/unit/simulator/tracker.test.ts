import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TrackerRules } from '../../simulator/rules.ts';
import type { Simulator } from '../../simulator/server.ts';
import { startSimulator } from '../../simulator/server.ts';
import {
  errorField,
  linkField,
  mappedFields,
  standardWorld,
} from '../../simulator/standard-world.ts';
import { listOf, objectOf, request, trackerClient } from './client.ts';

let now = Date.parse('2026-11-23T18:00:00Z');
const world = standardWorld({ now: () => now });
const usualRules: TrackerRules = { ...world.trackerRules };
const rejects = { [mappedFields['lesson.name']]: 'Forbidden characters' };
let simulator: Simulator;
let tracker: ReturnType<typeof trackerClient>;

beforeAll(async () => {
  simulator = await startSimulator({ world });
  tracker = trackerClient(simulator);
});
afterAll(() => simulator.close());
beforeEach(() => {
  Object.assign(world.trackerRules, usualRules);
});

const courseName = mappedFields['course.name'];
const taskPosition = mappedFields['task.position'];

describe('who may ask', () => {
  test('either scheme with the right token, and nobody else', async () => {
    const { token } = world.trackerRules;
    const ask = (authorization?: string) =>
      request(
        `${simulator.trackerUrl}/myself`,
        authorization ? { headers: { authorization } } : {},
      );
    expect((await ask(`OAuth ${token}`)).status).toBe(200);
    expect((await ask(`Bearer ${token}`)).json).toMatchObject({ login: 'breadcrumbs-robot' });
    const refused = await ask();
    expect(refused.status).toBe(401);
    expect(refused.json).toEqual({
      errors: {},
      errorMessages: ['Authorization is required'],
      statusCode: 401,
    });
    expect((await ask('OAuth wrong')).status).toBe(401);
    expect((await ask(`Basic ${token}`)).status).toBe(401);
    world.trackerRules.schemes = ['Bearer'];
    expect((await ask(`OAuth ${token}`)).status).toBe(401);
  });

  test('only with the organisation header, where one is needed', async () => {
    world.trackerRules.organisation = { header: 'X-Cloud-Org-ID', id: 'bpf1' };
    expect((await tracker.get('/myself')).status).toBe(403);
    const wrong = await tracker.get('/myself', undefined, { 'X-Org-ID': 'bpf1' });
    expect(wrong.status).toBe(403);
    const right = await tracker.get('/myself', undefined, { 'X-Cloud-Org-ID': 'bpf1' });
    expect(right.status).toBe(200);
  });

  test('no page of any origin: preflights are refused', async () => {
    const answer = await request(`${simulator.trackerUrl}/issues/SUP-1`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'PATCH' },
    });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-'))).toEqual([]);
  });

  test('unknown addresses and methods', async () => {
    expect((await tracker.get('/nothing')).status).toBe(404);
    expect((await tracker.delete('/issues/SUP-1')).status).toBe(405);
    expect((await tracker.get('/issues/%2e%2e%2fmyself')).status).toBe(404);
    expect((await tracker.get('/issues/%ff')).status).toBe(404);
  });
});

describe('reading issues', () => {
  test('without what is empty, and with all there is', async () => {
    const { key } = world.addIssue({
      queue: 'SUP',
      summary: 'Typo',
      fields: { [courseName]: 'SQL' },
    });
    const issue = objectOf(await tracker.get(`/issues/${key}`));
    expect(issue).toMatchObject({ key, version: 1, summary: 'Typo', [courseName]: 'SQL' });
    expect(issue.queue).toMatchObject({ key: 'SUP' });
    expect(issue.self).toBe(`${simulator.trackerUrl}/issues/${key}`);
    for (const absent of [linkField, errorField, 'aliases', 'checklistItems', 'checklistTotal']) {
      expect(issue).not.toHaveProperty([absent]);
    }
    expect(objectOf(await tracker.get(`/issues/${key}/`)).key).toBe(key);
  });

  test('narrowed by fields, where that is honoured', async () => {
    const { key } = world.addIssue({
      queue: 'SUP',
      summary: 'Narrow',
      items: [{ text: 'A-1' }, { text: 'A-2', checked: true }],
    });
    const narrow = `/issues/${key}?fields=key,version,checklistDone,checklistTotal,${courseName}`;
    expect((await tracker.get(narrow)).json).toEqual({
      key,
      version: 1,
      checklistDone: '1',
      checklistTotal: 2,
    });
    const items = objectOf(await tracker.get(`/issues/${key}?fields=checklistItems`));
    expect(Object.keys(items)).toEqual(['checklistItems']);
    world.trackerRules.honourFields = false;
    world.trackerRules.checklistDoneAs = 'number';
    const all = objectOf(await tracker.get(narrow));
    expect(all).toMatchObject({ summary: 'Narrow', checklistDone: 1 });
    expect(all.checklistItems).toHaveLength(2);
  });

  test('by the old key of a moved one', async () => {
    world.addQueue({ key: 'NEW', id: 'abc', name: 'New' });
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Moves' });
    world.moveIssue(key, 'NEW-5');
    for (const asked of [key, 'NEW-5']) {
      expect((await tracker.get(`/issues/${asked}`)).json).toMatchObject({
        key: 'NEW-5',
        aliases: [key],
        version: 2,
        queue: { key: 'NEW' },
      });
    }
    const keys = async () => listOf(await tracker.post('/issues/_search', { keys: [key] }));
    expect(await keys()).toEqual([]);
    world.trackerRules.searchFindsMoved = true;
    expect(await keys()).toMatchObject([{ key: 'NEW-5' }]);
  });

  test('not those that are missing or forbidden', async () => {
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Secret', access: 'none' });
    expect((await tracker.get(`/issues/${key}`)).status).toBe(403);
    expect((await tracker.get('/issues/SUP-999999')).json).toEqual({
      errors: {},
      errorMessages: ['Issue does not exist.'],
      statusCode: 404,
    });
    const russian = await tracker.get('/issues/SUP-999999', undefined, {
      'accept-language': 'ru-RU',
    });
    expect(objectOf(russian).errorMessages).toEqual(['Задача не существует.']);
  });
});

describe('editing issues', () => {
  test('each accepted edit is one version, even one that changes nothing', async () => {
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Edits' });
    const body = { [courseName]: 'SQL', [taskPosition]: 3 };
    const first = objectOf(await tracker.patch(`/issues/${key}`, body));
    expect(first).toMatchObject({ key, version: 2, ...body });
    expect(objectOf(await tracker.patch(`/issues/${key}?fields=version`, body))).toEqual({
      version: 3,
    });
    const emptied = { [courseName]: '', [taskPosition]: null };
    const last = objectOf(await tracker.patch(`/issues/${key}`, emptied));
    expect(last.version).toBe(4);
    expect(last).not.toHaveProperty([courseName]);
    expect(last).not.toHaveProperty([taskPosition]);
    expect(world.issue(key).history).toMatchObject([
      {
        version: 2,
        time: now,
        who: 'token',
        what: 'issue',
        fields: [
          { field: courseName, from: undefined, to: 'SQL' },
          { field: taskPosition, from: undefined, to: 3 },
        ],
      },
      { version: 3, fields: [] },
      {
        version: 4,
        fields: [
          { from: 'SQL', to: undefined },
          { from: 3, to: undefined },
        ],
      },
    ]);
    expect(world.patches(key)).toHaveLength(3);
  });

  test.each([409, 412] as const)('not at another version: %i', async (status) => {
    world.trackerRules.conflictStatus = status;
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Conflict' });
    world.editIssue(key, { [linkField]: 'https://learn.example/tasks/1/' });
    const refused = await tracker.patch(`/issues/${key}?version=1`, { [courseName]: 'SQL' });
    expect(refused.status).toBe(status);
    expect(objectOf(refused).statusCode).toBe(status);
    const accepted = await tracker.patch(`/issues/${key}?version=2`, { [courseName]: 'SQL' });
    expect(objectOf(accepted).version).toBe(3);
    expect((await tracker.patch(`/issues/${key}?version=x`, {})).status).toBe(400);
    expect(world.patches(key)).toHaveLength(1);
  });

  test.each([
    ['unknown field', { 'nothing--here': 'x' }],
    ['text for an integer', { [taskPosition]: '3' }],
    ['number for a text', { [courseName]: 3 }],
    ['fraction for an integer', { [taskPosition]: 1.5 }],
    ['read-only field', { version: 7 }],
    ['read-only local field', { '6063181a59590573909db929--score': 7 }],
    ['array of another type', { tags: [1] }],
    ['no date', { deadline: '23.11.2026' }],
    ['required field emptied', { summary: null }],
  ])('not with a rejected value: %s', async (_about, body) => {
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Rejects' });
    const refused = await tracker.patch(`/issues/${key}`, { ...body, [linkField]: 'x' });
    expect(refused.status).toBe(422);
    expect(Object.keys(objectOf(refused).errors ?? {})).toEqual(Object.keys(body));
    world.trackerRules.fieldErrorStatus = 400;
    expect((await tracker.patch(`/issues/${key}`, body)).status).toBe(400);
    expect(world.issue(key).version).toBe(1);
  });

  test('all types of values', async () => {
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Types' });
    const body = {
      tags: ['a', 'b'],
      storyPoints: 1.5,
      deadline: '2026-12-01',
      assignee: { login: 'somebody' },
      [taskPosition]: 0,
      [errorField]: 'text',
    };
    expect(objectOf(await tracker.patch(`/issues/${key}`, body))).toMatchObject(body);
  });

  test('not where a value of one issue is rejected, nor another queue has the field', async () => {
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Own rules', rejects });
    const refused = await tracker.patch(`/issues/${key}`, { [mappedFields['lesson.name']]: 'x' });
    expect(refused.json).toMatchObject({ errors: rejects, statusCode: 422 });
    const elsewhere = world.addIssue({ queue: 'NEW', summary: 'No such field here' });
    expect((await tracker.patch(`/issues/${elsewhere.key}`, { [courseName]: 'x' })).status).toBe(
      422,
    );
  });

  test('not where that is not allowed', async () => {
    const readOnly = world.addIssue({ queue: 'SUP', summary: 'Read only', access: 'read-only' });
    const locked = world.addIssue({ queue: 'SUP', summary: 'Locked', locked: true });
    const old = world.addIssue({
      queue: 'SUP',
      summary: 'Old',
      version: 10_100,
      items: [{ text: 'x' }],
    });
    const edit = async (path: string) => (await tracker.patch(path, { [courseName]: 'x' })).status;
    expect(await edit(`/issues/${readOnly.key}`)).toBe(403);
    expect((await tracker.get(`/issues/${readOnly.key}`)).status).toBe(200);
    expect(await edit(`/issues/${locked.key}`)).toBe(423);
    expect(await edit(`/issues/${old.key}`)).toBe(200);
    expect(await edit(`/issues/${old.key}`)).toBe(423);
    expect(await edit(`/issues/${old.key}/checklistItems/${[...old.items.keys()][0]}`)).toBe(423);
    expect((await tracker.get(`/issues/${old.key}`)).status).toBe(200);
    expect(await edit('/issues/SUP-999999')).toBe(404);
  });

  test('not with a body that is no JSON object, or does not say so', async () => {
    const url = `${simulator.trackerUrl}/issues/SUP-1`;
    const authorization = `OAuth ${world.trackerRules.token}`;
    const send = async (body: string, type: string) =>
      (
        await request(url, {
          method: 'PATCH',
          headers: { authorization, 'content-type': type },
          body,
        })
      ).status;
    expect(await send('{', 'application/json')).toBe(400);
    expect(await send('[]', 'application/json')).toBe(400);
    expect(await send('{}', 'text/plain')).toBe(415);
  });

  test('new ones', async () => {
    const made = await tracker.post('/issues', {
      queue: 'SUP',
      summary: 'Fresh',
      [courseName]: 'SQL',
    });
    expect(made.status).toBe(201);
    const { key } = objectOf(made);
    expect((await tracker.get(`/issues/${key}`)).json).toMatchObject({
      version: 1,
      [courseName]: 'SQL',
    });
    const byKey = await tracker.post('/issues', { queue: { key: 'SUP' }, summary: 'Fresh' });
    expect(byKey.status).toBe(201);
    const refused = await tracker.post('/issues', { queue: 'NONE', summary: '' });
    expect(refused.json).toMatchObject({
      errors: { queue: expect.anything(), summary: expect.anything() },
    });
    const unknown = await tracker.post('/issues', { queue: 'SUP', summary: 'x', nonsense: 1 });
    expect(unknown.status).toBe(422);
  });
});

describe('searches', () => {
  const search = (body: Parameters<typeof tracker.post>[1], query = '') =>
    tracker.post(`/issues/_search${query}`, body);

  test('by keys: sorted, without what is missing or may not be seen', async () => {
    const [a, b, hidden] = [{}, {}, { access: 'none' as const }].map((more) =>
      world.addIssue({ queue: 'SUP', summary: 'Searched', ...more }),
    );
    if (!a || !b || !hidden) throw new Error('Not made');
    const keys = [b.key, 'SUP-999999', a.key, hidden.key, b.key];
    const answer = await search({ keys }, '?fields=key&perPage=100');
    expect(answer.json).toEqual([{ key: a.key }, { key: b.key }]);
    expect(answer.headers.get('x-total-count')).toBe('2');
    expect(answer.headers.get('x-total-pages')).toBe('1');
    expect((await tracker.post('/issues/_count', { keys })).json).toBe(2);
  });

  test('in pages of fifty, or of what is asked for', async () => {
    world.addQueue({ key: 'MANY', id: 'many', name: 'Many' });
    for (let i = 0; i < 120; i += 1) world.addIssue({ queue: 'MANY', summary: `No. ${i}` });
    const first = await search({ queue: 'MANY' });
    expect(listOf(first)).toHaveLength(50);
    expect(first.headers.get('x-total-pages')).toBe('3');
    expect(first.headers.get('link')).toContain('page=2');
    const last = await search({ query: 'Queue: MANY' }, '?page=3&fields=key');
    expect(listOf(last).map(({ key }) => key)).toEqual(
      Array.from({ length: 20 }, (_, i) => `MANY-${101 + i}`),
    );
    expect(listOf(await search({ queue: 'MANY' }, '?perPage=120'))).toHaveLength(120);
    expect(listOf(await search({ queue: 'MANY' }, '?page=9'))).toEqual([]);
    const filter = { queue: 'MANY', summary: ['No. 7', 'No. 8'] };
    expect(listOf(await search({ filter }))).toHaveLength(2);
    expect((await tracker.post('/issues/_count', { queue: 'MANY' })).json).toBe(120);
  });

  test('not with two ways at once, none, or too much', async () => {
    expect((await search({})).status).toBe(400);
    expect((await search({ keys: ['SUP-1'], queue: 'SUP' })).status).toBe(400);
    expect((await search({ keys: [] })).status).toBe(400);
    expect((await search({ keys: ['SUP-1'] }, '?scrollType=sorted')).status).toBe(400);
    expect((await search({ queue: 'SUP' }, '?perPage=0')).status).toBe(400);
    expect((await search({ query: 'Assignee: me()' })).status).toBe(400);
    world.trackerRules.maxKeys = 2;
    world.trackerRules.maxPerPage = 100;
    world.trackerRules.tooMuchStatus = 413;
    expect((await search({ keys: ['A-1', 'A-2', 'A-3'] })).status).toBe(413);
    expect((await search({ keys: ['A-1', 'A-2'] })).status).toBe(200);
    expect((await search({ queue: 'SUP' }, '?perPage=101')).status).toBe(413);
  });

  test('see an index that lags behind', async () => {
    const begun = now;
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Lags' });
    const gone = world.addIssue({ queue: 'SUP', summary: 'Goes' });
    now = begun + 10_000;
    await tracker.patch(`/issues/${key}`, { [courseName]: 'SQL' });
    const item = world.addItem(key, { text: 'one' });
    now = begun + 20_000;
    world.editIssue(key, { [courseName]: 'Figma' });
    world.editItem(key, item.id, { checked: true });
    world.removeIssue(gone.key);
    const made = objectOf(await tracker.post('/issues', { queue: 'SUP', summary: 'New' })).key;
    now = begun + 30_000;
    const fields = `version,checklistDone,checklistTotal,${courseName}`;
    const seen = async (lag: number) => {
      world.trackerRules.searchLagMs = lag;
      return (await search({ keys: [key] }, `?fields=${fields}`)).json;
    };
    expect(await seen(0)).toEqual([
      { version: 5, [courseName]: 'Figma', checklistDone: '1', checklistTotal: 1 },
    ]);
    expect(await seen(15_000)).toEqual([
      { version: 3, [courseName]: 'SQL', checklistDone: '0', checklistTotal: 1 },
    ]);
    expect(await seen(25_000)).toEqual([{ version: 1 }]);
    const both = { keys: [gone.key, String(made)] };
    expect(await tracker.post('/issues/_count', both)).toMatchObject({ json: 1 });
    expect(listOf(await search(both))).toMatchObject([{ key: gone.key }]);
    world.trackerRules.searchLagMs = 0;
    expect(listOf(await search(both))).toMatchObject([{ key: made }]);
    const read = objectOf(await tracker.get(`/issues/${key}`));
    expect(read).toMatchObject({ version: 5, [courseName]: 'Figma' });
  });
});

describe('checklists', () => {
  const issueWith = (...texts: string[]) =>
    world.addIssue({ queue: 'SUP', summary: 'List', items: texts.map((text) => ({ text })) });
  const idsOf = (key: string) => [...world.issue(key).items.keys()];
  const deadline = { date: '2026-11-23T18:00:00.000+0000', deadlineType: 'date' };

  test('read as an array, or a lone item as itself', async () => {
    const { key } = issueWith('<SUP-7>', 'SUP-8');
    const [first] = listOf(await tracker.get(`/issues/${key}/checklistItems`));
    expect(first).toEqual({
      id: idsOf(key)[0],
      text: '<SUP-7>',
      textHtml: '&lt;SUP-7&gt;',
      checked: false,
      checklistItemType: 'standard',
    });
    const lone = issueWith('SUP-9').key;
    world.trackerRules.loneItemAsObject = true;
    expect(objectOf(await tracker.get(`/issues/${lone}/checklistItems`)).text).toBe('SUP-9');
    expect(listOf(await tracker.get(`/issues/${key}/checklistItems`))).toHaveLength(2);
    expect((await tracker.get('/issues/SUP-1/checklistItems')).json).toEqual([]);
  });

  test('an item is added, checked, deferred, deleted: a version each', async () => {
    const { key } = issueWith('SUP-7');
    const list = `/issues/${key}/checklistItems`;
    expect((await tracker.post(list, { text: 'SUP-8', deadline })).status).toBe(201);
    const [first = '', second = ''] = idsOf(key);
    const checked = objectOf(await tracker.patch(`${list}/${first}`, { checked: true, deadline }));
    expect(checked).toMatchObject({ key, version: 3, checklistDone: '1', checklistTotal: 2 });
    expect(listOf(await tracker.get(list))).toMatchObject([
      { id: first, text: 'SUP-7', checked: true, deadline: { ...deadline, isExceeded: false } },
      { id: second, text: 'SUP-8', checked: false },
    ]);
    const future = { date: '2099-01-01T08:00:00.000+0300' };
    const array = await tracker.patch(`${list}/${second}/`, [{ checked: true, deadline: future }]);
    expect(array.status).toBe(200);
    expect(world.item(key, second).deadline).toBe('2099-01-01T05:00:00.000+0000');
    const narrowed = await tracker.patch(`${list}/${second}?fields=version`, { deadline: null });
    expect(narrowed.json).toEqual({ version: 5 });
    expect(world.item(key, second)).toMatchObject({ checked: true, deadline: null });
    expect((await tracker.delete(`${list}/${first}`)).status).toBe(200);
    world.trackerRules.deleteStatus = 204;
    expect(await tracker.delete(`${list}/${second}`)).toMatchObject({ status: 204, text: '' });
    expect((await tracker.delete(`${list}/${second}`)).status).toBe(404);
    expect(world.issue(key)).toMatchObject({ version: 7, done: 0 });
    expect(world.issue(key).history.every(({ who, what }) => who + what === 'tokenchecklist')).toBe(
      true,
    );
  });

  test.each([400, 422] as const)(
    'an item PATCH without text may be refused: %i',
    async (status) => {
      const { key } = issueWith('SUP-7');
      const item = `/issues/${key}/checklistItems/${idsOf(key)[0]}`;
      world.trackerRules.itemPatchNeedsText = status;
      const refused = await tracker.patch(item, { checked: true, deadline });
      expect(refused.status).toBe(status);
      expect(objectOf(refused).errors).toHaveProperty('text');
      expect((await tracker.patch(item, { text: 'SUP-7', checked: true })).status).toBe(200);
    },
  );

  test.each([
    ['no boolean', { checked: 'yes' }],
    ['empty text', { text: '' }],
    ['no such property', { done: true }],
    ['another way to write a date', { deadline: { date: '2026-11-23T18:00:00Z' } }],
    ['no such kind of deadline', { deadline: { ...deadline, deadlineType: 'week' } }],
  ])('a wrong item is refused: %s', async (_about, body) => {
    const { key } = issueWith('SUP-7');
    const refused = await tracker.patch(`/issues/${key}/checklistItems/${idsOf(key)[0]}`, body);
    expect(refused.status).toBe(422);
    expect(objectOf(refused).errors).toHaveProperty(Object.keys(body));
    expect(world.issue(key).version).toBe(1);
  });

  test('the whole list is rewritten, and what is left out is lost', async () => {
    const { key } = issueWith('SUP-7', 'SUP-8', 'SUP-9');
    const list = `/issues/${key}/checklistItems`;
    const [a = '', b = '', c = ''] = idsOf(key);
    const body = [
      { id: c, text: 'SUP-9', checked: true },
      { id: a, text: 'SUP-7!' },
    ];
    expect(objectOf(await tracker.patch(list, body))).toMatchObject({
      version: 2,
      checklistDone: '1',
    });
    expect(listOf(await tracker.get(list)).map(({ text }) => text)).toEqual(['SUP-9', 'SUP-7!']);
    expect(
      world
        .issue(key)
        .history[0]?.items.map(({ id }) => id)
        .sort(),
    ).toEqual([a, b, c].sort());
    expect((await tracker.patch(list, [{ id: b, text: 'SUP-8' }])).status).toBe(404);
    expect((await tracker.patch(list, [{ id: a }])).status).toBe(422);
    expect((await tracker.delete(list)).status).toBe(200);
    expect((await tracker.get(list)).json).toEqual([]);
  });

  test('a deadline is exceeded once it has passed, unless the item is checked', async () => {
    const { key } = issueWith('SUP-7');
    const list = `/issues/${key}/checklistItems`;
    const [id = ''] = idsOf(key);
    world.editItem(key, id, { deadline: new Date(now + 5000).toISOString().replace('Z', '+0000') });
    const isExceeded = async () => listOf(await tracker.get(list))[0]?.deadline;
    expect(await isExceeded()).toMatchObject({ isExceeded: false });
    now += 6000;
    expect(await isExceeded()).toMatchObject({ isExceeded: true });
    world.editItem(key, id, { checked: true });
    expect(await isExceeded()).toMatchObject({ isExceeded: false });
  });

  test('people move and reword items', () => {
    const { key } = issueWith('SUP-7', 'SUP-8', 'SUP-9');
    const [a = ''] = idsOf(key);
    world.moveItem(key, a, 2);
    world.editItem(key, a, { text: 'SUP-70' });
    const texts = [...world.issue(key).items.values()].map(({ text }) => text);
    expect(texts).toEqual(['SUP-8', 'SUP-9', 'SUP-70']);
    expect(world.issue(key).history.every(({ who }) => who === 'tester')).toBe(true);
  });
});

describe('fields and queues', () => {
  test('local fields, in the language asked for', async () => {
    const fields = listOf(await tracker.get('/queues/SUP/localFields'));
    expect(fields.find(({ id }) => id === courseName)).toMatchObject({
      key: 'moduleName',
      name: 'Module',
      schema: { type: 'string', required: false },
      readonly: false,
      queue: { key: 'SUP' },
    });
    expect(fields.find(({ key }) => key === 'teams')?.schema).toMatchObject({ items: 'string' });
    expect(fields.find(({ key }) => key === 'score')?.readonly).toBe(true);
    const russian = { 'accept-language': 'ru-RU,ru;q=0.9,en;q=0.8' };
    const [link] = listOf(await tracker.get('/queues/SUP/localFields', undefined, russian));
    expect(link?.name).toBe('Ссылка на материал');
    expect((await tracker.get('/queues/NONE/localFields')).status).toBe(404);
  });

  test('global fields, queues', async () => {
    const fields = listOf(await tracker.get('/fields'));
    expect(fields.map(({ id }) => id)).toContain('summary');
    expect(fields.every((field) => !('queue' in field))).toBe(true);
    expect(listOf(await tracker.get('/queues')).map(({ key }) => key)).toContain('SUP');
    expect(objectOf(await tracker.get('/queues/SUP')).key).toBe('SUP');
  });
});
