import { expect, test, vi } from 'vitest';
import type { Failure } from '../../../src/errors/failure.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
const { sentence } = await import('../../../src/words/words.ts');

test.each<[Failure['details'], string]>([
  [['linkField, errorField'], 'error_not_configured setting_linkField, setting_errorField'],
  [['deferralDate'], 'error_not_configured setting_deferralDate'],
  [['deferralDate', 'invalid_date_past'], 'error_deferral_date_past setting_deferralDate'],
])('settings that let no run begin are told as what they are: %j', (details, words) => {
  expect(sentence({ code: 'not_configured', details }).trim()).toBe(words);
});
