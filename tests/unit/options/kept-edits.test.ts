import { beforeEach, expect, test, vi } from 'vitest';
import { draftOf } from '../../../src/options/draft.ts';
import type { KeptEdits } from '../../../src/options/kept-edits.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';

let session: Record<string, unknown> = {};
/** Locks of this page and of others that are open. */
let held: { name: string }[] = [];

vi.mock('webextension-polyfill', () => ({
  default: {
    storage: {
      session: {
        get: async () => session,
        set: async (values: object) => void Object.assign(session, values),
        remove: async (key: string) => void delete session[key],
      },
    },
  },
}));
vi.stubGlobal('navigator', {
  locks: {
    request: (name: string, work: () => Promise<void>) => {
      held.push({ name });
      return work();
    },
    query: async () => ({ held }),
  },
});
const { openEditKeeper } = await import('../../../src/options/kept-edits.ts');

const from = draftOf(defaultSettings);
const editsAt = (at: number): KeptEdits => ({
  at,
  edits: { historyDays: String(at) },
  from: { historyDays: from.historyDays },
  field: 'historyDays',
  hadToken: false,
});

beforeEach(() => {
  session = {};
  held = [];
});

test('a page takes up what the page left that was edited last of those that are closed', async () => {
  Object.assign(session, {
    edits_a: editsAt(1),
    edits_b: editsAt(3),
    edits_c: editsAt(2),
    edits_open: editsAt(9),
    edits_broken: { at: 8 },
    other: editsAt(9),
  });
  held = [{ name: 'edits_open' }];
  expect((await openEditKeeper()).left).toEqual(editsAt(3));
  expect(Object.keys(session)).not.toContain('edits_b');
  expect((await openEditKeeper()).left).toEqual(editsAt(2));
  expect((await openEditKeeper()).left).toEqual(editsAt(1));
  expect((await openEditKeeper()).left).toBeNull();
});

test('what a page keeps is taken up by none while it is open', async () => {
  const { keep } = await openEditKeeper();
  keep(editsAt(1));
  await vi.waitFor(() => expect(Object.values(session)).toEqual([editsAt(1)]));
  expect((await openEditKeeper()).left).toBeNull();
  keep(null);
  await vi.waitFor(() => expect(session).toEqual({}));
});
