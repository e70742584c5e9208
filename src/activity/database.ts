import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { RunEntry } from './entries.ts';
import type { LogLine } from './log.ts';

/** The database of what was done, and the way that its readers learn of news. */

interface ActivitySchema extends DBSchema {
  runs: { key: string; value: RunEntry; indexes: { startedAt: number } };
  items: {
    key: number;
    /** As `toStored` makes it. */
    value: unknown;
    indexes: { runId: string; at: number; issueKey: string; item: [string, string] };
  };
  /** By queue, item and issue: items that are being written, as they would be kept if nothing came after. */
  intents: { key: [string, string, string]; value: unknown };
  log: { key: number; value: LogLine };
}
export type ActivityDatabase = IDBPDatabase<ActivitySchema>;

/** A database that something else holds up is as good as none: no run waits for it. */
const openedWithinMs = 3000;

let opened: Promise<ActivityDatabase> | undefined;

/** The database, brought to the present version with all that is in it. */
export function database(): Promise<ActivityDatabase> {
  opened ??= inTime(
    openDB<ActivitySchema>('activity', 3, {
      upgrade(db, before, _now, transaction) {
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
        db.createObjectStore('intents');
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

const news = 'activity';
let speaker: BroadcastChannel | undefined;

/** Tells every open page that there is something new to read. */
export function announceNews(): void {
  speaker ??= new BroadcastChannel(news);
  speaker.postMessage(null);
}

/**
 * Calls back whenever something was written, by whichever page or worker.
 * @returns what ends that.
 */
export function watchNews(onNews: () => void): () => void {
  const listener = new BroadcastChannel(news);
  listener.addEventListener('message', onNews);
  return () => listener.close();
}
