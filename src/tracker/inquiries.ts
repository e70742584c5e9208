import * as z from 'zod/mini';
import { type Call, fieldsParameter, isConflict, isRefused, issuePath } from './calls.ts';
import type { TrackerClient } from './client.ts';
import { fieldText } from './field-value.ts';
import type { TrackerField } from './shapes.ts';

/** What a set-up asks a tracker. Errors are as {@link TrackerClient}'s. */

/** Whom a token belongs to. */
const personSchema = z.object({
  login: z._default(z.string(), ''),
  display: z._default(z.string(), ''),
});
type Person = z.infer<typeof personSchema>;

/** A field as `GET /fields` and `GET /queues/{key}/localFields` give it. */
const fieldAnswerSchema = z.object({
  id: z.string(),
  key: z.optional(z.string()),
  name: z.catch(z.string(), ''),
  schema: z.catch(z.object({ type: z.string() }), { type: '' }),
  readonly: z.catch(z.boolean(), false),
});

/** What the tracker says about the token. */
export type Identity =
  | { readonly kind: 'person'; readonly person: Person }
  /** As a rule for the organisation: its header is wrong or missing. */
  | { readonly kind: 'forbidden'; readonly text: string }
  /** Something answers, but it is no tracker's API. */
  | { readonly kind: 'no_tracker' };

/** Whom the token belongs to, or how the tracker refuses to say. */
export async function whoAmI({ calls }: Pick<TrackerClient, 'calls'>): Promise<Identity> {
  const answer = await calls.send({ method: 'GET', path: '/myself' });
  if (answer.status === 403) return { kind: 'forbidden', text: calls.errorText(answer.json) };
  if (answer.status === 404) return { kind: 'no_tracker' };
  calls.expectOk('issue', '', answer);
  const person = personSchema.safeParse(answer.json);
  return person.success ? { kind: 'person', person: person.data } : { kind: 'no_tracker' };
}

/** The fields of all issues; with a queue's key, those of that queue's issues alone. */
export async function readFields(
  { calls }: Pick<TrackerClient, 'calls'>,
  queue: string | null,
): Promise<TrackerField[]> {
  if (queue !== null && !/^[A-Z][A-Z0-9]*$/.test(queue)) throw new Error('not the key of a queue');
  const path = queue === null ? '/fields' : `/queues/${queue}/localFields`;
  const call: Call = { method: 'GET', path };
  const all = await calls.read('issue', queue ?? '', call, z.array(z.unknown()));
  return all.flatMap((one) => {
    // A field that is described in another way is one that can't be chosen; the others can.
    const parsed = fieldAnswerSchema.safeParse(one);
    if (!parsed.success) return [];
    const { id, key = id, name, schema, readonly } = parsed.data;
    return [{ id, key, name: name || key, type: schema.type, readonly, queue }];
  });
}

/**
 * Whether a checklist issue may be edited: told by an edit that would change nothing, made for a
 * version that is over, so that the tracker has to refuse it.
 * @returns false where its answer doesn't tell.
 * Throws `checklist_issue_not_found`, `checklist_issue_forbidden`, `checklist_issue_locked` too.
 */
export async function triesToEdit(tracker: TrackerClient, key: string): Promise<boolean> {
  const issue = await tracker.readIssue(key, ['summary'], 'checklist_issue');
  const answer = await tracker.calls.send({
    method: 'PATCH',
    path: `${issuePath(key)}?version=${issue.version - 1}&${fieldsParameter()}`,
    body: { summary: fieldText(issue.summary) },
  });
  if (isConflict(answer.status)) return true;
  if (isRefused(answer.status) || answer.status === 428) return false;
  tracker.calls.expectOk('checklist_issue', key, answer);
  return true;
}
