import { expect, test } from 'vitest';
import { openSuggestions, withFields, withoutGone } from '../../../src/options/field-choice.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { errorField, linkField, mappedFields, standardWorld } from '../../simulator/index.ts';

const fields = [...standardWorld().fields.values()].map(({ name, ...one }) => ({
  ...one,
  name: name.en,
}));

const none = () => false;

test('all suggestions together map every key', () => {
  const choice = withFields(defaultSettings, openSuggestions(defaultSettings, fields, none));
  expect(choice.linkField).toBe(linkField);
  expect(choice.errorField).toBe(errorField);
  expect(choice.fieldMapping).toMatchObject(
    Object.fromEntries(Object.entries(mappedFields).map(([key, field]) => [key, { field }])),
  );
  // What a person said beside the field stays.
  expect(choice.fieldMapping['sprint.name']?.ignoreErrors).toBe(true);
  expect(openSuggestions(choice, fields, none).size).toBe(0);
});

test('nothing that is set is suggested anew, and no field twice', () => {
  const set = {
    ...defaultSettings,
    linkField: 'by-hand-too',
    errorField: 'by-hand',
    fieldMapping: {
      ...defaultSettings.fieldMapping,
      'topic.name': { field: mappedFields['course.name'], ignoreErrors: false },
    },
  };
  const suggestions = openSuggestions(set, fields, none);
  expect(suggestions.has('errorField')).toBe(false);
  expect(suggestions.has('topic.name')).toBe(false);
  expect([...suggestions.values()]).not.toContain(mappedFields['course.name']);
  expect(suggestions.get('lesson.name')).toBe(mappedFields['lesson.name']);
  const choice = withFields(set, suggestions);
  expect(choice).toMatchObject({ linkField: 'by-hand-too', errorField: 'by-hand' });
  expect(choice.fieldMapping['topic.name']?.field).toBe(mappedFields['course.name']);
});

test('nothing is suggested for what the organisation has set', () => {
  const open = (managed: string) => [
    ...openSuggestions(defaultSettings, fields, (name) => name === managed).keys(),
  ];
  expect(open('fieldMapping').toSorted()).toEqual(['errorField', 'linkField']);
  expect(open('linkField')).not.toContain('linkField');
  expect(open('linkField')).toContain('course.name');
});

test('a field that the tracker lacks takes the place of none, and one that is gone since stays', () => {
  const mapped = (field: string) => ({ field, ignoreErrors: true });
  const stored = {
    linkField,
    errorField: 'gone-since',
    fieldMapping: { 'course.name': mapped(mappedFields['course.name']) },
  };
  const choice = {
    linkField: 'by-hand',
    errorField: 'gone-since',
    fieldMapping: {
      'course.name': mapped('by-hand-too'),
      'lesson.name': mapped(mappedFields['lesson.name']),
      // Its queue was not looked into.
      'task.name': mapped('77aa--task'),
      'topic.name': mapped('for-nothing'),
    },
  };
  expect(withoutGone(choice, stored, fields)).toEqual({
    ...stored,
    fieldMapping: {
      ...choice.fieldMapping,
      ...stored.fieldMapping,
      'topic.name': mapped(''),
    },
  });
  expect(withoutGone(choice, stored, null)).toEqual(choice);
});
