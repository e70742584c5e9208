import { expect, test, vi } from 'vitest';
import { elementsOf, textOf } from './drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { OldValue } = await import('../../../src/ui/field-values.tsx');
const { Changes } = await import('../../../src/activity-page/values.tsx');

test.each([undefined, null, ''])('that a field was empty (%o) is not struck out', (value) => {
  const drawn = Changes({ changes: [{ field: 'f', from: value, to: 'new' }] });
  expect(elementsOf(drawn).filter(({ type }) => type === 'del')).toEqual([]);
  // Whoever listens is to know what was there all the same.
  expect(textOf(drawn)).toMatch(/value_empty\s+→\s+new/);
  expect(textOf(OldValue({ value, sign: '−' }))).toBe('value_empty');
});

test.each([0, 'old'])('what a field held (%o) is', (value) => {
  const drawn = OldValue({ value, sign: '−' });
  expect(elementsOf(drawn).map(({ type }) => type)).toContain('del');
  expect(textOf(drawn)).toMatch(new RegExp(`^−\\s+${value}$`));
});
