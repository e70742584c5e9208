import { expect, test, vi } from 'vitest';
import { noCounts } from '../../../src/status/counts.ts';
import type { RunKind } from '../../../src/status/status.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
const { countsWords } = await import('../../../src/ui/counts.ts');

test.each<[RunKind, boolean, string]>([
  ['process', false, 'deferred'],
  ['process', true, 'failed'],
  ['undo', false, 'failed'],
  ['recheck', false, 'failed'],
  ['add', false, 'failed'],
])(
  'what failed in a run "%s", failed items left unchecked %s, is called %s',
  (kind, leaves, said) => {
    const counts = { ...noCounts, total: 9, failed: 2, undone: 7 };
    expect(countsWords({ kind, counts }, leaves)).toBe(
      `count_${said}_other 2, count_undone_other 7`,
    );
  },
);

test('an issue that was annotated without an item has failed, and is not said to be deferred', () => {
  const of = (failed: number) =>
    countsWords({ kind: 'process', counts: { ...noCounts, failed, withoutItem: 1 } }, false);
  expect(of(1)).toBe('count_failed_one 1');
  expect(of(3)).toBe('count_deferred_other 2, count_failed_one 1');
});
