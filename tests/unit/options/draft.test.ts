import { describe, expect, it } from 'vitest';
import {
  draftOf,
  isSameDraft,
  keysOf,
  keysWithProblems,
  valuesOf,
  withMapped,
  withoutMapped,
} from '../../../src/options/draft.ts';
import {
  defaultSettings,
  problemsOf,
  type Settings,
  settingsSchema,
} from '../../../src/settings/schema.ts';

const settings: Settings = {
  ...defaultSettings,
  checklistIssues: ['SUP-1', 'OPS-22'],
  itemsAtATime: 4,
  fieldMapping: { 'course.name': { field: 'course', ignoreErrors: false } },
};
const now = Date.parse('2030-01-01');

describe('a draft', () => {
  it.each([
    ['the defaults', defaultSettings],
    ['other settings', settings],
  ])('gives back %s', (_, before) => {
    expect(settingsSchema.parse(valuesOf(draftOf(before)))).toEqual(before);
  });

  it('is the same for the same mapping in another order', () => {
    const entries = Object.entries(defaultSettings.fieldMapping).reverse();
    const reversed = { ...defaultSettings, fieldMapping: Object.fromEntries(entries) };
    expect(isSameDraft(draftOf(reversed), draftOf(defaultSettings))).toBe(true);
    expect(isSameDraft(draftOf(settings), draftOf(defaultSettings))).toBe(false);
  });

  it.each(['', 'ten', '1.5', '1e3', '0x10', ' '])('takes no %j for a number', (typed) => {
    const values = valuesOf({ ...draftOf(settings), processEverySeconds: typed });
    expect(problemsOf(values, now)).toEqual([
      { name: 'processEverySeconds', problem: 'invalid_integer' },
    ]);
  });

  it('takes keys one a line or between commas', () => {
    const values = valuesOf({ ...draftOf(settings), checklistIssues: 'SUP-1,\n OPS-2; DEV-3\n' });
    expect(values.checklistIssues).toEqual(['SUP-1', 'OPS-2', 'DEV-3']);
  });

  it('takes nothing for "automatic"', () => {
    expect(valuesOf({ ...draftOf(settings), itemsAtATime: '' }).itemsAtATime).toBe('automatic');
  });
});

describe('a mapping', () => {
  it('gains and loses keys', () => {
    const more = withMapped(settings.fieldMapping, 'task.description', { field: 'text' });
    expect(keysOf(more).mapped).toEqual(['course.name', 'task.description']);
    expect(keysOf(more).others).not.toContain('task.description');
    expect(withoutMapped(more, 'task.description')).toEqual(settings.fieldMapping);
  });

  it('tells which keys have a field of a wrong form or one that is used twice', () => {
    const draft = {
      ...draftOf({ ...settings, linkField: 'link' }),
      fieldMapping: {
        'course.name': { field: 'same', ignoreErrors: false },
        'track.name': { field: 'same', ignoreErrors: false },
        'topic.name': { field: 'link', ignoreErrors: false },
        'lesson.name': { field: 'a b', ignoreErrors: false },
        'sprint.name': { field: '', ignoreErrors: true },
        'faculty.name': { field: 'right', ignoreErrors: false },
      },
    };
    expect([...keysWithProblems(draft)].sort()).toEqual([
      'course.name',
      'lesson.name',
      'topic.name',
      'track.name',
    ]);
  });
});
