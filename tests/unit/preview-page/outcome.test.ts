import { describe, expect, test, vi } from 'vitest';
import type { Preview } from '../../../src/status/preview.ts';
import type { PreviewScope } from '../../../src/status/task-work.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
const { emptyPreview } = await import('../../../src/status/preview.ts');
const { emptyWords, lookedWords } = await import('../../../src/preview-page/outcome.ts');

const all: PreviewScope = { type: 'all' };
const queue: PreviewScope = { type: 'queue', checklistIssue: 'SUP-9' };

function ended(of: PreviewScope, change: Partial<Preview>): Preview {
  return { ...emptyPreview('1', of), endedAt: 1, outcome: 'completed', ...change };
}

test.each<[string, Partial<Preview>]>([
  ['preview_looked_at_other 30', { planned: 30, total: 30 }],
  ['preview_stopped 14 30', { planned: 14, total: 30, outcome: 'stopped' }],
  ['preview_stopped 0 30', { planned: 0, total: 30, outcome: 'stopped' }],
  ['preview_stopped_at_once', { outcome: 'stopped' }],
])('%s', (said, change) => {
  expect(lookedWords(ended(all, change))).toContain(said);
});

describe('a preview that shows nothing', () => {
  test.each<[string, PreviewScope, Partial<Preview>]>([
    ['preview_empty', all, {}],
    ['preview_empty', queue, {}],
    ['preview_paused SUP-1, SUP-2', all, { leftAlone: ['SUP-1', 'SUP-2'] }],
    ['preview_of_no_queue SUP-9', queue, { leftAlone: ['SUP-9'] }],
    ['preview_undo_empty', { type: 'undo_run', runId: 'run-1' }, {}],
  ])('says %s', (said, of, change) => {
    expect(emptyWords(ended(of, change))).toBe(said);
  });

  test('is none that shows something', () => {
    expect(emptyWords(ended(all, { planned: 1, total: 1 }))).toBe(null);
  });

  test.each(['stopped', 'halted', 'interrupted', null] as const)(
    'says nothing of what is open where it was %s',
    (outcome) => {
      expect(emptyWords(ended(all, { outcome }))).toBe(null);
    },
  );
});
