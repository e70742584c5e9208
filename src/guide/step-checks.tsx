import { useSignal } from '@preact/signals';
import { Checks, type Remedies } from '../options/findings.tsx';
import { originOf } from '../settings/origin.ts';
import type { CheckName } from '../setup/checks.ts';
import { Button } from '../ui/button.tsx';
import { words } from '../words/words.ts';
import type { GuideStore } from './store.ts';

interface StepChecksProps {
  readonly store: GuideStore;
  readonly names: readonly CheckName[];
  /** Whether there is anything yet to be checked. */
  readonly isShown: boolean;
  /** Has them made once more: what was wrong may have been mended where no page notices it. */
  readonly onAgain: () => Promise<void>;
}

/** What was found at a step. It comes by itself, after a pause in typing, and is said as it comes. */
export function StepChecks({ store, names, isShown, onAgain }: StepChecksProps) {
  const isAsked = useSignal(false);
  const findings = store.findings.value;
  const isWrong = names.some((name) => findings.checks[name]?.status === 'bad');
  const again = async () => {
    isAsked.value = true;
    await onAgain();
    isAsked.value = false;
  };
  return (
    <>
      <div aria-live="polite">
        {isShown && <Checks names={names} findings={findings} remedies={remediesOf(store)} />}
      </div>
      {/* It stays under the focus while nothing is known. */}
      {isShown && (isWrong || isAsked.value) && (
        <div class="row">
          <Button onClick={again}>{words('button_check_again')}</Button>
        </div>
      )}
    </>
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
