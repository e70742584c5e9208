import { beforeEach, expect, test, vi } from 'vitest';
import type { ScannedItem, TimeRange } from '../../../src/activity/scan.ts';
import { keptItem, runEntry, scanned } from './entries.ts';
import { fakeChannel } from './fake-channel.ts';

/** The history, and how often its parts are read. */
let kept: ScannedItem[] = [];
/** What a scan waits for. */
let scanning = Promise.resolve();
const readAllRuns = vi.fn(async () => [runEntry()]);
const countItems = vi.fn(async () => kept.length);
const readItemsAfter = vi.fn(async (after: number) => kept.filter(({ id }) => id > after));
const newestItemId = vi.fn(async () => kept[0]?.id ?? 0);
async function* scanItems({ from, to }: TimeRange) {
  const found = kept.filter(({ at }) => at >= from && at <= to);
  await scanning;
  if (found.length > 0) yield found;
}
vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
vi.mock('../../../src/activity/scan.ts', async (original) => ({
  ...(await original<object>()),
  readAllRuns,
  countItems,
  readItemsAfter,
  newestItemId,
  scanItems,
}));
const { createActivityStore } = await import('../../../src/activity-page/store.ts');
const { noFilter } = await import('../../../src/activity-page/filter.ts');

const reads = () => ({
  runs: readAllRuns.mock.calls.length,
  items: readItemsAfter.mock.calls.length,
});
const ids = () => store.items.value.map(({ id }) => id);
const keep = (id: number, at = 1000) => kept.unshift(scanned(keptItem({ id, at })));
let tell: (message: unknown) => void;
let store: ReturnType<typeof createActivityStore>;

beforeEach(async () => {
  vi.useFakeTimers();
  // Those of the tests before hear no more.
  ({ tell } = fakeChannel());
  kept = [];
  keep(1);
  store = createActivityStore();
  await store.show(noFilter);
  vi.clearAllMocks();
});

/** Tells of news, and gives them the time that they may wait. */
async function hear(...messages: unknown[]): Promise<void> {
  for (const message of messages) tell(message);
  await vi.advanceTimersByTimeAsync(1000);
}

test('of news no more is read than they are about', async () => {
  keep(2);
  await hear('items');
  expect(reads()).toEqual({ runs: 0, items: 1 });
  expect(ids()).toEqual([2, 1]);
  await hear('runs');
  expect(reads()).toEqual({ runs: 1, items: 1 });
  await hear('items', 'runs', 'items');
  expect(reads()).toEqual({ runs: 2, items: 2 });
});

test('the log’s lines are no news to the history, and items that are not shown draw no list anew', async () => {
  const { rows, runs } = store;
  const before = rows.value;
  const runsBefore = runs.value;
  await hear('log', 'log');
  expect(reads()).toEqual({ runs: 0, items: 0 });
  await hear('items');
  expect(rows.value).toBe(before);
  expect(runs.value).toBe(runsBefore);
});

test.each([[null], [{ part: 'plans' }], ['plans']])(
  'of what another version says, %j, all is read',
  async (message) => {
    await hear(message);
    expect(reads()).toEqual({ runs: 1, items: 1 });
  },
);

test('what failed to be read is read with whatever news come next', async () => {
  readItemsAfter.mockRejectedValueOnce(new Error('Not now'));
  keep(2);
  await hear('items');
  expect(store.trouble.value).toContain('Not now');
  await hear('log');
  expect(store.trouble.value).toBeNull();
  expect(ids()).toEqual([2, 1]);
});

test('what is written while a search goes on is read after it', async () => {
  let end = () => {};
  scanning = new Promise((resolve) => {
    end = resolve;
  });
  const shown = store.show(noFilter);
  await vi.advanceTimersByTimeAsync(1000);
  keep(2);
  await hear('items');
  expect(ids()).toEqual([]);
  end();
  await shown;
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toEqual([2, 1]);
});

test('news wait while somebody has scrolled down', async () => {
  let isScrolled = true;
  store.holdBackWhile(() => isScrolled);
  keep(2);
  await hear('items', 'runs');
  expect(reads()).toEqual({ runs: 0, items: 0 });
  isScrolled = false;
  store.letNewsIn();
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toEqual([2, 1]);
  expect(reads()).toEqual({ runs: 1, items: 1 });
});

test('what is written while news are read is read after them', async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  readItemsAfter.mockImplementationOnce(async (after) => {
    const found = kept.filter(({ id }) => id > after);
    await answered;
    return found;
  });
  keep(2);
  await hear('items');
  keep(3);
  await hear('items');
  expect(reads().items).toBe(1);
  answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(readItemsAfter.mock.calls).toEqual([[1], [2]]);
  expect(ids()).toEqual([3, 2, 1]);
});

test('of news that fail to be read nothing is hidden by others that are read well', async () => {
  let fail = (_: Error) => {};
  readItemsAfter.mockReturnValueOnce(
    new Promise((_, reject) => {
      fail = reject;
    }),
  );
  keep(2);
  await hear('items');
  await hear('runs');
  fail(new Error('Not now'));
  await vi.advanceTimersByTimeAsync(0);
  // Those that came meanwhile are the next.
  expect(store.trouble.value).toBeNull();
  expect(ids()).toEqual([2, 1]);
  expect(reads()).toEqual({ runs: 1, items: 2 });
});

test('news show nothing from before the time that is asked for', async () => {
  const from = '2026-01-01T00:00';
  await store.show({ ...noFilter, from });
  expect(ids()).toEqual([]);
  keep(2);
  keep(3, Date.parse(from));
  await hear('items');
  expect(readItemsAfter.mock.calls).toEqual([[1]]);
  expect(ids()).toEqual([3]);
});

test('a search that fails is over, and the next news search anew', async () => {
  const query = 'sup-7';
  scanning = Promise.reject(new Error('Not now'));
  await store.show({ ...noFilter, query });
  expect(store.trouble.value).toContain('Not now');
  expect(store.isSearching.value).toBe(false);
  expect(store.isSearchDue.value).toBe(true);
  expect(ids()).toEqual([]);
  scanning = Promise.resolve();
  await hear('log');
  expect(store.trouble.value).toBeNull();
  expect(store.filter.value.query).toBe(query);
  expect(store.isSearchDue.value).toBe(false);
  expect(ids()).toEqual([1]);
  // What another filter found is not what this one finds.
  store.choose([1], true);
  scanning = Promise.reject(new Error('Not now'));
  await store.show(noFilter);
  expect([ids(), store.chosen.value.size]).toEqual([[], 0]);
  scanning = Promise.resolve();
  await hear('log');
  expect(ids()).toEqual([1]);
  // That one came to its end: what comes now is read alone.
  keep(2);
  await hear('items');
  expect(reads()).toEqual({ runs: 4, items: 1 });
  expect(ids()).toEqual([2, 1]);
});

test('what becomes of a search that another has taken the place of is not told', async () => {
  let fail = (_: Error) => {};
  scanning = new Promise((_, reject) => {
    fail = reject;
  });
  const before = store.show(noFilter);
  await vi.advanceTimersByTimeAsync(0);
  scanning = Promise.resolve();
  await store.show({ ...noFilter, query: 'sup-7' });
  fail(new Error('Not now'));
  await before;
  expect(store.trouble.value).toBeNull();

  let end = () => {};
  scanning = new Promise((resolve) => {
    end = resolve;
  });
  const givenUp = store.show(noFilter);
  await vi.advanceTimersByTimeAsync(0);
  readAllRuns.mockRejectedValueOnce(new Error('Nor this'));
  await store.show(noFilter);
  end();
  await givenUp;
  expect(store.trouble.value).toContain('Nor this');
});

test('what is shown is just found when a search ends, and no more once there are news', async () => {
  expect(store.isJustFound.value).toBe(true);
  await hear('items');
  expect(store.isJustFound.value).toBe(false);
  const shown = store.show(noFilter);
  expect(store.isJustFound.value).toBe(false);
  await shown;
  expect(store.isJustFound.value).toBe(true);
});
