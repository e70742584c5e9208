import { describe, expect, test } from 'vitest';
import type { ContentAnswer } from '../../../src/breadcrumbs/content-answers.ts';
import { levelsOfLesson, type WantedKey } from '../../../src/breadcrumbs/gather.ts';
import { type ParsedLink, parseLink } from '../../../src/breadcrumbs/link.ts';
import type { BreadcrumbKey, Breadcrumbs } from '../../../src/breadcrumbs/resource.ts';
import type { ItemCode } from '../../../src/errors/codes.ts';
import { type Content, everyKey, gatherFrom, Refused } from './content.ts';

function linkTo(path: string): ParsedLink {
  const link = parseLink(path);
  if (link === null) throw new Error(`no link: ${path}`);
  return link;
}

function keys(...list: BreadcrumbKey[]): WantedKey[] {
  return list.map((key) => ({ key, ignoreErrors: false }));
}

function ignoring(...list: BreadcrumbKey[]): WantedKey[] {
  return list.map((key) => ({ key, ignoreErrors: true }));
}

/** The breadcrumbs of a link, with the paths that were asked for; fails where there are none. */
function breadcrumbsOf(
  path: string,
  content: Content,
  wanted?: readonly WantedKey[],
  known?: ReadonlyMap<string, ContentAnswer>,
): { breadcrumbs: Breadcrumbs; ignored: string[]; asked: string[] } {
  const { gathered, asked } = gatherFrom(linkTo(path), content, wanted, known);
  if (gathered.kind === 'failure') throw new Error(JSON.stringify(gathered.failure));
  return { breadcrumbs: gathered.breadcrumbs, ignored: [...gathered.ignored], asked };
}

/** Why there are none: code, resource and keys; null where there are. */
function failureOf(
  path: string,
  content: Content,
  wanted?: readonly WantedKey[],
): [code: ItemCode, resource: string, keys: readonly BreadcrumbKey[]] | null {
  const { gathered } = gatherFrom(linkTo(path), content, wanted);
  if (gathered.kind !== 'failure') return null;
  const { code, resource, keys: failing } = gathered.failure;
  return [code, `${resource.type} ${resource.id}`, failing];
}

const levels = [
  { type: 'faculty', id: 'f', name: 'Faculty' },
  { type: 'track', id: 't', name: 'Track' },
  { type: 'lesson', id: 'l', name: 'Lesson' },
];
const taskLevels = [...levels, { type: 'task', id: 'k' }];

const whole: Content = {
  '/tasks/k/': { id: 'k', description: 'Task', position: 3 },
  '/tasks/k/breadcrumbs/': taskLevels,
  '/lessons/l/': { id: 'l', name: 'Lesson', position: 2 },
  '/lessons/l/breadcrumbs/': levels,
  '/tracks/t/': { id: 't', name: 'Track', position: 7, faculty_id: 'f' },
  '/faculties/f/': { id: 'f', name: 'Faculty' },
  '/sprints/12/': { id: '12', name: 'Sprint 12', position: 5, track_id: 't' },
};

describe('where breadcrumbs start', () => {
  test('a task: from its own object and its breadcrumbs/', () => {
    const { breadcrumbs, asked } = breadcrumbsOf('/tasks/k/', whole);
    expect(asked).toEqual(['/tasks/k/', '/tasks/k/breadcrumbs/']);
    expect(breadcrumbs).toEqual({
      'task.id': 'k',
      'task.description': 'Task',
      'task.position': 3,
      'task.position_if_exists': 3,
      'lesson.id': 'l',
      'lesson.name': 'Lesson',
      'track.id': 't',
      'track.name': 'Track',
      'faculty.id': 'f',
      'faculty.name': 'Faculty',
    });
  });

  test('a lesson: from its breadcrumbs/ alone, where they have all names', () => {
    const { breadcrumbs, asked } = breadcrumbsOf('/lessons/l/', whole);
    expect(asked).toEqual(['/lessons/l/breadcrumbs/']);
    expect(breadcrumbs).toEqual({
      'lesson.id': 'l',
      'lesson.name': 'Lesson',
      'track.id': 't',
      'track.name': 'Track',
      'faculty.id': 'f',
      'faculty.name': 'Faculty',
    });
  });

  test.each(['topic', 'course', 'track', 'profession', 'faculty', 'sprint'] as const)(
    'a %s: from its own object, whose members name the ancestors',
    (type) => {
      const path = `/${type === 'faculty' ? 'faculties' : `${type}s`}/x/`;
      const above = type === 'faculty' ? {} : { faculty_id: 'f' };
      const content = { ...whole, [path]: { id: 'x', name: 'It', position: 1, ...above } };
      const { breadcrumbs, asked } = breadcrumbsOf(path, content);
      expect(asked).toEqual(type === 'faculty' ? [path] : [path, '/faculties/f/']);
      expect(breadcrumbs).toEqual({
        [`${type}.id`]: 'x',
        [`${type}.name`]: 'It',
        [`${type}.position_if_exists`]: 1,
        ...(type === 'faculty' ? {} : { 'faculty.id': 'f', 'faculty.name': 'Faculty' }),
      });
    },
  );
});

describe('levels without a name', () => {
  test.each([
    ['absent', {}],
    ['null', { name: null }],
    ['empty', { name: '' }],
  ])('are read from their own object: %s', (_about, name) => {
    const content = {
      ...whole,
      '/lessons/l/breadcrumbs/': [
        { type: 'track', id: 't', ...name },
        { type: 'lesson', id: 'l', ...name },
      ],
    };
    const { breadcrumbs, asked } = breadcrumbsOf('/lessons/l/', content);
    expect(asked.sort()).toEqual(['/lessons/l/', '/lessons/l/breadcrumbs/', '/tracks/t/']);
    expect(breadcrumbs).toEqual({
      'lesson.id': 'l',
      'lesson.name': 'Lesson',
      'lesson.position_if_exists': 2,
      'track.id': 't',
      'track.name': 'Track',
      'track.position_if_exists': 7,
    });
  });

  test('stay without one where their object has none either', () => {
    const content = {
      ...whole,
      '/tracks/t/': { id: 't', name: null, faculty_id: 'f' },
    };
    const { breadcrumbs } = breadcrumbsOf('/tracks/t/', content);
    expect(breadcrumbs).toEqual({ 'track.id': 't', 'faculty.id': 'f', 'faculty.name': 'Faculty' });
  });
});

describe('positions', () => {
  test.each<[position: object, breadcrumbs: object]>([
    [{ position: 4 }, { 'task.position': 4, 'task.position_if_exists': 4 }],
    [{ position: 0 }, { 'task.position': 0, 'task.position_if_exists': 0 }],
    [{ position: '4' }, { 'task.position': '4', 'task.position_if_exists': '4' }],
    [{ position: null }, { 'task.position': null }],
    [{}, { 'task.position': null }],
  ])('of a task with %j', (position, expected) => {
    const content = { ...whole, '/tasks/k/': { id: 'k', description: 'Task', ...position } };
    const { breadcrumbs } = breadcrumbsOf('/tasks/k/', content);
    const found = Object.entries(breadcrumbs).filter(([key]) => key.startsWith('task.position'));
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  test.each<[position: object, known: boolean]>([
    [{ position: 0 }, true],
    [{ position: null }, false],
    [{}, false],
  ])('of another object with %j', (position, known) => {
    const content = { '/courses/c/': { id: 'c', name: 'Course', ...position } };
    const { breadcrumbs } = breadcrumbsOf('/courses/c/', content);
    expect(Object.hasOwn(breadcrumbs, 'course.position_if_exists')).toBe(known);
    expect(Object.hasOwn(breadcrumbs, 'task.position')).toBe(false);
  });
});

describe('a sprint beside', () => {
  const sprint = {
    'sprint.id': '12',
    'sprint.name': 'Sprint 12',
    'sprint.position_if_exists': 5,
  };

  test('gives no ancestors', () => {
    const content = { ...whole, '/sprints/12/': { id: '12', name: 'Sprint 12', course_id: 'c' } };
    const { breadcrumbs, asked } = breadcrumbsOf('/sprints/12/lessons/l/', content);
    expect(asked.sort()).toEqual(['/lessons/l/breadcrumbs/', '/sprints/12/']);
    expect(Object.hasOwn(breadcrumbs, 'course.id')).toBe(false);
  });

  test.each(['/sprints/12/tasks/k/', '/tasks/k/sprints/12'])('of a task: %s', (path) => {
    const { breadcrumbs, asked } = breadcrumbsOf(path, whole);
    expect(asked.sort()).toEqual(['/sprints/12/', '/tasks/k/', '/tasks/k/breadcrumbs/']);
    expect(breadcrumbs).toMatchObject({ ...sprint, 'task.id': 'k' });
  });

  test('replaces the one that the API names', () => {
    const content = {
      ...whole,
      '/lessons/l/breadcrumbs/': [...levels, { type: 'sprint', id: 11, name: 'Sprint 11' }],
    };
    expect(breadcrumbsOf('/lessons/l/', content).breadcrumbs).toMatchObject({
      'sprint.id': 11,
      'sprint.name': 'Sprint 11',
    });
    expect(breadcrumbsOf('/sprints/12/lessons/l/', content).breadcrumbs).toMatchObject(sprint);
  });

  test('is not read where the API names the same', () => {
    const content = {
      ...whole,
      '/lessons/l/breadcrumbs/': [...levels, { type: 'sprint', id: 12, name: 'Twelve' }],
    };
    const { breadcrumbs, asked } = breadcrumbsOf('/sprints/12/lessons/l/', content);
    expect(asked).toEqual(['/lessons/l/breadcrumbs/']);
    expect(breadcrumbs).toMatchObject({ 'sprint.id': 12, 'sprint.name': 'Twelve' });
  });
});

describe('what is unknown is ignored', () => {
  test('levels of unknown types, whatever they hold', () => {
    const content = {
      ...whole,
      '/lessons/l/breadcrumbs/': [{ type: 'galaxy', id: { a: 1 }, name: 5 }, ...levels],
    };
    expect(breadcrumbsOf('/lessons/l/', content)).toEqual(breadcrumbsOf('/lessons/l/', whole));
  });

  test('members of unknown names', () => {
    const content = {
      '/courses/c/': { id: 'c', name: 'Course', galaxy_id: 9, tags: ['a'], owner: { id: 1 } },
    };
    expect(breadcrumbsOf('/courses/c/', content).breadcrumbs).toEqual({
      'course.id': 'c',
      'course.name': 'Course',
    });
  });

  test('an empty `errors` member', () => {
    for (const errors of [[], {}, null, '', false]) {
      const content = { '/courses/c/': { id: 'c', name: 'Course', errors } };
      expect(breadcrumbsOf('/courses/c/', content).breadcrumbs['course.name']).toBe('Course');
    }
  });
});

test('ids keep the form that the API gives them, as texts or as numbers', () => {
  const content = {
    '/tasks/7/': { id: 7, description: 'Task' },
    '/tasks/7/breadcrumbs/': [
      { type: 'faculty', id: 0, name: 'Faculty' },
      { type: 'track', id: 41 },
      { type: 'lesson', id: '06', name: 'Lesson' },
      { type: 'task', id: 7 },
    ],
    '/tracks/41/': { name: 'Track' },
  };
  expect(breadcrumbsOf('/tasks/7/', content).breadcrumbs).toMatchObject({
    'task.id': 7,
    'faculty.id': 0,
    'track.id': 41,
    'track.name': 'Track',
    'lesson.id': '06',
  });
});

describe('an answer that can not be used', () => {
  const bad: [about: string, answer: unknown, code: ItemCode][] = [
    ['404', new Refused('resource_not_found'), 'resource_not_found'],
    ['403', new Refused('resource_forbidden'), 'resource_forbidden'],
    ['errors', { errors: ['Broken'] }, 'resource_errors'],
    ['errors as an object', { id: 't', name: 'Track', errors: { a: 1 } }, 'resource_errors'],
    ['errors as a text', { errors: 'Broken' }, 'resource_errors'],
    ['null', null, 'resource_invalid'],
    ['a text', 'Track', 'resource_invalid'],
    ['a list', [], 'resource_invalid'],
    ['another id', { id: 'other', name: 'Track' }, 'resource_invalid'],
    ['an id that is none', { id: '../x', name: 'Track' }, 'resource_invalid'],
    ['a name that is none', { id: 't', name: 5 }, 'resource_invalid'],
    ['an ancestor that is none', { id: 't', name: 'T', faculty_id: '../x' }, 'resource_invalid'],
    ['a negative ancestor', { id: 't', name: 'T', faculty_id: -1 }, 'resource_invalid'],
    ['another shape', { data: { attributes: { title: 'Track' } } }, 'resource_invalid'],
    ['no name at all', { id: 't', position: 1 }, 'resource_invalid'],
    ['a position that is none', { id: 't', name: 'T', position: {} }, 'resource_invalid'],
  ];

  test.each(bad)('of the very resource: %s', (_about, answer, code) => {
    const content = { ...whole, '/tracks/t/': answer };
    const wanted = keys('track.id', 'track.name', 'track.position_if_exists', 'faculty.name');
    expect(failureOf('/tracks/t/', content, wanted)).toEqual([
      code,
      'track t',
      ['track.name', 'track.position_if_exists'],
    ]);
  });

  test.each(bad)('of a level above: %s', (_about, answer, code) => {
    const content = {
      ...whole,
      '/courses/c/': { id: 'c', name: 'Course', track_id: 't' },
      '/tracks/t/': answer,
    };
    expect(failureOf('/courses/c/', content)).toEqual([
      code,
      'track t',
      ['track.name', 'track.position_if_exists'],
    ]);
    // Nobody wants what it would have given.
    expect(failureOf('/courses/c/', content, keys('course.name', 'track.id'))).toBeNull();
  });

  test.each<[object: object, isOne: boolean]>([
    [{ id: 'k', description: 'Task' }, true],
    [{ description: null }, true],
    [{ id: 'k', position: 3 }, true],
    [{ id: 'k', name: 'Task' }, false],
    [{}, false],
  ])('of a task: %j', (object, isOne) => {
    const content = { ...whole, '/tasks/k/': object };
    expect(failureOf('/tasks/k/', content)?.[0] ?? null).toBe(isOne ? null : 'resource_invalid');
  });

  test('says what the API said', () => {
    const content = { '/courses/c/': { errors: ['Gone', { since: 2020 }] } };
    const { gathered } = gatherFrom(linkTo('/courses/c/'), content);
    expect(gathered).toMatchObject({ failure: { text: 'Gone; {"since":2020}' } });
  });

  test.each<[about: string, answer: unknown, code: ItemCode]>([
    ['404', new Refused('resource_not_found'), 'resource_not_found'],
    ['errors', { errors: ['Broken'] }, 'resource_errors'],
    ['an object', { id: 'l', name: 'Lesson' }, 'resource_invalid'],
    ['an empty list', [], 'resource_invalid'],
    ['no level of the type asked for', levels.slice(0, 2), 'resource_invalid'],
    ['another lesson', [{ type: 'lesson', id: 'm', name: 'M' }], 'resource_invalid'],
    [
      'another lesson beside the right one',
      [{ type: 'lesson', id: 'm', name: 'M' }, ...levels],
      'resource_invalid',
    ],
    ['a level without an id', [{ type: 'track' }, ...levels], 'resource_invalid'],
    ['a level without a type', [{ id: 't' }, ...levels], 'resource_invalid'],
    ['a level that is null', [null, ...levels], 'resource_invalid'],
    ['a hostile id', [{ type: 'track', id: '..', name: 'T' }, ...levels], 'resource_invalid'],
  ])('of breadcrumbs/: %s', (_about, answer, code) => {
    const content = { ...whole, '/lessons/l/breadcrumbs/': answer };
    const wanted = keys('lesson.id', 'lesson.name', 'track.id', 'track.name', 'sprint.name');
    expect(failureOf('/lessons/l/', content, wanted)).toEqual([
      code,
      'lesson l',
      ['lesson.name', 'track.id', 'track.name'],
    ]);
  });

  test('of a task`s breadcrumbs/ concerns the levels above', () => {
    const content = { ...whole, '/tasks/k/breadcrumbs/': new Refused('resource_not_found') };
    const mapped = keys('task.position', 'lesson.name', 'faculty.id');
    expect(failureOf('/tasks/k/', content, mapped)).toEqual([
      'resource_not_found',
      'task k',
      ['lesson.name', 'faculty.id'],
    ]);
    expect(failureOf('/tasks/k/', content, keys('task.position', 'task.id'))).toBeNull();
  });

  test('of the very resource is an error even where nothing of it is mapped', () => {
    for (const path of ['/courses/x/', '/lessons/x/', '/tasks/x/']) {
      expect(failureOf(path, whole, [])?.[0]).toBe('resource_not_found');
      expect(failureOf(path, whole, keys('sprint.name'))?.[0]).toBe('resource_not_found');
    }
  });
});

describe('errors that are ignored', () => {
  test('leave their keys out, and the others succeed', () => {
    const wanted = [...everyKey.filter(({ key }) => key !== 'sprint.name')];
    const withSprint = [
      ...wanted.filter(({ key }) => key !== 'sprint.position_if_exists'),
      ...ignoring('sprint.name', 'sprint.position_if_exists'),
    ];
    const { breadcrumbs, ignored } = breadcrumbsOf('/sprints/13/lessons/l/', whole, withSprint);
    expect(ignored).toEqual(['sprint.name', 'sprint.position_if_exists']);
    expect(breadcrumbs).toMatchObject({ 'sprint.id': '13', 'lesson.name': 'Lesson' });
    expect(Object.hasOwn(breadcrumbs, 'sprint.name')).toBe(false);
  });

  test('do not hide one that is not', () => {
    const wanted = [...ignoring('sprint.name'), ...keys('sprint.position_if_exists')];
    expect(failureOf('/sprints/13/lessons/l/', whole, wanted)).toEqual([
      'resource_not_found',
      'sprint 13',
      ['sprint.position_if_exists'],
    ]);
  });

  test('of a task leave the levels above to be read', () => {
    const { '/tasks/k/': _object, ...content } = whole;
    const wanted = [...ignoring('task.position'), ...keys('track.name')];
    const { breadcrumbs, ignored } = breadcrumbsOf('/tasks/k/', content, wanted);
    expect(ignored).toEqual(['task.position']);
    expect(breadcrumbs['track.name']).toBe('Track');
    expect(Object.hasOwn(breadcrumbs, 'task.position')).toBe(false);
  });

  test.each<[about: string, answer: unknown, code: ItemCode | null]>([
    ['404', new Refused('resource_not_found'), null],
    ['errors', { errors: ['Broken'] }, null],
    ['403', new Refused('resource_forbidden'), 'resource_forbidden'],
    ['another shape', { data: { title: 'It' } }, 'resource_invalid'],
    ['another id', { id: 'other', name: 'It', description: 'It' }, 'resource_invalid'],
  ])('are those that the API tells of, whatever the link: %s', (_about, answer, code) => {
    const all = ignoring(...everyKey.map(({ key }) => key));
    for (const [link, path] of [
      ['/tasks/k/', '/tasks/k/'],
      ['/tasks/k/', '/tasks/k/breadcrumbs/'],
      ['/lessons/l/', '/lessons/l/breadcrumbs/'],
      ['/tracks/t/', '/tracks/t/'],
      ['/sprints/12/', '/sprints/12/'],
      ['/sprints/12/lessons/l/', '/sprints/12/'],
      ['/courses/c/', '/tracks/t/'],
    ] as const) {
      const course = { id: 'c', name: 'Course', track_id: 't' };
      const content = { ...whole, '/courses/c/': course, [path]: answer };
      expect([link, path, failureOf(link, content, all)?.[0] ?? null]).toEqual([link, path, code]);
    }
  });

  test.each<[link: string, failing: string, untold: BreadcrumbKey[]]>([
    ['/tracks/t/', '/tracks/t/', ['track.name', 'faculty.name', 'sprint.name']],
    ['/sprints/12/', '/sprints/12/', ['topic.id', 'track.name', 'faculty.name', 'sprint.name']],
    [
      '/lessons/l/',
      '/lessons/l/breadcrumbs/',
      ['topic.id', 'track.name', 'faculty.name', 'sprint.name'],
    ],
    [
      '/tasks/k/',
      '/tasks/k/breadcrumbs/',
      ['topic.id', 'track.name', 'faculty.name', 'lesson.position_if_exists', 'sprint.name'],
    ],
    // Its levels are known all the same.
    ['/tasks/k/', '/tasks/k/', ['task.position']],
    ['/sprints/13/lessons/l/', '/sprints/13/', ['sprint.name']],
  ])('leave untold what else %s would have named: %s', (link, failing, untold) => {
    const content = { ...whole, [failing]: { errors: ['Broken'] } };
    const wanted = ignoring(
      'topic.id',
      'track.name',
      'faculty.name',
      'lesson.position_if_exists',
      'task.position',
      'sprint.name',
    );
    const { breadcrumbs, ignored } = breadcrumbsOf(link, content, wanted);
    const left = ignored.filter((key) => !Object.hasOwn(breadcrumbs, key));
    expect(left.sort()).toEqual([...untold].sort());
  });

  test('of the only mapped key let the item succeed with nothing', () => {
    const { breadcrumbs } = breadcrumbsOf('/sprints/13/', whole, ignoring('sprint.name'));
    expect(breadcrumbs).toEqual({ 'sprint.id': '13' });
  });
});

describe('tasks of one lesson', () => {
  const content = {
    ...whole,
    '/tasks/k/': { id: 'k', description: 'Task', position: 3, lesson_id: 'l' },
  };
  const shared: ContentAnswer = {
    kind: 'levels',
    levels: [
      { type: 'track', id: 't', name: 'Track' },
      { type: 'lesson', id: 'l', name: 'Lesson' },
    ],
  };
  const expected = {
    'task.id': 'k',
    'task.position': 3,
    'lesson.name': 'Lesson',
    'track.name': 'Track',
  };

  test.each([
    ['the lesson`s own', '/lessons/l/breadcrumbs/'],
    ['those of another task', levelsOfLesson('l')],
  ])('take the levels above from %s, where these are known', (_about, name) => {
    const known = new Map([[name, shared]]);
    const { breadcrumbs, asked } = breadcrumbsOf('/tasks/k/', content, everyKey, known);
    expect(asked).toEqual(['/tasks/k/']);
    expect(breadcrumbs).toMatchObject(expected);
  });

  test('ask for their own where the lesson`s failed', () => {
    const failed: ContentAnswer = { kind: 'failure', code: 'resource_not_found', text: '' };
    const known = new Map([['/lessons/l/breadcrumbs/', failed]]);
    const { breadcrumbs, asked } = breadcrumbsOf('/tasks/k/', content, everyKey, known);
    expect(asked).toEqual(['/tasks/k/', '/tasks/k/breadcrumbs/']);
    expect(breadcrumbs).toMatchObject(expected);
  });

  test('ask for their own where the lesson is another one', () => {
    const known = new Map([[levelsOfLesson('other'), shared]]);
    const { asked } = breadcrumbsOf('/tasks/k/', content, everyKey, known);
    expect(asked).toContain('/tasks/k/breadcrumbs/');
  });
});
