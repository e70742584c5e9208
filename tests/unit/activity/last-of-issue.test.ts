import { expect, test, vi } from 'vitest';
import { toStored } from '../../../src/activity/entries.ts';
import { keptItem } from '../activity-page/entries.ts';

/** As the index of an issue with a long history: a cursor is all that can be had of it. */
const newest = 10_000;
const read = vi.fn((id: number) => toStored(keptItem({ at: id })));
const cursorAt = (id: number): object => ({
  ...{ primaryKey: id, value: read(id), continue: async () => cursorAt(id - 1) },
});
const index = { openCursor: async (_: unknown, way: string) => way === 'prev' && cursorAt(newest) };
const transaction = () => ({ store: { index: () => index } });
vi.mock('../../../src/activity/database.ts', () => ({ database: async () => ({ transaction }) }));
vi.stubGlobal('IDBKeyRange', { only: (key: unknown) => key });

const { readLastOfIssue } = await import('../../../src/activity/history.ts');

test('the last entries of an issue are read without those before them', async () => {
  const items = await readLastOfIssue('SUP-7', 5);
  expect(items.map(({ id }) => id)).toEqual([10_000, 9_999, 9_998, 9_997, 9_996]);
  expect(read.mock.calls.length).toBeLessThan(10);
});
