import { announceNews, database } from './database.ts';
import {
  fromStored,
  type ItemEnd,
  type ItemEntry,
  itemEndSchema,
  type KeptItem,
  type RunEntry,
  toStored,
} from './entries.ts';

/** The history of runs and items: it survives the worker and is bounded. */

/** How much is kept; the oldest goes first. */
interface HistoryBounds {
  readonly days: number;
  readonly items: number;
}
const runsKept = 2_000;
const dayMs = 86_400_000;
/** A worker has no room for all entries of a long run at once. */
const entriesAtATime = 500;

/** What items are about to write, in lists by their numbers; of an empty one nothing is kept. */
export type IntentLists = ReadonlyMap<number, readonly ItemEntry[]>;

/**
 * Adds what became of some items, all of them or none.
 * @param intents the lists of intents that have changed by it.
 */
export async function addItems(entries: readonly ItemEntry[], intents: IntentLists): Promise<void> {
  const transaction = (await database()).transaction(['items', 'intents'], 'readwrite');
  await Promise.all([
    ...entries.map((entry) => transaction.objectStore('items').add(toStored(entry))),
    ...intentWrites(transaction.objectStore('intents'), intents),
    transaction.done,
  ]);
  announceNews('items');
}

/** Keeps what items are about to write, until it is known what became of them. */
export async function keepIntents(intents: IntentLists): Promise<void> {
  const transaction = (await database()).transaction('intents', 'readwrite');
  await Promise.all([...intentWrites(transaction.store, intents), transaction.done]);
}

function intentWrites(
  store: {
    put(value: unknown, key: number): Promise<unknown>;
    delete(key: number): Promise<unknown>;
  },
  intents: IntentLists,
): Promise<unknown>[] {
  return [...intents].map(([number, list]) =>
    list.length === 0 ? store.delete(number) : store.put(list.map(toStored), number),
  );
}

/**
 * Adds what items were about to write when their worker died, or when something else broke off the
 * work: it may have been written, and then an undo has to know of it.
 */
export async function addBrokenOff(): Promise<void> {
  const transaction = (await database()).transaction(['items', 'intents'], 'readwrite');
  const intents = transaction.objectStore('intents');
  // A version before kept each by itself.
  const entries = (await intents.getAll()).flat();
  await Promise.all([
    ...entries.map((entry) => transaction.objectStore('items').add(entry)),
    ...(entries.length > 0 ? [intents.clear()] : []),
    transaction.done,
  ]);
  if (entries.length > 0) announceNews('items');
}

/** Adds a run that ended. */
export async function addRun(entry: RunEntry): Promise<void> {
  await (await database()).put('runs', entry);
  announceNews('runs');
}

/** Lets go of the oldest entries past the bounds. */
export async function trimHistory({ days, items: most }: HistoryBounds, now: number) {
  const transaction = (await database()).transaction(['runs', 'items'], 'readwrite');
  const tooOld = IDBKeyRange.upperBound(now - days * dayMs, true);
  const items = transaction.objectStore('items');
  const [newest, old] = await Promise.all([
    items.openKeyCursor(null, 'prev'),
    items.index('at').getAllKeys(tooOld),
  ]);
  // Keys count up by one, so the newest key tells how far back the kept ones reach.
  const last = (newest?.key ?? 0) - most;
  if (last > 0) await items.delete(IDBKeyRange.upperBound(last));
  await Promise.all(
    stretchesOf(old).map(([from, to]) => items.delete(IDBKeyRange.bound(from, to))),
  );
  const runs = transaction.objectStore('runs');
  const [count, oldRuns] = await Promise.all([runs.count(), runs.index('startedAt').count(tooOld)]);
  const extra = Math.max(count - runsKept, oldRuns);
  const ids = extra > 0 ? await runs.index('startedAt').getAllKeys(null, extra) : [];
  await Promise.all([...ids.map((id) => runs.delete(id)), transaction.done]);
}

/**
 * The keys from first to last, as few stretches without a gap as can be. Those of old entries are
 * one, as a rule; but with a clock that was set back for a while, old ones lie among the new.
 */
export function stretchesOf(keys: readonly number[]): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  for (const key of [...keys].sort((one, other) => one - other)) {
    const stretch = stretches.at(-1);
    if (stretch?.[1] === key - 1) stretch[1] = key;
    else stretches.push([key, key]);
  }
  return stretches;
}

/** What became of each item in a run, in the order it happened. */
export function readItems(runId: string): Promise<KeptItem[]> {
  return readIndexed('runId', runId);
}

/**
 * How each item in a run ended, in the order it happened. Of an entry no more is kept than that, and
 * of whole ones there are never more than a few at a time.
 */
export async function readItemEnds(runId: string): Promise<ItemEnd[]> {
  const { store } = (await database()).transaction('items');
  const ids = await store.index('runId').getAllKeys(IDBKeyRange.only(runId));
  const ends: ItemEnd[] = [];
  for (const [from, to] of stretchesOf(ids)) {
    for (let least = from; least <= to; least += entriesAtATime) {
      const most = Math.min(to, least + entriesAtATime - 1);
      const entries = await store.getAll(IDBKeyRange.bound(least, most));
      ends.push(...entries.flatMap((entry) => itemEndSchema.safeParse(entry).data ?? []));
    }
  }
  return ends;
}

/** What became of all items that named an issue, in the order it happened. */
export function readItemsOfIssue(issueKey: string): Promise<KeptItem[]> {
  return readIndexed('issueKey', issueKey);
}

/** What became last of items that named an issue, newest first. Those before them cost nothing. */
export async function readLastOfIssue(issueKey: string, limit: number): Promise<KeptItem[]> {
  const index = (await database()).transaction('items').store.index('issueKey');
  const items: KeptItem[] = [];
  let cursor = await index.openCursor(IDBKeyRange.only(issueKey), 'prev');
  for (let read = 0; cursor !== null && read < limit; read += 1) {
    items.push(...kept(cursor.primaryKey, cursor.value));
    cursor = await cursor.continue();
  }
  return items;
}

/** What became of one item in each run, in the order it happened. */
export function readItemsNamed(queue: string, itemId: string): Promise<KeptItem[]> {
  return readIndexed('item', [queue, itemId]);
}

/** Entries by their numbers; those that are no longer kept are left out. */
export async function readItemsById(ids: readonly number[]): Promise<KeptItem[]> {
  const { store } = (await database()).transaction('items');
  const entries = await Promise.all(ids.map((id) => store.get(id)));
  return entries.flatMap((entry, at) => kept(ids[at] ?? 0, entry));
}

async function readIndexed(
  name: 'runId' | 'issueKey' | 'item',
  key: string | [string, string],
): Promise<KeptItem[]> {
  const index = (await database()).transaction('items').store.index(name);
  const range = IDBKeyRange.only(key);
  // Both in the order of the primary key, since the index's is the same for all of them.
  const [ids, entries] = await Promise.all([index.getAllKeys(range), index.getAll(range)]);
  return entries.flatMap((entry, at) => kept(ids[at] ?? 0, entry));
}

function kept(id: number, value: unknown): KeptItem[] {
  const entry = fromStored(value);
  return entry === undefined ? [] : [{ id, ...entry }];
}
