import { expect, test } from 'vitest';
import { itemReport } from '../../../src/queue/item-report.ts';
import { blankPlan } from '../../../src/queue/plan.ts';
import { plannedOf } from '../../../src/queue/shown.ts';

const item = { queue: 'SUP-1', id: '1', text: 'SUP-7', issueKey: 'SUP-7' };

test('a plan is kept with its link, but not with what stands in the link’s query', () => {
  const link = 'https://learn.example/lessons/9?session=secret#part';
  const report = itemReport({ ...blankPlan(item), link }, 'done');
  expect(report.link).toBe('https://learn.example/lessons/9');
});

test('long texts are kept shortened', () => {
  const long = 'x'.repeat(1_000_000);
  const breadcrumbs = { 'task.description': long, 'task.position': 4 };
  const report = itemReport(
    { ...blankPlan({ ...item, text: long }), link: long, breadcrumbs },
    'done',
  );
  expect(report.breadcrumbs['task.position']).toBe(4);
  expect(JSON.stringify(report).length).toBeLessThan(1000);
});

test('a plan is kept with the fields that it leaves as they are, and why', () => {
  const left = { field: 'topic', key: 'topic.name', why: 'does_not_apply' } as const;
  const untouched = [
    { ...left, value: 'Joins' },
    { ...left, value: 'x'.repeat(1_000_000) },
    { ...left, value: { id: 7 } },
  ];
  const report = itemReport({ ...blankPlan(item), untouched }, 'done');
  expect(report.untouched.map(({ why }) => why)).toEqual(untouched.map(({ why }) => why));
  expect(report.untouched[0]).toEqual(untouched[0]);
  expect(String(report.untouched[1]?.value).length).toBeLessThan(300);
  expect(report.untouched[2]?.value).toBe('{"id":7}');
});

test.each([
  ['deferred', 'failed', 'defer', true],
  ['left open', 'failed', 'leave', false],
  ['put off', 'postponed', 'defer', undefined],
] as const)(
  'whether its item was deferred is kept of a plan: %s',
  (_, outcome, itemAction, kept) => {
    expect(itemReport({ ...blankPlan(item), itemAction }, outcome).isDeferred).toBe(kept);
  },
);

test.each([
  ['content_unavailable', 'postpone', 'leave'],
  ['link_not_set', 'defer', 'defer'],
] as const)('a preview says what %s means: %s', (code, verdict, itemAction) => {
  const failure = { code, details: [] };
  const plan = { ...blankPlan(item), failure, itemAction: 'defer' } as const;
  expect(plannedOf(plan, 0)).toMatchObject({ verdict, itemAction });
});

test('a field whose value is nested too deep for the engine spoils no report, and no preview', () => {
  // As `JSON.stringify` ends in older engines.
  const value = {
    toJSON() {
      throw new RangeError('Maximum call stack size exceeded');
    },
  };
  const untouched = [{ field: 'topic', key: 'topic.name', why: 'does_not_apply', value } as const];
  const plan = { ...blankPlan(item), untouched };
  for (const kept of [itemReport(plan, 'done'), plannedOf(plan, 0)]) {
    expect(kept.untouched.map((one) => one.value)).toEqual(['…']);
  }
});
