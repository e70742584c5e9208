import { type ActivityDatabase, database } from './database.ts';
import { type ItemHead, itemHeadSchema, type RunEntry, runEntrySchema } from './entries.ts';

/** Reading a long history without having it all in memory, nor the page waiting for it. */

/** A stretch of time in milliseconds since 1970, both ends in it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}
export const allTimes: TimeRange = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** What a scan reads of an item. The rest is looked at only where it is searched. */
export interface ScannedItem extends ItemHead {
  readonly id: number;
  /** The whole entry as it is stored, unparsed. */
  readonly stored: unknown;
}

/** So many come in a time in which nobody notices that the page does nothing else. */
const itemsAtATime = 500;

/** The items of some time, newest first, a few at a time. Whoever has enough stops asking. */
export async function* scanItems({ from, to }: TimeRange): AsyncGenerator<ScannedItem[]> {
  const db = await database();
  const least = await firstIdFrom(db, from);
  const most = await lastIdUpTo(db, to);
  for (let upper = most; upper >= least; upper -= itemsAtATime) {
    yield await readBetween(db, Math.max(least, upper - itemsAtATime + 1), upper);
  }
}

/** The items that came after one, newest first. */
export async function readItemsAfter(id: number): Promise<ScannedItem[]> {
  return readBetween(await database(), id + 1, Number.MAX_SAFE_INTEGER);
}

/** The number of the item that came last, whatever time it is of; 0 where none is kept. */
export async function newestItemId(): Promise<number> {
  const { store } = (await database()).transaction('items');
  return (await store.openKeyCursor(null, 'prev'))?.primaryKey ?? 0;
}

/** All runs that are kept, newest first. */
export async function readAllRuns(): Promise<RunEntry[]> {
  const runs = await (await database()).getAllFromIndex('runs', 'startedAt');
  return runs.reverse().flatMap((run) => runEntrySchema.safeParse(run).data ?? []);
}

/** How many items are kept. */
export async function countItems(): Promise<number> {
  return (await database()).count('items');
}

async function readBetween(db: ActivityDatabase, least: number, most: number) {
  const { store } = db.transaction('items');
  const range = IDBKeyRange.bound(least, most);
  const [ids, entries] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
  const items = entries.flatMap((stored, at): ScannedItem[] => {
    const head = itemHeadSchema.safeParse(stored);
    return head.success ? [{ ...head.data, id: ids[at] ?? 0, stored }] : [];
  });
  return items.reverse();
}

/** Items are numbered as time goes on: a time's end is a number's end. */
async function firstIdFrom(db: ActivityDatabase, from: number): Promise<number> {
  const first = await db
    .transaction('items')
    .store.index('at')
    .getKey(IDBKeyRange.lowerBound(from));
  return first ?? Number.MAX_SAFE_INTEGER;
}

async function lastIdUpTo(db: ActivityDatabase, to: number): Promise<number> {
  const index = db.transaction('items').store.index('at');
  return (await index.openKeyCursor(IDBKeyRange.upperBound(to), 'prev'))?.primaryKey ?? 0;
}
