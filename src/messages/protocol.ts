import * as z from 'zod/mini';
import { taskCommands } from '../status/task-work.ts';
import { issueKeyPattern } from '../tracker/issue-key.ts';

/**
 * What a page of this extension may ask of the worker. Messages carry commands only: what comes
 * of them is stored, and pages draw what is stored.
 */
export const commandSchema = z.union([
  z.object({ type: z.literal('process') }),
  z.object({ type: z.literal('recheck') }),
  /** Ends the run in progress after the items in hand. */
  z.object({ type: z.literal('stop') }),
  /** Does once without the brake what it has halted. */
  z.object({ type: z.literal('defer_anyway') }),
  /** Leaves one queue alone, or no longer. */
  z.object({
    type: z.literal('pause_queue'),
    checklistIssue: z.string().check(z.regex(issueKeyPattern)),
    paused: z.boolean(),
  }),
  /** Ends the pause of the schedule. */
  z.object({ type: z.literal('resume') }),
  /** Makes the checks of a candidate that lies ready; answered when they have ended. See probe.ts. */
  z.object({ type: z.literal('probe'), id: z.string().check(z.regex(/^[\w-]{1,64}$/)) }),
  /** The page that shows fetched data has been loaded and listens. */
  z.object({ type: z.literal('fetched_page_ready') }),
  ...taskCommands,
]);

export type Command = z.infer<typeof commandSchema>;
