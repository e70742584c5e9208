import { type ActivityDatabase, database } from './database.ts';
import { type ItemHead, itemHeadSchema, type RunEntry, runEntrySchema } from './entries.ts';
import { stretchesOf } from './history.ts';

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

/** The items of some time, those kept last first, a few at a time. Whoever has enough stops asking. */
export async function* scanItems(range: TimeRange): AsyncGenerator<ScannedItem[]> {
  const db = await database();
  for (const [least, most] of (await stretchesIn(db, range)).reverse()) {
    for (let upper = most; upper >= least; upper -= itemsAtATime) {
      yield await readBetween(db, Math.max(least, upper - itemsAtATime + 1), upper);
    }
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

/**
 * The numbers of the items of some time. They do not tell it by themselves: what was broken off is
 * kept when that is found, with the time it was begun at, and a clock can be set back.
 */
async function stretchesIn(
  db: ActivityDatabase,
  { from, to }: TimeRange,
): Promise<[from: number, to: number][]> {
  const { store } = db.transaction('items');
  if (from > allTimes.from || to < allTimes.to) {
    return stretchesOf(await store.index('at').getAllKeys(IDBKeyRange.bound(from, to)));
  }
  // Looking up each would keep a long history waiting, and all of them are wanted.
  const [first, last] = await Promise.all([
    store.openKeyCursor(),
    store.openKeyCursor(null, 'prev'),
  ]);
  return first === null || last === null ? [] : [[first.primaryKey, last.primaryKey]];
}
