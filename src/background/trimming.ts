import { trimHistory } from '../activity/history.ts';
import { loadSettings } from '../settings/store.ts';
import { storedTrimming } from './worker-store.ts';

const trimmingLastsMs = 3_600_000;

/** Something has come into the history since it was last trimmed. */
let hasAdded = false;

/** Something was added to the history: it is to be trimmed again. */
export function noteAddition(): void {
  hasAdded = true;
}

/**
 * The history is kept for as long as the settings say, whether or not there is anything to do. No
 * run waits for it, and a worker that woke for nothing does not open it.
 */
export async function letGoOfHistory(): Promise<void> {
  const [{ settings }, last] = await Promise.all([loadSettings(), storedTrimming.read()]);
  const { historyDays: days, historyItems: items } = settings;
  const now = Date.now();
  const isSame = last?.days === days && last.items === items;
  // A clock may have been set back since.
  if (!hasAdded && isSame && Math.abs(now - last.at) < trimmingLastsMs) return;
  hasAdded = false;
  try {
    await trimHistory({ days, items }, now);
  } catch {
    // A history that can't be used is said by the runs that add to it. Within the hour, or with the
    // next addition, this is tried again.
    return;
  }
  await storedTrimming.write({ at: now, days, items });
}
