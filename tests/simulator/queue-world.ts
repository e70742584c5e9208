import type { Expectation, Scenario } from './expectations.ts';
import type { ChecklistItem } from './issues.ts';
import type { FieldValues } from './places.ts';
import { allMapped, fieldsOf } from './places.ts';
import { seededRandom } from './random.ts';
import type { Resource } from './resources.ts';
import { deferralDate, errorField, linkField, standardWorld } from './standard-world.ts';
import type { WorldOptions } from './world.ts';

/** What a big queue is to be like. */
export interface QueueOptions extends WorldOptions {
  /** How many lessons the tasks are in; default 20. */
  lessons?: number;
  /** How many tasks the links mean; default: another for each item. */
  distinctTasks?: number;
  /** Default 1. */
  seed?: number;
  /** How many items come before, checked long ago. */
  done?: number;
  /** How many items come before, deferred with an error. */
  deferred?: number;
  /** How many of the deferred ones' issues have an empty error field by now; default none. */
  repaired?: number;
  /** Which share of the open items' issues have no link; default none. Never ten in a row. */
  unlinked?: number;
}

const longAgo = '2025-02-03T09:00:00.000+0000';

/** A queue of `size` open items whose issues link to tasks. Quick to make, up to 10,000 and beyond. */
export function queueWorld(size: number, options: QueueOptions = {}): Scenario {
  const { lessons = 20, seed = 1, done = 0, deferred = 0, repaired = 0, unlinked = 0 } = options;
  const random = seededRandom(seed);
  const world = standardWorld(options);
  const total = done + deferred + size;
  const tasks = addTasks(world, lessons, options.distinctTasks ?? total);
  const expectations: Expectation[] = [];
  const items: ChecklistItem[] = [];
  let unlinkedInARow = 0;
  for (let i = 0; i < total; i += 1) {
    const task = tasks[i % tasks.length];
    if (task === undefined) throw new RangeError('A queue needs at least one task');
    const state = i < done ? 'done' : i < done + deferred ? 'deferred' : 'open';
    const isUnlinked = state === 'open' && random.next() < unlinked && unlinkedInARow < 9;
    unlinkedInARow = isUnlinked ? unlinkedInARow + 1 : 0;
    const expected = fieldsOf(task);
    const hadError = state === 'deferred' && i < done + deferred - repaired;
    const text = 'link_not_set: There is no link.';
    const fields: FieldValues = {
      ...(isUnlinked ? {} : { [linkField]: linkTo(task, seed) }),
      ...(state === 'done' ? expected : {}),
      ...(hadError ? { [errorField]: text } : {}),
    };
    const { key } = world.addIssue({
      queue: 'SUP',
      summary: `Опечатка в задании ${i + 1}`,
      fields,
    });
    const before: ChecklistItem = {
      id: `65c0${i.toString(16).padStart(20, '0')}`,
      text: key,
      checked: state !== 'open',
      deadline: state === 'open' ? null : state === 'done' ? longAgo : deferralDate,
      assignee: null,
    };
    items.push(before);
    const succeeds = state === 'open' && !isUnlinked;
    expectations.push({
      about: isUnlinked ? 'no link' : state,
      before,
      open: state === 'open',
      item: state === 'deferred' || isUnlinked ? 'deferred' : 'checked',
      named: key,
      key,
      fields: allMapped(fields, succeeds ? expected : {}),
      error: isUnlinked ? 'link_not_set' : null,
      errorField: isUnlinked ? { code: 'link_not_set' } : hadError ? { text } : null,
      patches: Number(state === 'open'),
    });
  }
  const checklist = world.issue('SUP-1');
  // Not added one by one: the checklist issue is to begin at its first version.
  for (const item of items) checklist.items.set(item.id, item);
  checklist.done = done + deferred;
  const [first] = tasks;
  if (first !== undefined) world.testLink = linkTo(first, seed);
  return { world, expectations };
}

function linkTo(task: Resource, seed: number): string {
  return `https://learn.example/tasks/${task.id}/?seed=${seed}`;
}

/** Makes tasks, spread over lessons of five topics, two courses and one track to the profession. */
function addTasks(
  world: ReturnType<typeof standardWorld>,
  lessonCount: number,
  taskCount: number,
): Resource[] {
  const faculty = world.addResource({ type: 'faculty', id: '5', name: 'Анализ данных' });
  const profession = world.addResource({
    type: 'profession',
    id: 'data-analyst',
    name: 'Аналитик данных',
    parent: faculty,
  });
  const track = world.addResource({
    type: 'track',
    id: '41',
    name: 'Аналитик данных, когорта 12',
    parent: profession,
  });
  const courses = ['Основы SQL', 'Статистика и A/B-тесты'].map((name, i) =>
    world.addResource({ type: 'course', id: `course-${i + 1}`, name, parent: track }),
  );
  const topics = [0, 1, 2, 3, 4].map((i) =>
    world.addResource({
      type: 'topic',
      id: `topic-${i + 1}`,
      name: `Тема ${i + 1}`,
      parent: courses[i % courses.length] ?? null,
    }),
  );
  const lessons = Array.from({ length: lessonCount }, (_, i) =>
    world.addResource({
      type: 'lesson',
      id: `lesson-${i + 1}`,
      name: `Урок ${i + 1}: выборки и группировки`,
      parent: topics[i % topics.length] ?? null,
    }),
  );
  return Array.from({ length: taskCount }, (_, i) =>
    world.addResource({
      type: 'task',
      id: `task-${i + 1}`,
      description: `Выберите строки, в которых значение больше ${i}`,
      position: (i % 12) + 1,
      parent: lessons[i % lessons.length] ?? null,
    }),
  );
}
