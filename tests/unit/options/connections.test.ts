import { expect, test, vi } from 'vitest';
import { checkNames, type Finding, pending } from '../../../src/setup/checks.ts';
import { said } from '../../../src/setup/finding.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { checkedWords } = await import('../../../src/options/connections-section.tsx');

const good = said('good', 'answers');

/** All checks alike, but for those named. */
function checks(others: Readonly<Record<string, Finding>>) {
  return { ...Object.fromEntries(checkNames.map((name) => [name, good])), ...others };
}

test('what came of all checks is said once none of them is under way', () => {
  const bad = said('bad', 'token_missing');
  expect(checkedWords(checks({}))).toBe('connections_checked');
  expect(checkedWords(checks({ token: bad }))).toBe('connections_failed_one');
  expect(checkedWords(checks({ signed_in: pending }))).toBe('connections_checking');
  expect(checkedWords(checks({ token: bad, signed_in: pending }))).toBe('connections_checking');
});
