import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/activity/entries.ts';
import type { BreadcrumbKey, Breadcrumbs } from '../../../src/breadcrumbs/resource.ts';
import { mappedKeys } from '../../../src/breadcrumbs/resource.ts';
import { itemCodes } from '../../../src/errors/codes.ts';
import { fieldsRead, type Plan } from '../../../src/queue/plan.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import type { Issue } from '../../../src/tracker/shapes.ts';
import { failed, field, found, issueOf, planOf, settingsWith } from './plans.ts';

/** The new values by field. */
function written({ changes }: Plan): Record<string, unknown> {
  return Object.fromEntries(changes.map(({ field: name, to }) => [name, to]));
}

describe('of an issue`s fields', () => {
  test.each<[about: string, has: Record<string, unknown>, breadcrumbs: Breadcrumbs, to: object]>([
    ['a new value', {}, { 'course.name': 'SQL' }, { [field.course]: 'SQL' }],
    ['another value', { [field.course]: 'C' }, { 'course.name': 'SQL' }, { [field.course]: 'SQL' }],
    ['not the same text', { [field.course]: 'SQL' }, { 'course.name': 'SQL' }, {}],
    [
      'another letter case',
      { [field.course]: 'sql' },
      { 'course.name': 'SQL' },
      { [field.course]: 'SQL' },
    ],
    ['not a number that stands as a text', { [field.position]: '3' }, { 'task.position': 3 }, {}],
    ['not a text that stands as a number', { [field.track]: 41 }, { 'track.id': '41' }, {}],
    ['zero where there is nothing', {}, { 'task.position': 0 }, { [field.position]: 0 }],
    ['not zero where there is zero', { [field.position]: 0 }, { 'task.position': 0 }, {}],
    [
      'null where there is a value',
      { [field.position]: 3 },
      { 'task.position': null },
      { [field.position]: null },
    ],
    ['not null where there is null', { [field.position]: null }, { 'task.position': null }, {}],
    ['not null where there is nothing', {}, { 'task.position': null }, {}],
    ['not null where the text is empty', { [field.course]: '' }, { 'task.position': null }, {}],
    [
      'a text over another kind of value',
      { [field.course]: { id: 1 } },
      { 'course.name': 'SQL' },
      { [field.course]: 'SQL' },
    ],
    ['nothing for a key that is not mapped', {}, { 'lesson.name': 'Joins', 'topic.name': 'X' }, {}],
    ['nothing where nothing is known', { [field.course]: 'SQL' }, {}, {}],
  ])('%s is written', (_about, has, breadcrumbs, to) => {
    const plan = planOf({ issue: issueOf(has), finding: found(breadcrumbs) });
    expect(written(plan)).toEqual(to);
    expect(plan.failure).toBeNull();
  });

  test('each change tells its key and the old value', () => {
    const { changes } = planOf({
      issue: issueOf({ [field.course]: 'Old' }),
      finding: found({ 'course.name': 'SQL', 'track.id': 41 }),
    });
    expect(changes).toEqual<Change[]>([
      { field: field.course, key: 'course.name', from: 'Old', to: 'SQL' },
      { field: field.track, key: 'track.id', from: null, to: 41 },
    ]);
  });

  describe('those that do not apply', () => {
    const issue = issueOf({ [field.course]: 'SQL', [field.sprint]: 'Sprint 1' });

    test('are left as they are', () => {
      expect(written(planOf({ issue, finding: found({ 'track.id': 1 }) }))).toEqual({
        [field.track]: 1,
      });
    });

    test('are emptied where the settings say so', () => {
      const settings = { clearFieldsThatDoNotApply: true };
      expect(written(planOf({ issue, settings, finding: found({ 'track.id': 1 }) }))).toEqual({
        [field.track]: 1,
        [field.course]: null,
        [field.sprint]: null,
      });
    });

    test('are not those whose error was ignored', () => {
      const settings = { clearFieldsThatDoNotApply: true };
      const finding = found({ 'course.name': 'SQL' }, 'sprint.name');
      expect(written(planOf({ issue, settings, finding }))).toEqual({});
    });
  });
});

describe('a success', () => {
  test('empties the error field', () => {
    const { changes } = planOf({ issue: issueOf({ [field.error]: 'old' }), finding: found({}) });
    expect(changes).toEqual([{ field: field.error, from: 'old', to: null }]);
  });

  test('leaves an empty error field alone', () => {
    for (const error of [{}, { [field.error]: null }, { [field.error]: '' }]) {
      expect(planOf({ issue: issueOf(error), finding: found({}) }).changes).toEqual([]);
    }
  });

  test.each([
    [false, 'check'],
    [true, 'delete'],
  ])('with "delete done items" %s: %s', (deleteDoneItems, itemAction) => {
    const plan = planOf({ settings: { deleteDoneItems }, finding: found({}) });
    expect(plan.itemAction).toBe(itemAction);
  });

  test('is about the issue as it was read, which may have been moved', () => {
    const issue: Issue = { key: 'HELP-9', version: 12, aliases: ['SUP-7'] };
    expect(planOf({ issue, finding: found({}) })).toMatchObject({
      issue: { key: 'HELP-9', version: 12 },
      item: { issueKey: 'SUP-7' },
    });
  });
});

describe('a failure', () => {
  test('is written to the error field, and nothing else is', () => {
    const plan = planOf({
      issue: issueOf({ [field.course]: 'Old' }),
      finding: failed('link_not_recognised', 'x'),
    });
    expect(written(plan)).toEqual({ [field.error]: 'link_not_recognised: Because of x.' });
    expect(plan.failure).toEqual({ code: 'link_not_recognised', details: ['x'] });
  });

  test('is not written again where it stands there', () => {
    const issue = issueOf({ [field.error]: 'link_not_set: Because of link.' });
    expect(planOf({ issue, finding: failed('link_not_set', 'link') }).changes).toEqual([]);
  });

  test('is not written to the issue of a checklist: its summary stands there', () => {
    const settings = { checklistIssues: ['SUP-1', 'SUP-7'] };
    for (const error of ['', 'SUP-9: link_not_set: Because of link.']) {
      const issue = issueOf({ [field.error]: error });
      expect(planOf({ issue, settings, finding: failed('link_not_set') })).toMatchObject({
        changes: [],
        itemAction: 'defer',
      });
      // Nor is it emptied.
      expect(planOf({ issue, settings, finding: found({}) }).changes).toEqual([]);
    }
  });

  test('without an issue is written nowhere', () => {
    const plan = planOf({ issue: null, finding: failed('item_names_no_issue', 'x') });
    expect(plan).toMatchObject({ issue: null, changes: [], itemAction: 'defer' });
  });

  test.each<[settings: Partial<Settings>, itemAction: string]>([
    [{}, 'defer'],
    [{ leaveFailedUnchecked: true }, 'leave'],
    [{ deleteDoneItems: true }, 'defer'],
    [{ deleteDoneItems: true, leaveFailedUnchecked: true }, 'leave'],
  ])('with %j: %s', (settings, itemAction) => {
    for (const code of itemCodes) {
      expect(planOf({ settings, finding: failed(code) }).itemAction).toBe(itemAction);
    }
  });
});

test('the fields read are the link, the error and each mapped one', () => {
  const settings = settingsWith();
  const { link, error, ...mapped } = field;
  expect(new Set(fieldsRead(settings))).toEqual(new Set([link, error, ...Object.values(mapped)]));
  expect(mappedKeys(settings).find(({ key }) => key === 'sprint.name')?.ignoreErrors).toBe(true);
  expect(mappedKeys(settings).map(({ key }) => key)).not.toContain('lesson.name');
});

describe('whatever is found', () => {
  const keys: BreadcrumbKey[] = ['course.name', 'track.id', 'task.position', 'sprint.name'];
  const value = fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, '', '0', 0, '3', 3));
  const breadcrumbs = fc.dictionary(fc.constantFrom(...keys), value);
  const finding = fc.oneof(
    fc.tuple(breadcrumbs, fc.subarray(keys)).map(([known, ignored]) => found(known, ...ignored)),
    fc
      .tuple(fc.constantFrom(...itemCodes), fc.string({ unit: 'binary' }))
      .map(([code, text]) => failed(code, text)),
  );
  const fieldValue = fc.oneof(value, fc.constant(undefined), fc.constant({ id: '3' }));
  const fields = fc.dictionary(fc.constantFrom(...Object.values(field)), fieldValue);
  const settings = fc.record({
    clearFieldsThatDoNotApply: fc.boolean(),
    leaveFailedUnchecked: fc.boolean(),
    deleteDoneItems: fc.boolean(),
  });

  /** The issue once a tracker has taken the changes, as they are or all as texts. */
  function applied(issue: Issue, { changes }: Plan, asText: boolean): Issue {
    const after: Issue = { ...issue, version: issue.version + 1 };
    for (const { field: name, to } of changes) {
      if (to === null) delete after[name];
      else after[name] = asText ? String(to) : to;
    }
    return after;
  }

  test('a plan that was applied leaves nothing to do', () => {
    let changed = 0;
    fc.assert(
      fc.property(finding, fields, settings, fc.boolean(), (one, has, chosen, asText) => {
        const issue = issueOf(has);
        const plan = planOf({ issue, finding: one, settings: chosen });
        if (plan.changes.length > 0) changed += 1;
        const after = applied(issue, plan, asText);
        expect(planOf({ issue: after, finding: one, settings: chosen }).changes).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(changed).toBeGreaterThan(500);
  });

  test('an item is deleted for nothing but a success, and each field changed once', () => {
    fc.assert(
      fc.property(finding, fields, settings, (one, has, chosen) => {
        const plan = planOf({ issue: issueOf(has), finding: one, settings: chosen });
        if (plan.failure !== null) expect(['defer', 'leave']).toContain(plan.itemAction);
        const names = plan.changes.map(({ field: name }) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names).not.toContain(field.link);
      }),
    );
  });
});
