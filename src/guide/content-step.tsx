import { useEffect } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { TestLinkTable } from '../options/findings.tsx';
import { words } from '../words/words.ts';
import { GuideInput } from './guide-inputs.tsx';
import { contentChecks } from './progress.ts';
import { StepChecks } from './step-checks.tsx';
import type { GuideStore } from './store.ts';
import { AllowHost } from './tracker-steps.tsx';

/** The content API's address, and a link to try it with: that needs no token and no tracker. */
export function ContentStep({ store }: { store: GuideStore }) {
  const { contentUrl, fieldMapping } = store.candidate.value;
  const findings = store.findings.value;
  const isSignedOut = findings.checks.signed_in?.status === 'bad';

  // Who comes back from signing in finds it noticed.
  useEffect(() => {
    if (!isSignedOut) return;
    const look = () => {
      // Coming back is told in several ways, and by the second of them it is looked at already.
      const isKnown = store.findings.peek().checks.signed_in?.status === 'bad';
      if (isKnown && document.visibilityState === 'visible') store.checkContentAgain();
    };
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    browser.tabs.onRemoved.addListener(look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('focus', look);
      browser.tabs.onRemoved.removeListener(look);
    };
  }, [isSignedOut]);

  return (
    <>
      <GuideInput store={store} name="contentUrl" placeholder="https://learn.example/content" />
      <AllowHost store={store} name="contentUrl" />
      <GuideInput store={store} name="testLink" placeholder="https://learn.example/lessons/…" />
      <StepChecks
        store={store}
        names={contentChecks}
        isShown={store.isGranted(contentUrl)}
        onAgain={store.checkContentAgain}
      />
      {findings.breadcrumbs !== null && (
        <section aria-label={words('breadcrumbs_given')}>
          <TestLinkTable findings={findings} fieldMapping={fieldMapping} />
        </section>
      )}
    </>
  );
}
