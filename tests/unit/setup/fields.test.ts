import { describe, expect, test } from 'vitest';
import { defaultKeys } from '../../../src/settings/schema.ts';
import { suggestFields, troubleWith, unfitness } from '../../../src/setup/fields.ts';
import type { TrackerField } from '../../../src/tracker/shapes.ts';
import { errorField, linkField, mappedFields, standardWorld } from '../../simulator/index.ts';

function field(change: Partial<TrackerField>): TrackerField {
  return { id: 'f', key: 'f', name: 'F', type: 'string', readonly: false, queue: 'SUP', ...change };
}

describe('suggestions', () => {
  test.each(['en', 'ru'] as const)('are right for all keys, by names in %s', (language) => {
    const fields = [...standardWorld().fields.values()].map(({ name, ...one }) => ({
      ...one,
      name: name[language],
    }));
    const expected = [
      ['linkField', linkField],
      ['errorField', errorField],
    ];
    expect(Object.fromEntries(suggestFields(fields, defaultKeys))).toEqual(
      Object.fromEntries([...expected, ...Object.entries(mappedFields)]),
    );
  });

  test.each(['en', 'ru'] as const)('need no telling keys: names in %s do', (language) => {
    const fields = [...standardWorld().fields.values()]
      .filter(({ queue }) => queue !== null)
      .map(({ name, ...one }, index) => ({ ...one, name: name[language], key: `custom${index}` }));
    expect([...suggestFields(fields, defaultKeys).keys()].sort()).toEqual(
      ['linkField', 'errorField', ...defaultKeys].sort(),
    );
  });

  test('name each field once, the queue’s own first, and none that does not fit', () => {
    const fields = [
      field({ id: 'global', name: 'Course', queue: null }),
      field({ id: 'date', name: 'Course', type: 'date' }),
      field({ id: 'readonly', name: 'Module', readonly: true }),
      field({ id: 'own', name: 'Курс' }),
      field({ id: 'second', name: 'Модуль' }),
    ];
    expect([...suggestFields(fields, defaultKeys)]).toEqual([['course.name', 'own']]);
  });

  test('tell a description from a name, where that is asked for', () => {
    const fields = ['Task description', 'Задание'].map((name) => field({ id: name, name }));
    expect([...suggestFields(fields, ['task.description'])]).toEqual([
      ['task.description', 'Task description'],
    ]);
  });

  test('say nothing of fields that are for something else', () => {
    const fields = ['Summary', 'Описание', 'Story Points', 'Tags', 'Оценка'].map((name) =>
      field({ id: name, key: 'x', name }),
    );
    expect(suggestFields(fields, defaultKeys).size).toBe(0);
  });
});

test.each([
  ['linkField', { type: 'string' }, null],
  ['linkField', { type: 'uri', readonly: true }, null],
  ['linkField', { type: 'user' }, 'type'],
  ['errorField', { type: 'text' }, null],
  ['errorField', { type: 'integer' }, 'type'],
  ['errorField', { type: 'uri' }, 'type'],
  ['errorField', { type: 'text', readonly: true }, 'readonly'],
  ['course.name', { type: 'string' }, null],
  ['course.name', { type: 'integer' }, 'type'],
  ['course.id', { type: 'integer' }, null],
  ['task.position', { type: 'float' }, null],
  ['lesson.position_if_exists', { type: 'string' }, null],
  ['task.position', { type: 'array' }, 'type'],
  ['task.description', { type: 'date' }, 'type'],
] as const)('%s into %o: %s', (use, change, expected) => {
  expect(unfitness(use, field(change))).toBe(expected);
});

test.each([
  ['a global one', 'lost', 'gone'],
  ['one of a queue that was read', '5fd0--lost', 'gone'],
  ['one of a queue that was not', '77aa--course', 'untold'],
])('of %s that is not among the fields, %s, it is said: %s', (_, id, expected) => {
  const fields = [field({ id: 'summary' }), field({ id: '5fd0--course', queue: 'HELP' })];
  expect(troubleWith('course.name', id, fields)).toBe(expected);
});

test('a field that is gone is told, none set is no trouble', () => {
  expect(troubleWith('linkField', 'gone', [field({})])).toBe('gone');
  expect(troubleWith('linkField', '', [field({})])).toBeNull();
  expect(troubleWith('linkField', 'f', [field({})])).toBeNull();
});
