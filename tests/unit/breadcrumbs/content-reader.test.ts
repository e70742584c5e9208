import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ContentReader,
  type ContentReaderOptions,
} from '../../../src/breadcrumbs/content-reader.ts';
import type { WantedKey } from '../../../src/breadcrumbs/gather.ts';
import { parseLink } from '../../../src/breadcrumbs/link.ts';
import type { ItemCode } from '../../../src/errors/codes.ts';
import { FailureError } from '../../../src/errors/failure.ts';
import { HostGate, LongWaitError } from '../../../src/http/host-gate.ts';
import { OneTry } from '../../../src/http/one-try.ts';
import {
  type Fault,
  faults,
  type Simulator,
  standardWorld,
  startSimulator,
  type Trouble,
  type World,
} from '../../simulator/index.ts';

let simulator: Simulator;
let world: World;

beforeEach(async () => {
  world = standardWorld({ content: { requireLogin: false, tasksNameLesson: true } });
  const course = world.addResource({ type: 'course', id: 'sql', name: 'SQL', position: 0 });
  const lesson = world.addResource({ type: 'lesson', id: 'l', name: 'Joins', parent: course });
  for (const id of ['a', 'b', 'c', 'd']) {
    world.addResource({ type: 'task', id, description: `Task ${id}`, position: 1, parent: lesson });
  }
  simulator = await startSimulator({ world });
});
afterEach(() => simulator.close());

function newReader(
  options: Partial<Pick<ContentReaderOptions, 'gate' | 'testLink'>> = {},
): ContentReader {
  let ticks = 0;
  return new ContentReader({
    url: simulator.contentUrl,
    timeoutMs: 5000,
    gate: new HostGate(),
    tick: () => {
      ticks += 1;
      return ticks;
    },
    ...options,
  });
}

/**
 * Makes all tries for a path fail, without the waits that a row of failures has: another answer
 * comes between any two of them.
 */
function poison(path: RegExp, gate: HostGate): { remove(): void; readonly hits: number } {
  simulator.faults.beforeRequest = async (entry) => {
    await aBeforeOthers(entry);
    if (entry.path.search(path) >= 0) {
      await gate.send({
        method: 'GET',
        url: `${simulator.contentUrl}/faculties/none/`,
        credentials: 'omit',
        timeoutMs: 5000,
        maxBytes: 1000,
      });
    }
    return undefined;
  };
  const headers = { 'retry-after': '0' };
  return simulator.faults.add({
    on: { path },
    fault: { kind: 'answer', applied: false, status: 503, headers, body: '' },
  });
}

/** The tasks b and c are answered once a's breadcrumbs have been asked for: they are the ones that wait. */
async function aBeforeOthers({ path }: { path: string }): Promise<undefined> {
  if (!/tasks\/[bc]\/$/.test(path)) return;
  await simulator.requests.waitForCount({ path: /tasks\/a\/breadcrumbs/ }, 1);
}

const wanted: readonly WantedKey[] = [
  { key: 'course.name', ignoreErrors: false },
  { key: 'lesson.name', ignoreErrors: false },
  { key: 'task.position', ignoreErrors: false },
];

/** The course's name, or the code of the failure: the item's own, or the one that was thrown. */
async function courseOf(reader: ContentReader, path: string): Promise<unknown> {
  const link = parseLink(path);
  if (link === null) throw new Error(`no link: ${path}`);
  try {
    const gathered = await reader.gather(link, wanted, 'SUP-1');
    return gathered.kind === 'failure'
      ? gathered.failure.code
      : gathered.breadcrumbs['course.name'];
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}

function paths(): string[] {
  return simulator.requests.entries.map(({ path }) => path);
}

function paused(): { go(): void } {
  let go = () => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  simulator.faults.beforeRequest = async () => {
    await gone;
    return undefined;
  };
  return { go };
}

test('breadcrumbs come from the API, in two requests for a task', async () => {
  expect(await courseOf(newReader(), '/tasks/a/')).toBe('SQL');
  expect(paths()).toEqual(['/content/tasks/a/', '/content/tasks/a/breadcrumbs/']);
});

describe('who is signed out', () => {
  test.each(['401', 'redirect', 'html'] as const)('is told by %s', async (signedOut) => {
    Object.assign(world.contentRules, { requireLogin: true, signedOut });
    await expect(gathering(newReader(), '/courses/sql/')).rejects.toMatchObject({
      failure: {
        code: 'content_login_required',
        details: [new URL(simulator.contentUrl).host, '/courses/sql/'],
      },
    });
    // Nothing went to the login page.
    expect(simulator.requests.count({ side: 'web' })).toBe(0);
  });

  test('is noticed in the middle, and a login given since as well', async () => {
    const reader = newReader();
    expect(await courseOf(reader, '/tasks/a/')).toBe('SQL');
    world.contentRules.requireLogin = true;
    expect(await courseOf(reader, '/courses/sql/')).toBe('content_login_required');
    expect(await reader.isSignedIn('/courses/sql/')).toBe(false);
    world.contentRules.requireLogin = false;
    expect(await reader.isSignedIn('/courses/sql/')).toBe(true);
    expect(await courseOf(reader, '/courses/sql/')).toBe('SQL');
  });

  test('is asked about below the base URL alone', async () => {
    const reader = newReader();
    for (const path of ['/../admin/', '//evil.example/', '/tasks/../', '@evil.example/', '']) {
      expect(await reader.isSignedIn(path)).toBe(true);
    }
    expect(paths()).toEqual([]);
  });

  describe.each([
    ['redirect', oddAnswer(302, { location: '/elsewhere/' })],
    ['html', oddAnswer(200, {}, '<html>')],
  ] as const)('by %s', (signedOut, fault) => {
    test('is nobody where another of the form is answered', async () => {
      const reader = newReader();
      simulator.faults.add({ on: { path: /tasks\/b\// }, fault });
      expect(await courseOf(reader, '/tasks/b/')).toBe('content_login_required');
      expect(await courseOf(reader, '/tasks/a/')).toBe('SQL');
      expect(await courseOf(reader, '/tasks/b/')).toBe('resource_invalid');
      expect(await reader.isSignedIn('/tasks/b/')).toBe(true);
    });

    test('is nobody where the link to test with is answered', async () => {
      const reader = newReader({ testLink: parseLink('/tasks/a/') });
      simulator.faults.add({ on: { path: /tasks\/b\// }, fault });
      expect(await courseOf(reader, '/tasks/b/')).toBe('resource_invalid');
    });

    test('is nobody where it is answered once the other was: somebody has signed in', async () => {
      const reader = newReader({ testLink: parseLink('/tasks/a/') });
      const rule = simulator.faults.add({ on: { path: /tasks\/b\// }, fault });
      simulator.faults.beforeRequest = async ({ path }) => {
        if (/tasks\/a\//.test(path)) rule.remove();
        return undefined;
      };
      expect(await courseOf(reader, '/tasks/b/')).toBe('SQL');
    });

    test('is told where what was answered before, or is to test with, is not so any more', async () => {
      const reader = newReader({ testLink: parseLink('/courses/sql/') });
      expect(await courseOf(reader, '/tasks/a/')).toBe('SQL');
      Object.assign(world.contentRules, { requireLogin: true, signedOut });
      expect(await courseOf(reader, '/tasks/b/')).toBe('content_login_required');
      expect(await courseOf(reader, '/courses/sql/')).toBe('content_login_required');
      expect(await reader.isSignedIn('/courses/sql/')).toBe(false);
      expect(await reader.isSignedIn('/tasks/c/')).toBe(false);
    });

    test('is told where only others are answered that anybody may read', async () => {
      const reader = newReader();
      simulator.faults.add({ on: { path: /breadcrumbs/ }, fault });
      expect(await courseOf(reader, '/courses/sql/')).toBe('SQL');
      expect(await courseOf(reader, '/tasks/a/')).toBe('content_login_required');
    });

    test('is told where the link to test with is in trouble', async () => {
      const reader = newReader({ gate: new OneTry(), testLink: parseLink('/tasks/a/') });
      simulator.faults.add({ on: { path: /tasks\/a\// }, fault: faults.proxyPage(503) });
      simulator.faults.add({ on: { path: /tasks\/b\// }, fault });
      expect(await courseOf(reader, '/tasks/b/')).toBe('content_login_required');
    });

    test('may be nobody where the link to test with is answered, of whatever form', async () => {
      const reader = newReader({ testLink: parseLink('/courses/sql/') });
      simulator.faults.add({ on: { path: /tasks\/b\// }, fault });
      expect(await reader.isSignedIn('/tasks/b/')).toBe(true);
    });
  });

  test('is told by a 401, whatever others are answered', async () => {
    const reader = newReader({ testLink: parseLink('/tasks/a/') });
    expect(await courseOf(reader, '/tasks/a/')).toBe('SQL');
    simulator.faults.add({ on: { path: /tasks\/b\// }, fault: faults.json({}, 401) });
    expect(await courseOf(reader, '/tasks/b/')).toBe('content_login_required');
    expect(await reader.isSignedIn('/tasks/b/')).toBe(false);
  });

  test('is not told by one 403', async () => {
    world.editResource('course', 'sql', { trouble: { kind: 'forbidden' } });
    expect(await courseOf(newReader(), '/courses/sql/')).toBe('resource_forbidden');
  });
});

function oddAnswer(status: number, headers: Record<string, string> = {}, body = ''): Fault {
  return { kind: 'answer', applied: false, status, headers, body };
}

function gathering(reader: ContentReader, path: string) {
  const link = parseLink(path);
  if (link === null) throw new Error(`no link: ${path}`);
  return reader.gather(link, wanted, 'SUP-1');
}

describe('a resource that can not be read', () => {
  test.each<[about: string, trouble: Trouble, code: ItemCode]>([
    ['404', { kind: 'missing' }, 'resource_not_found'],
    ['403', { kind: 'forbidden' }, 'resource_forbidden'],
    ['errors', { kind: 'errors', errors: ['Broken'] }, 'resource_errors'],
    ['another shape', { kind: 'answer', json: { data: {} } }, 'resource_invalid'],
    ['null', { kind: 'answer', json: null }, 'resource_invalid'],
    ['an answer about another one', { kind: 'another', id: 'other' }, 'resource_invalid'],
    ['over 5 MB', { kind: 'huge', bytes: 5_000_100 }, 'resource_invalid'],
  ])('%s', async (_about, trouble, code) => {
    world.editResource('lesson', 'l', { trouble, troubleAt: 'breadcrumbs' });
    const reader = newReader();
    expect(await courseOf(reader, '/lessons/l/')).toBe(code);
    expect(reader.provenAt).toBe(0);
  });

  test.each<[status: number, code: ItemCode]>([
    [410, 'resource_not_found'],
    [400, 'resource_invalid'],
    [418, 'resource_invalid'],
  ])('%i', async (status, code) => {
    // Whatever its body looks like.
    simulator.faults.add({ fault: faults.json({ id: 'sql', name: 'SQL' }, status) });
    expect(await courseOf(newReader(), '/courses/sql/')).toBe(code);
  });

  test('stays so for the run', async () => {
    world.editResource('course', 'sql', { trouble: { kind: 'missing' } });
    const reader = newReader();
    expect(await courseOf(reader, '/courses/sql/')).toBe('resource_not_found');
    expect(await courseOf(reader, '/courses/sql/')).toBe('resource_not_found');
    expect(paths()).toEqual(['/content/courses/sql/']);
  });

  test('is asked for again where the answer was only garbled on the way', async () => {
    simulator.faults.add({ nth: 1, fault: faults.json({ data: {} }) });
    simulator.faults.add({ nth: 2, fault: faults.redirect('/maintenance') });
    expect(await courseOf(newReader(), '/courses/sql/')).toBe('SQL');
  });

  test('of just under 5 MB is read', async () => {
    const trouble: Trouble = { kind: 'huge', bytes: 4_999_000 };
    world.editResource('course', 'sql', { trouble });
    expect(await courseOf(newReader(), '/courses/sql/')).toBe('SQL');
  });
});

describe('an API in trouble', () => {
  test('is tried again, then nothing is said against the resource', async () => {
    const gate = new HostGate();
    const reader = newReader({ gate });
    const poisoned = poison(/courses/, gate);
    expect(await courseOf(reader, '/courses/sql/')).toBe('content_unavailable');
    expect(poisoned.hits).toBe(5);
    poisoned.remove();
    expect(await courseOf(reader, '/courses/sql/')).toBe('SQL');
  });

  test('that asks for a long wait ends the run', async () => {
    simulator.faults.add({ fault: faults.tooMany('600') });
    await expect(gathering(newReader(), '/courses/sql/')).rejects.toBeInstanceOf(LongWaitError);
  });
});

describe('what several need', () => {
  test('is asked for once, also at the same time', async () => {
    const reader = newReader();
    const { go } = paused();
    const asking = ['/courses/sql/', '/courses/sql', '/course/sql/edit'].map((path) =>
      courseOf(reader, path),
    );
    await simulator.requests.waitForCount({}, 1);
    go();
    expect(await Promise.all(asking)).toEqual(['SQL', 'SQL', 'SQL']);
    expect(await courseOf(reader, '/courses/sql/')).toBe('SQL');
    expect(paths()).toEqual(['/content/courses/sql/']);
  });

  test('above the tasks of a lesson is asked for once', async () => {
    const reader = newReader();
    const asking = ['a', 'b', 'c', 'd'].map((id) => courseOf(reader, `/tasks/${id}/`));
    expect(await Promise.all(asking)).toEqual(['SQL', 'SQL', 'SQL', 'SQL']);
    expect(paths().filter((path) => path.endsWith('breadcrumbs/')).length).toBe(1);
    expect(paths().length).toBe(5);
  });

  test('is asked for by each task where the tasks do not name their lesson', async () => {
    world.contentRules.tasksNameLesson = false;
    const reader = newReader();
    const asking = ['a', 'b'].map((id) => courseOf(reader, `/tasks/${id}/`));
    expect(await Promise.all(asking)).toEqual(['SQL', 'SQL']);
    expect(paths().length).toBe(4);
  });

  test('fails for those alone whose own it is', async () => {
    world.editResource('task', 'a', { trouble: { kind: 'missing' }, troubleAt: 'breadcrumbs' });
    simulator.faults.beforeRequest = aBeforeOthers;
    const reader = newReader();
    const asking = ['a', 'b', 'c'].map((id) => courseOf(reader, `/tasks/${id}/`));
    expect(await Promise.all(asking)).toEqual(['resource_not_found', 'SQL', 'SQL']);
  });

  test('and can not be had for one of them now is asked for by the next', async () => {
    const gate = new HostGate();
    const reader = newReader({ gate });
    poison(/tasks\/a\/breadcrumbs/, gate);
    const asking = ['a', 'b', 'c'].map((id) => courseOf(reader, `/tasks/${id}/`));
    expect(await Promise.all(asking)).toEqual(['content_unavailable', 'SQL', 'SQL']);
  });
});

test('the last good answer proves the API whole as of its sending', async () => {
  const reader = newReader();
  expect(reader.provenAt).toBe(0);
  await courseOf(reader, '/courses/sql/');
  expect(reader.provenAt).toBe(1);
  await courseOf(reader, '/courses/other/');
  expect(reader.provenAt).toBe(1);
  await courseOf(reader, '/tasks/a/');
  expect(reader.provenAt).toBe(4);
});

test('no request carries an Authorization header or leaves the base URL', async () => {
  const reader = newReader();
  for (const path of ['/tasks/a/', '/sprints/5/lessons/l/', 'https://tasks/x/courses/sql?x=1']) {
    await courseOf(reader, path);
  }
  expect(simulator.requests.entries.length).toBeGreaterThan(4);
  for (const { side, method, authorization, path, query, body } of simulator.requests.entries) {
    expect([side, method, authorization, query, body]).toEqual([
      'content',
      'GET',
      null,
      '',
      undefined,
    ]);
    expect(path).toMatch(/^\/content\/[a-z]+\/[A-Za-z0-9_-]+\/(breadcrumbs\/)?$/);
  }
});

test('a redirect is not followed: nothing arrives at its target', async () => {
  const arrived: string[] = [];
  const target = await serve((request, response) => {
    arrived.push(request.url ?? '');
    response.end('{}');
  });
  simulator.faults.add({ fault: faults.redirect(`${target.url}/steal`) });
  expect(await courseOf(newReader(), '/courses/sql/')).toBe('content_login_required');
  expect(arrived).toEqual([]);
  await target.close();
});

async function serve(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a TCP port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

test('what failed leaves nothing behind that goes on', async () => {
  const profession = world.addResource({ type: 'profession', id: 'p', name: 'Analyst' });
  const track = world.addResource({ type: 'track', id: 't', name: 'Track', parent: profession });
  world.addResource({ type: 'course', id: 'c', name: 'Course', parent: track });
  simulator.faults.add({ on: { path: /tracks\/t\/$/ }, nth: 1, fault: faults.proxyPage(503) });
  simulator.faults.add({ on: { path: /professions\/p\/$/ }, fault: faults.json({}, 401) });
  await expect(gathering(newReader(), '/courses/c/')).rejects.toMatchObject({
    failure: { code: 'content_login_required' },
  });
  expect(paths().filter((path) => path.endsWith('/tracks/t/'))).toHaveLength(2);
});

test('tells tasks of one lesson apart whose objects do not give their ids', async () => {
  const object = faults.json({ description: 'Task', lesson_id: 'l' });
  simulator.faults.add({ on: { path: /\/tasks\/[ab]\/$/ }, fault: object });
  const reader = newReader();
  for (const id of ['a', 'b']) {
    const link = { resource: { type: 'task', id }, sprintId: null } as const;
    expect(await reader.gather(link, wanted, 'SUP-1')).toMatchObject({
      breadcrumbs: { 'task.id': id, 'lesson.name': 'Joins' },
    });
  }
});

test('takes a task that is in no lesson', async () => {
  const levels = [
    { type: 'course', id: 'sql', name: 'SQL' },
    { type: 'task', id: 'a' },
  ];
  simulator.faults.add({ on: { path: /breadcrumbs/ }, fault: faults.json(levels) });
  expect(await courseOf(newReader(), '/tasks/a/')).toBe('SQL');
});
