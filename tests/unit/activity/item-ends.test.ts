import { expect, test, vi } from 'vitest';
import { toStored } from '../../../src/activity/entries.ts';
import { keptItem } from '../activity-page/entries.ts';

/** As much of IndexedDB as is read of a run's items: those of another came in between. */
const mine = (id: number) => id <= 700 || id > 900;
const ids = Array.from({ length: 2400 }, (_, at) => at + 1).filter(mine);
const atOnce: number[] = [];
const stored = (of: readonly number[]) => {
  atOnce.push(of.length);
  return of.map((id) => toStored(keptItem({ id, itemId: String(id) })));
};
const index = { getAllKeys: async () => ids, getAll: async () => stored(ids) };
const store = {
  index: () => index,
  getAll: async ([least, most]: [number, number]) =>
    stored(Array.from({ length: most - least + 1 }, (_, at) => least + at)),
};
const transaction = () => ({ store });
vi.mock('../../../src/activity/database.ts', () => ({ database: async () => ({ transaction }) }));
vi.stubGlobal('IDBKeyRange', {
  only: (key: unknown) => key,
  bound: (least: number, most: number) => [least, most],
});

const { readItemEnds } = await import('../../../src/activity/history.ts');

test('of a long run no more than how its items ended is kept, and few entries are read at once', async () => {
  const ends = await readItemEnds('run-1');
  expect(ends.map(({ itemId }) => itemId)).toEqual(ids.map(String));
  const [first] = ends;
  expect(first).toEqual({ queue: 'SUP-1', itemId: '1', issueKey: 'SUP-7', outcome: 'done' });
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(500);
});
