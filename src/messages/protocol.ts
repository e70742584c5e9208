import * as z from 'zod/mini';
import { issueKeySchema, taskCommands, typed } from '../status/task-work.ts';

/**
 * What a page of this extension may ask of the worker. Messages carry commands only: what comes
 * of them is stored, and pages draw what is stored.
 */
export const commandSchema = z.union([
  typed('process', {}),
  typed('recheck', {}),
  /** Ends the run in progress after the items in hand. */
  typed('stop', {}),
  /** Does once without the brake what it has halted. */
  typed('defer_anyway', {}),
  /** Leaves one queue alone, or no longer. */
  typed('pause_queue', {
    checklistIssue: issueKeySchema,
    paused: z.boolean(),
  }),
  /** Ends the pause of the schedule. */
  typed('resume', {}),
  /** Makes the checks of a candidate that lies ready; answered when they have ended. See probe.ts. */
  typed('probe', { id: z.string().check(z.regex(/^[\w-]{1,64}$/)) }),
  /** The page that shows fetched data has been loaded and listens. */
  typed('fetched_page_ready', {}),
  ...taskCommands,
]);

export type Command = z.infer<typeof commandSchema>;
