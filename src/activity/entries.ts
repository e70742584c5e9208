import * as z from 'zod/mini';
import { breadcrumbKeySchema, resourceTypes } from '../breadcrumbs/resource.ts';
import { failureSchema } from '../errors/failure.ts';
import { timeSchema } from '../storage/time.ts';

/** What the history keeps. All times are milliseconds since 1970. */

const valueSchema = z.union([z.string(), z.number(), z.null()]);

const changeSchema = z.object({
  /** The tracker's field id. */
  field: z.string(),
  /** Absent: the error field. */
  key: z.optional(breadcrumbKeySchema),
  from: z.optional(z.unknown()),
  to: valueSchema,
});
/** One field's old and new value. */
export type Change = z.infer<typeof changeSchema>;

export const itemEntrySchema = z.object({
  runId: z.string(),
  at: timeSchema,
  queue: z.string(),
  itemId: z.string(),
  /** The checklist item's text, shortened. */
  text: z.string(),
  issueKey: z.nullable(z.string()),
  outcome: z.enum([
    'done',
    'unchanged',
    'failed',
    'postponed',
    'unchecked',
    'undone',
    'left_alone',
  ]),
  failure: z.nullable(failureSchema),
  resource: z.nullable(z.object({ type: z.enum(resourceTypes), id: z.string() })),
  changes: z.array(changeSchema),
});
/** What became of one checklist item in one run. */
export type ItemEntry = z.infer<typeof itemEntrySchema>;

export const runEntrySchema = z.object({
  id: z.string(),
  kind: z.enum(['process', 'recheck', 'move', 'undo']),
  /** With a move: the checklist issues that the items moved between, as far as there are two. */
  move: z.optional(z.object({ from: z.string(), to: z.nullable(z.string()) })),
  cause: z.string(),
  startedAt: timeSchema,
  endedAt: timeSchema,
  counts: z.record(z.string(), z.number()),
  requests: z.number(),
  outcome: z.enum(['completed', 'stopped', 'halted', 'interrupted']),
  failure: z.nullable(failureSchema),
});
/** One run, as it ended. */
export type RunEntry = z.infer<typeof runEntrySchema>;
