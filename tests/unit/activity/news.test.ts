import { expect, test, vi } from 'vitest';
import { keptItem, runEntry } from '../activity-page/entries.ts';
import { fakeChannel } from '../activity-page/fake-channel.ts';

/** A database that takes whatever it is given. */
const store = {
  add: async () => 0,
  put: async () => 0,
  openKeyCursor: async () => null,
};
const transaction = () => ({ store, objectStore: () => store, done: Promise.resolve() });
vi.mock('../../../src/storage/database.ts', () => ({
  keptOpen: () => async () => ({ transaction, put: store.put }),
}));
const { told } = fakeChannel();
const { addItems, addRun, keepIntents } = await import('../../../src/activity/history.ts');
const { addLines } = await import('../../../src/activity/log.ts');

test('each writing is announced with what it is a part of', async () => {
  await addItems([keptItem()], new Map());
  await addRun(runEntry());
  await addLines([{ at: 0, level: 'info', event: 'request', details: [] }]);
  // No page shows them.
  await keepIntents(new Map([[1, [keptItem()]]]));
  expect(told).toEqual(['items', 'runs', 'log']);
});
