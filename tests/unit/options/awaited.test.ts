import { expect, test } from 'vitest';
import { withAwaited, withSaid } from '../../../src/options/awaited.ts';
import { type Findings, noFindings, pending } from '../../../src/setup/checks.ts';
import { failed, said } from '../../../src/setup/finding.ts';

const field = { id: 'f', key: 'f', name: 'F', type: 'string', readonly: false, queue: null };
const present: Findings = { ...noFindings, fields: [field] };

const unreadable = failed({ code: 'tracker_unavailable', details: [] });

test.each([
  ['while they are read', { fields: pending }, null, [field]],
  ['while nothing is known', {}, null, [field]],
  ['as they are read', { fields: said('good', 'fields_fit', '1') }, [], []],
  ['no longer once they can’t be read', { fields: unreadable }, null, null],
])('the fields stay as they were, %s', (_, checks, fields, expected) => {
  const theirs = { ...noFindings, checks, fields };
  expect(withAwaited(present, theirs, () => true).fields).toEqual(expected);
  expect(withAwaited(present, theirs, () => false)).toEqual(present);
});

test('the fields and the breadcrumbs go with checks that can’t be made', () => {
  const wrong = said('bad', 'invalid_input', 'trackerUrl');
  const known: Findings = { ...present, breadcrumbs: { 'task.id': '1' }, clockAheadMs: 3 };
  expect(withSaid(known, { fields: wrong })).toEqual({
    ...known,
    checks: { fields: wrong },
    fields: null,
  });
  expect(withSaid(known, { test_link: wrong })).toEqual({
    ...known,
    checks: { test_link: wrong },
    breadcrumbs: null,
  });
  expect(withSaid(known, {})).toEqual(known);
});
