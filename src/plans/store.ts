import type { DBSchema } from 'idb';
import { keptOpen } from '../storage/database.ts';
import { type Planned, plannedSchema } from './entries.ts';

/**
 * The plans of the last preview, in IndexedDB. They are for people to look at: nothing depends on
 * them but what is applied from there, and that is planned anew.
 */

interface PlansSchema extends DBSchema {
  plans: { key: string; value: Planned; indexes: { revision: number } };
}

const database = keptOpen<PlansSchema>('plans', 1, (db) => {
  db.createObjectStore('plans', { keyPath: 'name' }).createIndex('revision', 'revision');
});

/** Lets go of all plans: another preview begins. */
export async function clearPlans(): Promise<void> {
  await (await database()).clear('plans');
}

/** Adds plans, or puts them in the place of those of the same name. */
export async function putPlans(plans: readonly Omit<Planned, 'revision'>[]): Promise<void> {
  if (plans.length === 0) return;
  const transaction = (await database()).transaction('plans', 'readwrite');
  const { store } = transaction;
  const newest = await store.index('revision').openKeyCursor(null, 'prev');
  const revision = (newest?.key ?? 0) + 1;
  await Promise.all([...plans.map((plan) => store.put({ ...plan, revision })), transaction.done]);
}

/** The plans that were written after a revision, all of them by default. */
export async function readPlans(after = 0): Promise<Planned[]> {
  const range = IDBKeyRange.lowerBound(after, true);
  const plans = await (await database()).getAllFromIndex('plans', 'revision', range);
  return plans.flatMap((plan) => plannedSchema.safeParse(plan).data ?? []);
}
