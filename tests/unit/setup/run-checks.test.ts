import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';
import {
  type CheckName,
  checkNames,
  type Finding,
  type Findings,
  findingsSchema,
  isTrouble,
  noFindings,
  textIdOf,
  withNews,
} from '../../../src/setup/checks.ts';
import { type CheckContext, said } from '../../../src/setup/finding.ts';
import { runChecks } from '../../../src/setup/run-checks.ts';
import {
  errorField,
  faults,
  mappedFields,
  queueWorld,
  type Simulator,
  startSimulator,
  type World,
} from '../../simulator/index.ts';
import { settingsFor } from '../queue/run-harness.ts';
import { expectAdvice } from './advice.ts';

let simulator: Simulator;
let world: World;
let told: Findings[];

beforeEach(async () => {
  world = queueWorld(3).world;
  world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world });
  told = [];
});
afterEach(() => simulator.close());

/** Makes all ten checks, of the simulator as it is set up unless something else is said. */
async function check(
  settings: Partial<Settings> = {},
  context: Partial<CheckContext> = {},
): Promise<Findings> {
  let findings = noFindings;
  await runChecks({
    wanted: new Set(checkNames),
    settings: { ...settingsFor(simulator), ...settings },
    token: world.trackerRules.token,
    isAllowed: async () => true,
    schedules: async () => 'armed',
    tell: (news) => {
      findings = withNews(findings, news);
      told.push(findings);
    },
    ...context,
  });
  // What goes through the storage has to come out of it, and with no secret in it.
  expect(findingsSchema.parse(JSON.parse(JSON.stringify(findings)))).toEqual(findings);
  expect(JSON.stringify(told)).not.toContain(world.trackerRules.token);
  expect(Object.values(findings.checks).map((one) => one?.status)).not.toContain('pending');
  for (const [index, name] of checkNames.entries()) {
    const finding = findings.checks[name];
    if (finding === undefined || finding.status === 'good') continue;
    const id = textIdOf(finding) ?? '';
    // What waits for another check leaves it to that one, above, to say what to do.
    if (id === 'finding_waits')
      expect([name, statuses(findings).slice(0, index)]).toContainEqual(
        expect.arrayContaining([bad]),
      );
    else expectAdvice(id);
  }
  return findings;
}

/** What is said of one check: its saying, or its failure's code. */
function sayingOf({ checks }: Findings, name: CheckName): string | undefined {
  return checks[name]?.says?.id ?? checks[name]?.failure?.code;
}

function statuses({ checks }: Findings): (Finding['status'] | undefined)[] {
  return checkNames.map((name) => checks[name]?.status);
}

const refusal = {
  kind: 'answer',
  applied: false,
  status: 403,
  headers: { 'content-type': 'application/json' },
  body: '{}',
} as const;

const [good, bad, untold] = ['good', 'bad', 'untold'];

test('all ten are good where all is well, and nothing is written', async () => {
  const findings = await check();
  expect(statuses(findings)).toEqual(checkNames.map(() => good));
  expect(sayingOf(findings, 'token')).toBe('token_of');
  expect(findings.checks.token?.says?.details).toEqual([
    'Breadcrumbs Robot',
    'breadcrumbs-robot',
    '',
  ]);
  expect(findings.checks.checklist_readable?.says?.details).toEqual(['SUP-1 3 3']);
  expect(findings.checks.fields?.says?.details).toEqual(['13']);
  // The list once for all that look at it, and what an edit is tried at.
  expect(simulator.requests.count({ method: 'GET', path: /SUP-1/ })).toBe(2);
  expect(findings.breadcrumbs?.['course.name']).toBe('Основы SQL');
  expect(checkNames.every((name) => typeof findings.checks[name]?.ms === 'number')).toBe(true);
  expect(Math.abs(findings.clockAheadMs ?? Number.NaN)).toBeLessThan(2000);
  expect(world.issue('SUP-1').version).toBe(1);
  expect(world.issue('SUP-1').history).toEqual([]);
});

test('results come one by one, side by side', async () => {
  simulator.setLatency(20);
  await check();
  expect(new Set(told[0] && statuses(told[0]))).toEqual(new Set(['pending']));
  expect(told.length).toBeGreaterThan(5);
  const myself = simulator.requests.entries.findIndex(({ path }) => path.endsWith('/myself'));
  expect(myself).toBeLessThan(simulator.requests.entries.length - 1);
});

test('only what is wanted is asked for', async () => {
  const findings = await check({}, { wanted: new Set(['tracker_reachable', 'token']) });
  expect(Object.keys(findings.checks)).toEqual(['tracker_reachable', 'token']);
  expect(simulator.requests.entries.map(({ path }) => path)).toEqual(['/v2/myself']);
  simulator.requests.reset();
  await check({}, { wanted: new Set(['test_link', 'schedules']) });
  expect(new Set(simulator.requests.entries.map(({ side }) => side))).toEqual(new Set(['content']));
});

describe('each of the ten fails and says what to do', () => {
  test('tracker reachable: no permission for its host', async () => {
    const findings = await check(
      {},
      { isAllowed: async (url) => new URL(url).hostname !== '127.0.0.1' },
    );
    expect(sayingOf(findings, 'tracker_reachable')).toBe('tracker_permission_missing');
    expect(statuses(findings).slice(0, 5)).toEqual([bad, untold, untold, untold, untold]);
    expect(simulator.requests.count({ side: 'tracker' })).toBe(0);
  });

  test('tracker reachable: nobody there', async () => {
    const findings = await check({ trackerUrl: 'http://127.0.0.1:9/v2' });
    expect(sayingOf(findings, 'tracker_reachable')).toBe('tracker_unavailable');
    expect(statuses(findings).slice(0, 5)).toEqual([bad, untold, untold, untold, untold]);
  });

  test('tracker reachable: another address of the same host', async () => {
    const trackerUrl = `${simulator.trackerWebUrl}/v2/no-such`;
    expect(sayingOf(await check({ trackerUrl }), 'tracker_reachable')).toBe('not_a_tracker');
    const page = { side: 'tracker', path: /myself/ } as const;
    simulator.faults.add({ on: page, fault: faults.proxyPage(200) });
    expect(sayingOf(await check(), 'tracker_reachable')).toBe('not_a_tracker');
    expect(sayingOf(await check({}, { token: null }), 'tracker_reachable')).toBe('not_a_tracker');
  });

  test('token: none', async () => {
    const findings = await check({}, { token: null });
    expect(sayingOf(findings, 'tracker_reachable')).toBe('answers');
    expect(sayingOf(findings, 'token')).toBe('token_missing');
    expect(simulator.requests.entries.every(({ authorization }) => authorization === null)).toBe(
      true,
    );
  });

  test('token: rejected', async () => {
    const findings = await check({}, { token: 'y0_old' });
    expect(sayingOf(findings, 'token')).toBe('tracker_token_rejected');
    expect(findings.checks.token?.fix).toBeNull();
    expect(statuses(findings).slice(0, 5)).toEqual([good, bad, untold, untold, untold]);
  });

  test.each([
    ['OAuth', 'Bearer'],
    ['Bearer', 'OAuth'],
  ] as const)('token: one for %s sent as %s', async (right, wrong) => {
    world.trackerRules.schemes = [right];
    const findings = await check({ tokenScheme: wrong });
    expect(sayingOf(findings, 'token')).toBe('other_scheme');
    expect(findings.checks.token?.fix).toEqual({ tokenScheme: right });
    const fixed = await check({ tokenScheme: wrong, ...findings.checks.token?.fix } as Settings);
    expect(statuses(fixed)).toEqual(checkNames.map(() => good));
  });

  test.each([
    ['X-Org-ID', 'X-Cloud-Org-ID'],
    ['X-Cloud-Org-ID', 'X-Org-ID'],
    ['X-Org-ID', 'none'],
  ] as const)('token: an organisation for %s sent as %s', async (right, wrong) => {
    world.trackerRules.organisation = { header: right, id: '4242' };
    const settings = { organisationHeader: wrong, organisationId: '4242' };
    const findings = await check(settings);
    expect(sayingOf(findings, 'token')).toBe('other_organisation');
    const fixed = await check({ ...settings, ...findings.checks.token?.fix } as Settings);
    expect(statuses(fixed)).toEqual(checkNames.map(() => good));
  });

  test('token: an organisation that is not named, or is another one', async () => {
    world.trackerRules.organisation = { header: 'X-Org-ID', id: '4242' };
    expect(sayingOf(await check(), 'token')).toBe('no_organisation');
    const other = { organisationHeader: 'X-Org-ID', organisationId: '1' } as const;
    expect(sayingOf(await check(other), 'token')).toBe('organisation_refused');
  });

  test('token: of which organisation', async () => {
    world.trackerRules.organisation = { header: 'X-Org-ID', id: '4242' };
    const { checks } = await check({ organisationHeader: 'X-Org-ID', organisationId: '4242' });
    expect(checks.token?.says?.details[2]).toBe('4242 (X-Org-ID)');
  });

  test.each([
    ['not_configured', { checklistIssues: [] }],
    ['checklist_issue_not_found', { checklistIssues: ['SUP-99'] }],
    ['checklist_issue_not_found', { checklistIssues: ['SUP-1', 'SUP-99'] }],
  ])('checklist readable: %s', async (code, settings) => {
    const findings = await check(settings);
    expect(sayingOf(findings, 'checklist_readable')).toBe(code);
    // It is said where it belongs alone.
    expect(findings.checks.fields?.failure).toBeNull();
  });

  test('checklist readable: not to be seen', async () => {
    world.setAccess('SUP-1', 'none');
    const findings = await check();
    expect(sayingOf(findings, 'checklist_readable')).toBe('checklist_issue_forbidden');
    expect(findings.checks.token).toMatchObject({
      status: good,
      says: { id: 'token_cannot_read' },
    });
    expect(findings.checks.token?.says?.details[3]).toBe('SUP-1');
  });

  test('checklist readable: several are each told of', async () => {
    const { key } = world.addIssue({ queue: 'SUP', summary: 'Without a checklist' });
    const { checks } = await check({ checklistIssues: ['SUP-1', key] });
    expect(checks.checklist_readable).toMatchObject({
      status: good,
      says: { id: 'items', details: ['SUP-1 3 3', `${key} 0 0`] },
    });
  });

  test('checklist writable: only to be read', async () => {
    world.setAccess('SUP-1', 'read-only');
    const findings = await check();
    expect(findings.checks.checklist_readable?.status).toBe(good);
    expect(sayingOf(findings, 'checklist_writable')).toBe('checklist_issue_forbidden');
    expect(sayingOf(findings, 'token')).toBe('token_cannot_write');
  });

  test('checklist writable: locked', async () => {
    world.setLocked('SUP-1', true);
    expect(sayingOf(await check(), 'checklist_writable')).toBe('checklist_issue_locked');
  });

  test('checklist writable: an answer that does not tell', async () => {
    simulator.faults.add({
      on: { method: 'PATCH' },
      fault: {
        kind: 'answer',
        applied: false,
        status: 400,
        headers: { 'content-type': 'application/json' },
        body: '{}',
      },
    });
    expect(sayingOf(await check(), 'checklist_writable')).toBe('edit_untold');
  });

  test.each([
    ['not_configured', { linkField: '' }],
    ['not_configured', { errorField: '' }],
    ['not_configured', { fieldMapping: {} }],
    ['field_gone', { linkField: 'vanished' }],
    ['field_gone', { linkField: 'vanished', errorField: 'deadline' }],
    ['field_unfit', { errorField: 'deadline' }],
    ['field_unfit', { fieldMapping: { 'task.name': { field: 'key', ignoreErrors: false } } }],
  ])('fields: %s', async (code, settings) => {
    const findings = await check(settings);
    expect(sayingOf(findings, 'fields')).toBe(code);
    expect(findings.fields?.map(({ id }) => id)).toContain(errorField);
  });

  test('fields: those that do not fit are named as people know them', async () => {
    const findings = await check({ errorField: 'deadline' });
    expect(findings.checks.fields?.says?.details).toEqual(['Deadline (deadline)']);
  });

  test('fields: of a queue that nothing leads to', async () => {
    const fieldMapping = { 'course.name': { field: '77aa--course', ignoreErrors: false } };
    const findings = await check({ fieldMapping });
    expect(findings.checks.fields).toMatchObject({
      status: untold,
      says: { id: 'field_untold', details: ['77aa--course'] },
    });
  });

  test.each([
    ['checklist_readable', /SUP-1/, faults.silence, 'tracker_unavailable'],
    ['checklist_readable', /SUP-1/, faults.proxyPage(503), 'tracker_unavailable'],
    ['checklist_readable', /SUP-1/, faults.emptyOk, 'tracker_unavailable'],
    ['checklist_writable', /SUP-1/, faults.proxyPage(502), 'tracker_unavailable'],
    ['fields', /\/fields/, faults.proxyPage(502), 'tracker_unavailable'],
    ['fields', /\/fields/, refusal, 'fields_unreadable'],
  ] as const)('%s: a failure at %s while the token is good', async (name, path, fault, saying) => {
    simulator.faults.add({ on: { path }, fault });
    const findings = await check({ trackerTimeoutSeconds: 1 });
    expect(statuses(findings).slice(0, 2)).toEqual([good, good]);
    expect([findings.checks[name]?.status, sayingOf(findings, name)]).toEqual([bad, saying]);
  });

  test('what the token fails at is said once', async () => {
    world.trackerRules.organisation = { header: 'X-Org-ID', id: '4242' };
    expect(statuses(await check()).slice(0, 5)).toEqual([good, bad, untold, untold, untold]);
  });

  test('content permission: missing', async () => {
    const findings = await check(
      {},
      { isAllowed: async (url) => new URL(url).hostname !== 'localhost' },
    );
    expect(sayingOf(findings, 'content_permission')).toBe('content_permission_missing');
    expect(statuses(findings).slice(5, 9)).toEqual([bad, untold, untold, untold]);
    expect(simulator.requests.count({ side: 'content' })).toBe(0);
  });

  test('content permission: no address', async () => {
    expect(sayingOf(await check({ contentUrl: '' }), 'content_permission')).toBe('not_configured');
  });

  test.each([{}, { testLink: '' }])('content reachable: nobody there', async (settings) => {
    const findings = await check({ contentUrl: 'http://localhost:9/content', ...settings });
    expect(sayingOf(findings, 'content_reachable')).toBe('content_unavailable');
    expect(findings.checks.signed_in?.status).toBe(untold);
  });

  test.each(['401', 'redirect', 'html'] as const)('signed in: %s', async (signedOut) => {
    world.contentRules.requireLogin = true;
    world.contentRules.signedOut = signedOut;
    const findings = await check();
    expect(statuses(findings).slice(5, 9)).toEqual([good, good, bad, untold]);
    expect(sayingOf(findings, 'signed_in')).toBe('content_login_required');
    expect(simulator.requests.count({ path: /login/ })).toBe(0);
  });

  test.each([
    ['content_login_required', { requireLogin: true, signedOut: '401' }],
    ['content_login_required', { requireLogin: true, signedOut: 'redirect' }],
    ['sign_in_untold', { requireLogin: false }],
  ])('signed in: %s, told from the base address where there is no link', async (saying, rules) => {
    Object.assign(world.contentRules, rules);
    const findings = await check({ testLink: '' });
    expect(sayingOf(findings, 'content_reachable')).toBe('answers');
    expect(sayingOf(findings, 'signed_in')).toBe(saying);
    expect(sayingOf(findings, 'test_link')).toBe('link_missing');
  });

  test('test link: leads nowhere', async () => {
    const strange = await check({ testLink: 'https://learn.example/about' });
    expect(strange.checks.test_link?.failure).toEqual({
      code: 'link_not_recognised',
      details: ['https://learn.example/about'],
    });
    const lost = await check({ testLink: 'https://learn.example/tasks/gone/' });
    expect(sayingOf(lost, 'test_link')).toBe('link_lost');
    expect(lost.checks.signed_in?.status).toBe(good);
    // A page of some other server says nothing of this API's login.
    simulator.faults.add({ on: { side: 'content' }, fault: faults.proxyPage(404) });
    const elsewhere = await check();
    expect(sayingOf(elsewhere, 'test_link')).toBe('link_lost');
    expect(sayingOf(elsewhere, 'signed_in')).toBe('sign_in_untold');
  });

  test('test link: leads to what is there, below what is not', async () => {
    const testLink = world.testLink.replace('/tasks/', '/sprints/404/tasks/');
    const fieldMapping = { 'sprint.name': { field: 'sprint', ignoreErrors: false } };
    const { checks } = await check({ testLink, fieldMapping });
    expect(checks.test_link?.failure).toEqual({
      code: 'resource_not_found',
      details: ['sprint 404', 'sprint.name'],
    });
  });

  test('test link: an API of another shape', async () => {
    world.contentRules.mood = 'another-shape';
    expect(sayingOf(await check(), 'test_link')).toBe('resource_invalid');
  });

  test('test link: an answer that is larger than is read', async () => {
    const body = JSON.stringify({ name: 'a'.repeat(5 * 1024 * 1024) });
    const headers = { 'content-type': 'application/json' };
    simulator.faults.add({
      on: { side: 'content' },
      fault: { kind: 'answer', applied: false, status: 200, headers, body },
    });
    const findings = await check();
    expect(statuses(findings).slice(5, 9)).toEqual([good, good, good, bad]);
  });

  test.each([
    ['not_armed', bad],
    ['paused', untold],
  ] as const)('schedules: %s', async (state, status) => {
    const findings = await check({}, { schedules: async () => state });
    expect(sayingOf(findings, 'schedules')).toBe(state);
    expect(findings.checks.schedules?.status).toBe(status);
  });
});

test('a link is tried before there is any token, mapping or tracker', async () => {
  const { contentUrl, world: there } = simulator;
  const settings = { ...defaultSettings, contentUrl, testLink: there.testLink };
  const findings = await check(settings, {
    token: null,
    isAllowed: async (url) => url === contentUrl,
  });
  expect(sayingOf(findings, 'test_link')).toBe('link_good');
  expect(findings.breadcrumbs).toMatchObject({ 'faculty.name': 'Анализ данных', 'track.id': '41' });
});

test('the clock of the server is compared with this one', async () => {
  const answer = (date: string) => ({
    kind: 'answer' as const,
    applied: false,
    status: 200,
    headers: { 'content-type': 'application/json', date },
    body: '{"login":"l","display":"d"}',
  });
  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
  simulator.faults.add({ on: { path: /myself/ }, fault: answer(inAnHour) });
  const ahead = (await check()).clockAheadMs ?? 0;
  expect(Math.round(ahead / 60_000)).toBe(60);
});

test('fields of the queues that items are in are known too', async () => {
  world.addQueue({ key: 'HELP', id: '5fd0', name: 'Help' });
  const field = { id: '5fd0--course', key: 'course', type: 'string', queue: 'HELP' } as const;
  world.addField({ ...field, name: { en: 'Course', ru: 'Курс' } });
  const { key } = world.addIssue({ queue: 'HELP', summary: 'Elsewhere' });
  world.addItem('SUP-1', { text: key });
  const { fields } = await check();
  expect(fields?.map(({ id }) => id)).toContain('5fd0--course');
  expect(fields?.map(({ id }) => id)).toContain(mappedFields['course.name']);
  // One that can't be looked into keeps nothing from being known of the others.
  simulator.faults.add({ on: { path: /HELP/ }, fault: refusal });
  const { checks } = await check();
  expect(checks.fields?.status).toBe(good);
});

test('what was asked and never answered is no “nothing to mend”', async () => {
  const { checks } = await check();
  expect(checkNames.some((name) => isTrouble(checks[name]))).toBe(false);
  expect(isTrouble(said('untold', 'no_answer'))).toBe(true);
  expect(isTrouble(said('untold', 'edit_untold'))).toBe(false);
  expect(isTrouble(undefined)).toBe(false);
});

test.each([[null], ['the token']])(
  'cookies go to the content API alone: with %s',
  async (token) => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    await check({}, { token: token && world.trackerRules.token });
    const sent = fetched.mock.calls.map(([url, init]) => [
      new URL(String(url)).origin,
      init?.credentials,
    ]);
    fetched.mockRestore();
    const { trackerUrl, contentUrl } = simulator;
    expect(new Set(sent.map(String))).toEqual(
      new Set([`${new URL(trackerUrl).origin},omit`, `${new URL(contentUrl).origin},include`]),
    );
  },
);
