import * as z from 'zod/mini';
import { FailureError } from '../errors/failure.ts';
import { isOk } from '../http/exchange.ts';
import { deadlineOf, fieldsParameter, isRefused, issuePath } from './calls.ts';
import type { TrackerClient } from './client.ts';
import { fieldText } from './field-value.ts';
import { type ChecklistItem, issueSchema } from './shapes.ts';

/** What is added to a tracker: items of a checklist, and a fresh issue to hold one. Errors are as {@link TrackerClient}'s. */

/**
 * Adds an item to the end of a checklist. Sent once, unless it is refused for a limit of requests: it
 * may have been added where no answer came, so the list is to be read before the next try.
 * Throws `checklist_issue_not_found`, `checklist_issue_forbidden`, `checklist_issue_locked` too.
 */
export async function addItem(
  { calls }: Pick<TrackerClient, 'calls'>,
  checklistIssue: string,
  { text, checked, deadline, assignee }: Omit<ChecklistItem, 'id'>,
): Promise<void> {
  const send = (assignedTo: string | number | undefined) =>
    calls.send({
      method: 'POST',
      path: `${issuePath(checklistIssue)}/checklistItems?fields=version`,
      body: { text, checked, deadline: deadlineOf(deadline?.date), assignee: assignedTo },
      ignoreBody: true,
      isSentOnce: true,
    });
  let answer = await send(assignee?.id);
  // Somebody who left the organisation can't be assigned anything; their item is still to be done.
  if (isRefused(answer.status) && assignee !== undefined) answer = await send(undefined);
  calls.expectOk('checklist_issue', checklistIssue, answer);
}

/**
 * Creates an issue. Sent once, for the same reason as {@link addItem}.
 * @returns its key.
 * Throws `checklist_issue_not_created` too.
 */
export async function createIssue(
  { calls }: Pick<TrackerClient, 'calls'>,
  queue: string,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  const path = `/issues?${fieldsParameter()}`;
  const body = { queue, ...values };
  const asked = await calls.ask({ method: 'POST', path, body, isSentOnce: true }, issueSchema);
  const { status, json } = asked.answer;
  if (!isOk(status)) {
    throw new FailureError('checklist_issue_not_created', queue, calls.errorText(json));
  }
  return calls.expectValue('issue', queue, asked).key;
}

/**
 * An issue of a queue by its summary and a part of its description; null where the search's index,
 * which lags behind by seconds, has none.
 */
export async function findIssue(
  { calls }: Pick<TrackerClient, 'calls'>,
  queue: string,
  summary: string,
  inDescription: string,
): Promise<string | null> {
  const path = `/issues/_search?perPage=50&${fieldsParameter('description')}`;
  const body = { filter: { queue, summary } };
  const asked = await calls.ask({ method: 'POST', path, body }, z.array(issueSchema));
  // A tracker that can't be asked in this way finds nothing.
  if (isRefused(asked.answer.status)) return null;
  const issues = calls.expectValue('issue', queue, asked);
  const found = issues.find(({ description }) => fieldText(description).includes(inDescription));
  return found?.key ?? null;
}
