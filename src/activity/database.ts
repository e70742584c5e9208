import type { DBSchema, IDBPDatabase } from 'idb';
import * as z from 'zod/mini';
import { keptOpen } from '../storage/database.ts';
import type { RunEntry } from './entries.ts';

/** The database of what was done, and the way that its readers learn of news. */

interface ActivitySchema extends DBSchema {
  runs: { key: string; value: RunEntry; indexes: { startedAt: number } };
  items: {
    key: number;
    /** As `toStored` makes it. */
    value: unknown;
    indexes: { runId: string; at: number; issueKey: string; item: [string, string] };
  };
  /** Lists of items that are being written, as they would be kept if nothing came after. Older versions kept each by itself. */
  intents: { key: IDBValidKey; value: unknown };
  /** Lists of lines that were written together, by the number of the last. Older versions kept each by itself. */
  log: { key: number; value: unknown };
}
export type ActivityDatabase = IDBPDatabase<ActivitySchema>;

/** The database, brought to the present version with all that is in it. */
export const database = keptOpen<ActivitySchema>('activity', 3, (db, before, _now, transaction) => {
  if (before < 1) {
    db.createObjectStore('runs', { keyPath: 'id' }).createIndex('startedAt', 'startedAt');
    db.createObjectStore('items', { autoIncrement: true }).createIndex('runId', 'runId');
  }
  if (before < 2) {
    const items = transaction.objectStore('items');
    items.createIndex('at', 'at');
    items.createIndex('issueKey', 'issueKey');
    items.createIndex('item', ['queue', 'itemId']);
    db.createObjectStore('log', { autoIncrement: true });
  }
  if (before < 3) db.createObjectStore('intents');
});

/** What there can be news of. */
const newsParts = ['items', 'runs', 'log'] as const;
export type NewsPart = (typeof newsParts)[number];
const newsSchema = z.enum(newsParts);

const news = 'activity';
let speaker: BroadcastChannel | undefined;

/** Tells every open page that there is something new to read, and of what. */
export function announceNews(part: NewsPart): void {
  speaker ??= new BroadcastChannel(news);
  speaker.postMessage(part);
}

/**
 * Calls back whenever something was written, by whichever page or worker, with what it was a part of:
 * all of them where that is not understood, as it is with another version's.
 * @returns what ends that.
 */
export function watchNews(onNews: (parts: readonly NewsPart[]) => void): () => void {
  const listener = new BroadcastChannel(news);
  listener.addEventListener('message', ({ data }) => {
    const part = newsSchema.safeParse(data);
    onNews(part.success ? [part.data] : newsParts);
  });
  return () => listener.close();
}
