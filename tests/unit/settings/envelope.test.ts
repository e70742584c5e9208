import { expect, test } from 'vitest';
import { currentVersion, openEnvelope, valuesWith } from '../../../src/settings/envelope.ts';

test('a change leaves what else is stored as it is, even what can’t be read', () => {
  const stored = { version: currentVersion, values: { historyDays: 'no', linkField: 'link' } };
  expect(valuesWith(stored, { linkField: 'other' })).toEqual({
    historyDays: 'no',
    linkField: 'other',
  });
});

test('where nothing is stored, a change stands alone', () => {
  expect(valuesWith(undefined, { linkField: 'a' })).toEqual({ linkField: 'a' });
});

test.each(['no', { version: 0, values: {} }, { version: currentVersion, values: 1 }])(
  'in %j is nothing that could be kept',
  (stored) => expect(valuesWith(stored, { linkField: 'a' })).toBeNull(),
);

test('what a newer version has stored is told, and not read', () => {
  const stored = { version: currentVersion + 1, values: { linkField: 'link' } };
  expect(openEnvelope(stored)).toEqual({ values: null, isNewer: true });
  expect(valuesWith(stored, { linkField: 'other' })).toBeNull();
});
