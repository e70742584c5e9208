import { describe, expect, test, vi } from 'vitest';
import type { Planned } from '../../../src/plans/entries.ts';
import type { Preview } from '../../../src/status/preview.ts';
import type { PreviewScope } from '../../../src/status/task-work.ts';
import { planned } from './entries.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
const { emptyPreview } = await import('../../../src/status/preview.ts');
const { cameToWords, emptyWords, lookedWords, outcomeOf } = await import(
  '../../../src/preview-page/outcome.ts'
);

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
  ['preview_stopped 6 40', { planned: 6, total: 40, outcome: 'halted' }],
  ['preview_stopped_at_once', { outcome: 'interrupted' }],
  // An outage may be found by the last of them, with all that is not known told as that.
  ['preview_looked_at_other 40', { planned: 40, total: 40, outcome: 'interrupted' }],
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

describe('what a plan came to is told by the word of the history', () => {
  test.each<[ReturnType<typeof outcomeOf>, Partial<Planned>]>([
    [null, {}],
    // It is planned anew, and can be applied.
    [null, { became: 'changed' }],
    [null, { became: 'postponed' }],
    ['done', { became: 'applied' }],
    ['unchanged', { became: 'applied', verdict: 'unchanged' }],
    ['deferred', { became: 'applied', verdict: 'defer', itemAction: 'defer' }],
    ['deferred', { became: 'failed', itemAction: 'defer' }],
    ['failed', { became: 'applied', verdict: 'defer', itemAction: 'leave' }],
    ['failed', { became: 'failed', itemAction: 'leave' }],
    ['left_alone', { became: 'gone' }],
    ['left_alone', { became: 'changed', verdict: 'left_alone' }],
  ])('%s', (outcome, change) => {
    const plan = { ...planned('1', 'write'), ...change };
    expect(outcomeOf(plan, false)).toBe(outcome);
    expect(outcomeOf(plan, true)).toBe(outcome === 'done' ? 'undone' : outcome);
  });
});

test('what all plans came to is summed up, with those that are left', () => {
  const waiting = planned('1', 'write');
  const applied = { ...waiting, became: 'applied' as const };
  expect(cameToWords([waiting, waiting], false)).toBe('');
  expect(cameToWords([waiting, applied, applied], false)).toBe(
    'preview_came_to count_done_other 2, count_to_do_one 1',
  );
  expect(cameToWords([applied, { ...applied, verdict: 'unchanged' }], true)).toBe(
    'preview_came_to count_undone_one 1, count_unchanged_one 1',
  );
});
