import { beforeEach, expect, test, vi } from 'vitest';
import { toStored } from '../../../src/activity/entries.ts';
import type { TimeRange } from '../../../src/activity/scan.ts';
import { keptItem } from '../activity-page/entries.ts';
import { FakeStore, ranges } from './fake-store.ts';

const store = new FakeStore<unknown>();
vi.mock('../../../src/activity/database.ts', () => ({
  database: async () => ({ transaction: () => ({ store }) }),
}));
vi.stubGlobal('IDBKeyRange', ranges);
const { allTimes, newestItemId, readItemsAfter, scanItems } = await import(
  '../../../src/activity/scan.ts'
);

beforeEach(() => store.records.clear());

/** One item at each ten milliseconds, of which the first ones were let go. */
function keep(first: number, last: number): void {
  for (let id = first; id <= last; id += 1) {
    store.records.set(id, toStored(keptItem({ at: id * 10 })));
  }
}

const ids = (items: readonly { id: number }[]) => items.map(({ id }) => id);
const downFrom = (newest: number, oldest: number) =>
  Array.from({ length: newest - oldest + 1 }, (_, at) => newest - at);

test.each([
  ['all', 0, Number.MAX_SAFE_INTEGER, [1300, 101]],
  ['both ends', 3000, 9000, [900, 300]],
  ['between two items', 3001, 3019, [301, 301]],
])(
  'the items of a time come newest first, a few at a time: %s',
  async (_, from, to, [newest = 0, oldest = 0]) => {
    keep(101, 1300);
    const found: number[] = [];
    for await (const some of scanItems({ from, to })) {
      expect(some.length).toBeLessThanOrEqual(500);
      found.push(...ids(some));
    }
    expect(found).toEqual(downFrom(newest, oldest));
  },
);

test.each([
  ['before the first', 0, 1000],
  ['after the last', 13_001, Number.MAX_SAFE_INTEGER],
])('a time without items has none: %s', async (_, from, to) => {
  keep(101, 1300);
  expect((await scanItems({ from, to }).next()).done).toBe(true);
});

test('an empty history has none', async () => {
  expect((await scanItems(allTimes).next()).done).toBe(true);
});

async function scanned(range: TimeRange): Promise<number[]> {
  const found: number[] = [];
  for await (const some of scanItems(range)) found.push(...ids(some));
  return found;
}

function keepAt(times: Readonly<Record<number, number>>): void {
  for (const [id, at] of Object.entries(times)) {
    store.records.set(Number(id), toStored(keptItem({ at })));
  }
}

test('all is found where what was broken off was kept after what it had begun before', async () => {
  keepAt({ 3: 50, 4: 60, 5: 10, 6: 10 });
  expect(await scanned(allTimes)).toEqual([6, 5, 4, 3]);
});

test('what is of a time is found, and nothing else, where the clock was set back', async () => {
  keepAt({ 1: 10, 2: 900, 3: 20, 4: 30 });
  expect(await scanned({ from: 20, to: 30 })).toEqual([4, 3]);
  expect(await scanned({ ...allTimes, from: 15 })).toEqual([4, 3, 2]);
});

test('the items after one are those that came later, but for what is none', async () => {
  expect(await newestItemId()).toBe(0);
  keep(1, 5);
  store.records.set(4, { at: 40 });
  expect(await newestItemId()).toBe(5);
  expect(ids(await readItemsAfter(2))).toEqual([5, 3]);
});
