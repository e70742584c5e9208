import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stretchesOf, trimHistory } from '../../../src/activity/history.ts';

/** As much of IndexedDB as trimming calls: Node has none. */

const dayMs = 86_400_000;
const now = 1000 * dayMs;

interface Range {
  has(value: number): boolean;
}

let items: Map<number, { at: number }>;
let runs: Map<string, { startedAt: number }>;

vi.mock('../../../src/activity/database.ts', () => ({
  database: async () => ({
    transaction: () => ({
      done: Promise.resolve(),
      objectStore: (name: string) => (name === 'items' ? itemStore : runStore),
    }),
  }),
}));

const itemStore = {
  openKeyCursor: async () => ({ key: Math.max(...items.keys()) }),
  index: () => ({
    getAllKeys: async (range: Range) =>
      [...items]
        .filter(([, { at }]) => range.has(at))
        .sort(([, one], [, other]) => one.at - other.at)
        .map(([key]) => key),
  }),
  delete: async (range: Range) => {
    for (const key of [...items.keys()].filter((one) => range.has(one))) items.delete(key);
  },
};
const runStore = {
  count: async () => runs.size,
  index: () => ({
    count: async (range: Range) =>
      [...runs.values()].filter(({ startedAt }) => range.has(startedAt)).length,
    getAllKeys: async (_: null, most: number) =>
      [...runs]
        .sort(([, one], [, other]) => one.startedAt - other.startedAt)
        .slice(0, most)
        .map(([id]) => id),
  }),
  delete: async (id: string) => runs.delete(id),
};

beforeEach(() => {
  items = new Map();
  runs = new Map();
  vi.stubGlobal('IDBKeyRange', {
    upperBound: (upper: number, isOpen = false): Range => ({
      has: (value) => value < upper || (value === upper && !isOpen),
    }),
    bound: (lower: number, upper: number): Range => ({
      has: (value) => value >= lower && value <= upper,
    }),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Entries that were made so many days ago, as the clock had it, in the order they were made. */
function madeDaysAgo(...days: number[]): void {
  items = new Map(days.map((ago, index) => [index + 1, { at: now - ago * dayMs }]));
}

const left = () => [...items.keys()];

test('the history lets go of what is too old', async () => {
  madeDaysAgo(100, 91, 89, 1);
  await trimHistory({ days: 90, items: 100 }, now);
  expect(left()).toEqual([3, 4]);
});

test('and of the oldest past the number that is kept', async () => {
  madeDaysAgo(4, 3, 2, 1);
  await trimHistory({ days: 90, items: 3 }, now);
  expect(left()).toEqual([2, 3, 4]);
});

test('and of runs that are too old, and of the oldest past the number that is kept', async () => {
  const begunDaysAgo = (...days: number[]) => {
    runs = new Map(days.map((ago, index) => [`run-${index}`, { startedAt: now - ago * dayMs }]));
  };
  begunDaysAgo(100, 91, 89, 1);
  await trimHistory({ days: 90, items: 100 }, now);
  expect([...runs.keys()]).toEqual(['run-2', 'run-3']);
  begunDaysAgo(2, ...Array.from({ length: 2000 }, () => 1));
  await trimHistory({ days: 90, items: 100 }, now);
  expect(runs.size).toBe(2000);
  expect(runs.has('run-0')).toBe(false);
});

test('and of nothing else where a clock was set far back for a while', async () => {
  madeDaysAgo(91, 5, 4, 400, 399, 1);
  await trimHistory({ days: 90, items: 100 }, now);
  expect(left()).toEqual([2, 3, 6]);
});

test.each([
  [[], []],
  [[3], [[3, 3]]],
  [[1, 2, 3], [[1, 3]]],
  [
    [9, 1, 8, 2, 5],
    [
      [1, 2],
      [5, 5],
      [8, 9],
    ],
  ],
])('the keys %j are the stretches %j', (keys, stretches) => {
  expect(stretchesOf(keys)).toEqual(stretches);
});
