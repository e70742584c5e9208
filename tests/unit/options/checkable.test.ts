import { expect, test } from 'vitest';
import { uncheckable, withoutWrongFields } from '../../../src/options/checkable.ts';
import { checkNames, pending } from '../../../src/setup/checks.ts';
import { expectAdvice } from '../setup/advice.ts';

function said(...wrong: string[]): string[] {
  return Object.keys(uncheckable(checkNames, (input) => wrong.includes(input)));
}

test('nothing is checked at an address that does not stand there', () => {
  expect(said()).toEqual([]);
  expect(said('trackerUrl')).toEqual(checkNames.slice(0, 5));
  expect(said('contentUrl')).toEqual(checkNames.slice(5, 9));
  expect(said('token')).toEqual(checkNames.slice(0, 5));
  expect(said('checklistIssues')).toEqual(checkNames.slice(2, 5));
  expect(said('testLink')).toEqual(['test_link']);
  expect(said('historyDays')).toEqual([]);
});

test('what has to be corrected is named', () => {
  expectAdvice('finding_invalid_input');
  expect(uncheckable(['test_link'], (input) => input === 'testLink').test_link).toMatchObject({
    status: 'bad',
    says: { id: 'invalid_input', details: ['testLink'] },
  });
  expect(uncheckable(['token'], (input) => input === 'testLink')).toEqual({});
});

test('fields that are not valid are not said to fit, nor to be missing', () => {
  const checks = { token: pending, fields: pending };
  expect(withoutWrongFields(checks, (input) => input === 'fieldMapping')).toMatchObject({
    token: pending,
    fields: { status: 'bad', says: { id: 'invalid_input', details: ['fieldMapping'] } },
  });
  expect(withoutWrongFields(checks, (input) => input === 'token')).toBe(checks);
  const { fields: _, ...unasked } = checks;
  expect(withoutWrongFields(unasked, () => true)).toBe(unasked);
});
