import { signal } from '@preact/signals';
import { beforeEach, expect, test, vi } from 'vitest';

const areas: Record<string, Record<string, unknown>> = { local: {}, session: {} };

function area(name: 'local' | 'session') {
  return {
    get: async () => ({ ...areas[name] }),
    set: async (values: object) => {
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
      lock = lock.then(work);
      return lock;
    },
  },
});

const { createGuideStore } = await import('../../../src/guide/store.ts');
const { loadSettings, saveSome } = await import('../../../src/settings/store.ts');

beforeEach(() => {
  areas.local = {};
  areas.session = {};
});

/** The guide as it is opened on what is stored; what is stored from then on it hears nothing of. */
async function aGuide() {
  return createGuideStore(signal(await loadSettings()), signal(null), signal(null));
}

test('a field that is chosen while another is stored is kept as well', async () => {
  const store = await aGuide();
  store.edit('linkField', 'link');
  const first = store.keepFields();
  store.edit('errorField', 'error');
  await Promise.all([first, store.keepFields()]);
  expect((await loadSettings()).stored).toMatchObject({ linkField: 'link', errorField: 'error' });
});

test('a field that another page has stored meanwhile is not stored over unseen', async () => {
  const store = await aGuide();
  store.edit('linkField', 'link');
  await saveSome({ linkField: 'theirs' });
  await store.keepFields();
  expect((await loadSettings()).stored.linkField).toBe('theirs');
});
