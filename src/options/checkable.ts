import type { SettingName } from '../settings/schema.ts';
import { type CheckName, type Finding, type Findings, pending } from '../setup/checks.ts';

type Input = SettingName | 'token';

const tracker: readonly Input[] = [
  'trackerUrl',
  'trackerTimeoutSeconds',
  'token',
  'organisationId',
];
const checklist: readonly Input[] = [...tracker, 'checklistIssues'];
const content: readonly Input[] = ['contentUrl', 'contentTimeoutSeconds'];

/** The inputs without which a check would be one of something else than stands there. */
const inputsOf: Readonly<Record<CheckName, readonly Input[]>> = {
  tracker_reachable: tracker,
  token: tracker,
  checklist_readable: checklist,
  checklist_writable: checklist,
  fields: checklist,
  content_permission: content,
  content_reachable: content,
  signed_in: content,
  test_link: [...content, 'testLink'],
  schedules: [],
};

/** What is said of checks that can't be made, as an input that they are of is not valid. */
export function uncheckable(
  checks: readonly CheckName[],
  isWrong: (input: Input) => boolean,
): Findings['checks'] {
  const found = checks.flatMap((name): [CheckName, Finding][] => {
    const input = inputsOf[name].find(isWrong);
    return input === undefined ? [] : [[name, invalidInput(input)]];
  });
  return Object.fromEntries(found);
}

/**
 * The same with the word of the fields taken back where they are not valid: the check is made all the
 * same, for the list of the tracker's fields, but with others in the place of those.
 */
export function withoutWrongFields(
  checks: Findings['checks'],
  isWrong: (input: Input) => boolean,
): Findings['checks'] {
  const input = (['linkField', 'errorField', 'fieldMapping'] as const).find(isWrong);
  if (input === undefined || checks.fields === undefined) return checks;
  return { ...checks, fields: invalidInput(input) };
}

function invalidInput(input: Input): Finding {
  return { ...pending, status: 'bad', says: { id: 'invalid_input', details: [input] } };
}
