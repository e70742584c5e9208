import { expect, test } from 'vitest';
import { openSuggestions, withSuggestions } from '../../../src/options/field-choice.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { errorField, linkField, mappedFields, standardWorld } from '../../simulator/index.ts';

const fields = [...standardWorld().fields.values()].map(({ name, ...one }) => ({
  ...one,
  name: name.en,
}));

test('all suggestions together map every key', () => {
  const choice = withSuggestions(defaultSettings, openSuggestions(defaultSettings, fields));
  expect(choice.linkField).toBe(linkField);
  expect(choice.errorField).toBe(errorField);
  expect(choice.fieldMapping).toMatchObject(
    Object.fromEntries(Object.entries(mappedFields).map(([key, field]) => [key, { field }])),
  );
  // What a person said beside the field stays.
  expect(choice.fieldMapping['sprint.name']?.ignoreErrors).toBe(true);
  expect(openSuggestions(choice, fields).size).toBe(0);
});

test('nothing that is set is suggested anew, and no field twice', () => {
  const set = {
    ...defaultSettings,
    errorField: 'by-hand',
    fieldMapping: {
      ...defaultSettings.fieldMapping,
      'topic.name': { field: mappedFields['course.name'], ignoreErrors: false },
    },
  };
  const suggestions = openSuggestions(set, fields);
  expect(suggestions.has('errorField')).toBe(false);
  expect(suggestions.has('topic.name')).toBe(false);
  expect([...suggestions.values()]).not.toContain(mappedFields['course.name']);
  const choice = withSuggestions(set, suggestions);
  expect(choice.errorField).toBe('by-hand');
  expect(choice.fieldMapping['topic.name']?.field).toBe(mappedFields['course.name']);
});
