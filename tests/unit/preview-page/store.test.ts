import { signal } from '@preact/signals';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Planned } from '../../../src/plans/entries.ts';
import type { Preview } from '../../../src/status/preview.ts';
import { planned } from './entries.ts';

let plans: Planned[] = [];
let answer: Promise<{ ok: boolean }>;
const sendMessage = vi.fn((_command: { previewId: string }) => answer);

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id },
    runtime: { sendMessage },
  },
}));
const readPlans = vi.fn(async (_after: number) => plans);
vi.mock('../../../src/plans/store.ts', () => ({ readPlans: (after: number) => readPlans(after) }));
const { emptyPreview } = await import('../../../src/status/preview.ts');
const { createPreviewStore } = await import('../../../src/preview-page/store.ts');

/** The page, how it looks again at what the worker then finds, and what is found while it looks. */
function aPage() {
  const stored = signal<Preview | null>(null);
  const store = createPreviewStore(stored);
  const find = async (endedAt: number | null, ...found: Planned[]) => {
    plans = found;
    const id = sendMessage.mock.lastCall?.[0].previewId ?? '';
    stored.value = { ...emptyPreview(id, { type: 'all' }), startedAt: 1, endedAt, revision: 1 };
    await vi.waitFor(() => expect(store.counts.value.all).toBe(found.length));
  };
  const look = async (...found: Planned[]) => {
    await store.look(null);
    await find(2, ...found);
  };
  return { stored, store, look, find };
}

/** What the page was told to read is read by the next turn: nothing here takes longer. */
const allRead = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  vi.stubGlobal('location', { hash: '#queue' });
  vi.stubGlobal('history', { replaceState: () => undefined });
  sendMessage.mockClear();
  answer = Promise.resolve({ ok: true });
});

test('a filter stays over another look, unless there is nothing of it any more', async () => {
  const { store, look } = aPage();
  await look(planned('1', 'write'), planned('2', 'defer'));
  store.showOnly('defer');
  await look(planned('1', 'unchanged'), planned('2', 'defer'));
  expect(store.filter.value).toBe('defer');
  expect(store.shown.value).toHaveLength(1);
  await look(planned('1', 'unchanged'), planned('2', 'unchanged'));
  expect(store.filter.value).toBe('all');
  expect(store.shown.value).toHaveLength(2);
  // Nobody has chosen it again.
  await look(planned('1', 'unchanged'), planned('2', 'defer'));
  expect(store.filter.value).toBe('all');
  expect(store.shown.value).toHaveLength(2);
});

test('a filter stays while a look has found nothing of it yet', async () => {
  const { store, look, find } = aPage();
  await look(planned('1', 'write'), planned('2', 'defer'));
  store.showOnly('defer');
  await store.look(null);
  await find(null, planned('1', 'write'));
  expect(store.filter.value).toBe('defer');
  store.showOnly('all');
  await find(2, planned('1', 'write'), planned('2', 'defer'));
  expect(store.filter.value).toBe('all');
});

test('a choice is let go of once it was taken, and not where the worker refuses', async () => {
  const { store, look } = aPage();
  await look(planned('1', 'write'), planned('2', 'write'), planned('3', 'write'));
  store.choose('1', true);
  store.choose('2', true);
  answer = Promise.resolve({ ok: false });
  await store.applyChosen();
  expect(store.trouble.value).toBe('command_refused');
  expect([...store.chosen.value]).toEqual(['1', '2']);
  answer = Promise.reject(new Error('No worker'));
  await store.applyChosen();
  expect([...store.chosen.value]).toEqual(['1', '2']);

  answer = Promise.resolve({ ok: true });
  const applied = store.applyChosen();
  // Of what is chosen meanwhile nobody has asked anything yet.
  store.choose('3', true);
  await applied;
  expect(store.trouble.value).toBe(null);
  expect([...store.chosen.value]).toEqual(['3']);
});

test('a double click asks once', async () => {
  const { store, look } = aPage();
  await look(planned('1', 'write'));
  store.choose('1', true);
  sendMessage.mockClear();
  await Promise.all([store.applyChosen(), store.applyChosen()]);
  expect(sendMessage).toHaveBeenCalledOnce();
  store.choose('1', true);
  await store.applyChosen();
  expect(sendMessage).toHaveBeenCalledTimes(2);
});

test('a preview that could not begin shows none of the plans that another one has left', async () => {
  const { stored, store, look } = aPage();
  await look(planned('1', 'write'), planned('2', 'write'));
  await store.look(null);
  const id = sendMessage.mock.lastCall?.[0].previewId ?? '';
  readPlans.mockClear();
  const ended = { ...emptyPreview(id, { type: 'all' }), startedAt: 2, endedAt: 3 };
  stored.value = ended;
  await allRead();
  expect(store.preview.value).toBe(ended);
  expect(readPlans).not.toHaveBeenCalled();
  expect(store.toApply.value).toEqual([]);
  // The first of its own, should there be any, are all read.
  stored.value = { ...ended, revision: 1 };
  await allRead();
  expect(readPlans).toHaveBeenCalledWith(0);
  expect(store.toApply.value).toHaveLength(2);
});

test('what a command said stays while the page reads on, until another is given', async () => {
  const { store, look, find } = aPage();
  await look(planned('1', 'write'));
  answer = Promise.resolve({ ok: false });
  await store.applyAll();
  await find(null, planned('1', 'write'), planned('2', 'write'));
  await allRead();
  expect(store.trouble.value).toBe('command_refused');
  answer = Promise.resolve({ ok: true });
  await store.applyAll();
  expect(store.trouble.value).toBe(null);
});

test('not all can be applied while some were not read, nor is a command the end of that', async () => {
  const { stored, store, look } = aPage();
  await look(planned('1', 'write'));
  await allRead();
  expect(store.isWhole.value).toBe(true);
  readPlans.mockRejectedValueOnce(new Error('No database'));
  const next = { ...emptyPreview(stored.value?.id ?? '', { type: 'all' }), startedAt: 1 };
  stored.value = { ...next, endedAt: 3, revision: 2 };
  expect(store.isWhole.value).toBe(false);
  await allRead();
  await store.applyChosen();
  expect(store.unread.value).toBe('command_failed');
  expect(store.isWhole.value).toBe(false);

  plans = [planned('1', 'write'), planned('2', 'write')];
  stored.value = { ...next, endedAt: 4, revision: 2 };
  await allRead();
  expect(store.unread.value).toBe(null);
  expect(store.isWhole.value).toBe(true);
  expect(store.toApply.value).toHaveLength(2);
  // While more are to come, they are not all.
  stored.value = { ...next, endedAt: null, revision: 3 };
  await allRead();
  expect(store.isWhole.value).toBe(false);
});

test('a preview without plans is said to be replaced once another is stored, not by its own next', async () => {
  const { stored, store, look } = aPage();
  const other = emptyPreview('other', { type: 'all' });
  stored.value = other;
  await look();
  expect(store.isReplaced.value).toBe(false);
  // The next one has yet to come.
  await store.look(null);
  expect(store.isReplaced.value).toBe(false);
  await look();
  // Saved settings have it made anew.
  stored.value = null;
  expect(store.isReplaced.value).toBe(false);
  stored.value = other;
  expect(store.isReplaced.value).toBe(true);
  await store.look(null);
  expect(store.isReplaced.value).toBe(false);
});

test('the title says what was done once nothing is left to apply', async () => {
  const { store, look } = aPage();
  const applied = { ...planned('1', 'write'), became: 'applied' as const };
  await look(planned('1', 'postpone'));
  expect(store.title.value).toBe('preview_title');
  await look(applied, planned('2', 'write'));
  expect(store.title.value).toBe('preview_title');
  await look(applied, planned('2', 'left_alone'));
  expect(store.title.value).toBe('preview_title_over');
  vi.stubGlobal('location', { hash: '#undo-run=run-1' });
  await look(planned('1', 'write'));
  expect(store.title.value).toBe('preview_undo_title');
  await look(applied);
  expect(store.title.value).toBe('preview_undo_title_over');
});

test.each([
  ['comes', () => [planned('1', 'write'), planned('2', 'write')]],
  ['fails', () => Promise.reject(new Error('No database'))],
])('what is still read of a preview is not the next one’s: it %s', async (_, outcome) => {
  const { stored, store, look } = aPage();
  await look(planned('1', 'write'));
  const before = stored.value;
  expect.assert(before !== null);
  let come = () => {};
  const isComing = new Promise<void>((resolve) => {
    come = resolve;
  });
  readPlans.mockImplementationOnce(() => isComing.then(outcome));
  stored.value = { ...before, revision: 2 };
  // This one waits for it.
  stored.value = { ...before, revision: 3 };
  await allRead();
  await store.look(null);
  store.showOnly('defer');
  readPlans.mockClear();
  come();
  await allRead();
  expect(store.counts.value.all).toBe(0);
  expect(store.filter.value).toBe('defer');
  expect(store.unread.value).toBe(null);
  expect(readPlans).not.toHaveBeenCalled();
});

test('what was wanted of an undo is not wanted of another one', async () => {
  vi.stubGlobal('location', { hash: '#undo-run=run-1' });
  const { store, look } = aPage();
  await look(planned('1', 'write'), planned('2', 'left_alone'));
  store.showOnly('left_alone');
  store.uncheckToo.value = true;
  await look(planned('1', 'write'), planned('2', 'left_alone'));
  expect([store.filter.value, store.uncheckToo.value]).toEqual(['left_alone', true]);
  vi.stubGlobal('location', { hash: '#undo-run=run-2' });
  await look(planned('3', 'write'), planned('4', 'left_alone'));
  expect([store.filter.value, store.uncheckToo.value]).toEqual(['all', false]);
});
