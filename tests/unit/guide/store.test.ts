import { signal } from '@preact/signals';
import { beforeEach, expect, test, vi } from 'vitest';
import { defaultSettings } from '../../../src/settings/schema.ts';
import type { Token } from '../../../src/settings/token.ts';
import { checkNames, noFindings } from '../../../src/setup/checks.ts';
import { said } from '../../../src/setup/finding.ts';
import type { Preview } from '../../../src/status/preview.ts';

const areas: Record<string, Record<string, unknown>> = { local: {}, session: {} };
let isFull = false;

function area(name: 'local' | 'session') {
  return {
    get: async () => ({ ...areas[name] }),
    set: async (values: object) => {
      if (isFull) throw new Error('QuotaExceeded');
      areas[name] = { ...areas[name], ...structuredClone(values) };
    },
    remove: async () => undefined,
  };
}

const listener = { addListener: () => undefined };
vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: { getUILanguage: () => 'en', getMessage: () => 'en' },
    alarms: { create: async () => undefined },
    permissions: { contains: async () => true, onAdded: listener, onRemoved: listener },
    storage: { local: area('local'), session: area('session'), onChanged: listener },
  },
}));
/** What has the lock, or waits for it, one after the other. */
let lock: Promise<unknown> = Promise.resolve();
vi.stubGlobal('navigator', {
  locks: {
    request: (_: string, work: () => Promise<unknown>) => {
      lock = lock.then(work, work);
      return lock;
    },
  },
});
/** What the worker has found, without one. */
const findings = signal(noFindings);
vi.mock('../../../src/options/probing.ts', () => ({
  createProbing: () => ({ findings, probe: async () => undefined }),
  onceSettled: () => undefined,
}));

const { createGuideStore } = await import('../../../src/guide/store.ts');
const { emptyPreview } = await import('../../../src/status/preview.ts');
const { withMapped } = await import('../../../src/options/draft.ts');
const { applyUntilRestart, loadSettings, saveSome } = await import(
  '../../../src/settings/store.ts'
);

beforeEach(() => {
  areas.local = {};
  areas.session = {};
  findings.value = noFindings;
  isFull = false;
});

/** The guide as it is opened on what is stored, and what tells it of what is stored then. */
async function aGuide(token: Token | null = null) {
  const loaded = signal(await loadSettings());
  const store = createGuideStore({ loaded, token: signal(token) }, signal(null));
  const tell = async () => {
    loaded.value = await loadSettings();
  };
  return { store, tell };
}

test('a field that is chosen while another is stored is kept as well', async () => {
  const { store } = await aGuide();
  store.edit('linkField', 'link');
  const first = store.keepFields();
  store.edit('errorField', 'error');
  await Promise.all([first, store.keepFields()]);
  expect((await loadSettings()).stored).toMatchObject({ linkField: 'link', errorField: 'error' });
});

test('a field that another page has stored meanwhile is not stored over unseen', async () => {
  const { store } = await aGuide();
  store.edit('linkField', 'link');
  await saveSome({ linkField: 'theirs' });
  await store.keepFields();
  expect((await loadSettings()).stored.linkField).toBe('theirs');
});

test('a field that was stored stands there before the page is told of it, and others with it', async () => {
  const { store, tell } = await aGuide();
  const choose = (key: 'lesson.name' | 'task.name') => {
    const { fieldMapping } = store.draft.value;
    store.edit('fieldMapping', withMapped(fieldMapping, key, { field: key }));
    return store.keepFields();
  };
  await choose('lesson.name');
  await choose('task.name');
  const both = { 'lesson.name': { field: 'lesson.name' }, 'task.name': { field: 'task.name' } };
  expect((await loadSettings()).stored.fieldMapping).toMatchObject(both);
  await tell();
  expect(store.draft.value.fieldMapping).toMatchObject(both);
  expect(store.theirs.value).toEqual([]);
  // It holds on to nothing once it is told: another page's is shown.
  await saveSome({ fieldMapping: {} });
  await tell();
  expect(store.draft.value.fieldMapping).toEqual({});
  expect(store.theirs.value).toEqual([]);
});

test('what failed is said until it is done again, whatever else is left meanwhile', async () => {
  await saveSome({ schedulePaused: true });
  const { store } = await aGuide();
  isFull = true;
  await store.switchOn();
  expect(store.trouble.value).not.toBe(null);
  // As any field that is left does.
  await store.keepFields();
  expect(store.trouble.value).not.toBe(null);
  isFull = false;
  await store.switchOn();
  expect(store.trouble.value).toBe(null);
});

test('what is stored one after the other is no other page’s when the page is told', async () => {
  await saveSome({ schedulePaused: true });
  const { store, tell } = await aGuide();
  store.edit('linkField', 'link');
  await store.keepFields();
  await store.switchOn();
  await tell();
  expect(store.theirs.value).toEqual([]);
  expect(store.loaded.value.stored).toMatchObject({ linkField: 'link', schedulePaused: false });
});

test('what is no field of the tracker stands there to be corrected, and the others are kept', async () => {
  const { store, tell } = await aGuide();
  const choose = (key: 'lesson.name' | 'task.name', field: string) =>
    store.edit('fieldMapping', withMapped(store.draft.value.fieldMapping, key, { field }));
  // Nothing is known yet: it is taken at somebody's word.
  store.edit('linkField', 'link');
  choose('lesson.name', 'lesson');
  await store.keepFields();
  await tell();
  const as = { type: 'string', readonly: false, queue: null };
  const fields = ['link', 'lesson', 'task'].map((id) => ({ id, key: id, name: id, ...as }));
  findings.value = { ...noFindings, fields };
  store.edit('linkField', 'lin');
  choose('lesson.name', 'less');
  choose('task.name', 'task');
  await store.keepFields();
  await tell();
  expect((await loadSettings()).stored).toMatchObject({
    linkField: 'link',
    fieldMapping: { 'lesson.name': { field: 'lesson' }, 'task.name': { field: 'task' } },
  });
  expect(store.draft.value).toMatchObject({
    linkField: 'lin',
    fieldMapping: { 'lesson.name': { field: 'less' }, 'task.name': { field: 'task' } },
  });
  expect(store.theirs.value).toEqual([]);
  choose('lesson.name', 'lesson');
  await store.keepFields();
  await tell();
  expect(store.draft.value.fieldMapping['lesson.name']?.field).toBe('lesson');
});

test('a remedy that would change what the organisation has set is none', async () => {
  areas.local = { policies: { tokenScheme: 'OAuth' } };
  const { store } = await aGuide();
  // As the findings ask it of each setting that a remedy changes.
  expect((['tokenScheme'] as const).some(store.isManaged)).toBe(true);
  expect((['organisationHeader'] as const).some(store.isManaged)).toBe(false);
});

test('the scheme that was pasted with a token is set', async () => {
  const { store } = await aGuide();
  store.typeToken('Bearer ');
  expect(store.tokenTyped.value?.text).toBe('Bearer ');
  store.typeToken('Bearer t1.abc');
  expect(store.tokenTyped.value?.text).toBe('t1.abc');
  expect(store.draft.value.tokenScheme).toBe('Bearer');
});

test('a field that the tracker lacks asks for no run when it is left', async () => {
  const fieldMapping = { 'lesson.name': { field: 'lesson', ignoreErrors: false } };
  const contentUrl = 'https://learn.example';
  const others = { checklistIssues: ['SUP-1'], errorField: 'error', fieldMapping, contentUrl };
  await saveSome({ ...others, linkField: 'link', schedulePaused: false });
  await applyUntilRestart({ linkField: 'other' }, undefined);
  const { store } = await aGuide({
    value: 't',
    origin: new URL(defaultSettings.trackerUrl).origin,
  });
  const as = { type: 'string', readonly: false, queue: null };
  const fields = ['link', 'other', 'error', 'lesson'].map((id) => ({
    id,
    key: id,
    name: id,
    ...as,
  }));
  findings.value = { ...noFindings, fields };
  delete areas.local?.request_process;
  store.edit('linkField', 'lin');
  await store.keepFields();
  expect(areas.local).not.toHaveProperty('request_process');
  expect((await loadSettings()).stored.linkField).toBe('link');
});

test('a preview counts as one once it has come to an end', async () => {
  const of = { type: 'all' } as const;
  const preview = signal<Preview | null>(emptyPreview('p', of));
  const loaded = signal(await loadSettings());
  const { done } = createGuideStore({ loaded, token: signal(null) }, preview);
  const become = (outcome: Preview['outcome']) => {
    preview.value = { ...emptyPreview('p', of), outcome };
  };
  expect(done.value.has('preview')).toBe(false);
  become('halted');
  expect(done.value.has('preview')).toBe(false);
  become('completed');
  expect(done.value.has('preview')).toBe(true);
});

test('a step is open while what is typed in it is wrong or not stored', async () => {
  const fieldMapping = { 'lesson.name': { field: 'lesson', ignoreErrors: false } };
  const fields = { linkField: 'link', errorField: 'error', fieldMapping };
  await saveSome({ ...fields, checklistIssues: ['SUP-1'], schedulePaused: true });
  const good = Object.fromEntries(checkNames.map((name) => [name, said('good', 'answers')]));
  findings.value = { ...noFindings, checks: good };
  const { origin } = new URL(defaultSettings.trackerUrl);
  const { store, tell } = await aGuide({ value: 't', origin });
  const isDone = () =>
    (['tracker', 'checklist', 'fields'] as const).map((one) => store.done.value.has(one));
  expect(isDone()).toEqual([true, true, true]);
  store.typeToken('токен');
  store.edit('checklistIssues', 'SUP1');
  store.edit('fieldMapping', withMapped(fieldMapping, 'course.name', { field: 'lesson' }));
  expect(isDone()).toEqual([false, false, false]);
  await store.keepFields();
  expect(isDone()[2]).toBe(false);
  store.edit('fieldMapping', withMapped(fieldMapping, 'course.name', { field: 'course' }));
  expect(isDone()[2]).toBe(false);
  await store.keepFields();
  await tell();
  store.typeToken('');
  store.edit('checklistIssues', 'SUP-1');
  expect(isDone()).toEqual([true, true, true]);
});

test('where to get a token is said of a tracker’s address that was left, not of each half of one', async () => {
  const { store } = await aGuide();
  const { trackerUrl } = defaultSettings;
  store.edit('trackerUrl', 'https://st-api.yandex');
  expect(store.tokenFor.value).toBe(trackerUrl);
  store.edit('trackerUrl', 'https://st-api.yandex-team.ru/v2');
  store.leave('trackerUrl');
  expect(store.tokenFor.value).toBe('https://st-api.yandex-team.ru/v2');
});

test('where to get a token is said of the tracker that an import has set, while another is typed', async () => {
  const { store, tell } = await aGuide();
  const trackerUrl = 'https://st-api.yandex-team.ru/v2';
  await saveSome({ trackerUrl });
  await tell();
  store.edit('trackerUrl', 'https://tracker.exam');
  expect(store.tokenFor.value).toBe(trackerUrl);
});
