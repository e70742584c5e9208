import { expect, test } from 'vitest';
import { type Draft, draftOf, valuesOf } from '../../../src/options/draft.ts';
import { defaultSettings, problemsOf, settingNames } from '../../../src/settings/schema.ts';
import { readSources } from '../repository/sources.ts';
import { now } from '../settings/arbitraries.ts';

/** What stands in an input: something that can be stored, and something that can't, with its text. */
type Cases<Value> = {
  readonly valid: Value;
  readonly invalid: Value | null;
  readonly problem: string | null;
};

const mapping = (...fields: string[]) => ({
  'course.name': { field: fields[0] ?? '', ignoreErrors: false },
  'track.name': { field: fields[1] ?? '', ignoreErrors: true },
});
/** A switch or a list can't be set to anything that is not valid. */
const alwaysValid = <Value>(valid: Value): Cases<Value> => ({
  valid,
  invalid: null,
  problem: null,
});

const cases: { readonly [Name in keyof Draft]: Cases<Draft[Name]> } = {
  trackerUrl: { valid: 'https://a.b/v2', invalid: 'http://a.b/v2', problem: 'invalid_base_url' },
  tokenScheme: alwaysValid('Bearer'),
  organisationHeader: alwaysValid('none'),
  organisationId: { valid: 'a-1', invalid: 'a b', problem: 'invalid_organisation_id' },
  trackerTimeoutSeconds: { valid: '25', invalid: '26', problem: 'invalid_out_of_bounds' },
  checklistIssues: { valid: 'SUP-1\nOPS-2', invalid: 'SUP', problem: 'invalid_issue_key' },
  pausedQueues: alwaysValid([]),
  linkField: { valid: '65f0--link', invalid: 'the link', problem: 'invalid_field_id' },
  errorField: { valid: '65f0--error', invalid: '--error', problem: 'invalid_field_id' },
  fieldMapping: {
    valid: mapping('a', 'b'),
    invalid: mapping('a', 'a'),
    problem: 'invalid_field_twice',
  },
  deferralDate: {
    valid: '2098-01-01T00:00:00.000+00:00',
    invalid: '',
    problem: 'invalid_date',
  },
  contentUrl: { valid: 'https://a.b/content', invalid: 'a.b', problem: 'invalid_base_url' },
  loginUrl: { valid: 'https://a.b/?c', invalid: 'javascript:alert(1)', problem: 'invalid_url' },
  testLink: { valid: 'https://a.b/tasks/1', invalid: 'tasks/1', problem: 'invalid_url' },
  contentTimeoutSeconds: { valid: '1', invalid: '1.5', problem: 'invalid_integer' },
  processEverySeconds: { valid: '30', invalid: '29', problem: 'invalid_out_of_bounds' },
  recheckEverySeconds: { valid: '86400', invalid: '1e3', problem: 'invalid_integer' },
  deleteDoneItems: alwaysValid(true),
  leaveFailedUnchecked: alwaysValid(true),
  clearFieldsThatDoNotApply: alwaysValid(true),
  showFetchedData: alwaysValid(true),
  schedulePaused: alwaysValid(true),
  itemsAtATime: { valid: '32', invalid: 'many', problem: 'invalid_items' },
  historyDays: { valid: '1', invalid: '0', problem: 'invalid_out_of_bounds' },
  detailedLog: alwaysValid(true),
  notifications: alwaysValid(true),
  historyItems: { valid: '200000', invalid: '1e3', problem: 'invalid_integer' },
};

test.each(settingNames)('%s: what is valid is taken, what is not has its words', (name) => {
  const { valid, invalid, problem } = cases[name];
  const problemsWith = (value: unknown) =>
    problemsOf(valuesOf({ ...draftOf(defaultSettings), [name]: value }), now);
  expect(problemsWith(valid)).toEqual([]);
  if (invalid !== null) expect(problemsWith(invalid)).toEqual([{ name, problem }]);
});

test('the page has an input for each setting', () => {
  const page = readSources().filter(({ path }) => /^options\/.*\.tsx$/.test(path));
  const named = page.flatMap(({ code }) => [
    ...code.matchAll(/\bname="(\w+)"|\bwordsOnOptions\(store, '(\w+)'/g),
  ]);
  const names = named.map(([, attribute, text]) => attribute ?? text);
  expect(settingNames.filter((name) => !names.includes(name))).toEqual([]);
});
