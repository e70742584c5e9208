import { describe, expect, test } from 'vitest';
import {
  type ItemMemories,
  ItemMemoryBook,
  itemMemoriesSchema,
  itemName,
  memoryParts,
} from '../../../src/queue/item-memory.ts';

const one = { queue: 'SUP-1', id: 'a' };
const other = { queue: 'SUP-1', id: 'b' };
const elsewhere = { queue: 'SUP-10', id: 'a' };

/** What is stored of what a book has changed, as storage gives it back, in all parts together. */
function storedOf(book: ItemMemoryBook): ItemMemories {
  return Object.assign({}, ...partsOf(book));
}

function partsOf(book: ItemMemoryBook): ItemMemories[] {
  const parts = Array.from({ length: memoryParts }, (): ItemMemories => ({}));
  for (const [part, memories] of book.takeChanged()) {
    parts[part] = itemMemoriesSchema.parse(JSON.parse(JSON.stringify(memories)));
  }
  return parts;
}

test('items of all queues have names of their own', () => {
  expect(new Set([one, other, elsewhere].map(itemName)).size).toBe(3);
});

describe('what is remembered of an item', () => {
  test('is nothing at first', () => {
    expect(new ItemMemoryBook([]).of(one)).toEqual({ deaths: 0, passingRuns: 0 });
  });

  test('adds up, and is the item`s own', () => {
    const book = new ItemMemoryBook([]);
    book.note(one, { deaths: 1 });
    book.note(one, { passingRuns: 2 });
    expect(book.of(one)).toEqual({ deaths: 1, passingRuns: 2 });
    expect(book.of(other)).toEqual({ deaths: 0, passingRuns: 0 });
    expect(book.of(elsewhere)).toEqual({ deaths: 0, passingRuns: 0 });
  });

  test('is forgotten', () => {
    const book = new ItemMemoryBook([]);
    book.note(one, { deaths: 1 });
    book.note(other, { deaths: 2 });
    book.forget(one);
    expect(storedOf(book)).toEqual({ 'SUP-1/b': { deaths: 2, passingRuns: 0 } });
  });

  test('is forgotten with the items that are gone, in their queue alone', () => {
    const book = new ItemMemoryBook([]);
    for (const item of [one, other, elsewhere]) book.note(item, { deaths: 1 });
    book.keepOnly('SUP-1', new Set(['b']));
    for (const [item, deaths] of [
      [one, 0],
      [other, 1],
      [elsewhere, 1],
    ] as const) {
      expect(book.of(item).deaths).toBe(deaths);
    }
    book.keepOnly('SUP-1', new Set());
    expect(Object.keys(storedOf(book))).toEqual(['SUP-10/a']);
  });

  test('comes back from where it was stored', () => {
    const book = new ItemMemoryBook([]);
    const failure = { code: 'link_not_set', details: ['link'] } as const;
    book.note(one, { failure, errorVersion: 5, errorWritten: true });
    expect(new ItemMemoryBook(partsOf(book)).of(one)).toEqual(book.of(one));
  });

  test('does not change what it was made from', () => {
    const stored = [{ 'SUP-1/a': { deaths: 1, passingRuns: 0 } }];
    new ItemMemoryBook(stored).note(one, { deaths: 2 });
    expect(stored).toEqual([{ 'SUP-1/a': { deaths: 1, passingRuns: 0 } }]);
  });
});

describe('what is to be stored', () => {
  const items = Array.from({ length: 1000 }, (_, n) => ({ queue: 'SUP-1', id: `item${n}` }));

  test('is nothing where nothing was changed, and each change once', () => {
    const book = new ItemMemoryBook([]);
    book.forget(one);
    book.keepOnly('SUP-1', new Set());
    expect(book.takeChanged().size).toBe(0);
    book.note(one, { deaths: 1 });
    expect(book.takeChanged().size).toBe(1);
    expect(book.takeChanged().size).toBe(0);
  });

  test('is nothing where what is noted is known', () => {
    const failure = { code: 'link_not_set', details: ['link'] } as const;
    const book = new ItemMemoryBook([]);
    book.note(one, { failure, errorWritten: true });
    const stored = partsOf(book);
    const later = new ItemMemoryBook(stored);
    later.note(one, { failure: { ...failure, details: ['link'] }, errorWritten: true });
    expect(later.takeChanged().size).toBe(0);
    later.note(one, { failure: { ...failure, details: ['other'] } });
    expect(storedOf(later)).toMatchObject({ 'SUP-1/a': { failure: { details: ['other'] } } });
  });

  test('is a small part of all, whichever item is changed', () => {
    const book = new ItemMemoryBook([]);
    for (const item of items) book.note(item, { deaths: 1 });
    book.takeChanged();
    for (const item of items) {
      book.note(item, { deaths: 2 });
      const [memories, ...others] = [...book.takeChanged().values()];
      expect(others).toEqual([]);
      expect(Object.keys(memories ?? {}).length).toBeLessThan(40);
    }
  });

  test('is empty for a part whose last item is forgotten', () => {
    const book = new ItemMemoryBook([]);
    book.note(one, { deaths: 1 });
    book.takeChanged();
    book.forget(one);
    expect([...book.takeChanged().values()]).toEqual([{}]);
  });

  test('is each in its own part, where a version before stored all in the first', () => {
    const before = { deaths: 1, passingRuns: 2 };
    const old = Object.fromEntries(items.map((item) => [itemName(item), before]));
    const book = new ItemMemoryBook([old]);
    const parts = partsOf(book);
    expect(Object.assign({}, ...parts)).toEqual(old);
    expect(parts.filter((part) => Object.keys(part).length > 40)).toEqual([]);
    expect(new ItemMemoryBook(parts).takeChanged().size).toBe(0);
    expect(items.every((item) => book.of(item).passingRuns === 2)).toBe(true);
  });
});
