import { expect, test } from 'vitest';
import { settingOfFinding } from '../../../src/options/setting-of-finding.ts';
import { pending } from '../../../src/setup/checks.ts';
import { failed, said, waits } from '../../../src/setup/finding.ts';

test.each([
  [failed({ code: 'not_configured', details: ['contentUrl'] }), 'contentUrl'],
  [failed({ code: 'tracker_token_rejected', details: [] }), 'token'],
  [failed({ code: 'checklist_issue_not_found', details: ['SUP-1'] }), 'checklistIssues'],
  [failed({ code: 'checklist_issue_forbidden', details: ['SUP-1'] }), 'checklistIssues'],
  [said('untold', 'invalid_input', 'trackerUrl'), 'trackerUrl'],
  [said('bad', 'token_missing'), 'token'],
  [said('bad', 'field_gone', 'lesson.name'), 'fieldMapping'],
  [said('bad', 'field_unfit', 'lesson.name'), 'fieldMapping'],
  [said('untold', 'link_missing'), 'testLink'],
  [said('bad', 'link_lost'), 'testLink'],
  [failed({ code: 'resource_errors', details: ['lesson 1', 'no'] }), 'fieldMapping'],
  [failed({ code: 'link_not_recognised', details: ['about'] }), 'testLink'],
  [said('untold', 'paused'), 'schedulePaused'],
])('a finding leads to the setting that it is about: %#', (finding, setting) => {
  expect(settingOfFinding(finding)).toBe(setting);
});

test.each([
  [pending],
  [waits],
  [said('good', 'fields_fit', '9')],
  [said('bad', 'not_armed')],
  [failed({ code: 'not_configured', details: ['no such setting'] })],
  [failed({ code: 'tracker_unavailable', details: [] })],
])('what no setting is to blame for leads to none: %#', (finding) => {
  expect(settingOfFinding(finding)).toBe(null);
});
