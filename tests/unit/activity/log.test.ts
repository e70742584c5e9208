import { beforeEach, expect, test, vi } from 'vitest';
import { fakeChannel } from '../activity-page/fake-channel.ts';
import { FakeStore, ranges } from './fake-store.ts';

const store = new FakeStore<unknown>();
const transaction = () => ({ store, done: Promise.resolve() });
vi.mock('../../../src/storage/database.ts', () => ({
  keptOpen: () => async () => ({ transaction }),
}));
vi.stubGlobal('IDBKeyRange', ranges);
fakeChannel();
const { addLines, linesKept, readLinesAfter } = await import('../../../src/activity/log.ts');

beforeEach(() => store.records.clear());

/** So many lines in one write, numbered as they come. */
async function write(count: number, from: number): Promise<void> {
  const at = (place: number) => ({ at: from + place, level: 'info', event: 'request' }) as const;
  await addLines(Array.from({ length: count }, (_, place) => ({ ...at(place), details: [] })));
}

test('the log keeps the last 10,000 lines, and few more', async () => {
  const kept = () => [...store.records.values()].flat().length;
  // Of which 99 are one less than is kept: no more than the last of those before may go.
  const atOnce = 101;
  for (let written = atOnce; written <= 140 * atOnce; written += atOnce) {
    await write(atOnce, written - atOnce + 1);
    expect(kept()).toBeGreaterThanOrEqual(Math.min(written, 10_000));
    expect(kept()).toBeLessThan(11_000);
  }
  expect(linesKept).toBe(10_000);
  const lines = await readLinesAfter(0);
  expect(lines[0]).toMatchObject({ id: 14_140, at: 14_140 });
  expect(lines.every(({ id, at }) => id === at)).toBe(true);
  expect(lines).toHaveLength(kept());
});

test('the lines after one are read newest first, also where others were written with that one', async () => {
  await write(3, 1);
  await write(0, 4);
  await write(2, 4);
  store.records.set(6, { at: 6, level: 'shout' });
  const idsAfter = async (id: number) => (await readLinesAfter(id)).map((line) => line.id);
  expect(await idsAfter(0)).toEqual([5, 4, 3, 2, 1]);
  expect(await idsAfter(2)).toEqual([5, 4, 3]);
  expect(await idsAfter(5)).toEqual([]);
});
