import { trimHistory } from '../activity/history.ts';
import { loadSettings } from '../settings/store.ts';
import { storedSetup } from '../status/setup.ts';
import { storedTrimming } from './worker-store.ts';

const trimmingLastsMs = 3_600_000;

/** Something has come into the history since it was last trimmed. */
let hasAdded = false;

/**
 * By how much this computer's clock is ahead of the hosts', by the last answer; 0 where that doesn't
 * tell, null while there is none.
 */
let aheadMs: number | null = null;

/** @param date of an answer: when it was given, by the host's clock. */
export function noteHostTime(date: string | null): void {
  aheadMs = Math.max(0, Date.now() - Date.parse(date ?? '')) || 0;
}

/** Something was added to the history: it is to be trimmed again. */
export function noteAddition(): void {
  hasAdded = true;
}

/**
 * The history is kept for as long as the settings say, whether or not there is anything to do. No
 * run waits for it, and a worker that woke for nothing does not open it.
 */
export async function letGoOfHistory(): Promise<void> {
  const [{ settings }, { missing }, last] = await Promise.all([
    loadSettings(),
    storedSetup.read(),
    storedTrimming.read(),
  ]);
  const { historyDays: days, historyItems: items } = settings;
  // A clock that was set far forward makes all of it too old: whom the schedule asks knows better.
  if (aheadMs === null && !settings.schedulePaused && missing.length === 0) return;
  const now = Date.now();
  const isSame = last?.days === days && last.items === items;
  // A clock may have been set back since.
  if (!hasAdded && isSame && Math.abs(now - last.at) < trimmingLastsMs) return;
  hasAdded = false;
  try {
    await trimHistory({ days, items }, now - (aheadMs ?? 0));
  } catch {
    // A history that can't be used is said by the runs that add to it. Within the hour, or with the
    // next addition, this is tried again.
    return;
  }
  await storedTrimming.write({ at: now, days, items });
}
