import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WantedKey } from '../../../src/breadcrumbs/gather.ts';
import type { ParsedLink } from '../../../src/breadcrumbs/link.ts';
import type { BreadcrumbKey, BreadcrumbValue } from '../../../src/breadcrumbs/resource.ts';
import { type Content, gatherFrom, Refused } from './content.ts';

/** From the top; what stands before another is above it. */
const types = ['faculty', 'profession', 'track', 'course', 'topic', 'lesson', 'task'] as const;
const plurals = {
  faculty: 'faculties',
  profession: 'professions',
  track: 'tracks',
  course: 'courses',
  topic: 'topics',
  lesson: 'lessons',
  task: 'tasks',
  sprint: 'sprints',
} as const;
type Type = keyof typeof plurals;

const allKeys: BreadcrumbKey[] = [
  ...[...types, 'sprint' as const].flatMap((type) => [
    `${type}.id` as const,
    `${type}.name` as const,
    `${type}.position_if_exists` as const,
  ]),
  'task.position',
  'task.description',
];

const troubles = {
  missing: new Refused('resource_not_found'),
  forbidden: new Refused('resource_forbidden'),
  errors: { errors: ['Broken'] },
  invalid: { name: 5 },
} as const;
type Trouble = keyof typeof troubles;

/** One thing of a small world. A member that is undefined is absent from the API's answers. */
interface Thing {
  readonly type: Type;
  readonly id: string | number;
  /** Whether its object repeats the id. */
  readonly tellsId: boolean;
  readonly name: string | null;
  readonly description: string | null;
  readonly position: number | string | null | undefined;
  /** As a `breadcrumbs/` answer gives its name. */
  readonly levelName: string | null | undefined;
  readonly objectTrouble: Trouble | null;
  readonly breadcrumbsTrouble: Trouble | null;
}

interface Case {
  /** One of each type; what is left out is no ancestor of the rest. */
  readonly things: ReadonlyMap<Type, Thing>;
  readonly linked: Type;
  /** A sprint that the link names beside. */
  readonly besideId: string | null;
  readonly tasksNameLesson: boolean;
  readonly wanted: readonly WantedKey[];
}

const name = fc.constantFrom('A', 'Б', '', null);

function thing(type: Type): fc.Arbitrary<Thing> {
  const trouble = fc.option(
    fc.constantFrom(...(['missing', 'errors', 'invalid', 'forbidden'] as const)),
    {
      freq: 6,
    },
  );
  return fc.record({
    type: fc.constant(type),
    id: fc.constantFrom<string | number>(`${type}-1`, '17', 17),
    tellsId: fc.boolean(),
    name,
    description: name,
    position: fc.constantFrom(0, 3, '4', null, undefined),
    levelName: fc.constantFrom('A', 'Б', '', null, undefined),
    objectTrouble: trouble,
    breadcrumbsTrouble: trouble,
  });
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    things: fc.tuple(...[...types, 'sprint' as const].map(thing)),
    absent: fc.subarray([...types, 'sprint' as const]),
    linked: fc.constantFrom<Type>('task', 'lesson', ...types, 'sprint'),
    besideId: fc.option(fc.constantFrom('17', '18')),
    tasksNameLesson: fc.boolean(),
    wanted: fc
      .subarray(allKeys)
      .chain((keys) =>
        fc
          .tuple(...keys.map(() => fc.boolean()))
          .map((flags) => keys.map((key, at) => ({ key, ignoreErrors: flags[at] ?? false }))),
      ),
  })
  .map(({ things, absent, ...rest }) => ({
    ...rest,
    things: new Map(
      things
        .filter(({ type }) => type === rest.linked || !absent.includes(type))
        .map((one) => [one.type, one]),
    ),
  }));

/** What is above a thing: its line, and the sprint unless it is one. */
function above({ things }: Case, type: Type): Thing[] {
  const line = type === 'sprint' ? types.slice(0, 5) : types.slice(0, types.indexOf(type));
  return [...things.values()].filter(
    (one) =>
      line.some((higher) => higher === one.type) || (one.type === 'sprint' && type !== 'sprint'),
  );
}

/** The content API of a case's world: 404 for what is not in it. */
function contentOf(world: Case): Content {
  const content: Record<string, unknown> = {};
  for (const one of world.things.values()) {
    const path = `/${plurals[one.type]}/${one.id}/`;
    const ancestors = above(world, one.type).filter(
      ({ type }) => one.type !== 'task' || (world.tasksNameLesson && type === 'lesson'),
    );
    content[path] =
      one.objectTrouble !== null
        ? troubles[one.objectTrouble]
        : {
            ...(one.tellsId ? { id: one.id } : {}),
            ...(one.type === 'task' ? { description: one.description } : { name: one.name }),
            ...(one.position === undefined ? {} : { position: one.position }),
            ...Object.fromEntries(ancestors.map(({ type, id }) => [`${type}_id`, id])),
            unknown_id: '../..',
          };
    if (one.type !== 'task' && one.type !== 'lesson') continue;
    content[`${path}breadcrumbs/`] =
      one.breadcrumbsTrouble !== null
        ? troubles[one.breadcrumbsTrouble]
        : [
            { type: 'galaxy', id: {} },
            ...[...above(world, one.type), one].map(({ type, id, levelName }) =>
              levelName === undefined ? { type, id } : { type, id, name: levelName },
            ),
          ];
  }
  return content;
}

/** What a case is to come to, read off behaviour.md step by step with the whole world in view. */
function expected(world: Case) {
  const linked = world.things.get(world.linked);
  if (linked === undefined) throw new Error('a case links to what is in its world');
  const values = new Map<BreadcrumbKey, BreadcrumbValue>();
  const ignored = new Set<BreadcrumbKey>();
  const failures: { trouble: Trouble; id: string; keys: BreadcrumbKey[] }[] = [];

  const fail = (
    trouble: Trouble,
    about: Thing,
    given: readonly BreadcrumbKey[],
    isLinked: boolean,
  ) => {
    const concerned = world.wanted.filter(({ key }) => given.includes(key));
    const canIgnore = trouble === 'missing' || trouble === 'errors';
    const passedOver = concerned.filter(({ ignoreErrors }) => canIgnore && ignoreErrors);
    for (const { key } of passedOver) ignored.add(key);
    const keys = concerned.filter((one) => !passedOver.includes(one)).map(({ key }) => key);
    // Not in behaviour.md's words: where nothing of the linked resource itself is mapped, that it
    // can't be read is an error all the same.
    if (keys.length > 0 || (isLinked && concerned.length === 0)) {
      failures.push({ trouble, id: `${about.type} ${about.id}`, keys });
    }
  };
  /** Nobody has said whether there is anything above it. */
  const leaveUntold = (type: Type) => {
    const line = type === 'sprint' ? types.slice(0, 5) : types.slice(0, types.indexOf(type));
    for (const { key } of world.wanted) {
      if ([...line, 'sprint'].some((one) => key.startsWith(`${one}.`))) ignored.add(key);
    }
  };
  const readObject = (one: Thing): boolean => {
    const { type } = one;
    if (one.objectTrouble !== null) {
      const given: BreadcrumbKey[] = [`${type}.name`, `${type}.position_if_exists`];
      if (type === 'task') given.push('task.position', 'task.description');
      fail(one.objectTrouble, one, given, one === linked);
      return false;
    }
    if (type !== 'task' && one.name && !values.has(`${type}.name`)) {
      values.set(`${type}.name`, one.name);
    }
    if (one.position !== undefined && one.position !== null) {
      values.set(`${type}.position_if_exists`, one.position);
    }
    if (type === 'task') {
      values.set('task.position', one.position ?? null);
      if (one.description) values.set('task.description', one.description);
    }
    return true;
  };

  // The levels that the resource names.
  values.set(`${linked.type}.id`, linked.id);
  let levels: Thing[] = [];
  if (linked.type === 'task' || linked.type === 'lesson') {
    if (linked.breadcrumbsTrouble === null) {
      levels = [...above(world, linked.type), linked];
      for (const { type, levelName } of levels)
        if (levelName) values.set(`${type}.name`, levelName);
    } else {
      const higher = types.slice(0, types.indexOf(linked.type));
      const given = higher.flatMap((type): BreadcrumbKey[] => [`${type}.id`, `${type}.name`]);
      const isLesson = linked.type === 'lesson';
      if (isLesson) given.push('lesson.name');
      fail(linked.breadcrumbsTrouble, linked, given, isLesson);
      leaveUntold(linked.type);
      // Its name is still to be had from its own object.
      levels = [linked];
    }
  } else {
    const isRead = readObject(linked);
    levels = isRead ? above(world, linked.type) : [];
    if (!isRead) leaveUntold(linked.type);
  }
  if (linked.type === 'task') readObject(linked);

  // The sprint beside, unless it is the one that the API names.
  const { besideId } = world;
  if (besideId !== null && linked.type !== 'sprint') {
    const named = levels.find(({ type }) => type === 'sprint');
    if (String(named?.id) !== besideId) {
      levels = levels.filter(({ type }) => type !== 'sprint');
      values.delete('sprint.name');
      const sprint = world.things.get('sprint');
      const isThere = sprint !== undefined && String(sprint.id) === besideId;
      levels.push(
        isThere
          ? { ...sprint, id: besideId, levelName: null }
          : { ...nothing, type: 'sprint', id: besideId },
      );
    }
  }
  // What the levels lack is in their own objects.
  for (const level of levels) {
    values.set(`${level.type}.id`, level.id);
    if (level.type !== 'task' && !values.has(`${level.type}.name`)) readObject(level);
  }
  return { values, ignored, failures };
}

const nothing: Omit<Thing, 'type' | 'id'> = {
  tellsId: false,
  name: null,
  description: null,
  position: undefined,
  levelName: null,
  objectTrouble: 'missing',
  breadcrumbsTrouble: 'missing',
};

const codes: Record<Trouble, string> = {
  missing: 'resource_not_found',
  forbidden: 'resource_forbidden',
  errors: 'resource_errors',
  invalid: 'resource_invalid',
};

test('any small world comes to what behaviour.md says, and nothing is asked for twice', () => {
  let succeeded = 0;
  let failed = 0;
  fc.assert(
    fc.property(anyCase, (world) => {
      const linked = world.things.get(world.linked);
      if (linked === undefined) throw new Error('a case links to what is in its world');
      const link: ParsedLink = {
        resource: { type: linked.type, id: String(linked.id) },
        sprintId: world.besideId,
      };
      // Fails by itself where it does not end, or asks twice.
      const { gathered } = gatherFrom(link, contentOf(world), world.wanted);
      const { values, ignored, failures } = expected(world);
      if (gathered.kind === 'breadcrumbs') {
        succeeded += 1;
        expect(failures).toEqual([]);
        expect(withTextIds(Object.entries(gathered.breadcrumbs))).toEqual(withTextIds(values));
        expect(gathered.ignored).toEqual(ignored);
      } else {
        failed += 1;
        // Of several failures it may be any; one ends the gathering before others are met.
        const { code, resource, keys } = gathered.failure;
        const found = failures.map(({ trouble, ...rest }) => ({ code: codes[trouble], ...rest }));
        expect(found).toContainEqual({ code, id: `${resource.type} ${resource.id}`, keys });
      }
    }),
    { numRuns: 3000 },
  );
  // Were they all of one kind, little would have been tested.
  expect(Math.min(succeeded, failed)).toBeGreaterThan(150);
});

/** Which of its forms an id has is the table tests' matter. */
function withTextIds(values: Iterable<[string, BreadcrumbValue]>): Record<string, BreadcrumbValue> {
  const entries = [...values].map(([key, value]): [string, BreadcrumbValue] => [
    key,
    key.endsWith('.id') ? String(value) : value,
  ]);
  return Object.fromEntries(entries);
}
