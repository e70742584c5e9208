import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  defaultSettings,
  missingSettings,
  problemsOf,
  problemTexts,
  repairSettings,
  type Settings,
  settingNames,
  settingSchemas,
} from '../../../src/settings/schema.ts';
import { now, validSettings } from './arbitraries.ts';

const mapped = (field: unknown, ignoreErrors: unknown = false) => ({ field, ignoreErrors });

test('the defaults have no problems and miss only what nobody can guess', () => {
  expect(problemsOf(defaultSettings, now)).toEqual([]);
  expect(missingSettings(defaultSettings, false)).toEqual([
    'token',
    'checklistIssues',
    'linkField',
    'errorField',
    'contentUrl',
    'fieldMapping',
  ]);
});

test('the defaults are those of behaviour.md', () => {
  const { deferralDate, ...others } = defaultSettings;
  expect(deferralDate).toBe('2099-01-01T05:00:00.000+0000');
  expect(others).toMatchObject({
    trackerUrl: 'https://api.tracker.yandex.net/v2',
    tokenScheme: 'OAuth',
    organisationHeader: 'none',
    trackerTimeoutSeconds: 10,
    contentTimeoutSeconds: 10,
    processEverySeconds: 30,
    recheckEverySeconds: 3600,
    deleteDoneItems: false,
    leaveFailedUnchecked: false,
    clearFieldsThatDoNotApply: false,
    showFetchedData: false,
    schedulePaused: false,
    itemsAtATime: 'automatic',
  });
});

test.each<[keyof Settings, readonly unknown[]]>([
  ['trackerUrl', ['https://a.b', 'https://A.b/v2', 'http://localhost:1', 'http://127.0.0.1/x']],
  ['organisationId', ['', 'a-1_B']],
  ['trackerTimeoutSeconds', [1, 25]],
  ['checklistIssues', [[], ['A-1', 'Q2-99']]],
  ['linkField', ['', 'link', '65f--some_field']],
  ['fieldMapping', [{}, { 'task.id': mapped('') }, { 'sprint.name': mapped('a', true) }]],
  [
    'deferralDate',
    ['2099-01-01T05:00:00.000+0000', '2099-01-01T05:00:00.000+00:00', '2099-01-01T05:00:00Z'],
  ],
  ['contentUrl', ['', 'https://a.b/content']],
  ['testLink', ['', 'https://a.b/tasks/1?a=b#c']],
  ['processEverySeconds', [30, 86_400]],
  ['itemsAtATime', ['automatic', 1, 32]],
])('%s may be any of its valid values', (name, values) => {
  for (const value of values) {
    expect(problemsOf({ ...defaultSettings, [name]: value }, now)).toEqual([]);
  }
});

test.each<[keyof Settings, string, readonly unknown[]]>([
  [
    'trackerUrl',
    'invalid_base_url',
    [
      undefined,
      5,
      '',
      'a.b',
      'http://a.b',
      'https://a.b/',
      'https://a.b?x',
      'https://a.b#x',
      ' https://a.b',
      'https://a.b/x\ty',
      'https://me:secret@a.b',
      'https://a.b/../c',
      'https://a.b/x/%2e%2e/c',
      'https://a.b\\c',
      'https:a.b',
      'https://*',
      'https://*.a.b',
      'https://%2a.a.b',
      'javascript:alert(1)',
    ],
  ],
  ['contentUrl', 'invalid_base_url', [5, 'http://a.b', 'https://a.b/content/', 'https://*/a']],
  ['loginUrl', 'invalid_url', [5, 'a.b', 'http://a.b', 'https://me@a.b', 'javascript:alert(1)']],
  ['testLink', 'invalid_url', ['https://*.a.b/tasks/1']],
  ['tokenScheme', 'invalid_choice', [5, 'Basic']],
  ['organisationHeader', 'invalid_choice', [null, 'x-org-id']],
  ['organisationId', 'invalid_organisation_id', [5, 'a b', 'a\n', 'ж', 'a'.repeat(101)]],
  ['trackerTimeoutSeconds', 'invalid_out_of_bounds', [0, 26, -1]],
  ['contentTimeoutSeconds', 'invalid_integer', [1.5, '10', null, Number.NaN]],
  ['processEverySeconds', 'invalid_out_of_bounds', [29, 86_401]],
  ['checklistIssues', 'invalid_issue_key', ['A-1', [5], ['a-1'], ['A-0'], ['A-1/..']]],
  ['checklistIssues', 'invalid_key_twice', [['A-1', 'A-1']]],
  ['errorField', 'invalid_field_id', [5, 'a b', '-a', '../a', 'a'.repeat(201)]],
  [
    'fieldMapping',
    'invalid_mapping',
    [undefined, [], 5, { 'no.key': mapped('') }, { 'task.id': 5 }],
  ],
  ['fieldMapping', 'invalid_flag', [{ 'task.id': mapped('', 'yes') }]],
  ['fieldMapping', 'invalid_field_id', [{ 'task.id': mapped('a b') }, { 'task.id': mapped(5) }]],
  ['fieldMapping', 'invalid_field_twice', [{ 'task.id': mapped('a'), 'track.id': mapped('a') }]],
  [
    'deferralDate',
    'invalid_date',
    [
      ...[5, '', '2099-01-01', '2099-01-01T05:00:00', '1 Jan 2099 05:00 Z', ' 2099-01-01T05:00Z'],
      ...['2099-02-30T05:00:00Z', '2099-13-01T05:00:00Z', '2099-01-01T25:00:00Z'],
    ],
  ],
  ['deferralDate', 'invalid_date_past', ['2020-01-01T05:00:00Z', new Date(now).toISOString()]],
  ['deleteDoneItems', 'invalid_flag', [0, 'true', null]],
  ['itemsAtATime', 'invalid_items', ['many', 1.5, undefined]],
  ['itemsAtATime', 'invalid_out_of_bounds', [0, 33]],
])('%s has the problem %s', (name, problem, values) => {
  for (const value of values) {
    expect(problemsOf({ ...defaultSettings, [name]: value }, now)).toEqual([{ name, problem }]);
  }
});

test('settings that are at odds with each other are problems', () => {
  const fieldMapping = { 'task.id': mapped('a') };
  const problems = (changes: object) => problemsOf({ ...defaultSettings, ...changes }, now);
  expect(problems({ fieldMapping, linkField: 'a' })).toEqual([
    { name: 'fieldMapping', problem: 'invalid_field_twice' },
  ]);
  expect(problems({ linkField: 'a', errorField: 'a' })).toEqual([
    { name: 'errorField', problem: 'invalid_field_twice' },
  ]);
  expect(problems({ organisationHeader: 'X-Org-ID' })).toEqual([
    { name: 'organisationId', problem: 'invalid_organisation_id' },
  ]);
});

test('one problem does not hide another, and none is told twice', () => {
  const changes = {
    trackerTimeoutSeconds: 0,
    deferralDate: '2020-01-01T05:00:00Z',
    organisationHeader: 'X-Org-ID',
    organisationId: 'a b',
  };
  expect(problemsOf({ ...defaultSettings, ...changes }, now)).toEqual([
    { name: 'organisationId', problem: 'invalid_organisation_id' },
    { name: 'trackerTimeoutSeconds', problem: 'invalid_out_of_bounds' },
    { name: 'deferralDate', problem: 'invalid_date_past' },
  ]);
});

test('whatever is given for settings, each problem is a known text', () => {
  const anything = fc.record(
    Object.fromEntries(
      settingNames.map((name) => [name, fc.anything({ withNullPrototype: true })]),
    ),
  );
  fc.assert(
    fc.property(fc.oneof(anything, fc.anything()), (settings) => {
      for (const { problem } of problemsOf(settings, now)) expect(problemTexts).toContain(problem);
    }),
  );
});

test('valid settings have no problems and need no repair', () => {
  fc.assert(
    fc.property(validSettings, (settings) => {
      expect(problemsOf(settings, now)).toEqual([]);
      expect(repairSettings(settings)).toEqual({ settings, repaired: [] });
    }),
  );
});

test('only the broken settings are replaced by their defaults, and named', () => {
  fc.assert(
    fc.property(validSettings, fc.subarray(settingNames), (settings, broken) => {
      const junk = Object.fromEntries(broken.map((name) => [name, Symbol('junk')]));
      const defaults = Object.fromEntries(broken.map((name) => [name, defaultSettings[name]]));
      expect(repairSettings({ ...settings, ...junk })).toEqual({
        settings: { ...settings, ...defaults },
        repaired: broken,
      });
    }),
  );
});

test.each([undefined, null, 5, 'text', [1], {}, JSON.parse('{"__proto__": {"trackerUrl": 5}}')])(
  'from %j the repair makes the defaults, and says nothing of what is merely absent',
  (stored) => {
    expect(repairSettings(stored)).toEqual({ settings: defaultSettings, repaired: [] });
  },
);

test('changing repaired settings leaves the defaults alone; changing those is refused', () => {
  const { settings } = repairSettings({});
  settings.checklistIssues.push('A-1');
  settings.fieldMapping['task.id'] = { field: 'a', ignoreErrors: true };
  expect(defaultSettings.checklistIssues).toEqual([]);
  expect(defaultSettings.fieldMapping).not.toHaveProperty('task.id');
  expect(() => defaultSettings.checklistIssues.push('A-1')).toThrow(TypeError);
});

test('every setting has a schema and a default', () => {
  expect(Object.keys(defaultSettings).sort()).toEqual(Object.keys(settingSchemas).sort());
});
