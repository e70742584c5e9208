import * as z from 'zod/mini';
import { paceSchema } from '../http/pace.ts';
import {
  type ItemMemories,
  ItemMemoryBook,
  itemMemoriesSchema,
  memoryParts,
} from '../queue/item-memory.ts';
import { stored } from '../storage/stored.ts';
import { habitsSchema, noHabits } from '../tracker/client.ts';

/** What the worker keeps for itself between runs. */

// A version before kept all in what is the first part now.
const memoryKeys = Array.from({ length: memoryParts }, (_, part) => `items${part || ''}`);
const storedMemories = memoryKeys.map((key) => stored(key, itemMemoriesSchema, {}));

/** @throws StorageError */
export async function readMemories(): Promise<ItemMemoryBook> {
  return new ItemMemoryBook(await Promise.all(storedMemories.map((part) => part.read())));
}

/** What is to be stored, by key, of the memories that have changed since this was asked last. */
export function memoriesToStore(book: ItemMemoryBook): Record<string, ItemMemories> {
  const changed = [...book.takeChanged()];
  return Object.fromEntries(changed.map(([part, memories]) => [`${memoryKeys[part]}`, memories]));
}

/** With the tracker that they were learned of. */
export const storedHabits = stored(
  'habits',
  z.object({ trackerUrl: z.string(), habits: habitsSchema }),
  { trackerUrl: '', habits: noHabits },
);

/** What was found out about each host's pace: where the next run starts. */
export const storedPaces = stored(
  'paces',
  z.object({ tracker: z.optional(paceSchema), content: z.optional(paceSchema) }),
  {},
);

/** Whether a worker of this extension has lived since the browser started. */
export const storedAwake = stored('awake', z.boolean(), false, 'session');

/** When the history was last brought within its bounds since the browser started, and which those were. */
export const storedTrimming = stored(
  'trimming',
  z.nullable(z.object({ at: z.number(), days: z.number(), items: z.number() })),
  null,
  'session',
);
