import * as z from 'zod/mini';
import { issueKeyPattern } from './issue-key.ts';

/** The tracker's answers, as far as they are used (tracker-api.md). */

/** What an item's id has to look like to become part of a path. */
export const itemIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

const idSchema = z.union([z.string(), z.number()]);

const checklistItemSchema = z.object({
  id: idSchema.check(z.refine((id) => itemIdPattern.test(String(id)))),
  text: z._default(z.string(), ''),
  checked: z._default(z.boolean(), false),
  deadline: z.optional(z.nullable(z.object({ date: z.optional(z.nullable(z.string())) }))),
  /** Only ever copied: an assignee of another shape is none, and spoils no list. */
  assignee: z.catch(z.optional(z.object({ id: idSchema })), undefined),
});
/** An item; its id as text, in whichever form it came. */
export type ChecklistItem = z.infer<typeof checklistItemSchema> & { readonly id: string };

/** So many lists and objects within each other are a field's value; no tracker's have ten. */
const levelsTaken = 50;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/**
 * A field's value. Of one that is nested without end no more is kept than that it is no plain one:
 * the browser can neither store nor write it, nor anything else that goes with it.
 */
const fieldSchema = z.catch(z.unknown().check(z.refine((value) => !isDeeper(value, levelsTaken))), [
  '…',
]);

/** An issue: the members that are always there, and its fields under their ids. */
export const issueSchema = z.catchall(
  z.object({
    key: z.string().check(z.regex(issueKeyPattern)),
    version: z.int(),
    /** Former keys of an issue that was moved. */
    aliases: z.optional(z.array(z.string())),
  }),
  fieldSchema,
);
export type Issue = z.infer<typeof issueSchema>;

/** A checklist issue. Its list is absent where it is empty, and where only a summary was asked for. */
export const checklistIssueSchema = z.looseObject({
  ...issueSchema.shape,
  checklistItems: z.optional(z.array(checklistItemSchema)),
  updatedAt: z.catch(z.optional(z.string()), undefined),
});

/** The body of an error. Either part may be empty; proxies send other bodies, or none. */
export const errorBodySchema = z.catch(
  z.object({
    errors: z.catch(z.record(z.string(), z.unknown()), {}),
    errorMessages: z.catch(z.array(z.string()), []),
  }),
  { errors: {}, errorMessages: [] },
);

/** What an edit answers with, as far as it is read. */
export const editedIssueSchema = z.object({ version: z.int() });

/** A field that issues can have. Its name is in the language of whoever asks. */
export const trackerFieldSchema = z.object({
  /** What an issue has it under: `<queue's id>--<key>` for a local one. */
  id: z.string(),
  key: z.string(),
  name: z.string(),
  type: z.string(),
  readonly: z.boolean(),
  /** The key of the queue whose local field it is; null for a global one. */
  queue: z.nullable(z.string()),
});
export type TrackerField = z.infer<typeof trackerFieldSchema>;
