import * as z from 'zod/mini';
import { issueKeyPattern } from '../tracker/issue-key.ts';

/** What people ask for beyond a pass over the queues. */

const itemRefSchema = z.object({ queue: z.string(), itemId: z.string() });
/** One checklist item, by its checklist issue and its id there. */
export type ItemRef = z.infer<typeof itemRefSchema>;

/** An object that is told from others by its type. */
export function typed<const Type extends string, Members extends z.core.$ZodShape>(
  type: Type,
  members: Members,
) {
  return z.object({ type: z.literal(type), ...members });
}

export const issueKeySchema = z.string().check(z.regex(issueKeyPattern));

/**
 * As many as a checklist was ever seen to hold, and more. The storage that tasks are in holds 10 MB
 * of all that the extension knows: a page asks for no more at once.
 */
export const mostItems = 20_000;
export const itemsSchema = z.array(itemRefSchema).check(z.maxLength(mostItems));

export const previewScopeSchema = z.union([
  /** All that is open. */
  typed('all', {}),
  /** What is open in one checklist. */
  typed('queue', { checklistIssue: issueKeySchema }),
  typed('items', { items: itemsSchema }),
  typed('issue', { issueKey: issueKeySchema }),
  /** What a link would write, into whichever issue. */
  typed('link', { link: z.string().check(z.maxLength(4000)) }),
  /** What taking back all that a run wrote would write. */
  typed('undo_run', { runId: z.string() }),
  /** The same for items of the history, by their keys there. */
  typed('undo_items', { ids: z.array(z.int()).check(z.maxLength(mostItems)) }),
]);
export type PreviewScope = z.infer<typeof previewScopeSchema>;

/** Names of plans in the last preview; null: all of them. */
const namesSchema = z.nullable(z.array(z.string()).check(z.maxLength(mostItems)));

/** The commands that are tasks: they arrive from pages in this very shape. */
export const taskCommands = [
  /** Processes these items alone, whether unchecked or deferred. */
  typed('process_only', { items: itemsSchema }),
  /** Shows what would be written. */
  typed('preview', { previewId: z.string(), of: previewScopeSchema }),
  /** Does what the last preview shows, as far as it still holds. */
  typed('apply', { previewId: z.string(), names: namesSchema }),
  /** The same where it shows what would be taken back. */
  typed('undo', {
    previewId: z.string(),
    names: namesSchema,
    /** The items go back to the queue as well. */
    uncheckToo: z.boolean(),
  }),
  /** Shows the issue of the tab in the popup. */
  typed('look_at_issue', { issueKey: issueKeySchema }),
  /** Annotates one issue, with the items that name it, or without any. */
  typed('annotate_issue', { issueKey: issueKeySchema }),
  typed('add_to_checklist', {
    issueKey: issueKeySchema,
    checklistIssue: issueKeySchema,
  }),
  /** Moves the open and deferred items of a checklist issue to a fresh one. */
  typed('move_checklist', { checklistIssue: issueKeySchema }),
] as const;

export const workSchema = z.union(taskCommands);
/** What a task is to do. */
export type TaskWork = z.infer<typeof workSchema>;
export type WorkOf<Type extends TaskWork['type']> = Extract<TaskWork, { type: Type }>;
