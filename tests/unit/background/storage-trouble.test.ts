import { beforeEach, expect, test, vi } from 'vitest';
import { currentVersion } from '../../../src/settings/envelope.ts';

const stored: Record<'local' | 'session', Record<string, unknown>> = { local: {}, session: {} };
/** How much can be stored at once. */
let room = 0;
const area = (name: 'local' | 'session') => ({
  get: async () => ({ ...stored[name] }),
  set: async (values: object) => {
    if (name === 'local' && JSON.stringify(values).length > room)
      throw new Error('QUOTA_BYTES quota exceeded');
    Object.assign(stored[name], structuredClone(values));
  },
});
const create = vi.fn(async () => undefined);
vi.mock('webextension-polyfill', () => ({
  default: { storage: { local: area('local'), session: area('session') }, alarms: { create } },
}));
vi.stubGlobal('navigator', {
  locks: { request: (_: string, work: () => Promise<void>) => work() },
});
const notifyOfTrouble = vi.fn(async () => undefined);
const takeBackHalt = vi.fn();
vi.mock('../../../src/background/notifications.ts', () => ({ notifyOfTrouble, takeBackHalt }));
const log = vi.fn();
vi.mock('../../../src/background/worker-log.ts', () => ({ log }));

const { endTrouble, notingTrouble } = await import('../../../src/background/storage-trouble.ts');
const { store, StorageError } = await import('../../../src/storage/stored.ts');
const { defaultSettings } = await import('../../../src/settings/schema.ts');

beforeEach(() => {
  vi.clearAllMocks();
  vi.useFakeTimers({ now: 1000 });
  Object.assign(stored, { local: {}, session: {} });
  room = 0;
});

const fail = () => notingTrouble(() => store({ a: 1 }));
const whatIs = () => stored.session.trouble;

/** As what is stored of the settings. */
function pause(schedulePaused: boolean): void {
  stored.local.settings = {
    version: currentVersion,
    values: { ...defaultSettings, schedulePaused },
  };
}

test('that nothing can be stored is told once, is tried again, and has begun when it began', async () => {
  expect(await fail()).toBe(false);
  vi.setSystemTime(5000);
  create.mockClear();
  expect(await fail()).toBe(false);
  const failure = { code: 'storage_full' };
  expect(whatIs()).toMatchObject({ failure, since: 1000, tries: 2, nextTryAt: 5000 });
  expect(log.mock.lastCall).toMatchObject([{ level: 'error', event: 'storage_failed', failure }]);
  expect(create).toHaveBeenCalledOnce();
  expect(notifyOfTrouble).toHaveBeenCalledOnce();
});

test('it is no trouble that nobody can be told, but an error of ours is one', async () => {
  notifyOfTrouble.mockRejectedValueOnce(new StorageError('The disk is gone.'));
  expect(await fail()).toBe(false);
  stored.session = {};
  const error = new TypeError('A fault of ours.');
  notifyOfTrouble.mockRejectedValueOnce(error);
  await expect(fail()).rejects.toBe(error);
  await expect(notingTrouble(() => Promise.reject(error))).rejects.toBe(error);
});

test('it is over once there is room, and no sooner', async () => {
  await fail();
  // For one item that is no room for a run.
  room = 10_000;
  await expect(endTrouble()).rejects.toBeInstanceOf(StorageError);
  expect(whatIs()).toMatchObject({ tries: 1 });
  room = Number.POSITIVE_INFINITY;
  await endTrouble();
  expect(whatIs()).toBeNull();
  expect(takeBackHalt).toHaveBeenCalledOnce();
  // The room that it was tried with is given back.
  expect(JSON.stringify(stored.local).length).toBeLessThan(100);
});

test.each([
  ['nobody asked for one', false, null, 'schedule'],
  ['somebody asked for one', false, 'click', 'click'],
  ['the schedule is paused', true, null, null],
])('after it the pass that was missed is made: %s', async (_, isPaused, asked, then) => {
  pause(isPaused);
  stored.local.request_process = asked;
  await fail();
  room = Number.POSITIVE_INFINITY;
  await endTrouble();
  expect(stored.local.request_process).toBe(then);
  // Where there was none, nothing is asked for.
  stored.local.request_process = null;
  await endTrouble();
  expect(stored.local.request_process).toBeNull();
});
