import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  firstEntries,
  isBranch,
  prettyJson,
  shortened,
  sizeOf,
} from '../../../src/fetched-page/json.ts';
import {
  type FetchedAnswer,
  fetchedSchema,
  keepLast,
  mostAnswers,
  mostCharacters,
} from '../../../src/messages/fetched.ts';

vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
const { excerptOf, matches, searchPattern } = await import('../../../src/fetched-page/search.ts');
const { createFetchedStore } = await import('../../../src/fetched-page/store.ts');

function answer(json: string | null = '{}', more: Partial<FetchedAnswer> = {}): FetchedAnswer {
  return { askedFor: 'SUP-7', path: '/tasks/1/', status: 200, at: 1, json, ...more };
}

describe('what is kept', () => {
  test('is the last answers by number', () => {
    const all = Array.from({ length: mostAnswers + 3 }, (_, i) => answer('{}', { at: i }));
    expect(keepLast(all)).toEqual(all.slice(3));
    expect(keepLast(all.slice(0, 2))).toEqual(all.slice(0, 2));
  });

  test('is the last answers by size, and the newest whatever its size', () => {
    const half = answer('x'.repeat(mostCharacters / 2));
    const [first, second, third] = [{ ...half }, { ...half }, { ...half }];
    expect(keepLast([first, second, third])).toEqual([second, third]);
    // One without JSON takes up nothing.
    const none = answer(null);
    expect(keepLast([first, second, third, none])).toEqual([second, third, none]);
    const huge = answer('x'.repeat(mostCharacters + 1));
    expect(keepLast([first, huge])).toEqual([huge]);
    expect(keepLast([huge, first])).toEqual([first]);
  });
});

describe('messages to the page', () => {
  test('are those of the schema and no others', () => {
    const message = { type: 'fetched', answers: [answer(), answer(null)] };
    expect(fetchedSchema.parse(message)).toEqual(message);
    for (const other of [
      { type: 'fetched' },
      { ...message, type: 'process' },
      { ...message, answers: [{ ...answer(), json: { a: 1 } }] },
      null,
      'fetched',
    ]) {
      expect(fetchedSchema.safeParse(other).success).toBe(false);
    }
  });
});

describe('the search', () => {
  test('finds in everything that is shown, in any case of letters', () => {
    const one = answer('{"name":"Урок ¼"}', { path: '/lessons/ab/', status: 404 });
    for (const query of ['sup-7', 'LESSONS/AB', '404', 'УРОК', ' ¼ ']) {
      expect(matches(one, searchPattern(query) ?? /$^/), query).toBe(true);
    }
    const redirect = answer(null, { status: 'redirect' });
    expect(matches(redirect, searchPattern('fetched_redirect') ?? /$^/)).toBe(true);
    expect(matches(one, searchPattern('sup-77') ?? /$^/)).toBe(false);
    expect(searchPattern('  ')).toBeNull();
  });

  test('takes any text for itself, as it is or as JSON writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), (wanted, around) => {
        const pattern = searchPattern(wanted);
        fc.pre(pattern !== null);
        const json = JSON.stringify({ [around]: around + wanted + around });
        expect(excerptOf(json, pattern)).not.toBeNull();
      }),
    );
  });

  test('shows the place with a little of what is around it', () => {
    const json = JSON.stringify({ a: 'b'.repeat(1000), wanted: 'c'.repeat(1000) });
    expect(excerptOf(json, /wanted/)).toEqual({
      before: `…${'b'.repeat(57)}","`,
      found: 'wanted',
      after: `":"${'c'.repeat(57)}…`,
    });
    expect(excerptOf('{"a":1}', /a/)).toEqual({ before: '{"', found: 'a', after: '":1}' });
  });
});

describe('the JSON that is drawn', () => {
  test('is no more than asked for, under its own names', () => {
    const branch: unknown = JSON.parse('{"__proto__":{"a":1},"toString":2,"c":3}');
    if (!isBranch(branch)) throw new Error('no branch');
    expect(sizeOf(branch)).toBe(3);
    expect(firstEntries(branch, 2)).toEqual([
      ['__proto__', { a: 1 }],
      ['toString', 2],
    ]);
    expect(firstEntries(Array(1_000_000).fill(0), 2)).toEqual([
      ['0', 0],
      ['1', 0],
    ]);
    expect([null, 'text', 1].some(isBranch)).toBe(false);
  });

  test('is shortened between characters', () => {
    expect(shortened('abc', 3)).toBe('abc');
    expect(shortened('abcd', 3)).toBe('abc…');
    expect(shortened('ab😀d', 3)).toBe('ab…');
  });

  test('is copied whole', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(prettyJson(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});

describe('the state of the page', () => {
  test('has the newest on top, each under a number of its own, and draws them together', async () => {
    const store = createFetchedStore();
    store.add([answer('1'), answer('2')]);
    store.add([answer('3')]);
    expect(store.total.value).toBe(0);
    await drawn(store);
    expect(store.shown.value.map(({ id, json }) => [id, json])).toEqual([
      [3, '3'],
      [2, '2'],
      [1, '1'],
    ]);
    store.query.value = '2';
    expect(store.shown.value.map(({ json }) => json)).toContain('2');
    store.query.value = 'nowhere';
    expect(store.shown.value).toEqual([]);
  });

  test('keeps nothing once it is cleared, nor what was about to be drawn', async () => {
    const store = createFetchedStore();
    store.add([answer('1')]);
    store.clear();
    store.add([answer('2')]);
    await drawn(store);
    expect(store.shown.value.map(({ json }) => json)).toEqual(['2']);
    store.clear();
    expect(store.total.value).toBe(0);
  });
});

/** Resolves when something is drawn. */
function drawn({ total }: ReturnType<typeof createFetchedStore>): Promise<void> {
  return new Promise((resolve) => {
    const stop = total.subscribe((count) => {
      if (count === 0) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}
