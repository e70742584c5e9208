import { type DBSchema, type IDBPDatabase, type OpenDBCallbacks, openDB } from 'idb';

/** A database that something else holds up is as good as none: no run waits for it. */
const openedWithinMs = 3000;

/** Gives what opens a database, brought to a version, at the first call, and keeps it open. */
export function keptOpen<Schema extends DBSchema>(
  name: string,
  version: number,
  upgrade: NonNullable<OpenDBCallbacks<Schema>['upgrade']>,
): () => Promise<IDBPDatabase<Schema>> {
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  return () => {
    opened ??= inTime(
      openDB<Schema>(name, version, {
        upgrade,
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
  };
}

/** The database, if it opens in time; if it opens later, it is closed again. */
export function inTime<Database extends { close(): void }>(
  opening: Promise<Database>,
): Promise<Database> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      // As IndexedDB tells of what else goes wrong with it.
      reject(new DOMException('IndexedDB does not open', 'TimeoutError'));
    }, openedWithinMs);
    opening
      .then((database) => (isLate ? database.close() : resolve(database)), reject)
      .finally(() => clearTimeout(timer));
  });
}
