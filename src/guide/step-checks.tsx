import { Checks } from '../options/findings.tsx';
import type { CheckName } from '../setup/checks.ts';
import { remediesOf } from './remedies.ts';
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
