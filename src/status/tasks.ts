import * as z from 'zod/mini';
import { stored } from '../storage/stored.ts';
import { workSchema } from './task-work.ts';

const taskSchema = z.object({
  /** Also the id of its run. */
  id: z.string(),
  work: workSchema,
});
export type Task = z.infer<typeof taskSchema>;

/**
 * What people asked for and whose runs have not ended, in the order it was asked for. Stored before
 * it is answered, so that no death of the worker loses it; written by the worker alone.
 */
export const storedTasks = stored<readonly Task[]>('tasks', z.array(taskSchema), []);
