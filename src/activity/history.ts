import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type ItemEntry, itemEntrySchema, type RunEntry, runEntrySchema } from './entries.ts';

/** The history of runs and items, in IndexedDB: it survives the worker and is bounded. */

interface HistorySchema extends DBSchema {
  runs: { key: string; value: RunEntry; indexes: { startedAt: number } };
  items: { key: number; value: ItemEntry; indexes: { runId: string } };
}

/** Entries kept; the oldest go first. */
const itemsKept = 20_000;
const runsKept = 2_000;

/** A database that something else holds up is as good as none: no run waits for it. */
const openedWithinMs = 3000;

let opened: Promise<IDBPDatabase<HistorySchema>> | undefined;

function database(): Promise<IDBPDatabase<HistorySchema>> {
  opened ??= inTime(
    openDB<HistorySchema>('activity', 1, {
      upgrade(db) {
        db.createObjectStore('runs', { keyPath: 'id' }).createIndex('startedAt', 'startedAt');
        db.createObjectStore('items', { autoIncrement: true }).createIndex('runId', 'runId');
      },
      // Whoever deletes the database, or brings it to a newer version, is not kept waiting.
      blocking(_currentVersion, _blockedVersion, event) {
        opened = undefined;
        // The event is one of the connection that is in the way.
        (event.target as IDBDatabase).close();
      },
      terminated() {
        opened = undefined;
      },
    }),
  ).catch((error: unknown) => {
    // A later call is to try again rather than to meet this failure for ever.
    opened = undefined;
    throw error;
  });
  return opened;
}

/** The database, if it opens in time; if it opens later, it is closed again. */
function inTime<Database extends { close(): void }>(opening: Promise<Database>): Promise<Database> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error('IndexedDB does not open'));
    }, openedWithinMs);
    opening
      .then((database) => (isLate ? database.close() : resolve(database)), reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Adds what became of some items. */
export async function addItems(entries: readonly ItemEntry[]): Promise<void> {
  const transaction = (await database()).transaction('items', 'readwrite');
  await Promise.all([...entries.map((entry) => transaction.store.add(entry)), transaction.done]);
}

/** Adds a run that ended, and lets go of the oldest entries past the bounds. */
export async function addRun(entry: RunEntry): Promise<void> {
  const db = await database();
  await db.put('runs', entry);
  await trim(db);
}

async function trim(db: IDBPDatabase<HistorySchema>): Promise<void> {
  const transaction = db.transaction(['runs', 'items'], 'readwrite');
  const items = transaction.objectStore('items');
  const newest = await items.openKeyCursor(null, 'prev');
  // Keys count up by one, so the newest key tells how far back the kept ones reach.
  if (newest !== null && newest.key > itemsKept) {
    await items.delete(IDBKeyRange.upperBound(newest.key - itemsKept));
  }
  const runs = transaction.objectStore('runs');
  let extra = (await runs.count()) - runsKept;
  for (
    let cursor = await runs.index('startedAt').openCursor();
    cursor !== null && extra > 0;
    extra -= 1
  ) {
    await cursor.delete();
    cursor = await cursor.continue();
  }
  await transaction.done;
}

/** Some runs, newest first. `before` is a `startedAt`; give the last one's to read on. */
export async function readRuns(limit: number, before = Number.POSITIVE_INFINITY) {
  const index = (await database()).transaction('runs').store.index('startedAt');
  const runs: RunEntry[] = [];
  const range = Number.isFinite(before) ? IDBKeyRange.upperBound(before, true) : null;
  let cursor = await index.openCursor(range, 'prev');
  while (cursor !== null && runs.length < limit) {
    const entry = runEntrySchema.safeParse(cursor.value);
    if (entry.success) runs.push(entry.data);
    cursor = await cursor.continue();
  }
  return runs;
}

/** What became of each item in a run, in the order it happened. */
export async function readItems(runId: string): Promise<ItemEntry[]> {
  const entries = await (await database()).getAllFromIndex('items', 'runId', runId);
  return entries.flatMap((entry) => itemEntrySchema.safeParse(entry).data ?? []);
}
