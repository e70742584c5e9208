import * as z from 'zod/mini';

/** The tracker's answers, as far as they are used (tracker-api.md). */

/** Item ids become part of a path. */
const itemIdSchema = z.pipe(
  z.union([z.string(), z.number()]),
  z.pipe(z.transform(String), z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))),
);

export const checklistItemSchema = z.object({
  id: itemIdSchema,
  text: z._default(z.string(), ''),
  checked: z._default(z.boolean(), false),
  deadline: z.optional(z.nullable(z.object({ date: z.optional(z.nullable(z.string())) }))),
});
export type ChecklistItem = z.infer<typeof checklistItemSchema>;

/** An issue: the members that are always there, and its fields under their ids. */
export const issueSchema = z.looseObject({
  key: z.string().check(z.regex(/^[A-Z][A-Z0-9]*-\d+$/)),
  version: z.int(),
  aliases: z.optional(z.array(z.string())),
});
export type Issue = z.infer<typeof issueSchema>;

/** A checklist issue. Its list is absent where it is empty, and where only a summary was asked for. */
export const checklistIssueSchema = z.looseObject({
  version: z.int(),
  checklistItems: z.optional(z.array(checklistItemSchema)),
});
export type ChecklistIssue = z.infer<typeof checklistIssueSchema>;

/** The body of an error. Either part may be empty; proxies send other bodies, or none. */
export const errorBodySchema = z.object({
  errors: z._default(z.record(z.string(), z.unknown()), {}),
  errorMessages: z._default(z.array(z.string()), []),
});
