import * as z from 'zod/mini';
import { changeSchema, untouchedSchema } from '../activity/entries.ts';
import { breadcrumbsSchema, resourceSchema } from '../breadcrumbs/resource.ts';
import { failureSchema } from '../errors/failure.ts';

/** What a preview keeps of each plan, for people to look at before anything is written. */

export const verdicts = ['write', 'unchanged', 'defer', 'postpone', 'left_alone'] as const;

export const plannedSchema = z.object({
  /** The item's name among those of all queues; in the preview of an undo the issue's key, if it has one. */
  name: z.string(),
  /** Counts the writes of the preview: whoever has read one, has all below it. */
  revision: z.number(),
  /** Its place in the list. */
  position: z.number(),
  /** Empty where an issue is looked at that no item names. */
  queue: z.string(),
  itemId: z.string(),
  /** The item's text, shortened. */
  text: z.string(),
  issueKey: z.nullable(z.string()),
  resource: z.nullable(resourceSchema),
  breadcrumbs: breadcrumbsSchema,
  verdict: z.enum(verdicts),
  /** What happens to the item. */
  itemAction: z.enum(['check', 'delete', 'defer', 'leave']),
  changes: z.array(changeSchema),
  untouched: z.array(untouchedSchema),
  failure: z.nullable(failureSchema),
  /** What came of it when it was to be applied; null before. */
  became: z.nullable(z.enum(['applied', 'failed', 'changed', 'gone', 'postponed'])),
  /** The run that made it so. */
  touchedBy: z.nullable(z.string()),
});
/** One plan of a preview. */
export type Planned = z.infer<typeof plannedSchema>;
/** What is to become of an item, in a word. */
export type Verdict = Planned['verdict'];

/** Whether it can be applied: there is something to do, and it still waits for that. */
export function isToApply({ verdict, became }: Planned): boolean {
  const isWaiting = became === null || became === 'changed' || became === 'postponed';
  return isWaiting && verdict !== 'postpone' && verdict !== 'left_alone';
}
