import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { KeptItem } from '../../../src/activity/entries.ts';
import { Button } from '../../../src/ui/button.tsx';
import { elementsOf, textOf } from '../ui/drawn.ts';
import { keptItem } from './entries.ts';

const texts: Record<string, { message: string }> = JSON.parse(
  readFileSync('public/_locales/ru/messages.json', 'utf8'),
);
const create = vi.fn(async (_tab: { url: string }) => undefined);
vi.mock('webextension-polyfill', () => ({
  default: {
    tabs: { create },
    runtime: { getURL: (path: string) => path },
    i18n: {
      getUILanguage: () => 'ru',
      getMessage: (id: string, details: string[] = []) =>
        texts[id]?.message.replace(/\$(\d)/g, (_, at) => details[Number(at) - 1] ?? '') ?? '',
    },
  },
}));
const { Item, Requests } = await import('../../../src/activity-page/item-dialog.tsx');

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

test('an undo is offered of what was written, and of nothing else', async () => {
  const buttonsOf = (item: Partial<KeptItem>) =>
    elementsOf(Item({ item: keptItem(item), trackerUrl: 'https://tracker.example' })).filter(
      ({ type }) => type === Button,
    );
  expect(buttonsOf({ changes: [] })).toEqual([]);
  const [undo] = buttonsOf({ id: 7 });
  expect.assert(typeof undo?.props.onClick === 'function');
  await undo.props.onClick();
  expect(create.mock.lastCall?.[0].url).toMatch(/#undo-items=7$/);
});
