import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathOf } from '../../../src/breadcrumbs/content-answers.ts';
import { parseLink } from '../../../src/breadcrumbs/link.ts';
import { plurals, type ResourceType, resourceTypes } from '../../../src/breadcrumbs/resource.ts';

const site = 'https://learn.example';
const uuid = '9f0c2d1e-5a7b-4c3d-8e9f-0a1b2c3d4e5f';
const longId = 'x'.repeat(10_000);

/** `type id`, and the sprint beside where there is one; null where the link is not recognised. */
function parsed(link: string): string | null {
  const result = parseLink(link);
  if (result === null) return null;
  const { resource, sprintId } = result;
  return `${resource.type} ${resource.id}${sprintId === null ? '' : ` in sprint ${sprintId}`}`;
}

type Row = [link: string, parsed: string | null];

describe('a link names a resource', () => {
  test.each(resourceTypes)('by the singular and the plural of %s', (type) => {
    for (const name of [type, plurals[type]]) {
      for (const spelling of [name, name.toUpperCase(), name[0]?.toUpperCase() + name.slice(1)]) {
        expect(parseLink(`${site}/${spelling}/abc-1_2`)?.resource).toEqual({ type, id: 'abc-1_2' });
      }
    }
  });

  test.each<Row>([
    [`${site}/tasks/${uuid}`, `task ${uuid}`],
    [`${site}/tasks/${uuid}/`, `task ${uuid}`],
    [`${site}/content/v2/tasks/7/edit/preview`, 'task 7'],
    [`${site}/tasks/7?from=/lessons/8/`, 'task 7'],
    [`${site}/tasks/7/#/lessons/8/`, 'task 7'],
    [`${site}/tasks/7#x?y`, 'task 7'],
    [`${site}/tasks/7?x#/lessons/8?/topics/9`, 'task 7'],
    [`${site}/tasks/7\n`, 'task 7'],
    [`  \t${site}/tasks/7  `, 'task 7'],
    [`${site}//tasks//`, null],
    [`${site}//tasks/7`, 'task 7'],
    [`${site}/tasks/tasks`, 'task tasks'],
    [`${site}/tasks/lessons/7`, 'task lessons'],
    [`${site}/task/a/tasks/b`, 'task a'],
  ])('%j: %s', (link, expected) => {
    expect(parsed(link)).toBe(expected);
  });

  test.each<Row>([
    ['/faculties/1/professions/2/tracks/3/courses/4/topics/5/lessons/6/tasks/7', 'task 7'],
    ['/tasks/7/lessons/6/topics/5/courses/4/tracks/3/professions/2/faculties/1', 'task 7'],
    ['/faculties/1/professions/2/tracks/3/courses/4/topics/5/lessons/6', 'lesson 6'],
    ['/faculties/1/professions/2/tracks/3/courses/4/topics/5', 'topic 5'],
    ['/tracks/3/courses/4/sprints/abc', 'sprint abc'],
    ['/sprints/x/courses/4', 'sprint x'],
    ['/sprints/x/topics/5', 'topic 5'],
    ['/tracks/3/courses/4', 'course 4'],
    ['/professions/2/tracks/3', 'track 3'],
    ['/faculties/1/professions/2', 'profession 2'],
    ['/faculties/1', 'faculty 1'],
  ])('of several, the most specific: %s', (path, expected) => {
    expect(parsed(`${site}${path}`)).toBe(expected);
  });

  test.each<Row>([
    ['learn.example/tasks/7', 'task 7'],
    ['tasks/7', 'task 7'],
    ['/tasks/7', 'task 7'],
    ['//learn.example/tasks/7', 'task 7'],
    ['HTTPS://learn.example:8443/tasks/7', 'task 7'],
    ['http://пример.рф/tasks/7', 'task 7'],
    ['https://somebody:secret@learn.example/tasks/7', 'task 7'],
    ['https://learn.example@evil.example/tasks/7', 'task 7'],
    ['https://[::1]:80/tasks/7', 'task 7'],
  ])('whatever its host, and with none: %s', (link, expected) => {
    expect(parsed(link)).toBe(expected);
  });

  test.each<Row>([
    ['https://tasks/7', null],
    ['https://tasks/7/lessons/8', 'lesson 8'],
    ['//lessons/7', null],
    ['https://lessons/tasks', null],
    ['ftp://sprints/12/tasks/7', 'task 7'],
  ])('not by a host that is named like a type: %s', (link, expected) => {
    expect(parsed(link)).toBe(expected);
  });
});

describe('a sprint beside', () => {
  test.each<Row>([
    ['/sprints/12/tasks/7', 'task 7 in sprint 12'],
    ['/tasks/7/sprints/12/', 'task 7 in sprint 12'],
    ['/SPRINTS/12/lessons/6', 'lesson 6 in sprint 12'],
    ['/sprints/abc/sprints/12/tasks/7', 'task 7 in sprint 12'],
    ['/sprints/12', 'sprint 12 in sprint 12'],
    ['/courses/4/sprints/12', 'sprint 12 in sprint 12'],
    ['/sprints/abc/tasks/7', 'task 7'],
    ['/sprints/12abc/tasks/7', 'task 7'],
    ['/sprint/12/tasks/7', 'task 7'],
    ['/sprints//tasks/7', 'task 7'],
    ['/tasks/7?x=/sprints/12/', 'task 7'],
    ['/tasks/7#/sprints/12', 'task 7'],
    [`/sprints/${'1'.repeat(10_000)}/tasks/7`, 'task 7'],
  ])('of %s', (path, expected) => {
    expect(parsed(`${site}${path}`)).toBe(expected);
  });
});

describe('a link is not recognised', () => {
  test.each([
    [''],
    ['   '],
    ['7'],
    [uuid],
    ['no link at all'],
    [site],
    [`${site}/`],
    [`${site}/7`],
    [`${site}/tasks`],
    [`${site}/tasks/`],
    [`${site}/tasks//7`],
    [`${site}/tasks/?id=7`],
    [`${site}/tasks#7`],
    [`${site}/mytasks/7`],
    [`${site}/tasks-/7`],
    [`${site}/task s/7`],
    [`${site}?/tasks/7`],
    [`${site}#/tasks/7`],
    ['mailto:tasks@learn.example'],
    ['data:text/html,<script>'],
    ['javascript:alert(1)'],
  ])('without a type and an id: %j', (link) => {
    expect(parseLink(link)).toBeNull();
  });

  test.each([
    ['.'],
    ['..'],
    ['7.json'],
    ['%2e%2e'],
    ['%2E'],
    ['..%2f..%2fadmin'],
    ['7%2f..'],
    ['7%00'],
    ['%37'],
    ['7\\..\\..\\admin'],
    ['\\'],
    ['7\t'.concat('8')],
    ['7\n8'],
    ['7\u0000'],
    ['\u00007'],
    ['7 8'],
    ['7@evil.example'],
    ['@'],
    ['7;x=1'],
    ['7:80'],
    ['7,8'],
    ['{id}'],
    ['$7'],
    ['семь'],
    ['７'],
    ['a\u202eb'],
    ['a\u200bb'],
    ['ⅷ'],
    [longId],
    [`${longId}/../..`],
  ])('with the id %j', (id) => {
    for (const type of resourceTypes) {
      for (const name of [type, plurals[type]]) {
        expect(parseLink(`${site}/${name}/${id}`)).toBeNull();
        expect(parseLink(`${name}/${id}/breadcrumbs/`)).toBeNull();
      }
    }
  });

  test('by a less specific type where the id of the most specific is none', () => {
    expect(parseLink(`${site}/lessons/6/tasks/../`)).toBeNull();
    expect(parseLink(`${site}/lessons/6/tasks/`)).toBeNull();
    expect(parseLink(`${site}/lessons/6/tasks`)?.resource).toEqual({ type: 'lesson', id: '6' });
  });
});

describe('what is hostile in a link', () => {
  const names = resourceTypes.flatMap((type) => [type, plurals[type], type.toUpperCase()]);
  const odd = [
    ...['', '.', '..', '...', '%2e', '%2e%2e', '%2f', '%5c', '%00', '%', '%zz', '%252e'],
    ...['\\', '..\\', '\\..\\', '\t', '\n', '\r', '\0', ' ', '@', ':', ';', '//', '/', '?', '#'],
    ...['admin', '7', uuid, '-', '_', '__proto__', 'constructor', 'breadcrumbs', 'пример.рф'],
    ...[
      'xn--e1afmkfd',
      'javascript:',
      'data:',
      'https:',
      'http://',
      'file:///',
      '\u202e',
      '\ufeff',
    ],
    ...['ｔａｓｋｓ', 'tas\u212as', '٧', '\ud800', '𝟟', "' or 1=1", '<svg onload=1>', '{{7}}'],
  ];
  const goodId = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...names), goodId).map((pair) => pair.join('/')),
    },
    { weight: 6, arbitrary: fc.constantFrom(...odd) },
    { weight: 2, arbitrary: goodId },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
    { weight: 1, arbitrary: fc.integer({ min: 150, max: 10_000 }).map((n) => 'a'.repeat(n)) },
  );
  const start = fc.constantFrom(
    ...['', '/', '//', 'https://learn.example/', 'https://tasks/', 'javascript://', 'javascript:'],
    ...['https:\\\\evil.example\\', 'https://a@b/', 'HTTP://[::1]/', 'blob:https://x/', '\t//x/'],
  );
  const hostileLink = fc
    .tuple(
      start,
      fc.array(fc.tuple(part, fc.constantFrom('/', '/', '/', '/', '/', '', '\\', '%2f', '?'))),
    )
    .map(([before, parts]) => before + parts.flat().join(''));

  const base = 'https://content.example/prefix/content';
  const grammar =
    /^\/prefix\/content\/(faculties|professions|tracks|courses|topics|lessons|tasks|sprints)\/[A-Za-z0-9_-]{1,200}\/(breadcrumbs\/)?$/;

  test('never reaches a request: 100,000 links', () => {
    let recognised = 0;
    fc.assert(
      fc.property(hostileLink, (link) => {
        const result = parseLink(link);
        if (result === null) return;
        recognised += 1;
        const { resource, sprintId } = result;
        // By hand rather than through `expect`, which would take most of the time.
        if (!resourceTypes.includes(resource.type)) throw new Error(`type ${resource.type}`);
        checkRequests(resource.type, resource.id);
        if (sprintId !== null) {
          if (!/^[0-9]{1,200}$/.test(sprintId)) throw new Error(`sprint ${sprintId}`);
          checkRequests('sprint', sprintId);
        }
      }),
      { numRuns: 100_000 },
    );
    // Were none recognised, nothing would have been tested.
    expect(recognised).toBeGreaterThan(10_000);
  });

  function checkRequests(type: ResourceType, id: string): void {
    for (const kind of ['object', 'breadcrumbs'] as const) {
      const path = pathOf({ kind, resource: { type, id } });
      if (!path.startsWith(`/${plurals[type]}/${id}/`)) throw new Error(`path ${path}`);
      const url = new URL(`${base}${path}`);
      const isAsWritten =
        url.href === `${base}${path}` &&
        url.origin === 'https://content.example' &&
        url.search === '' &&
        url.hash === '' &&
        grammar.test(url.pathname);
      if (!isAsWritten) throw new Error(`folded to ${url.href}`);
    }
  }
});
