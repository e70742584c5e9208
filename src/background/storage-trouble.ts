import { loadSettings } from '../settings/store.ts';
import { armBell } from '../status/bell.ts';
import { storedAsked, storedTrouble } from '../status/status.ts';
import { StorageError, store } from '../storage/stored.ts';
import { notifyOfTrouble, takeBackHalt } from './notifications.ts';
import { log } from './worker-log.ts';

/**
 * What happens when the browser stores nothing: no item is begun whose state could not be kept,
 * people see why, and the work goes on by itself as soon as there is room again.
 */

/** As much as a run notes down as it goes. */
const probe = ' '.repeat(64 * 1024);

/**
 * Does something that reads or stores values; where the browser can't, that becomes the state.
 * @returns whether it could.
 */
export async function notingTrouble(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    await noteTrouble(error);
    return false;
  }
}

/** Kept in memory by the browser, so that it can be told when nothing else can be stored. */
async function noteTrouble({ code, message }: StorageError): Promise<void> {
  const now = Date.now();
  const failure = { code, details: [message] };
  log({
    level: 'error',
    event: 'storage_failed',
    details: [message],
    failure: { code, details: [] },
  });
  const before = await storedTrouble.read();
  await storedTrouble.write({
    failure,
    offline: false,
    since: before?.since ?? now,
    tries: (before?.tries ?? 0) + 1,
    nextTryAt: now,
    alike: null,
  });
  await armBell();
  if (before !== null) return;
  try {
    await notifyOfTrouble(failure);
  } catch (error) {
    // Not even the settings can be read: nobody knows whether anybody wants to be told.
    if (!(error instanceof StorageError)) throw error;
  }
}

/**
 * Ends the trouble if there is room again, and asks for the run that was missed.
 * @throws StorageError where there is none.
 */
export async function endTrouble(): Promise<void> {
  if ((await storedTrouble.read()) === null) return;
  await store({ probe });
  await store({ probe: '' });
  const { settings } = await loadSettings();
  if (!settings.schedulePaused) await storedAsked.process.update((asked) => asked ?? 'schedule');
  await storedTrouble.write(null);
  takeBackHalt();
}
