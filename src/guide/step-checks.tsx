import { Checks, type Remedies } from '../options/findings.tsx';
import { originOf } from '../settings/origin.ts';
import type { CheckName } from '../setup/checks.ts';
import type { GuideStore } from './store.ts';

interface StepChecksProps {
  readonly store: GuideStore;
  readonly names: readonly CheckName[];
  /** Whether there is anything yet to be checked. */
  readonly isShown: boolean;
}

/** What was found at a step. It comes by itself, after a pause in typing, and is said as it comes. */
export function StepChecks({ store, names, isShown }: StepChecksProps) {
  return (
    <div aria-live="polite">
      {isShown && (
        <Checks names={names} findings={store.findings.value} remedies={remediesOf(store)} />
      )}
    </div>
  );
}

/** What a click in the guide does about a finding. */
function remediesOf(store: GuideStore): Remedies {
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
