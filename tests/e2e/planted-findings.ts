import type { CheckName, Finding, Findings } from '../../src/setup/checks.ts';
import { said } from '../../src/setup/finding.ts';
import { standardWorld } from '../simulator/index.ts';

/** What a worker might find, for pages that are to stand still. */

const fields: Findings['fields'] = [...standardWorld().fields.values()].map(
  ({ id, key, name, type, readonly, queue }) => ({
    id,
    key,
    name: name.en,
    type,
    readonly,
    queue,
  }),
);

const breadcrumbs: Findings['breadcrumbs'] = {
  'course.name': 'SQL basics',
  'track.name': 'Data analyst, cohort 12',
  'lesson.name': 'Selecting and grouping',
  'task.position': 4,
  'task.position_if_exists': null,
};

function failed(code: NonNullable<Finding['failure']>['code'], ...details: string[]): Finding {
  return { status: 'bad', says: null, failure: { code, details }, ms: 41, fix: null };
}

function timed(finding: Finding): Finding {
  return { ...finding, ms: 87 };
}

const good: Partial<Record<CheckName, Finding>> = {
  tracker_reachable: timed(said('good', 'answers')),
  token: timed(said('good', 'token_of', 'Breadcrumbs Robot', 'breadcrumbs-robot')),
  checklist_readable: timed(said('good', 'items', 'SUP-1 12 40')),
  checklist_writable: timed(said('good', 'edit_tried')),
  fields: timed(said('good', 'fields_fit', '13')),
  content_permission: timed(said('good', 'allowed', 'learn.example')),
  content_reachable: timed(said('good', 'answers')),
  signed_in: timed(said('good', 'signed_in')),
  test_link: timed(said('good', 'link_good', '5')),
  schedules: timed(said('good', 'armed')),
};

export const goodFindings: Findings = { checks: good, fields, breadcrumbs, clockAheadMs: 0 };

/** One of each kind. */
export const mixedFindings: Findings = {
  ...goodFindings,
  clockAheadMs: -190_000,
  checks: {
    ...good,
    token: {
      ...timed(said('bad', 'other_scheme', 'Bearer')),
      fix: { tokenScheme: 'Bearer' },
    },
    checklist_writable: failed('checklist_issue_forbidden', 'SUP-1'),
    fields: timed(said('bad', 'field_gone', '6063--vanished')),
    content_permission: failed('content_permission_missing', 'learn.example'),
    signed_in: failed('content_login_required', 'learn.example'),
    test_link: said('untold', 'waits'),
    schedules: said('untold', 'paused'),
  },
};
