import { expect, test, vi } from 'vitest';
import type { RunKind } from '../../../src/status/status.ts';
import { nothingKnown } from '../../../src/status/this-issue.ts';
import { textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { ThisIssueCard } = await import('../../../src/popup/this-issue.tsx');

/** @param at when it was looked at; null where it never was. */
function card(run: RunKind | null, at: number | null = null): string {
  return textOf(
    ThisIssueCard({
      issueKey: 'SUP-7',
      issue: at === null ? null : { ...nothingKnown('SUP-7'), at },
      checklistIssues: ['SUP-1'],
      run,
      attempt: async () => undefined,
      command: () => undefined,
    }),
  );
}

test.each([
  ['preview', /this_issue_looking/],
  ['process', /this_issue_after_run/],
] as const)('an issue that nobody has looked at, during a %s', (run, said) => {
  expect(card(run)).toMatch(said);
});

test('an issue that nobody looks at is not said to be looked at, nor to be as it should be', () => {
  expect(card(null)).not.toMatch(/looking|after_run|nothing/);
  expect(card(null)).toContain('this_issue_annotate');
  expect(card(null, Date.now())).toContain('this_issue_nothing');
});

test.each([
  ['preview', /this_issue_looking/],
  ['process', /this_issue_after_run/],
  [null, /this_issue_seen/],
] as const)('what was seen before the popup was opened says so, during: %s', (run, said) => {
  const old = card(run, Date.now() - 60_000);
  expect(old).toMatch(/this_issue_nothing/);
  expect(old).toMatch(/this_issue_seen\s+time_ago/);
  expect(old).toMatch(said);
  expect(card(run, Date.now())).not.toMatch(/looking|after_run|seen/);
});
