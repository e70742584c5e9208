/**
 * Every failure has one of these codes (behaviour.md, "What goes wrong, and what it costs").
 * The kind decides what a run does with it; the sentence beside the code is the text
 * `error_<code>` of the locales, filled with the failure's details.
 */

/** This item can't succeed until somebody changes something. */
export const itemCodes = [
  'item_names_no_issue',
  'issue_not_found',
  'issue_forbidden',
  'link_not_set',
  'link_not_recognised',
  'resource_not_found',
  'resource_forbidden',
  'resource_errors',
  'resource_invalid',
  'field_rejected',
  'issue_locked',
  'gave_up',
] as const;

/** The same item may well succeed later. */
export const passingCodes = ['content_unavailable', 'tracker_unavailable'] as const;

/** No item can succeed. */
const haltingCodes = [
  'not_configured',
  'content_login_required',
  'content_permission_missing',
  'tracker_token_rejected',
  'tracker_permission_missing',
  'checklist_issue_not_found',
  'checklist_issue_forbidden',
  'checklist_issue_locked',
  'checklist_issue_not_created',
  'checklist_issue_not_replaceable',
  'many_alike',
  'storage_full',
  'storage_failed',
  'unexpected_error',
] as const;

export const codes = [...itemCodes, ...passingCodes, ...haltingCodes] as const;

export type ItemCode = (typeof itemCodes)[number];
export type Code = (typeof codes)[number];
type FailureKind = 'item' | 'passing' | 'halting';

const passing: readonly Code[] = passingCodes;
const halting: readonly Code[] = haltingCodes;

/** What a run does with a failure of this code. */
export function kindOf(code: Code): FailureKind {
  if (passing.includes(code)) return 'passing';
  return halting.includes(code) ? 'halting' : 'item';
}
