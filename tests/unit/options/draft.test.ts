import { describe, expect, it } from 'vitest';
import {
  draftOf,
  isSameDraft,
  keysOf,
  keysWithProblems,
  parseEdits,
  valuesOf,
  withMapped,
  withoutMapped,
} from '../../../src/options/draft.ts';
import {
  defaultKeys,
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

  it('takes no queue for paused that is gone', () => {
    const paused = draftOf({ ...settings, pausedQueues: ['SUP-1', 'OPS-22'] });
    expect(valuesOf({ ...paused, checklistIssues: 'SUP-1' }).pausedQueues).toEqual(['SUP-1']);
  });

  it('is taken up as it was typed, whether or not that can be stored', () => {
    const typed = {
      checklistIssues: 'SUP-',
      historyDays: 'ten',
      deferralDate: '',
      tokenScheme: 'Bearer',
      fieldMapping: { 'course.name': { field: 'a b', ignoreErrors: true } },
      schedulePaused: true,
    };
    expect(parseEdits(typed)).toEqual(typed);
  });

  it('takes up nothing that no input holds', () => {
    const others = {
      checklistIssues: ['SUP-1'],
      historyDays: 7,
      deferralDate: null,
      tokenScheme: 'Basic',
      fieldMapping: { 'course.name': { field: 5, ignoreErrors: true } },
      schedulePaused: 'yes',
      unknown: '',
    };
    expect(parseEdits(others)).toEqual({});
  });
});

describe('a mapping', () => {
  it('gains and loses keys', () => {
    const more = withMapped(settings.fieldMapping, 'task.description', { field: 'text' });
    expect(keysOf(more).mapped).toEqual(['course.name', 'task.description']);
    expect(keysOf(more).others).not.toContain('task.description');
    expect(withoutMapped(more, 'task.description')).toEqual(settings.fieldMapping);
  });

  it('has one thing of a key changed, and the other as it was, or as it is by default', () => {
    expect(withMapped(settings.fieldMapping, 'course.name', { ignoreErrors: true })).toEqual({
      'course.name': { field: 'course', ignoreErrors: true },
    });
    expect(withMapped({}, 'track.id', { field: 'track' })).toEqual({
      'track.id': { field: 'track', ignoreErrors: false },
    });
  });

  it('has the keys that come with it in their order, and those that are added behind them', () => {
    const more = withMapped(defaultSettings.fieldMapping, 'course.id', {});
    expect(keysOf(more).mapped).toEqual([...defaultKeys, 'course.id']);
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
