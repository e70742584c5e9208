import * as z from 'zod/mini';
import { paceSchema } from '../http/pace.ts';
import { itemMemoriesSchema } from '../queue/item-memory.ts';
import { stored } from '../storage/stored.ts';
import { habitsSchema, noHabits } from '../tracker/client.ts';

/** What the worker keeps for itself between runs. */

export const storedMemories = stored('items', itemMemoriesSchema, {});

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
