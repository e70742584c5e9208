import { expect, test, vi } from 'vitest';
import { textOf } from './drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
// Before the clock is there, which would keep the test from its end.
vi.useFakeTimers();
const { WriteBudget } = await import('../../../src/ui/write-budget.tsx');

test('the limits of a version are there for whoever hears the page', () => {
  const text = textOf(WriteBudget({ version: 412, sample: null }));
  expect(text).toContain('queue_version');
  expect(text).toContain('queue_version_limits');
});
