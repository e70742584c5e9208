import { expect, test, vi } from 'vitest';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'ru',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
const { StorageError } = await import('../../../src/storage/stored.ts');
const { reasonOf } = await import('../../../src/ui/page.tsx');

test.each([
  ['Resource::kQuotaBytes quota exceeded', 'error_storage_full'],
  ['IO error: lock', 'error_storage_failed'],
])('what the browser says of its storage (%s) is told in the language of the page', (said, id) => {
  expect(reasonOf(new StorageError(new Error(said)))).toMatch(new RegExp(`^${id} ${said}`));
});

test('what else went wrong is told as it is, and never with nothing', () => {
  expect(reasonOf(new Error('No answer'))).toBe('No answer');
  expect(reasonOf(new Error(''))).toBe('reason_unknown');
  expect(reasonOf('thrown')).toBe('reason_unknown');
});
