import { expect, test } from 'vitest';
import { overtaken } from '../../../src/guide/overtaken.ts';
import { draftOf } from '../../../src/options/draft.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';

const before = draftOf(defaultSettings);
const stored = { ...before, linkField: 'link', checklistIssues: 'SUP-1' };

test('what is typed gives way to what another page has stored in its place meanwhile', () => {
  expect(overtaken({ linkField: 'other', testLink: 'x' }, before, stored, {})).toEqual([
    'linkField',
  ]);
});

test('what this page stored itself takes nothing away that was typed since', () => {
  expect(overtaken({ linkField: 'links' }, before, stored, { linkField: 'link' })).toEqual([]);
  expect(overtaken({ linkField: 'links' }, stored, stored, {})).toEqual([]);
});
