import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { KeptItem } from '../../../src/activity/entries.ts';
import { textOf } from '../ui/drawn.ts';
import { keptItem } from './entries.ts';

const texts: Record<string, { message: string }> = JSON.parse(
  readFileSync('public/_locales/ru/messages.json', 'utf8'),
);
vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'ru',
      getMessage: (id: string, details: string[] = []) =>
        texts[id]?.message.replace(/\$(\d)/g, (_, at) => details[Number(at) - 1] ?? '') ?? '',
    },
  },
}));
const { Requests } = await import('../../../src/activity-page/item-dialog.tsx');

test.each([
  [2, 'сразу для 2 пунктов'],
  [5, 'сразу для 5 пунктов'],
  [21, 'сразу для 21 пункта'],
])('a request for %d items says so as Russian counts', (sharedBy, said) => {
  const request = { host: 'tracker', method: 'POST', path: '/v2/issues/_search' } as const;
  const requests = [{ ...request, answer: 200, ms: 5, tries: 1, sharedBy }];
  expect(textOf(Requests({ item: keptItem({ requests }) }))).toMatch(new RegExp(`${said}(?!\\S)`));
});

test('no request is denied where a write was broken off: it may have been sent', () => {
  const said = (item: Partial<KeptItem>) => textOf(Requests({ item: keptItem(item) }));
  expect(said({ outcome: 'postponed' })).toBe('');
  expect(said({ outcome: 'postponed', changes: [] })).toContain('Отдельных запросов');
});
