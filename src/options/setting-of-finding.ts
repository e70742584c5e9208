import { type SettingName, settingNames } from '../settings/schema.ts';
import type { Finding } from '../setup/checks.ts';
import { settingFor } from '../status/view.ts';

/** The setting that is to be looked at because of a finding; null where it is none's. */
export function settingOfFinding({ status, says, failure }: Finding): SettingName | 'token' | null {
  if (status === 'good' || status === 'pending') return null;
  // No issue's link.
  if (failure?.code === 'link_not_recognised') return 'testLink';
  if (failure !== null) return settingNamed(settingFor(failure));
  switch (says?.id) {
    case 'invalid_input':
      return settingNamed(says.details[0] ?? null);
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

function settingNamed(name: string | null): SettingName | 'token' | null {
  return name === 'token' ? name : (settingNames.find((one) => one === name) ?? null);
}
