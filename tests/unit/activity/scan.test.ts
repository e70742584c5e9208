import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { allTimes, scanItems, type TimeRange } from '../../../src/activity/scan.ts';

/** As much of IndexedDB as a scan calls: Node has none. */

interface Range {
  has(value: number): boolean;
}

/** The times of items by their numbers. */
let items: Map<number, number>;

vi.mock('../../../src/activity/database.ts', () => ({
  database: async () => ({ transaction: () => ({ store }) }),
}));

const numbers = () => [...items.keys()].sort((one, other) => one - other);
const byTime = () => numbers().sort((one, other) => timeOf(one) - timeOf(other));
const timeOf = (id: number) => items.get(id) ?? 0;
const store = {
  getAllKeys: async (range: Range) => numbers().filter((id) => range.has(id)),
  getAll: async (range: Range) => numbers().flatMap((id) => (range.has(id) ? entryAt(id) : [])),
  openKeyCursor: async (_: null, direction?: 'prev') => {
    const id = direction === 'prev' ? numbers().at(-1) : numbers()[0];
    return id === undefined ? null : { primaryKey: id };
  },
  index: () => ({
    getAllKeys: async (range: Range) => byTime().filter((id) => range.has(timeOf(id))),
  }),
};

function entryAt(id: number) {
  const at = timeOf(id);
  const item = { queue: 'SUP-1', itemId: `i${id}`, text: 'SUP-2', issueKey: 'SUP-2' };
  return { ...item, runId: 'run', at, outcome: 'done', failure: null, resource: null };
}

beforeEach(() => {
  vi.stubGlobal('IDBKeyRange', {
    bound: (lower: number, upper: number): Range => ({
      has: (value) => value >= lower && value <= upper,
    }),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function scanned(range: TimeRange): Promise<number[]> {
  const found: number[] = [];
  for await (const some of scanItems(range)) found.push(...some.map(({ id }) => id));
  return found;
}

test('all is found where what was broken off was kept after what it had begun before', async () => {
  items = new Map([
    [3, 50],
    [4, 60],
    [5, 10],
    [6, 10],
  ]);
  expect(await scanned(allTimes)).toEqual([6, 5, 4, 3]);
});

test('what is of a time is found, and nothing else, where the clock was set back', async () => {
  items = new Map([
    [1, 10],
    [2, 900],
    [3, 20],
    [4, 30],
  ]);
  expect(await scanned({ from: 20, to: 30 })).toEqual([4, 3]);
  expect(await scanned({ ...allTimes, from: 15 })).toEqual([4, 3, 2]);
});

test('a long history comes a few at a time, and an empty one not at all', async () => {
  items = new Map(Array.from({ length: 1200 }, (_, at) => [at + 1, at]));
  const found = await scanned(allTimes);
  expect(found).toEqual(numbers().reverse());
  items = new Map();
  expect(await scanned(allTimes)).toEqual([]);
  expect(await scanned({ from: 1, to: 2 })).toEqual([]);
});
