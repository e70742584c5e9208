import { expect, test, vi } from 'vitest';
import type { RunEntry } from '../../../src/activity/entries.ts';
import { itemRow } from '../../../src/activity-page/timeline.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { textOf } from '../ui/drawn.ts';
import { keptItem, runEntry, scanned } from './entries.ts';

const getMessage = (id: string, details: string[] = []) => [id, ...details].join(' ');
vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage } },
}));
const { ItemLine, outcomeOfManyWords, RunLine } = await import(
  '../../../src/activity-page/lines.tsx'
);

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

/** A run's line as far as what it did. */
function lineOf(change: Partial<RunEntry>): string {
  const row = { kind: 'run', runId: 'run-1', run: runEntry(change), at: 1 } as const;
  const drawn = RunLine({ row, isGoingOn: false, settings: defaultSettings, onOpen: vi.fn() });
  return textOf(drawn)
    .replace(/\s+/g, ' ')
    .replace(/ duration_seconds.*/, '');
}

const failure = { code: 'tracker_token_rejected', details: [] } as const;
test.each<[string, Partial<RunEntry>]>([
  ['tracker_token_rejected run_summary run_halted', { outcome: 'halted', failure, counts: {} }],
  [
    'tracker_token_rejected run_summary run_halted: count_done_one 1',
    { outcome: 'halted', failure },
  ],
  ['run_summary count_postponed_other 12', { outcome: 'interrupted', counts: { postponed: 12 } }],
  ['run_summary run_interrupted: count_done_one 1', { outcome: 'interrupted' }],
  ['run_summary run_stopped: run_nothing', { outcome: 'stopped', counts: {} }],
  ['SUP-1 → SUP-9 · run_summary count_done_one 1', { move: { from: 'SUP-1', to: 'SUP-9' } }],
  ['SUP-1 · run_summary count_done_one 1', { move: { from: 'SUP-1', to: null } }],
  ['run_summary run_nothing', { counts: {} }],
])('%s', (said, change) => {
  expect(lineOf(change)).toBe(`run_process ${said}`);
});
