import { type SettingName, settingNames } from '../settings/schema.ts';
import type { Finding } from '../setup/checks.ts';

/** The setting that is to be looked at because of a finding; null where it is none's. */
export function settingOf({ status, says, failure }: Finding): SettingName | 'token' | null {
  if (status === 'good' || status === 'pending') return null;
  switch (failure?.code) {
    case 'not_configured':
      return namedBy(failure.details);
    case 'tracker_token_rejected':
      return 'token';
    case 'checklist_issue_not_found':
    case 'checklist_issue_forbidden':
      return 'checklistIssues';
    case 'link_not_recognised':
      return 'testLink';
  }
  switch (says?.id) {
    case 'invalid_input':
      return namedBy(says.details);
    case 'not_a_tracker':
      return 'trackerUrl';
    case 'token_missing':
    case 'token_cannot_read':
    case 'token_cannot_write':
      return 'token';
    case 'no_organisation':
      return 'organisationHeader';
    case 'organisation_refused':
      return 'organisationId';
    case 'field_gone':
    case 'field_unfit':
    case 'field_untold':
      return 'fieldMapping';
    case 'link_missing':
    case 'link_lost':
      return 'testLink';
    case 'paused':
      return 'schedulePaused';
    default:
      return null;
  }
}

function namedBy([name]: readonly string[]): SettingName | 'token' | null {
  return name === 'token' ? name : (settingNames.find((one) => one === name) ?? null);
}
