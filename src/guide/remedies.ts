import type { Remedies } from '../options/findings.tsx';
import { originOf } from '../settings/origin.ts';
import type { GuideStore } from './store.ts';

/** What a click in the guide does about a finding. */
export function remediesOf(store: GuideStore): Remedies {
  const { contentUrl, loginUrl } = store.candidate.value;
  return {
    fix: store.fix,
    isManaged: store.isManaged,
    // Asked beside the address.
    allow: null,
    loginUrl: loginUrl || originOf(contentUrl),
    linksSettings: false,
  };
}
