import * as z from 'zod/mini';
import { stored } from '../storage/stored.ts';
import { itemsSchema, workSchema } from './task-work.ts';

const taskSchema = z.object({
  /** Also the id of its run. */
  id: z.string(),
  work: workSchema,
  /** Whether the brake may halt it; somebody may have decided that it is not to. */
  brake: z._default(z.boolean(), true),
});
export type Task = z.infer<typeof taskSchema>;

/**
 * What people asked for and whose runs have not ended, in the order it was asked for. Stored before
 * it is answered, so that no death of the worker loses it; written by the worker alone.
 */
export const storedTasks = stored<readonly Task[]>('tasks', z.array(taskSchema), []);

const brakedSchema = z.object({
  /** Its task's. */
  id: z.string(),
  work: workSchema,
  /** What the brake held back of it. */
  items: itemsSchema,
});

/** What somebody chose and the brake halted, so that it can be done anyway: that, and no more than that. */
export const storedBraked = stored<z.infer<typeof brakedSchema> | null>(
  'braked',
  z.nullable(brakedSchema),
  null,
);
