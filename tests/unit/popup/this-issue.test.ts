import { expect, test, vi } from 'vitest';
import type { RunKind } from '../../../src/status/status.ts';
import { nothingKnown } from '../../../src/status/this-issue.ts';
import { textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { ThisIssueCard } = await import('../../../src/popup/this-issue.tsx');

function card(run: RunKind | null, isKnown = false): string {
  return textOf(
    ThisIssueCard({
      issueKey: 'SUP-7',
      issue: isKnown ? nothingKnown('SUP-7') : null,
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
  expect(card(null, true)).toContain('this_issue_nothing');
});
