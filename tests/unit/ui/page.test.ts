import { expect, test, vi } from 'vitest';
import { textOf } from './drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'ru',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
const { FailureText } = await import('../../../src/ui/failure-text.tsx');
const { StorageError } = await import('../../../src/storage/stored.ts');
const { reasonOf } = await import('../../../src/ui/page.tsx');

test.each([
  ['Resource::kQuotaBytes quota exceeded', 'page_storage_full'],
  ['IO error: lock', 'page_storage_failed'],
])('what the browser says of its storage (%s) is told in the language of the page', (said, id) => {
  const error = new StorageError(new Error(said));
  expect(reasonOf(error)).toMatch(new RegExp(`^${id} ${said}`));
  vi.stubGlobal('location', { pathname: '/src/preview-page/index.html' });
  const drawn = textOf(FailureText({ failure: { code: error.code, details: [said] } }));
  expect(drawn).toMatch(new RegExp(`${id} ${said}`));
});

test.each<[isAsked: boolean, id: string]>([
  // It is tried again by itself, and that is what its sentence says.
  [false, 'error_tracker_unavailable'],
  [true, 'page_tracker_unavailable'],
])('an outage is told as an item’s, or as what ended all that was asked for: %s', (isAsked, id) => {
  vi.stubGlobal('location', { pathname: '/src/preview-page/index.html' });
  const failure = { code: 'tracker_unavailable', details: ['reason_timeout'] } as const;
  expect(textOf(FailureText({ failure, isAsked }))).toContain(`${id} `);
});

test('what else went wrong is told as it is, and never with nothing', () => {
  expect(reasonOf(new Error('No answer'))).toBe('No answer');
  expect(reasonOf(new Error(''))).toBe('reason_unknown');
  expect(reasonOf('thrown')).toBe('reason_unknown');
});
