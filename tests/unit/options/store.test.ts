import type { ReadonlySignal } from '@preact/signals';
import { beforeEach, expect, test, vi } from 'vitest';
import type { EditKeeper } from '../../../src/options/kept-edits.ts';

type Values = Record<string, unknown>;
type OnChanged = (changes: Record<string, { newValue?: unknown }>, area: string) => void;

const areas: Record<'local' | 'session', Values> = { local: {}, session: {} };
const listeners = new Set<OnChanged>();
/** Settles when the browser may go on storing. */
let free: Promise<void> = Promise.resolve();
/** Settles when the browser may tell what was stored. */
let told: Promise<void> = Promise.resolve();

function area(name: keyof typeof areas) {
  const tell = async (changes: Record<string, { newValue?: unknown }>) => {
    await told;
    for (const listener of listeners) listener(changes, name);
  };
  return {
    get: async (keys: readonly string[] | null) =>
      Object.fromEntries(
        Object.entries(areas[name]).filter(([key]) => keys === null || keys.includes(key)),
      ),
    set: async (values: Values) => {
      await free;
      Object.assign(areas[name], structuredClone(values));
      tell(
        Object.fromEntries(Object.entries(values).map(([key, newValue]) => [key, { newValue }])),
      );
    },
    remove: async (key: string) => {
      delete areas[name][key];
      tell({ [key]: {} });
    },
  };
}

const browser = {
  i18n: { getUILanguage: () => 'en', getMessage: (id: string) => (id === 'language' ? 'en' : '') },
  alarms: { create: vi.fn(async () => undefined) },
  permissions: {
    contains: async () => true,
    request: async () => true,
    onAdded: { addListener: () => undefined },
    onRemoved: { addListener: () => undefined },
  },
  storage: {
    local: area('local'),
    session: area('session'),
    onChanged: { addListener: (listener: OnChanged) => listeners.add(listener) },
  },
};
vi.mock('webextension-polyfill', () => ({ default: browser }));
vi.stubGlobal('navigator', {
  locks: { request: (_: string, work: () => Promise<unknown>) => work() },
});

const { createOptionsStore } = await import('../../../src/options/store.ts');
const settingsStore = await import('../../../src/settings/store.ts');
const { followSettings } = await import('../../../src/options/follow-settings.ts');
const { defaultSettings } = await import('../../../src/settings/schema.ts');
const { currentVersion } = await import('../../../src/settings/envelope.ts');

/** As an earlier version stored it, or an import: longer than what a person would be left with. */
const contentUrl = 'https://learn.example/content/course/5';
const values = { ...defaultSettings, contentUrl };
/** Of the tracker that these name. */
const { origin } = new URL(defaultSettings.trackerUrl);

beforeEach(() => {
  listeners.clear();
  free = Promise.resolve();
  told = Promise.resolve();
  areas.local = { settings: { version: currentVersion, values } };
  areas.session = {};
});

/** The page as it is opened on what is stored. */
async function aPage(keep: EditKeeper['keep'] = () => undefined) {
  const store = createOptionsStore(await followSettings(), { left: null, keep });
  await until(store.hosts.granted, ({ size }) => size > 0);
  return store;
}

function until<Value>(signal: ReadonlySignal<Value>, is: (value: Value) => boolean) {
  return vi.waitFor(() => expect(signal.value).toSatisfy(is));
}

/** A promise with what settles it. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** The browser stores nothing until what is returned is called. */
function holdUpStoring(): () => void {
  const { passed, open } = gate();
  free = passed;
  return open;
}

/** What a newer version of the extension stores, each time something else. */
function newerSettings(which: number) {
  return { version: currentVersion + 1, values: { which } };
}

/** Another page stores some settings. */
function storeElsewhere(changes: Values): Promise<void> {
  return browser.storage.local.set({
    settings: { version: currentVersion, values: { ...values, ...changes } },
  });
}

test('a Save leaves an address that nobody touched as it is stored, and puts right one that was typed', async () => {
  const store = await aPage();
  store.leave('contentUrl');
  store.edit('loginUrl', ' learn.example/login ');
  expect(store.save()).toBeNull();
  await until(store.outcome, (outcome) => outcome?.kind === 'saved');
  expect(areas.local.settings).toMatchObject({
    values: { contentUrl, loginUrl: 'https://learn.example/login' },
  });
  expect(store.notes.value).toEqual({});
});

test('what was put right in a text is said no more once something else is typed', async () => {
  const store = await aPage();
  store.edit('testLink', ' https://learn.example/lessons/1');
  store.leave('testLink');
  expect(store.notes.value).toEqual({ testLink: ['note_spaces'] });
  store.leave('testLink');
  expect(store.notes.value).toEqual({ testLink: ['note_spaces'] });
  store.edit('testLink', 'https://learn.example/lessons/2');
  store.leave('testLink');
  expect(store.notes.value).toEqual({});
});

test('the scheme that was pasted with a token is set, and said until another is typed', async () => {
  const store = await aPage();
  store.editToken({ kind: 'replace', text: 'Authorization: Bearer t1.abc', origin });
  store.leaveToken();
  expect(store.tokenEdit.value).toEqual({ kind: 'replace', text: 't1.abc', origin });
  expect(store.draft.value.tokenScheme).toBe('Bearer');
  expect(store.notes.value).toEqual({
    token: ['note_token_scheme'],
    tokenScheme: ['note_scheme_of_token'],
  });
  store.editToken({ kind: 'replace', text: 't1.abcd', origin });
  expect(store.notes.value).toEqual({ tokenScheme: ['note_scheme_of_token'] });
});

test('a token that is typed last is where a page that is opened again leads to', async () => {
  const keep = vi.fn();
  const store = await aPage(keep);
  store.edit('testLink', 'https://learn.example/lessons/1');
  store.editToken({ kind: 'replace', text: 'Bearer y0_abc', origin });
  store.leaveToken();
  // The scheme was taken out of it, and edited by nobody.
  expect(store.draft.value.tokenScheme).toBe('Bearer');
  expect(keep).toHaveBeenLastCalledWith(expect.objectContaining({ field: 'token' }));
});

test('a scheme that the organisation has set stays, whatever was pasted', async () => {
  areas.local.policies = { tokenScheme: 'OAuth' };
  const store = await aPage();
  store.editToken({ kind: 'replace', text: 'Bearer t1.abc', origin });
  store.leaveToken();
  expect(store.typedToken.value?.value).toBe('t1.abc');
  expect(store.draft.value.tokenScheme).toBe('OAuth');
});

test('what holds until the restart ends during a conflict: what another page stored is no edit from here', async () => {
  areas.session.temporary_settings = { historyDays: 7 };
  const store = await aPage();
  store.edit('historyDays', '8');
  store.edit('historyItems', '500');
  await storeElsewhere({ processEverySeconds: 300 });
  await until(store.conflict, (isThere) => isThere);
  await store.endTemporary(['historyDays']);
  const { historyDays } = defaultSettings;
  const shown = { historyDays: `${historyDays}`, historyItems: '500', processEverySeconds: '300' };
  expect(store.draft.value).toMatchObject(shown);
  store.keepMine();
  expect(store.draft.value).toMatchObject(shown);
  store.save();
  await until(store.outcome, (outcome) => outcome?.kind === 'saved');
  expect(areas.local.settings).toMatchObject({
    values: { historyDays, historyItems: 500, processEverySeconds: 300 },
  });
});

test('a token that holds until the restart ends while another is typed: that is no other page’s change', async () => {
  areas.local.token = { value: 'stored', origin };
  areas.session.token = { value: 'temporary', origin };
  const store = await aPage();
  const conflicts: boolean[] = [];
  store.conflict.subscribe((isThere) => conflicts.push(isThere));
  store.editToken({ kind: 'replace', text: 'typed', origin });
  await store.endTemporary(['token']);
  await until(store.token, (token) => token?.value === 'stored');
  expect(store.typedToken.value?.value).toBe('typed');
  store.save();
  await until(store.saving, (isSaving) => !isSaving);
  expect(conflicts).toEqual([false]);
  expect(areas.local.token).toEqual({ value: 'typed', origin });
});

test.each(['save', 'apply'] as const)(
  '%s does nothing while something is being stored',
  async (how) => {
    const store = await aPage();
    const goOn = holdUpStoring();
    store.edit('historyDays', '7');
    expect(store.save()).toBeNull();
    store.edit('historyDays', '8');
    expect(store[how]()).toBeNull();
    goOn();
    await until(store.saving, (isSaving) => !isSaving);
    expect(areas.local.settings).toMatchObject({ values: { historyDays: 7 } });
    expect(areas.session).toEqual({});
    expect(store.draft.value.historyDays).toBe('8');
    expect(store.conflict.value).toBe(false);
    expect(store.outcome.value).toBeNull();
  },
);

/** The page in the midst of a Save of an edit and of a token. */
async function aSave() {
  areas.local.token = { value: 'stored', origin };
  const store = await aPage();
  const goOn = holdUpStoring();
  store.edit('historyDays', '7');
  store.editToken({ kind: 'replace', text: 'first', origin });
  store.save();
  return { store, goOn };
}

test('what is edited while a Save is under way stays an edit, a token too, and is saved by the next', async () => {
  const { store, goOn } = await aSave();
  store.edit('historyItems', '500');
  store.editToken({ kind: 'replace', text: 'second', origin });
  goOn();
  await until(store.token, (token) => token?.value === 'first');
  await until(store.saving, (isSaving) => !isSaving);
  await until(store.loaded, ({ settings }) => settings.historyDays === 7);
  const { historyItems } = defaultSettings;
  expect(areas.local.settings).toMatchObject({ values: { historyDays: 7, historyItems } });
  expect(store.draft.value).toMatchObject({ historyDays: '7', historyItems: '500' });
  expect(store.typedToken.value?.value).toBe('second');
  expect(store.outcome.value).toBeNull();
  expect(store.unsaved.value).toBe(true);
  expect(store.conflict.value).toBe(false);
  store.save();
  await until(store.outcome, (outcome) => outcome?.kind === 'saved');
  expect(areas.local.settings).toMatchObject({ values: { historyDays: 7, historyItems: 500 } });
  expect(areas.local.token).toEqual({ value: 'second', origin });
});

test('what is said of an edit that is made while a Save is under way is said after it', async () => {
  const store = await aPage();
  const goOn = holdUpStoring();
  store.edit('loginUrl', ' https://learn.example/login');
  store.edit('historyDays', '7');
  store.save();
  expect(store.notes.value).toEqual({ loginUrl: ['note_spaces'] });
  store.edit('historyItems', 'many');
  store.leave('historyItems');
  store.edit('testLink', ' https://learn.example/lessons/1');
  store.leave('testLink');
  store.editToken({ kind: 'replace', text: 'no token', origin });
  store.leaveToken();
  goOn();
  await until(store.saving, (isSaving) => !isSaving);
  expect(store.base.value.settings.historyDays).toBe(7);
  expect(store.problemAt('historyItems')).toBe('invalid_integer');
  expect(store.visited.value).toEqual(new Set(['historyItems', 'testLink', 'token']));
  expect(store.notes.value).toEqual({ testLink: ['note_spaces'] });
});

test('a token alone that is typed while a Save is under way is no conflict with what was saved', async () => {
  const { store, goOn } = await aSave();
  store.editToken({ kind: 'replace', text: 'second', origin });
  const news = gate();
  told = news.passed;
  const conflicts: boolean[] = [];
  store.conflict.subscribe((isThere) => conflicts.push(isThere));
  goOn();
  await until(store.saving, (isSaving) => !isSaving);
  news.open();
  await until(store.token, (token) => token?.value === 'first');
  await until(store.loaded, ({ settings }) => settings.historyDays === 7);
  expect(store.typedToken.value?.value).toBe('second');
  expect(conflicts).toEqual([false]);
});

test('that what a newer version stored may be replaced is said of that, and of nothing that is stored later', async () => {
  areas.local.settings = newerSettings(1);
  const store = await aPage();
  expect(store.save()).toBe('newer');
  store.replaceNewer();
  await browser.storage.local.set({ settings: newerSettings(2) });
  await until(store.newer, (isThere) => isThere);
  expect(store.save()).toBe('newer');
  store.replaceNewer();
  store.save();
  await until(store.outcome, (outcome) => outcome?.kind === 'saved');
  await until(store.saving, (isSaving) => !isSaving);
  await browser.storage.local.set({ settings: newerSettings(3) });
  await until(store.base, ({ isNewer }) => isNewer);
  expect(store.save()).toBe('newer');
  expect(areas.local.settings).toEqual(newerSettings(3));
});

test('what a newer version stores in the moment of a Save is not replaced unseen', async () => {
  areas.local.settings = { version: currentVersion, values: defaultSettings };
  const store = await aPage();
  // Stored, and not told yet.
  areas.local.settings = newerSettings(1);
  store.edit('historyDays', '7');
  store.save();
  await until(store.conflict, (isThere) => isThere);
  expect(areas.local.settings).toEqual(newerSettings(1));
});

test('files that are chosen while others are stored stay, and say nothing of those', async () => {
  areas.session.temporary_settings = { historyDays: 5 };
  const store = await aPage();
  const choose = (imported: object) => {
    const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values: imported });
    return store.chooseFiles([new File([text], 'settings.json')]);
  };
  await choose({ historyDays: 7 });
  const goOn = holdUpStoring();
  const isImported = store.importChosen();
  await choose({ historyItems: 500 });
  goOn();
  expect(await isImported).toBe(true);
  expect(store.chosen.taken.value.map(({ setting }) => setting)).toEqual(['historyItems']);
  expect(areas.local.settings).toMatchObject({ values: { historyDays: 7 } });
  // What the files say holds, whatever held until the restart.
  expect(areas.session.temporary_settings).toEqual({});
  expect(await store.importChosen()).toBe(true);
  expect(store.chosen.plan.value).toBeNull();
  expect(areas.local.settings).toMatchObject({ values: { historyDays: 7, historyItems: 500 } });
});

test('an import that is to pause the schedule ends what keeps it on until the restart', async () => {
  areas.session.temporary_settings = { schedulePaused: false, historyItems: 500 };
  const store = await aPage();
  const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values: { historyDays: 7 } });
  await store.chooseFiles([new File([text], 'settings.json')]);
  expect(await store.importChosen(true)).toBe(true);
  expect(areas.session.temporary_settings).toEqual({ historyItems: 500 });
  await until(store.loaded, ({ settings }) => settings.schedulePaused);
});

/** A file of settings that is read when the test says so, with the text or with trouble. */
function slowFile(imported: object) {
  const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values: imported });
  let read: (trouble?: Error) => void = () => undefined;
  const reading = new Promise<string>((resolve, reject) => {
    read = (trouble) => (trouble === undefined ? resolve(text) : reject(trouble));
  });
  return { file: Object.assign(new File([], 'f.json'), { text: () => reading }), read };
}

test('what an import came to is said until something else is stored, here or on another page', async () => {
  const store = await aPage();
  const importOf = async (historyDays: number) => {
    const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values: { historyDays } });
    await store.chooseFiles([new File([text], 'settings.json')]);
    await store.importChosen();
    await until(store.loaded, ({ settings }) => settings.historyDays === historyDays);
    expect(store.outcome.value).toEqual({ kind: 'imported' });
  };
  await importOf(7);
  store.edit('historyDays', '8');
  expect(store.outcome.value).toBeNull();
  store.dropEdits();
  await importOf(9);
  await storeElsewhere({ processEverySeconds: 300 });
  await until(store.outcome, (outcome) => outcome === null);
  await importOf(10);
  await browser.storage.local.set({ token: { value: 'theirs', origin } });
  await until(store.outcome, (outcome) => outcome === null);
});

test('that settings hold until the restart is said no more once another page has stored them', async () => {
  const store = await aPage();
  store.edit('historyDays', '7');
  store.apply();
  await until(store.outcome, (outcome) => outcome?.kind === 'applied');
  await settingsStore.saveSettings({ ...values, historyDays: 7 });
  await until(store.temporaryNames, ({ length }) => length === 0);
  expect(store.outcome.value).toBeNull();
});

test('that nothing could be stored is said until it is tried anew or dropped', async () => {
  const store = await aPage();
  const failSave = async () => {
    free = Promise.reject(new Error('No room'));
    store.edit('historyDays', '7');
    store.save();
    await until(store.outcome, (outcome) => outcome?.kind === 'failed');
    free = Promise.resolve();
  };
  await failSave();
  store.dropEdits();
  expect(store.outcome.value).toBeNull();
  await failSave();
  store.dropFiles();
  expect(store.outcome.value).toBeNull();
  store.edit('historyDays', 'many');
  await store.allow('https://learn.example/*');
  expect(store.save()).toBe('historyDays');
  expect(store.outcome.value).toBeNull();
});

test('what is left out stays so while other files are read', async () => {
  const store = await aPage();
  const first = slowFile({ historyDays: 7 });
  first.read();
  await store.chooseFiles([first.file]);
  for (const row of store.chosen.taken.value) store.chosen.take(row, false);
  const second = slowFile({ historyDays: 7 });
  const chosen = store.chooseFiles([second.file]);
  expect(store.chosen.taken.value).toEqual([]);
  second.read();
  await chosen;
  expect(store.chosen.taken.value).toHaveLength(1);
});

test.each([
  ['is read later', undefined],
  ['can’t be read', new Error('Not now')],
])('a file that is chosen takes the place of one before that %s', async (_, trouble) => {
  const store = await aPage();
  const [slow, quick] = [slowFile({ historyDays: 7 }), slowFile({ historyItems: 500 })];
  const before = store.chooseFiles([slow.file]);
  const after = store.chooseFiles([quick.file]);
  quick.read();
  await after;
  slow.read(trouble);
  await before;
  expect(store.chosen.taken.value.map(({ setting }) => setting)).toEqual(['historyItems']);
  expect(store.outcome.value).toBeNull();
});
