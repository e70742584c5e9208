import { signal } from '@preact/signals';
import type { ItemEntry, RunEntry } from '../activity/entries.ts';
import { readItems, readRuns } from '../activity/history.ts';
import { reasonOf } from '../ui/page.tsx';

const runsAtATime = 50;

/** What the activity page has read of the history so far. */
export type ActivityStore = ReturnType<typeof createActivityStore>;

/** Makes the state of the activity page; it is empty until `refresh`. */
export function createActivityStore() {
  /** Newest first; null until they have been read. */
  const runs = signal<readonly RunEntry[] | null>(null);
  const hasMore = signal(false);
  const itemsOf = signal<ReadonlyMap<string, readonly ItemEntry[]>>(new Map());
  const trouble = signal<string | null>(null);

  async function attempt(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      trouble.value = null;
    } catch (error) {
      trouble.value = reasonOf(error);
    }
  }

  return {
    runs,
    hasMore,
    itemsOf,
    trouble,
    /** Reads the newest runs, as many as are shown. */
    refresh: () =>
      attempt(async () => {
        const limit = Math.max(runsAtATime, runs.peek()?.length ?? 0);
        const read = await readRuns(limit);
        runs.value = read;
        hasMore.value = read.length === limit;
      }),
    showMore: () =>
      attempt(async () => {
        const shown = runs.peek() ?? [];
        const older = await readRuns(runsAtATime, shown.at(-1)?.startedAt);
        runs.value = [...shown, ...older];
        hasMore.value = older.length === runsAtATime;
      }),
    /** Reads what became of a run's items; a run that ended does not change. */
    open: (runId: string) =>
      attempt(async () => {
        if (itemsOf.peek().has(runId)) return;
        const items = await readItems(runId);
        itemsOf.value = new Map([...itemsOf.peek(), [runId, items]]);
      }),
  };
}
