import { expect, test, vi } from 'vitest';
import { itemRow } from '../../../src/activity-page/timeline.ts';
import { textOf } from '../ui/drawn.ts';
import { keptItem, scanned } from './entries.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { ItemLine, outcomeOfManyWords } = await import('../../../src/activity-page/lines.tsx');

test.each([
  [true, 'outcome_deferred'],
  [false, 'outcome_failed'],
  // Of an older version.
  [undefined, 'outcome_failed'],
])(
  'an item that failed is told of as its run’s summary counts it, deferred: %s',
  (isDeferred, word) => {
    const row = itemRow(scanned(keptItem({ outcome: 'failed', isDeferred })));
    const drawn = ItemLine({ row, isChosen: false, onChoose: vi.fn(), onOpen: vi.fn() });
    expect(textOf(drawn).split(/\s+/)).toContain(word);
  },
);

test('what stands for both of them names both', () => {
  expect(outcomeOfManyWords('failed')).toBe('outcome_deferred_or_failed');
  expect(outcomeOfManyWords('done')).toBe('outcome_done');
});
