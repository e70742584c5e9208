import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Failure, FailureError } from '../../../src/errors/failure.ts';
import { HostGate } from '../../../src/http/host-gate.ts';
import { OneTry } from '../../../src/http/one-try.ts';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';
import { addItem, createIssue, findIssue } from '../../../src/tracker/additions.ts';
import {
  noHabits,
  SearchRefusedError,
  TrackerClient,
  type TrackerOptions,
} from '../../../src/tracker/client.ts';
import type { FieldValue } from '../../../src/tracker/field-value.ts';
import {
  deferralDate,
  errorField,
  faults,
  type Json,
  linkField,
  mappedFields,
  type Simulator,
  standardWorld,
  startSimulator,
  type World,
} from '../../simulator/index.ts';

const courseName = mappedFields['course.name'];
const trackId = mappedFields['track.id'];
const taskPosition = mappedFields['task.position'];
const taskPositionIfExists = mappedFields['task.position_if_exists'];

let simulator: Simulator;
let world: World;

beforeEach(async () => {
  world = standardWorld();
  world.addQueue({ key: 'HELP', id: '5fd0b7a1e0b2c30011223344', name: 'Help' });
  for (let n = 2; n <= 7; n += 1) {
    world.addIssue({
      queue: 'SUP',
      key: `SUP-${n}`,
      summary: `Issue ${n}`,
      fields: { [linkField]: `https://learn.example/tasks/${n}`, [courseName]: 'SQL' },
    });
  }
  simulator = await startSimulator({ world });
});
afterEach(() => simulator.close());

function newClient(
  options: Partial<TrackerOptions> = {},
  settings: Partial<Settings> = {},
): TrackerClient {
  return new TrackerClient({
    settings: {
      ...defaultSettings,
      trackerUrl: simulator.trackerUrl,
      trackerTimeoutSeconds: 5,
      ...settings,
    },
    token: world.trackerRules.token,
    gate: new HostGate(),
    habits: noHabits,
    ...options,
  });
}

/** A client that asks once: what is odd stays so, and asking again takes its time. */
function newClientAskingOnce(): TrackerClient {
  return newClient({ gate: new OneTry() });
}

/** What went wrong; fails where nothing did. */
async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => new Error('nothing went wrong'),
    (reason: unknown) => reason,
  );
  if (error instanceof FailureError) return error.failure;
  throw error;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await failureOf(work)).code;
}

function fieldsOf(key: string): Record<string, Json> {
  return Object.fromEntries(world.issue(key).fields);
}

function bodies(): unknown[] {
  return simulator.requests.entries.map(({ body }) => body);
}

const values = (entries: Record<string, FieldValue>) => new Map(Object.entries(entries));

describe('reading an issue', () => {
  test('gives its version and the fields asked for, and asks for no others', async () => {
    const issue = await newClient().readIssue('SUP-2', [linkField, errorField]);
    expect(issue).toEqual({
      key: 'SUP-2',
      version: 1,
      [linkField]: 'https://learn.example/tasks/2',
    });
  });

  test('works where the tracker narrows nothing', async () => {
    world.trackerRules.honourFields = false;
    const issue = await newClient().readIssue('SUP-2', [linkField]);
    expect(issue).toMatchObject({ key: 'SUP-2', [linkField]: 'https://learn.example/tasks/2' });
  });

  test('finds one that was moved, under its old key', async () => {
    world.moveIssue('SUP-2', 'HELP-9');
    const issue = await newClient().readIssue('SUP-2', []);
    expect(issue).toMatchObject({ key: 'HELP-9', aliases: ['SUP-2'] });
  });

  test.each<[about: string, json: Json]>([
    ['about another issue', { key: 'SUP-3', version: 1 }],
    ['about another moved issue', { key: 'HELP-9', aliases: ['SUP-3'], version: 1 }],
    ['with a hostile key', { key: '../myself', version: 1 }],
    ['with a key that is none', { key: 'SUP-0', aliases: ['SUP-2'], version: 1 }],
    ['without a key', { version: 1 }],
    ['without a version', { key: 'SUP-2' }],
    ['with a version that is none', { key: 'SUP-2', version: '1' }],
    ['of another shape', { data: { key: 'SUP-2' } }],
    ['that is a list', []],
    ['that is null', null],
  ])('takes no answer %s', async (_about, json) => {
    simulator.faults.add({ fault: faults.json(json) });
    expect(await failureOf(newClientAskingOnce().readIssue('SUP-2', []))).toEqual({
      code: 'tracker_unavailable',
      details: ['reason_bad_answer'],
    });
  });

  test.each([
    ['empty', faults.emptyOk],
    ['about another issue', faults.json({ key: 'SUP-3', version: 1 })],
    ['of another shape', faults.json({ data: {} })],
  ])('asks again where an answer is %s', async (_about, fault) => {
    simulator.faults.add({ times: 1, fault });
    expect(await newClient().readIssue('SUP-2', [])).toMatchObject({ key: 'SUP-2' });
    simulator.faults.add({ times: 1, fault: faults.json({ issues: [] }) });
    expect([...(await newClient().searchIssues(['SUP-2'], [])).keys()]).toEqual(['SUP-2']);
    simulator.faults.add({ times: 1, fault });
    expect((await newClient().readChecklist('SUP-1', errorField)).version).toBe(1);
  });
});

describe('searching issues', () => {
  const keys = ['SUP-2', 'SUP-3', 'SUP-4', 'SUP-5', 'SUP-6', 'SUP-7'];

  test('finds them in one request, and leaves out what is not there or not to be seen', async () => {
    world.setAccess('SUP-3', 'none');
    world.removeIssue('SUP-4');
    const found = await newClient().searchIssues([...keys, 'NONE-1'], [courseName]);
    expect([...found.keys()].sort()).toEqual(['SUP-2', 'SUP-5', 'SUP-6', 'SUP-7']);
    expect(found.get('SUP-2')).toEqual({ key: 'SUP-2', version: 1, [courseName]: 'SQL' });
    expect(simulator.requests.count()).toBe(1);
  });

  test('asks for each once, and for none that is no key', async () => {
    await newClient().searchIssues(['SUP-2', 'SUP-2', '../x', 'sup-3', '', 'SUP-0'], []);
    expect(bodies()).toEqual([{ keys: ['SUP-2'] }]);
    await newClient().searchIssues([], []);
    expect(simulator.requests.count()).toBe(1);
  });

  test.each([400, 413] as const)('halves what is too much for the tracker: %i', async (status) => {
    Object.assign(world.trackerRules, { maxKeys: 2, tooMuchStatus: status });
    const client = newClient();
    expect((await client.searchIssues(keys, [])).size).toBe(6);
    const sizes = simulator.requests.entries.map(({ query }) => /perPage=(\d+)/.exec(query)?.[1]);
    expect(sizes).toEqual(['6', '3', '2', '2', '2']);
    simulator.requests.reset();
    await client.searchIssues(keys, []);
    // Once learned, never tried again.
    expect(simulator.requests.count()).toBe(3);
  });

  test.each([
    ['the one key', ['SUP-999', ...keys]],
    ['the few keys', [...keys, 'SUP-997', 'SUP-998', 'SUP-999']],
  ])(
    'leaves out %s that the tracker does not take, and asks for the others at once',
    async (_, asked) => {
      const fault = faults.json({ errorMessages: ['no'] }, 400);
      simulator.faults.beforeRequest = ({ body }) => {
        if (JSON.stringify(body ?? null).includes('SUP-99'))
          simulator.faults.add({ times: 1, fault });
        return undefined;
      };
      const client = newClient();
      expect((await client.searchIssues(asked, [])).size).toBe(6);
      simulator.requests.reset();
      expect((await client.searchIssues(keys, [])).size).toBe(6);
      expect(simulator.requests.count()).toBe(1);
    },
  );

  test('says that a tracker takes none, after a few', async () => {
    simulator.faults.add({
      on: { path: /_search/ },
      fault: faults.json({ errorMessages: ['no'] }, 400),
    });
    const many = Array.from({ length: 100 }, (_, at) => `SUP-${at + 1}`);
    await expect(newClient().searchIssues(many, [])).rejects.toBeInstanceOf(SearchRefusedError);
    expect(simulator.requests.count()).toBeLessThan(30);
  });

  test('takes as few to a page as the tracker gives', async () => {
    Object.assign(world.trackerRules, { maxPerPage: 1 });
    expect((await newClient().searchIssues(keys, [])).size).toBe(6);
  });

  test('reads on where a tracker gives fewer to a page than were asked for', async () => {
    const pages = [[{ key: 'SUP-2', version: 1 }], [{ key: 'SUP-3', version: 4 }]];
    for (const [at, page] of pages.entries()) {
      simulator.faults.add({
        on: { path: /_search/ },
        nth: at + 1,
        fault: {
          kind: 'answer',
          applied: false,
          status: 200,
          headers: { 'content-type': 'application/json', 'x-total-pages': '2' },
          body: JSON.stringify(page),
        },
      });
    }
    const found = await newClient().searchIssues(['SUP-2', 'SUP-3'], []);
    expect([...found.values()].map(({ version }) => version)).toEqual([1, 4]);
    const asked = simulator.requests.entries.map(({ query }) => /&page=(\d+)/.exec(query)?.[1]);
    expect(asked).toEqual([undefined, '2']);
  });

  test.each([true, false])('finds a moved issue where the index does: %s', async (does) => {
    world.trackerRules.searchFindsMoved = does;
    world.moveIssue('SUP-2', 'HELP-9');
    const found = await newClient().searchIssues(['SUP-2', 'SUP-3'], []);
    expect(found.get('SUP-2')?.key).toBe(does ? 'HELP-9' : undefined);
  });

  test('gives nothing that was not asked for', async () => {
    simulator.faults.add({
      fault: faults.json([
        { key: 'SUP-2', version: 1 },
        { key: 'SUP-9', version: 1 },
      ]),
    });
    expect([...(await newClient().searchIssues(['SUP-2', 'SUP-3'], [])).keys()]).toEqual(['SUP-2']);
    // Without a word of pages there is one.
    expect(simulator.requests.count()).toBe(1);
  });

  test('takes no answer with a hostile key in it', async () => {
    simulator.faults.add({ fault: faults.json([{ key: '..', aliases: ['SUP-2'], version: 1 }]) });
    expect(await codeOf(newClientAskingOnce().searchIssues(['SUP-2', 'SUP-3'], []))).toBe(
      'tracker_unavailable',
    );
  });
});

describe('writing an issue', () => {
  test('is one PATCH of the given fields, at the given version', async () => {
    const change = values({ [courseName]: 'Python', [taskPosition]: 3 });
    expect(await newClient().patchIssue('SUP-2', 1, change)).toBe('written');
    expect(fieldsOf('SUP-2')).toMatchObject({ [courseName]: 'Python', [taskPosition]: 3 });
    const [entry] = simulator.requests.entries;
    expect([entry?.method, entry?.path, simulator.requests.count()]).toEqual([
      'PATCH',
      '/v2/issues/SUP-2',
      1,
    ]);
    expect(entry?.body).toEqual({ [courseName]: 'Python', [taskPosition]: 3 });
    expect(entry?.query).toContain('version=1');
    // The answer is narrowed: it is not needed.
    expect(entry?.responseBytes).toBeLessThan(30);
  });

  test('at any version, where none is given', async () => {
    world.editIssue('SUP-2', { summary: 'Newer' });
    expect(await newClient().patchIssue('SUP-2', null, values({ [courseName]: 'X' }))).toBe(
      'written',
    );
    expect(simulator.requests.entries[0]?.query).not.toContain('version=');
  });

  test.each([409, 412] as const)('conflicts with somebody`s edit: %i', async (conflictStatus) => {
    world.trackerRules.conflictStatus = conflictStatus;
    world.editIssue('SUP-2', { [courseName]: 'Theirs' });
    expect(await newClient().patchIssue('SUP-2', 1, values({ [courseName]: 'Ours' }))).toBe(
      'conflict',
    );
    expect(fieldsOf('SUP-2')[courseName]).toBe('Theirs');
  });

  test('null empties a field', async () => {
    await newClient().patchIssue('SUP-2', 1, values({ [courseName]: null }));
    expect(Object.hasOwn(fieldsOf('SUP-2'), courseName)).toBe(false);
  });

  test('an empty text does where null is refused, and is remembered', async () => {
    const client = newClient();
    simulator.faults.add({
      nth: 1,
      fault: faults.json({ errors: { [courseName]: 'null is no text' }, errorMessages: [] }, 422),
    });
    expect(await client.patchIssue('SUP-2', 1, values({ [courseName]: null }))).toBe('written');
    expect(bodies()).toEqual([{ [courseName]: null }, { [courseName]: '' }]);
    expect(client.habits.fieldForms).toEqual({ [courseName]: 'text' });
    simulator.requests.reset();
    await client.patchIssue('SUP-3', 1, values({ [courseName]: null }));
    expect(bodies()).toEqual([{ [courseName]: '' }]);
  });

  describe.each([400, 422] as const)('of a field of another type (%i)', (fieldErrorStatus) => {
    beforeEach(() => {
      world.trackerRules.fieldErrorStatus = fieldErrorStatus;
    });

    test('takes a number as a text, and a text as a number, and learns it once', async () => {
      const client = newClient();
      const first = values({ [trackId]: 41, [taskPosition]: '3', [courseName]: 'Python' });
      expect(await client.patchIssue('SUP-2', 1, first)).toBe('written');
      expect(fieldsOf('SUP-2')).toMatchObject({
        [trackId]: '41',
        [taskPosition]: 3,
        [courseName]: 'Python',
      });
      expect(simulator.requests.count()).toBe(2);
      expect(client.habits.fieldForms).toEqual({ [trackId]: 'text', [taskPosition]: 'number' });
      simulator.requests.reset();
      await client.patchIssue('SUP-3', 1, values({ [trackId]: 42, [taskPosition]: '4' }));
      expect(bodies()).toEqual([{ [trackId]: '42', [taskPosition]: 4 }]);
      // The next run begins with what this one learned.
      const next = newClient({ habits: client.habits });
      await next.patchIssue('SUP-4', 1, values({ [trackId]: 43 }));
      expect(fieldsOf('SUP-4')[trackId]).toBe('43');
      expect(simulator.requests.count()).toBe(2);
    });

    test('is rejected where no form of it will do', async () => {
      const client = newClient();
      const change = values({ [taskPosition]: 'third', [courseName]: 'Python' });
      expect(await failureOf(client.patchIssue('SUP-2', 1, change))).toEqual({
        code: 'field_rejected',
        details: [taskPosition, `${taskPosition}: Not a value of type integer`],
      });
      expect(fieldsOf('SUP-2')[courseName]).toBe('SQL');
      expect(client.habits).toEqual(noHabits);
    });

    test('is rejected where there is no such field', async () => {
      const failure = await failureOf(newClient().patchIssue('SUP-2', 1, values({ nosuch: 'x' })));
      expect(failure).toEqual({
        code: 'field_rejected',
        details: ['nosuch', 'nosuch: Field does not exist'],
      });
      expect(simulator.requests.count()).toBe(1);
    });
  });

  test('tries each field`s other form where a tracker refuses one field at a time', async () => {
    for (const [nth, field] of [taskPosition, taskPositionIfExists].entries()) {
      simulator.faults.add({
        nth: nth + 1,
        fault: faults.json({ errors: { [field]: 'No' } }, 422),
      });
    }
    const client = newClient();
    const change = values({ [taskPosition]: '3', [taskPositionIfExists]: '3' });
    expect(await client.patchIssue('SUP-2', 1, change)).toBe('written');
    expect(bodies().at(-1)).toEqual({ [taskPosition]: 3, [taskPositionIfExists]: 3 });
    expect(Object.keys(client.habits.fieldForms).length).toBe(2);
  });

  test('ends where a tracker refuses both forms for ever, and learns neither', async () => {
    simulator.faults.add({ fault: faults.json({ errors: { [taskPosition]: 'No' } }, 422) });
    const change = values({ [taskPosition]: 3 });
    const client = newClient();
    expect(await codeOf(client.patchIssue('SUP-2', 1, change))).toBe('field_rejected');
    expect(bodies()).toEqual([{ [taskPosition]: 3 }, { [taskPosition]: '3' }]);
    expect(client.habits).toEqual(noHabits);
  });

  test.each([
    [null, 'No'],
    [{ other: 'Not this' }, 'No; other: Not this'],
  ])('names all fields where the tracker names none of them: %j', async (errors, text) => {
    simulator.faults.add({ fault: faults.json({ errors, errorMessages: ['No'] }, 422) });
    const change = values({ [courseName]: 'X', [trackId]: 'y' });
    expect(await failureOf(newClient().patchIssue('SUP-2', 1, change))).toEqual({
      code: 'field_rejected',
      details: [`${courseName}, ${trackId}`, text],
    });
    expect(simulator.requests.count()).toBe(1);
  });
});

describe('a status says whose trouble it is', () => {
  const read = (client: TrackerClient) => client.readIssue('SUP-2', []);
  const write = (client: TrackerClient) =>
    client.patchIssue('SUP-2', 1, values({ [courseName]: 'X' }));
  const search = (client: TrackerClient) => client.searchIssues(['SUP-2', 'SUP-3'], []);
  const readList = (client: TrackerClient) => client.readChecklist('SUP-1', errorField);
  const readVersion = (client: TrackerClient) => client.readChecklistVersion('SUP-1', errorField);
  const writeSummary = (client: TrackerClient) =>
    client.patchIssue('SUP-1', null, values({ [errorField]: 'X' }), 'checklist_issue');
  const check = (client: TrackerClient) =>
    client.patchItem('SUP-1', { id: 'a', text: 'SUP-2' }, { checked: true });
  const drop = (client: TrackerClient) => client.deleteItem('SUP-1', 'a');

  const everyCall = { read, write, search, readList, readVersion, writeSummary, check, drop };
  type CallName = keyof typeof everyCall;
  const all = Object.keys(everyCall);
  const ofIssue = ['read', 'write', 'search'];
  const ofList = ['readList', 'readVersion', 'writeSummary', 'check', 'drop'];

  test.each<[status: number, code: string, calls: string[]]>([
    [401, 'tracker_token_rejected', all],
    [403, 'issue_forbidden', ofIssue],
    [404, 'issue_not_found', ofIssue],
    [423, 'issue_locked', ofIssue],
    [403, 'checklist_issue_forbidden', ofList],
    [404, 'checklist_issue_not_found', ['readList', 'readVersion', 'writeSummary']],
    [423, 'checklist_issue_locked', ofList],
    [428, 'field_rejected', ['write']],
    [402, 'tracker_unavailable', all],
    [409, 'tracker_unavailable', ['read', 'search', 'readList', 'check', 'drop']],
  ])('%i: %s', async (status, code, calls) => {
    simulator.faults.add({ fault: faults.json({ errorMessages: ['So it is'] }, status) });
    for (const name of calls) {
      // The names are those of `everyCall`.
      const failure = await failureOf(everyCall[name as CallName](newClient()));
      expect([name, failure.code]).toEqual([name, code]);
      expect(failure.details.join(' ')).toContain('So it is');
    }
  });

  test.each<[status: number, failure: Failure]>([
    [403, { code: 'issue_forbidden', details: ['SUP-2', ''] }],
    [402, { code: 'tracker_unavailable', details: ['HTTP 402'] }],
  ])('a page of a proxy is none of the issue`s: %i', async (status, failure) => {
    simulator.faults.add({ fault: faults.proxyPage(status) });
    expect(await failureOf(read(newClient()))).toEqual(failure);
  });

  test('a redirect is not followed, and says nothing', async () => {
    const target = `${simulator.trackerWebUrl}/v2/elsewhere`;
    simulator.faults.add({ on: { path: /SUP-2/ }, fault: faults.redirect(target) });
    expect(await codeOf(read(newClient()))).toBe('tracker_unavailable');
    expect(simulator.requests.count({ path: /elsewhere/ })).toBe(0);
  });

  test('an answer that is too large is called so', async () => {
    const gate = { send: () => Promise.resolve({ kind: 'too_large' as const }) };
    expect(await failureOf(read(newClient({ gate })))).toEqual({
      code: 'tracker_unavailable',
      details: ['reason_too_large'],
    });
  });
});

describe('the token', () => {
  test('stands in the Authorization header of every request, and nowhere else', async () => {
    const { token } = world.trackerRules;
    const client = newClient({}, { tokenScheme: 'Bearer' });
    const { id } = world.addItem('SUP-1', { text: 'SUP-2' });
    await client.readIssue('SUP-2', [linkField]);
    await client.searchIssues(['SUP-2', 'SUP-3'], []);
    await client.patchIssue('SUP-2', 1, values({ [courseName]: 'X' }));
    await client.readChecklist('SUP-1', errorField);
    await client.patchItem('SUP-1', { id, text: 'SUP-2' }, { checked: true });
    await client.deleteItem('SUP-1', id);
    expect(simulator.requests.count()).toBe(6);
    for (const entry of simulator.requests.entries) {
      expect(entry.authorization).toBe(`Bearer ${token}`);
      expect(entry.cookie).toBeNull();
      const { authorization: _header, ...otherHeaders } = entry.headers;
      const rest = [entry.path, entry.query, otherHeaders, entry.body];
      expect(JSON.stringify(rest)).not.toContain(token);
    }
  });

  test('stands in no error, even where the tracker echoes it', async () => {
    const { token } = world.trackerRules;
    const echo = { errors: { [token]: `got ${token}`, [courseName]: { sent: token } } };
    for (const status of [401, 403, 404, 422, 423, 418]) {
      simulator.faults.clear();
      simulator.faults.add({
        fault: faults.json({ ...echo, errorMessages: [`OAuth ${token} is bad`] }, status),
      });
      const work = newClient().patchIssue('SUP-2', 1, values({ [courseName]: 'X' }));
      const failure = await failureOf(work);
      expect(JSON.stringify(failure)).not.toContain(token);
      expect(JSON.stringify(failure)).toContain('•••');
    }
  });

  test('is cut from a text before the text is cut', async () => {
    const { token } = world.trackerRules;
    const text = `${'x'.repeat(300 - 10)}${token}${'x'.repeat(300)}`;
    simulator.faults.add({ fault: faults.json({ errorMessages: [text] }, 403) });
    const { details } = await failureOf(newClient().readIssue('SUP-2', []));
    expect(details.join()).not.toContain(token.slice(0, 8));
    expect(details[1]?.length).toBe(300);
  });
});

describe('the organisation', () => {
  test('goes with every request, where one is set', async () => {
    world.trackerRules.organisation = { header: 'X-Cloud-Org-ID', id: 'bpf1' };
    expect(await codeOf(newClient().readIssue('SUP-2', []))).toBe('issue_forbidden');
    const wrong = newClient({}, { organisationHeader: 'X-Org-ID', organisationId: 'bpf1' });
    expect(await codeOf(wrong.readChecklist('SUP-1', errorField))).toBe(
      'checklist_issue_forbidden',
    );
    const right = newClient({}, { organisationHeader: 'X-Cloud-Org-ID', organisationId: 'bpf1' });
    expect(await right.readIssue('SUP-2', [])).toMatchObject({ key: 'SUP-2' });
  });
});

describe('the checklist', () => {
  test('comes with the issue`s version and its error field', async () => {
    world.editIssue('SUP-1', { [errorField]: 'SUP-9: link_not_set: None.' });
    const { id } = world.addItem('SUP-1', { text: 'SUP-2' });
    const other = world.addItem('SUP-1', { text: 'SUP-3', checked: true, deadline: deferralDate });
    const checklist = await newClient().readChecklist('SUP-1', errorField);
    expect(checklist).toMatchObject({
      version: 4,
      items: [
        { id, text: 'SUP-2', checked: false },
        { id: other.id, text: 'SUP-3', checked: true, deadline: { date: deferralDate } },
      ],
      errorText: 'SUP-9: link_not_set: None.',
    });
  });

  test.each([true, false])('may be empty (narrowed: %s)', async (honourFields) => {
    world.trackerRules.honourFields = honourFields;
    const checklist = await newClient().readChecklist('SUP-1', errorField);
    expect(checklist).toMatchObject({ version: 1, items: [], errorText: '' });
  });

  test('says how long nobody edited it, by the tracker`s clock', async () => {
    const ago = (ms: number) => {
      world.issue('SUP-1').updatedAt = Date.now() - ms;
      return newClient().readChecklist('SUP-1', errorField);
    };
    // The header of the answer has whole seconds.
    expect((await ago(60_000)).restedMs).toBeGreaterThanOrEqual(59_000);
    expect((await ago(60_000)).restedMs).toBeLessThan(90_000);
    expect((await ago(-60_000)).restedMs).toBeLessThan(0);
  });

  test('may be that of an issue that was moved', async () => {
    world.addItem('SUP-1', { text: 'SUP-2' });
    world.moveIssue('SUP-1', 'HELP-1');
    expect((await newClient().readChecklist('SUP-1', errorField)).items.length).toBe(1);
  });

  test('is not that of another issue', async () => {
    const item = { id: 'a', text: 'SUP-2', checked: false };
    const json = { key: 'SUP-3', version: 9, checklistItems: [item] };
    simulator.faults.add({ fault: faults.json(json) });
    expect(await codeOf(newClientAskingOnce().readChecklist('SUP-1', errorField))).toBe(
      'tracker_unavailable',
    );
    expect(await codeOf(newClientAskingOnce().readChecklistVersion('SUP-1', errorField))).toBe(
      'tracker_unavailable',
    );
  });

  test.each([
    [true, null],
    [false, 1],
  ])('need not be read to know its version (narrowed: %s)', async (honourFields, items) => {
    world.addItem('SUP-1', { text: 'SUP-2' });
    world.trackerRules.honourFields = honourFields;
    const { version, checklist } = await newClientAskingOnce().readChecklistVersion(
      'SUP-1',
      errorField,
    );
    expect(version).toBe(2);
    expect(checklist?.items.length ?? null).toBe(items);
    expect(simulator.requests.count()).toBe(1);
  });

  test.each([
    ['../x'],
    ['a/b'],
    [''],
    ['a b'],
    ['a%2fb'],
    ['a?b'],
    ['x'.repeat(65)],
    [1.5],
    [null],
  ])('is not taken with the item id %j', async (id) => {
    const json = { key: 'SUP-1', version: 1, checklistItems: [{ id, text: 'SUP-2' }] };
    simulator.faults.add({ fault: faults.json(json) });
    expect(await codeOf(newClientAskingOnce().readChecklist('SUP-1', errorField))).toBe(
      'tracker_unavailable',
    );
  });

  test('takes item ids that are numbers', async () => {
    const json = { key: 'SUP-1', version: 1, checklistItems: [{ id: 65, text: 'SUP-2' }] };
    simulator.faults.add({ fault: faults.json(json) });
    const { items } = await newClient().readChecklist('SUP-1', errorField);
    expect(items).toEqual([{ id: '65', text: 'SUP-2', checked: false }]);
  });
});

describe('an item', () => {
  const now = '2026-11-23T18:00:00.000+0000';

  test.each([true, false])('is checked with a deadline (narrowed: %s)', async (honourFields) => {
    world.trackerRules.honourFields = honourFields;
    const item = world.addItem('SUP-1', { text: 'SUP-2' });
    const edit = await newClient().patchItem('SUP-1', item, { checked: true, deadline: now });
    expect(edit).toBe(3);
    expect(world.item('SUP-1', item.id)).toMatchObject({
      text: 'SUP-2',
      checked: true,
      deadline: now,
    });
    expect(bodies()).toEqual([{ checked: true, deadline: { date: now, deadlineType: 'date' } }]);
  });

  test('is unchecked, and its deadline left alone', async () => {
    const item = world.addItem('SUP-1', { text: 'SUP-2', checked: true, deadline: deferralDate });
    await newClient().patchItem('SUP-1', item, { checked: false });
    expect(world.item('SUP-1', item.id)).toMatchObject({ checked: false, deadline: deferralDate });
  });

  test.each([400, 422] as const)('is sent with its text where one is due: %i', async (status) => {
    world.trackerRules.itemPatchNeedsText = status;
    const items = world.addItems('SUP-1', [{ text: 'SUP-2' }, { text: 'SUP-3' }]);
    const client = newClient();
    for (const item of items) await client.patchItem('SUP-1', item, { checked: true });
    expect(bodies()).toEqual([
      { checked: true },
      { checked: true, text: 'SUP-2' },
      { checked: true, text: 'SUP-3' },
    ]);
    expect(client.habits.itemPatchNeedsText).toBe(true);
    expect(items.map(({ id }) => world.item('SUP-1', id).checked)).toEqual([true, true]);
  });

  test('is not sent with its text for ever where that was not what was wrong', async () => {
    simulator.faults.add({ fault: faults.json({ errorMessages: ['Bad deadline'] }, 400) });
    const client = newClient();
    const edit = client.patchItem('SUP-1', { id: 'a', text: 'SUP-2' }, { checked: true });
    expect(await failureOf(edit)).toEqual({
      code: 'tracker_unavailable',
      details: ['HTTP 400 Bad deadline'],
    });
    expect(client.habits.itemPatchNeedsText).toBe(false);
  });

  test.each([200, 204] as const)('is deleted: %i', async (deleteStatus) => {
    world.trackerRules.deleteStatus = deleteStatus;
    const { id } = world.addItem('SUP-1', { text: 'SUP-2' });
    await newClient().deleteItem('SUP-1', id);
    expect(world.issue('SUP-1').items.size).toBe(0);
  });

  test('may be gone by now', async () => {
    const client = newClient();
    expect(await client.patchItem('SUP-1', { id: 'a', text: '' }, { checked: true })).toBeNull();
    expect(await client.deleteItem('SUP-1', 'a')).toBeNull();
  });

  test('is tried again where another edit came between', async () => {
    const item = world.addItem('SUP-1', { text: 'SUP-2' });
    simulator.faults.add({ fault: faults.json({ errorMessages: ['Conflict'] }, 409), times: 4 });
    await newClient().patchItem('SUP-1', item, { checked: true });
    expect(world.item('SUP-1', item.id).checked).toBe(true);
    expect(simulator.requests.count()).toBe(5);
  });
});

describe('what must not be done twice', () => {
  const item = { text: 'SUP-7', checked: false };

  test.each<[what: string, work: (client: TrackerClient) => Promise<unknown>]>([
    ['a new item', (client) => addItem(client, 'SUP-1', item)],
    ['a new issue', (client) => createIssue(client, 'SUP', { summary: 'Fresh' })],
  ])('%s is sent once', async (_, work) => {
    simulator.faults.add({ fault: faults.dropApplied });
    expect(await codeOf(work(newClient()))).toBe('tracker_unavailable');
    expect(simulator.requests.count()).toBe(1);
  });

  test('is to be found again', async () => {
    const client = newClient();
    const values = { summary: 'Fresh', description: 'From SUP-1, move-1.' };
    const key = await createIssue(client, 'SUP', values);
    expect(await findIssue(client, 'SUP', 'Fresh', 'move-1')).toBe(key);
    expect(await findIssue(client, 'SUP', 'Fresh', 'move-2')).toBeNull();
    expect(await findIssue(client, 'HELP', 'Fresh', 'move-1')).toBeNull();
  });

  test('can not be found by a tracker that does not understand the question', async () => {
    simulator.faults.add({ fault: faults.json({ errors: {}, errorMessages: ['?'] }, 422) });
    expect(await findIssue(newClient(), 'SUP', 'Fresh', 'move-1')).toBeNull();
  });
});

describe('nothing hostile becomes part of a path', () => {
  const hostile = ['..', '../myself', 'SUP-1/../..', 'SUP-1?x', 'SUP-1%2f', 'sup-1', 'SUP-01', ''];

  test.each(hostile)('not as the key %j', async (key) => {
    const client = newClient();
    await expect(client.readIssue(key, [])).rejects.toThrow('not an issue key');
    await expect(client.readChecklist(key, errorField)).rejects.toThrow('not an issue key');
    await expect(client.patchIssue(key, 1, values({ a: 1 }))).rejects.toThrow('not an issue key');
    await expect(client.deleteItem(key, 'a')).rejects.toThrow('not an issue key');
    expect(simulator.requests.count()).toBe(0);
  });

  test.each(['..', '../../SUP-2', 'a/b', 'a?b', 'a#b', 'a%2f', '\\', ''])(
    'not as the item id %j',
    async (id) => {
      const client = newClient();
      await expect(client.deleteItem('SUP-1', id)).rejects.toThrow('not the id');
      const item = { id, text: 'SUP-2' };
      await expect(client.patchItem('SUP-1', item, { checked: true })).rejects.toThrow(
        'not the id',
      );
      expect(simulator.requests.count()).toBe(0);
    },
  );

  test('a field`s name stays within its parameter, and none is no name', async () => {
    await newClient().readIssue('SUP-2', ['a&version=9', '', 'b#c', 'd,e', 'ж']);
    const [entry] = simulator.requests.entries;
    expect(entry?.path).toBe('/v2/issues/SUP-2');
    expect(new URLSearchParams(entry?.query).get('fields')).toBe(
      'key,aliases,version,a&version=9,b#c,d,e,ж',
    );
    expect([...new URLSearchParams(entry?.query).keys()]).toEqual(['fields']);
  });
});
