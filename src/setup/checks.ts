import * as z from 'zod/mini';
import { breadcrumbsSchema } from '../breadcrumbs/resource.ts';
import type { Code } from '../errors/codes.ts';
import { failureSchema } from '../errors/failure.ts';
import { trackerFieldSchema } from '../tracker/shapes.ts';

/** What can be checked of the tracker, all of it with the token. */
export const trackerCheckNames = [
  'tracker_reachable',
  'token',
  'checklist_readable',
  'checklist_writable',
  'fields',
] as const;

/** What can be checked of a set-up, in the order in which it is shown. */
export const checkNames = [
  ...trackerCheckNames,
  'content_permission',
  'content_reachable',
  'signed_in',
  'test_link',
  'schedules',
] as const;
export type CheckName = (typeof checkNames)[number];

/** What is said of a check where no failure's sentence says it. Texts are `finding_<saying>`. */
export const sayings = [
  'answers',
  'not_a_tracker',
  'token_missing',
  'token_of',
  'token_cannot_read',
  'token_cannot_write',
  'other_scheme',
  'other_organisation',
  'no_organisation',
  'organisation_refused',
  'items',
  'edit_tried',
  'edit_untold',
  'fields_fit',
  'fields_unreadable',
  'field_gone',
  'field_unfit',
  'field_untold',
  'allowed',
  'signed_in',
  'sign_in_untold',
  'link_missing',
  'link_lost',
  'link_good',
  'armed',
  'not_armed',
  'paused',
  'waits',
  /** Said by a page itself. */
  'no_answer',
  'invalid_input',
] as const;

const wordsSchema = z.object({ id: z.enum(sayings), details: z.array(z.string()) });

/** Settings that would mend it, as the tracker's answer to them has shown. */
const fixSchema = z.object({
  tokenScheme: z.optional(z.enum(['OAuth', 'Bearer'])),
  organisationHeader: z.optional(z.enum(['none', 'X-Org-ID', 'X-Cloud-Org-ID'])),
});
export type Fix = z.infer<typeof fixSchema>;

const findingSchema = z.object({
  /** `untold`: it can't be told, or not yet. */
  status: z.enum(['pending', 'good', 'bad', 'untold']),
  says: z.nullable(wordsSchema),
  failure: z.nullable(failureSchema),
  ms: z.nullable(z.number()),
  fix: z.nullable(fixSchema),
});
/** What came of one check. It never holds the token. */
export type Finding = z.infer<typeof findingSchema>;

/** What came of some checks, as far as it is known; what was asked along with them. */
export const findingsSchema = z.object({
  checks: z.partialRecord(z.enum(checkNames), findingSchema),
  /** The fields of the tracker and of the queues; null where they were not asked for. */
  fields: z.nullable(z.array(trackerFieldSchema)),
  /** What the link to test with gives. */
  breadcrumbs: z.nullable(breadcrumbsSchema),
  clockAheadMs: z.nullable(z.number()),
});
export type Findings = z.infer<typeof findingsSchema>;

export const noFindings: Findings = {
  checks: {},
  fields: null,
  breadcrumbs: null,
  clockAheadMs: null,
};

/** A check that has not ended. */
export const pending: Finding = {
  status: 'pending',
  says: null,
  failure: null,
  ms: null,
  fix: null,
};

/** What a run says of these, "it is tried again by itself", helps nobody who has set it up just now. */
export const sayingOfFailure: Partial<Record<Code, string>> = {
  tracker_unavailable: 'unavailable',
  content_unavailable: 'unavailable',
  not_configured: 'missing',
  tracker_permission_missing: 'not_allowed',
  content_permission_missing: 'not_allowed',
  content_login_required: 'sign_in',
  link_not_recognised: 'link_not_recognised',
};

/** The id of the text that says what was found and, where it is not good, what to do; null while it is pending. */
export function textIdOf({ says, failure }: Finding): string | null {
  if (failure === null) return says === null ? null : `finding_${says.id}`;
  const saying = sayingOfFailure[failure.code];
  return saying === undefined ? `error_${failure.code}` : `finding_${saying}`;
}

/** Whether there is something to do about a finding: an answer that never came is asked for again. */
export function isTrouble(finding: Finding | undefined): boolean {
  return finding?.status === 'bad' || finding?.says?.id === 'no_answer';
}

/** What is known by now, with some news. */
export function withNews(findings: Findings, news: Partial<Findings>): Findings {
  return { ...findings, ...news, checks: { ...findings.checks, ...news.checks } };
}
