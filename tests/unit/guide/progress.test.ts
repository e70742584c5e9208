import { describe, expect, test } from 'vitest';
import {
  isSkipped,
  type Standing,
  steps,
  stepsDone,
  stepsLacking,
  stepsOpen,
} from '../../../src/guide/progress.ts';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';
import {
  type CheckName,
  checkNames,
  type Finding,
  type Findings,
  noFindings,
  pending,
} from '../../../src/setup/checks.ts';
import { failed, said } from '../../../src/setup/finding.ts';

const settings: Settings = {
  ...defaultSettings,
  checklistIssues: ['SUP-1'],
  linkField: 'link',
  errorField: 'error',
  contentUrl: 'https://learn.example/content',
  fieldMapping: { 'course.name': { field: 'course', ignoreErrors: false } },
  schedulePaused: true,
};
const allGood = Object.fromEntries(checkNames.map((name) => [name, said('good', 'answers')]));
const goodFindings: Findings = { ...noFindings, checks: allGood };
const ready: Standing = {
  settings,
  isSound: true,
  hasToken: true,
  findings: goodFindings,
  isContentAllowed: true,
  isPreviewed: false,
  unsettled: new Set(),
};

function found(check: CheckName, finding: Finding): Partial<Standing> {
  return { findings: { ...goodFindings, checks: { ...allGood, [check]: finding } } };
}

function isDone(change: Partial<Standing>): string[] {
  return [...stepsDone({ ...ready, ...change })];
}

describe('the steps that are done', () => {
  test('are none at first, and all in the end', () => {
    const nothing = { settings: { ...defaultSettings, schedulePaused: true }, hasToken: false };
    expect(isDone({ ...nothing, findings: noFindings, isContentAllowed: false })).toEqual([]);
    expect(isDone({})).toEqual(['tracker', 'checklist', 'fields', 'content']);
    expect(isDone({ isPreviewed: true })).toEqual(steps.slice(0, -1));
    expect(isDone({ settings: { ...settings, schedulePaused: false } })).toEqual(steps);
  });

  test('lack the schedule while something that is set is wrong, so that no run begins', () => {
    const on = { settings: { ...settings, schedulePaused: false } };
    expect(isDone({ ...on, isSound: false, isPreviewed: true })).toEqual(steps.slice(0, -1));
  });

  test.each<[string, Partial<Standing>]>([
    ['tracker', { hasToken: false }],
    ['checklist', { settings: { ...settings, checklistIssues: [] } }],
    ['fields', { settings: { ...settings, linkField: '' } }],
    ['fields', { settings: { ...settings, fieldMapping: {} } }],
    ['content', { settings: { ...settings, contentUrl: '' } }],
    ['content', { isContentAllowed: false }],
  ])('lack %s where something of it is missing', (step, change) => {
    expect(isDone(change)).not.toContain(step);
  });

  test.each([
    ['tracker', 'tracker_reachable'],
    ['tracker', 'token'],
    ['checklist', 'checklist_readable'],
    ['checklist', 'checklist_writable'],
    ['content', 'content_permission'],
    ['content', 'content_reachable'],
    ['content', 'signed_in'],
    ['content', 'test_link'],
  ] as const)('lack %s while %s is bad, but not while it can’t be told', (step, check) => {
    const bad = failed({ code: 'not_configured', details: [] });
    expect(isDone(found(check, bad))).not.toContain(step);
    expect(isDone(found(check, said('untold', 'sign_in_untold')))).toContain(step);
  });

  test.each([
    ['tracker', 'token'],
    ['checklist', 'checklist_readable'],
    ['fields', 'fields'],
    ['content', 'test_link'],
  ] as const)('lack %s while nothing has come of %s', (step, check) => {
    for (const open of [pending, said('untold', 'waits'), said('untold', 'no_answer')]) {
      expect(isDone(found(check, open))).not.toContain(step);
    }
    expect(isDone({ findings: noFindings })).not.toContain(step);
  });

  test.each([
    ['tracker', 'trackerUrl'],
    ['tracker', 'token'],
    ['checklist', 'checklistIssues'],
    ['fields', 'fieldMapping'],
    ['content', 'testLink'],
  ] as const)('lack %s while what is typed as %s is wrong or not stored', (step, name) => {
    const all = isDone({});
    expect(isDone({ unsettled: new Set([name]) })).toEqual(all.filter((one) => one !== step));
  });

  test('lack the fields while the tracker has not got one of them', () => {
    const field = { type: 'string', readonly: false, queue: null };
    const fields = ['link', 'error', 'course'].map((id) => ({ ...field, id, key: id, name: id }));
    expect(isDone({ findings: { ...goodFindings, fields } })).toContain('fields');
    expect(isDone({ findings: { ...goodFindings, fields: fields.slice(1) } })).not.toContain(
      'fields',
    );
  });

  test('have the fields where one is of a queue that can’t be looked into', () => {
    const field = { type: 'string', readonly: false, queue: null };
    const fields = ['link', 'error'].map((id) => ({ ...field, id, key: id, name: id }));
    const fieldMapping = { 'course.name': { field: '77aa--course', ignoreErrors: false } };
    const standing = { settings: { ...settings, fieldMapping } };
    expect(isDone({ ...standing, findings: { ...goodFindings, fields } })).toContain('fields');
  });
});

describe('what the organisation has set', () => {
  const { checklistIssues, linkField, errorField, fieldMapping } = settings;

  test('is skipped, step by step, once all of a step is set', () => {
    const skipped = (managed: Partial<Settings>) => steps.filter((one) => isSkipped(one, managed));
    expect(skipped({})).toEqual([]);
    expect(skipped({ checklistIssues })).toEqual(['checklist']);
    expect(skipped({ linkField, errorField })).toEqual([]);
    expect(skipped({ linkField, errorField, fieldMapping })).toEqual(['fields']);
    expect(skipped({ schedulePaused: false })).toEqual(['schedule']);
  });

  test('leaves what nobody can set for another: a token, a permission, a sign-in, a look', () => {
    expect(steps.filter((one) => !isSkipped(one, defaultSettings))).toEqual([
      'tracker',
      'content',
      'preview',
    ]);
  });
});

describe('what is still to be seen to', () => {
  test('are the steps that a run depends on, but for those that the organisation has set', () => {
    expect(stepsOpen(new Set(), {})).toEqual(['tracker', 'checklist', 'fields', 'content']);
    expect(stepsOpen(new Set(['tracker', 'content']), { checklistIssues: ['SUP-1'] })).toEqual([
      'fields',
    ]);
  });

  test('are the steps where something is missing', () => {
    expect(stepsLacking([])).toEqual([]);
    expect(stepsLacking(['token', 'errorField', 'fieldMapping'])).toEqual(['tracker', 'fields']);
  });
});
