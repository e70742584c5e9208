import * as z from 'zod/mini';
import { stored } from '../storage/stored.ts';

/**
 * What people ask for beyond a pass over the queues. Each is stored before it is answered and kept
 * until its run has ended, so that no death of the worker loses it.
 */

const itemRefSchema = z.object({ queue: z.string(), itemId: z.string() });
/** One checklist item, by its checklist issue and its id there. */
export type ItemRef = z.infer<typeof itemRefSchema>;

/** As many as a checklist was ever seen to hold, and more. */
const mostItems = 20_000;

/** The commands that are tasks: they arrive from pages in this very shape. */
export const taskCommands = [
  /** Processes these items alone, whether unchecked or deferred. */
  z.object({
    type: z.literal('process_only'),
    items: z.array(itemRefSchema).check(z.maxLength(mostItems)),
  }),
] as const;

const workSchema = z.discriminatedUnion('type', [...taskCommands]);
/** What a task is to do. */
export type TaskWork = z.infer<typeof workSchema>;

const taskSchema = z.object({
  /** Also the id of its run. */
  id: z.string(),
  work: workSchema,
});
export type Task = z.infer<typeof taskSchema>;

/** Tasks whose runs have not ended, in the order they were asked for. Written by the worker alone. */
export const storedTasks = stored<readonly Task[]>('tasks', z.array(taskSchema), []);
