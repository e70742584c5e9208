import * as z from 'zod/mini';
import { failureSchema } from '../errors/failure.ts';
import { stored } from '../storage/stored.ts';
import { timeSchema } from '../storage/time.ts';
import { type PreviewScope, previewScopeSchema } from './task-work.ts';

const previewSchema = z.object({
  /** Its task's. */
  id: z.string(),
  of: previewScopeSchema,
  startedAt: timeSchema,
  /** Null while plans are still to come. */
  endedAt: z.nullable(timeSchema),
  /** How many there are to look at, as far as is known. */
  total: z.number(),
  /** How many were looked at. */
  planned: z.number(),
  /** Items of the checklists that it is not about: done ones, and deferred ones. */
  done: z.number(),
  deferred: z.number(),
  /** Checklist issues that it would be about and leaves alone: paused ones, or one that the settings lack. */
  leftAlone: z._default(z.array(z.string()), []),
  /** Failures of the kind that would halt a run, where there are as many as that takes. */
  alike: z.nullable(z.object({ count: z.number(), codes: z.array(z.string()) })),
  outcome: z.nullable(z.enum(['completed', 'stopped', 'halted', 'interrupted'])),
  failure: z.nullable(failureSchema),
  /** How the last run ended that applied some of it. */
  applied: z.nullable(
    z.object({ at: timeSchema, outcome: z.string(), failure: z.nullable(failureSchema) }),
  ),
  /** Rises whenever plans were written. At 0 none was, and what plans are stored are another preview's. */
  revision: z.number(),
});
/** How far the last preview is. Its plans are in `plans/store.ts`. */
export type Preview = z.infer<typeof previewSchema>;

export const storedPreview = stored<Preview | null>('preview', z.nullable(previewSchema), null);

/** A preview that begins. */
export function emptyPreview(id: string, of: PreviewScope): Preview {
  return {
    id,
    of,
    startedAt: Date.now(),
    endedAt: null,
    total: 0,
    planned: 0,
    done: 0,
    deferred: 0,
    leftAlone: [],
    alike: null,
    outcome: null,
    failure: null,
    applied: null,
    revision: 0,
  };
}
