import { signal } from '@preact/signals';
import { beforeEach, expect, test, vi } from 'vitest';
import type { KeptItem } from '../../../src/activity/entries.ts';
import { itemRow } from '../../../src/activity-page/timeline.ts';
import { keptItem, runEntry, scanned } from './entries.ts';

/** What can still be read of the history. */
let readable: (id: number) => boolean = () => true;
const readItemsById = vi.fn(
  async (ids: readonly number[]): Promise<KeptItem[]> =>
    ids.filter(readable).map((id) => keptItem({ id })),
);
vi.mock('../../../src/activity/history.ts', () => ({
  // The imports above load it before the line above is run.
  readItemsById: (ids: readonly number[]) => readItemsById(ids),
}));
const { exportShown } = await import('../../../src/activity-page/export.ts');

/** More than are read at a time. */
const shown = {
  items: signal(
    Array.from({ length: 1200 }, (_, at) => itemRow(scanned(keptItem({ id: 1200 - at })))),
  ),
  runs: signal([runEntry(), runEntry({ id: 'run-2' })]),
};
let saved: Blob | undefined;
const link = { href: '', download: '', click: () => {} };

beforeEach(() => {
  vi.useFakeTimers();
  saved = undefined;
  readable = () => true;
  vi.stubGlobal('document', { createElement: () => link });
  vi.spyOn(URL, 'createObjectURL').mockImplementation((content) => {
    if (content instanceof Blob) saved = content;
    return 'blob:it';
  });
});

test.each([
  ['all', () => true, 1200],
  ['all but the first', (id: number) => id <= 700, 700],
  ['all but some in between', (id: number) => id <= 200 || id > 700, 700],
  ['none', () => false, 0],
])('where %s can be read, both files are whole', async (_, isReadable, count) => {
  readable = isReadable;
  await exportShown(shown, 'json');
  const json = JSON.parse((await saved?.text()) ?? '');
  expect(json.items).toHaveLength(count);
  expect(json.runs).toEqual([runEntry()]);
  await exportShown(shown, 'csv');
  const lines = (await saved?.text())?.trim().split('\r\n') ?? [];
  expect(lines).toHaveLength(1 + count);
  expect(lines[0]).toMatch(/^time,run,/);
});

test('whoever asked hears of what can’t be read, and no file is saved', async () => {
  readItemsById.mockRejectedValueOnce(new Error('Not now'));
  await expect(exportShown(shown, 'json')).rejects.toThrow('Not now');
  expect(saved).toBeUndefined();
});
