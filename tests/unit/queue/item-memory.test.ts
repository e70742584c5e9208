import { describe, expect, test } from 'vitest';
import { ItemMemoryBook, itemMemoriesSchema, itemName } from '../../../src/queue/item-memory.ts';

const one = { queue: 'SUP-1', id: 'a' };
const other = { queue: 'SUP-1', id: 'b' };
const elsewhere = { queue: 'SUP-10', id: 'a' };

test('items of all queues have names of their own', () => {
  expect(new Set([one, other, elsewhere].map(itemName)).size).toBe(3);
});

describe('what is remembered of an item', () => {
  test('is nothing at first', () => {
    expect(new ItemMemoryBook({}).of(one)).toEqual({ deaths: 0, passingRuns: 0 });
  });

  test('adds up, and is the item`s own', () => {
    const book = new ItemMemoryBook({});
    book.note(one, { deaths: 1 });
    book.note(one, { passingRuns: 2 });
    expect(book.of(one)).toEqual({ deaths: 1, passingRuns: 2 });
    expect(book.of(other)).toEqual({ deaths: 0, passingRuns: 0 });
    expect(book.of(elsewhere)).toEqual({ deaths: 0, passingRuns: 0 });
  });

  test('is forgotten', () => {
    const book = new ItemMemoryBook({});
    book.note(one, { deaths: 1 });
    book.note(other, { deaths: 2 });
    book.forget(one);
    expect(book.toStored()).toEqual({ 'SUP-1/b': { deaths: 2, passingRuns: 0 } });
  });

  test('is forgotten with the items that are gone, in their queue alone', () => {
    const book = new ItemMemoryBook({});
    for (const item of [one, other, elsewhere]) book.note(item, { deaths: 1 });
    book.keepOnly('SUP-1', new Set(['b']));
    expect(Object.keys(book.toStored())).toEqual(['SUP-1/b', 'SUP-10/a']);
    book.keepOnly('SUP-1', new Set());
    expect(Object.keys(book.toStored())).toEqual(['SUP-10/a']);
  });

  test('comes back from where it was stored', () => {
    const book = new ItemMemoryBook({});
    const failure = { code: 'link_not_set', details: ['link'] } as const;
    book.note(one, { failure, errorVersion: 5, errorWritten: true });
    const stored = itemMemoriesSchema.parse(JSON.parse(JSON.stringify(book.toStored())));
    expect(new ItemMemoryBook(stored).of(one)).toEqual(book.of(one));
  });

  test('does not change what it was made from', () => {
    const stored = { 'SUP-1/a': { deaths: 1, passingRuns: 0 } };
    new ItemMemoryBook(stored).note(one, { deaths: 2 });
    expect(stored).toEqual({ 'SUP-1/a': { deaths: 1, passingRuns: 0 } });
  });
});
