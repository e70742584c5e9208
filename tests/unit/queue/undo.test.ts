import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change, ItemEntry } from '../../../src/activity/entries.ts';
import type { BreadcrumbKey, BreadcrumbValue } from '../../../src/breadcrumbs/resource.ts';
import { planUndo, undoGroups } from '../../../src/queue/undo.ts';
import { fieldText } from '../../../src/tracker/field-value.ts';
import type { Issue } from '../../../src/tracker/shapes.ts';
import { field, found, issueOf, planOf } from './plans.ts';

const fields = [field.course, field.track, field.position, field.sprint, field.error];

/** The issue after a PATCH. */
function apply(issue: Issue, changes: readonly Change[]): Issue {
  if (changes.length === 0) return issue;
  const values = Object.fromEntries(changes.map((change) => [change.field, change.to]));
  return { ...issue, ...values, version: issue.version + 1 };
}

function textsOf(issue: Issue): string[] {
  return fields.map((name) => fieldText(issue[name]));
}

const value = fc.oneof(fc.constantFrom('', 'Old', 'New', '4'), fc.constant(null), fc.nat(5));
const issues = fc
  .record(Object.fromEntries(fields.map((name) => [name, value])), { requiredKeys: [] })
  .map((values) => issueOf(values));
const known = fc.dictionary(
  fc.constantFrom<BreadcrumbKey>('course.name', 'track.id', 'task.position', 'sprint.name'),
  value as fc.Arbitrary<BreadcrumbValue>,
);
const findings = fc.oneof(
  known.map((breadcrumbs) => found(breadcrumbs)),
  fc.constant({
    kind: 'failure' as const,
    failure: { code: 'link_not_set' as const, details: ['link'] },
  }),
);
const runs = fc.array(fc.tuple(findings, fc.boolean()), { minLength: 1, maxLength: 4 });

/** Applies plans one after the other; gives what they came to and what the history has of it. */
function applyAll(issue: Issue, all: typeof runs extends fc.Arbitrary<infer Runs> ? Runs : never) {
  const entries: { changes: Change[] }[] = [];
  let now = issue;
  for (const [finding, clearFieldsThatDoNotApply] of all) {
    const { changes } = planOf({ issue: now, finding, settings: { clearFieldsThatDoNotApply } });
    now = apply(now, changes);
    entries.unshift({ changes: [...changes] });
  }
  return { now, entries };
}

describe('planUndo', () => {
  test('after plans were applied leaves an issue as it was', () => {
    fc.assert(
      fc.property(issues, runs, (issue, all) => {
        const { now, entries } = applyAll(issue, all);
        const undone = planUndo(entries, now);
        expect(undone.untouched).toEqual([]);
        expect(textsOf(apply(now, undone.changes))).toEqual(textsOf(issue));
      }),
    );
  });

  test('taken back in its turn brings back what was written', () => {
    fc.assert(
      fc.property(issues, runs, (issue, all) => {
        const { now, entries } = applyAll(issue, all);
        const undone = planUndo(entries, now);
        const before = apply(now, undone.changes);
        const again = planUndo(
          [undone].map(({ changes }) => ({ changes: [...changes] })),
          before,
        );
        expect(textsOf(apply(before, again.changes))).toEqual(textsOf(now));
      }),
    );
  });

  test('finds nothing to do a second time', () => {
    fc.assert(
      fc.property(issues, runs, (issue, all) => {
        const { now, entries } = applyAll(issue, all);
        const before = apply(now, planUndo(entries, now).changes);
        expect(planUndo(entries, before)).toEqual({ changes: [], untouched: [] });
      }),
    );
  });

  test('leaves alone what somebody changed since, lists it, and takes back the rest', () => {
    fc.assert(
      fc.property(issues, runs, fc.subarray(fields), (issue, all, edited) => {
        const { now, entries } = applyAll(issue, all);
        const written = new Set(entries.flatMap(({ changes }) => changes.map((one) => one.field)));
        const edits = edited.map((name): Change => ({ field: name, to: 'by a person' }));
        const theirs = apply(now, edits);
        const { changes, untouched } = planUndo(entries, theirs);
        const after = apply(theirs, changes);
        for (const name of fields) {
          const wanted = edited.includes(name) ? 'by a person' : fieldText(issue[name]);
          expect(fieldText(after[name])).toBe(wanted);
        }
        expect(untouched.map((one) => [one.field, one.why]).sort()).toEqual(
          edited
            .filter((name) => written.has(name))
            .map((name) => [name, 'edited_since'])
            .sort(),
        );
      }),
    );
  });

  test('takes back a later write to what somebody had set between two', () => {
    const older = { changes: [{ field: 'a', from: 'first', to: 'second' }] };
    const newer = { changes: [{ field: 'a', from: 'by a person', to: 'third' }] };
    const { changes, untouched } = planUndo([newer, older], issueOf({ a: 'third' }));
    expect(changes).toEqual([{ field: 'a', from: 'third', to: 'by a person' }]);
    expect(untouched).toEqual([]);
  });

  test('passes over what was sent and never arrived, also where it was written again later', () => {
    const first = { changes: [{ field: 'a', from: 'old', to: 'B' }] };
    const again = { changes: [{ field: 'a', from: 'B', to: 'C' }] };
    const lost = { ...again, outcome: 'postponed' as const };
    const back = (now: string) => [{ field: 'a', from: now, to: 'old' }];
    expect(planUndo([lost, first], issueOf({ a: 'B' }))).toEqual({
      changes: back('B'),
      untouched: [],
    });
    expect(planUndo([again, lost, first], issueOf({ a: 'C' })).changes).toEqual(back('C'));
    // What was written, and is not there any more, somebody has changed.
    expect(planUndo([again, first], issueOf({ a: 'B' }))).toMatchObject({
      changes: [],
      untouched: [{ why: 'edited_since' }],
    });
  });

  test('leaves alone what was there in a form that can not be written', () => {
    const entry = { changes: [{ field: 'a', from: [{ id: '7' }], to: 'text' }] };
    expect(planUndo([entry], issueOf({ a: 'text' }))).toEqual({
      changes: [],
      untouched: [{ field: 'a', why: 'not_plain', value: 'text' }],
    });
    // Another such value is not what was there before.
    expect(planUndo([entry], issueOf({ a: [{ id: '8' }] })).untouched).toEqual([
      { field: 'a', why: 'edited_since', value: [{ id: '8' }] },
    ]);
  });
});

describe('undoGroups', () => {
  const entry = (issueKey: string | null, ...changes: Change[]): ItemEntry => ({
    runId: 'r',
    at: 0,
    queue: 'SUP-1',
    itemId: 'a',
    text: '',
    issueKey,
    outcome: 'done',
    failure: null,
    issue: null,
    link: '',
    resource: null,
    breadcrumbs: {},
    changes,
    untouched: [],
    requests: [],
    times: null,
  });
  const change = (to: string): Change => ({ field: 'a', from: null, to });

  test('has one group an issue or an item without one, the newest entry first', () => {
    const groups = undoGroups([
      entry('SUP-7', change('1')),
      entry('SUP-8', change('2')),
      entry('SUP-9'),
      { ...entry(null), outcome: 'failed' },
      entry('SUP-7', change('4')),
      { ...entry('SUP-10'), outcome: 'postponed' },
      { ...entry('SUP-11'), queue: '' },
    ]);
    expect(
      groups.map(({ name, entries }) => [name, ...entries.map(({ changes }) => changes[0]?.to)]),
    ).toEqual([
      ['SUP-8', '2'],
      ['SUP-9', undefined],
      ['SUP-1/a', undefined],
      ['SUP-7', '4', '1'],
    ]);
  });
});
