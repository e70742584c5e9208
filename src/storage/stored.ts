import browser from 'webextension-polyfill';
import type { Shape } from './shape.ts';

type Area = 'local' | 'session';

/** The browser did not store or read something. What was stored before still is. */
export class StorageError extends Error {
  readonly code: 'storage_full' | 'storage_failed';

  /** @param cause what the browser threw; its message is for people. */
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'StorageError';
    // The browser tells it by its words alone, some of them an error's name: of its own limit, or of
    // the disk's end.
    const isFull = /quota|no space|disk full/i.test(String(cause));
    this.code = isFull ? 'storage_full' : 'storage_failed';
  }
}

/** Does something with the storage; whatever the browser throws becomes a StorageError. */
async function orStorageError<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw new StorageError(error);
  }
}

/**
 * Stores values under their keys, all of them or none.
 * @throws StorageError
 */
export function store(
  values: Readonly<Record<string, unknown>>,
  area: Area = 'local',
): Promise<void> {
  return orStorageError(() => browser.storage[area].set(values));
}

/** Keys that are asked for in this turn, and the one read that answers for all of them. */
const reads = new Map<Area, { keys: string[]; answer: Promise<Record<string, unknown>> }>();

/**
 * What is stored under a key; undefined where nothing is. Keys that are asked for in one turn are
 * read in one go: what a page draws first takes as long as a single read.
 * @throws StorageError
 */
export async function readKey(key: string, area: Area = 'local'): Promise<unknown> {
  let read = reads.get(area);
  if (read === undefined) {
    const keys: string[] = [];
    const answer = Promise.resolve().then(() => {
      reads.delete(area);
      return browser.storage[area].get(keys);
    });
    read = { keys, answer };
    reads.set(area, read);
  }
  read.keys.push(key);
  const { answer } = read;
  return (await orStorageError(() => answer))[key];
}

/**
 * All that is stored in an area; `managed` has what the organisation's policy sets here.
 * @throws StorageError
 */
export function readArea(area: Area | 'managed'): Promise<Record<string, unknown>> {
  return orStorageError(() => browser.storage[area].get(null));
}

/**
 * Forgets what `storage.session` has under a key.
 * @throws StorageError
 */
export function forget(key: string): Promise<void> {
  return orStorageError(() => browser.storage.session.remove(key));
}

/** What `storage.onChanged` tells: by key, what is stored there now. */
export type StorageChanges = Readonly<Record<string, { readonly newValue?: unknown }>>;

/** A value in the extension's storage: declared once, parsed at every read. */
export interface Stored<Value> {
  readonly key: string;
  /** The stored value; the fallback where nothing is stored or what is stored does not parse. */
  read(): Promise<Value>;
  write(value: Value): Promise<void>;
  /**
   * Replaces the value by what `change` makes of it, under a lock. Stores nothing where that is the
   * value itself.
   * @param along what is stored together with it, all or none.
   */
  update(
    change: (present: Value) => Value,
    along?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** The value that a change of storage has brought, if it was this one that changed. */
  broughtBy(changes: StorageChanges, area: string): { readonly value: Value } | null;
}

/**
 * Declares a value of `storage.local` (kept) or `storage.session` (gone with the browser).
 * Both are open to trusted contexts only: see background/storage-access.ts.
 * @param shape what it has to look like: a shape where the popup reads it, else a schema of zod.
 */
export function stored<Value>(
  key: string,
  shape: Shape<Value> | { parse(value: unknown): Value },
  fallback: Value,
  area: Area = 'local',
): Stored<Value> {
  const parse = (value: unknown): Value => {
    try {
      return typeof shape === 'function' ? shape(value) : shape.parse(value);
    } catch {
      // Whatever is wrong with it, nothing can be made of it.
      return fallback;
    }
  };
  const read = async () => parse(await readKey(key, area));
  const write = (value: Value) => store({ [key]: value }, area);
  return {
    key,
    read,
    write,
    update: (change, along = {}) =>
      navigator.locks.request(`stored-${key}`, async () => {
        const present = await read();
        const next = change(present);
        if (next !== present) await store({ [key]: next, ...along }, area);
      }),
    broughtBy: (changes, changedArea) => {
      const change = changes[key];
      if (changedArea !== area || change === undefined) return null;
      return { value: parse(change.newValue) };
    },
  };
}

/**
 * Calls back with each later value, from whichever page or worker it came. No member of what is
 * stored: the worker, which hears of all changes at one place, is built without it.
 */
export function watchStored<Value>(
  source: Pick<Stored<Value>, 'broughtBy'>,
  onChange: (value: Value) => void,
): void {
  browser.storage.onChanged.addListener((changes, area) => {
    const brought = source.broughtBy(changes, area);
    if (brought !== null) onChange(brought.value);
  });
}
