import { expect, test, vi } from 'vitest';
import { textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[] = []) => [id, ...details].join(' '),
    },
  },
}));
const { Alike } = await import('../../../src/popup/halt-actions.tsx');

const failure = { code: 'resource_not_found', details: ['lesson 7'] } as const;
const items = ['SUP-7', 'SUP-8'].map((issueKey) => ({ issueKey, failure }));

test.each([
  [2, null],
  [3, 'and_more_one 1'],
  [5002, 'and_more_other 5,000'],
])(
  'of %d failures that wait those that are kept are listed, and it is said that there are more',
  (count, more) => {
    const drawn = textOf(
      Alike({
        alike: { count, items, task: null },
        trackerUrl: 'https://api.tracker.yandex.net/v2',
      }),
    );
    expect(drawn).toContain('SUP-7');
    expect(drawn).toContain('SUP-8');
    if (more === null) expect(drawn).not.toContain('and_more');
    else expect(drawn).toContain(more);
  },
);
