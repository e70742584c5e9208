import { beforeEach, expect, test, vi } from 'vitest';
import { currentVersion } from '../../../src/settings/envelope.ts';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';

type Values = Record<string, unknown>;
const areas: Record<'local' | 'session', Values> = { local: {}, session: {} };
/** What the browser was called for to store or to ring, in turn. */
const calls: string[] = [];

function area(name: keyof typeof areas) {
  return {
    get: async () => ({ ...areas[name] }),
    set: async (values: Values) => {
      calls.push(name);
      Object.assign(areas[name], structuredClone(values));
    },
    remove: async (key: string) => {
      delete areas[name][key];
    },
  };
}
vi.mock('webextension-polyfill', () => ({
  default: {
    alarms: { create: async (name: string) => void calls.push(name) },
    storage: { local: area('local'), session: area('session') },
  },
}));
vi.stubGlobal('navigator', {
  locks: { request: (_: string, work: () => Promise<unknown>) => work() },
});

const { applyUntilRestart, endTemporary, loadSettings, replaceChecklistIssue, saveSettings } =
  await import('../../../src/settings/store.ts');

beforeEach(() => {
  areas.local = {};
  areas.session = {};
  calls.length = 0;
});

/** Stores settings, some of which may be damaged or of no version that is known. */
function configure(values: Partial<Record<keyof Settings, unknown>> & Values): void {
  areas.local.settings = { version: currentVersion, values };
}

test('a move leaves what else is stored as it is, even what can’t be read', async () => {
  const others = { ofAnotherVersion: 1, historyDays: 'damaged', pausedQueues: 'damaged' };
  areas.local.policies = { historyDays: 7, pausedQueues: [] };
  configure({ ...others, checklistIssues: ['SUP-1', 'SUP-2'] });
  expect(await replaceChecklistIssue('SUP-1', 'SUP-3', defaultSettings.trackerUrl, {})).toBe(true);
  const values = { ...others, checklistIssues: ['SUP-3', 'SUP-2'] };
  expect(areas.local.settings).toEqual({ version: currentVersion, values });
});

test('a move takes a pause along', async () => {
  configure({ checklistIssues: ['SUP-1', 'SUP-2'], pausedQueues: ['SUP-2', 'SUP-1'] });
  expect(await replaceChecklistIssue('SUP-1', 'SUP-3', defaultSettings.trackerUrl, {})).toBe(true);
  const values = { checklistIssues: ['SUP-3', 'SUP-2'], pausedQueues: ['SUP-2', 'SUP-3'] };
  expect(areas.local.settings).toEqual({ version: currentVersion, values });
});

test('saving changes what holds until the restart only where there is something to end', async () => {
  await saveSettings(defaultSettings);
  expect(calls).toEqual(['resume', 'local']);
  areas.session.temporary_settings = { historyDays: 7 };
  await saveSettings(defaultSettings);
  expect(calls.slice(2)).toEqual(['resume', 'local', 'session']);
  expect(areas.session).toEqual({ temporary_settings: {} });
});

test.each([
  ['applied', () => applyUntilRestart({ schedulePaused: true })],
  ['ended', () => endTemporary(['schedulePaused'])],
])(
  'what is %s until the restart is followed though the worker dies as it hears of it',
  async (_, change) => {
    await change();
    expect(calls).toEqual(['resume', 'session']);
  },
);

test('what covers a value that can’t be read mends it, for as long as it holds', async () => {
  configure({ historyDays: 'damaged', historyItems: 'damaged' });
  areas.session.temporary_settings = { historyDays: 7 };
  expect((await loadSettings()).repaired).toEqual(['historyItems']);
  areas.session = {};
  expect((await loadSettings()).repaired).toEqual(['historyDays', 'historyItems']);
});
