import { expect, test, vi } from 'vitest';
import { groupsOf } from '../../../src/background/preview.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));

/** The history, as far as it is read here. */
vi.mock('../../../src/activity/history.ts', () => ({
  readItems: async () => [],
  readItemsById: async (ids: readonly number[]) => ids.map(entry),
}));

function entry(id: number) {
  return {
    id,
    issueKey: 'SUP-2',
    queue: '',
    itemId: '',
    outcome: 'done',
    changes: [{ field: 'a' }],
  };
}

test('entries are taken back from the newest on, in whichever order they were chosen', async () => {
  for (const ids of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 2, 1],
  ]) {
    const [group] = await groupsOf({ type: 'undo_items', ids });
    expect(group?.entries).toMatchObject([{ id: 3 }, { id: 2 }, { id: 1 }]);
  }
});
