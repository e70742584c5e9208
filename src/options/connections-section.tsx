import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { originOf } from '../settings/origin.ts';
import { repairSettings, type SettingName } from '../settings/schema.ts';
import { type CheckName, checkNames, type Findings, isTrouble } from '../setup/checks.ts';
import { Button } from '../ui/button.tsx';
import { useIsFound } from '../ui/search.ts';
import { countWords, words } from '../words/words.ts';
import { uncheckable, withoutWrongFields } from './checkable.ts';
import { valuesOf } from './draft.ts';
import { Checks, ClockDifference, type Remedies, TestLinkTable } from './findings.tsx';
import { hostPatterns } from './hosts.ts';
import type { Probing } from './probing.ts';
import type { OptionsStore } from './store.ts';

interface ConnectionsProps {
  readonly store: OptionsStore;
  readonly probing: Probing;
}

/** Has what stands in the inputs checked, saved or not. */
export function checkDraft(
  { store, probing }: ConnectionsProps,
  checks: readonly CheckName[],
): Promise<void> {
  const wrong = store.problems.peek();
  const said = uncheckable(checks, (input) => wrong.has(input));
  // Defaults stand in for what is not valid, in checks that are not of it.
  const { settings } = repairSettings(valuesOf(store.draft.peek()));
  const made = checks.filter((name) => said[name] === undefined);
  return probing.probe({ checks: made, settings, token: store.typedToken.peek() }, said);
}

/** All checks at a click, with what to do about each that fails. */
export function ConnectionsSection({ store, probing }: ConnectionsProps) {
  const isFound = useIsFound(words('button_check'), words('connections_help'));
  // A typed token that has been saved since is still the one that was checked.
  const inputs = useComputed(() =>
    JSON.stringify([store.draft.value, store.typedToken.value ?? store.token.value]),
  );
  /** What the checks that were asked for were made with, until it changes. */
  const checked = useSignal<string | null>(null);
  const isShown = useSignal(false);
  const found = probing.findings.value;
  const isWrong = (name: SettingName | 'token') => store.problems.value.has(name);
  const findings = { ...found, checks: withoutWrongFields(found.checks, isWrong) };
  const check = async () => {
    checked.value = inputs.peek();
    isShown.value = true;
    await checkDraft({ store, probing }, checkNames);
  };
  // "Nothing to mend" says nothing about what was typed since. What there is to mend stays to be read.
  useSignalEffect(() => {
    if (checked.value !== inputs.value) checked.value = null;
  });
  return (
    <div class="stack findable" hidden={!isFound}>
      <p class="soft">{words('connections_help')}</p>
      <div class="row">
        <Button onClick={check}>{words('button_check')}</Button>
        <span role="status">{checked.value !== null && checkedWords(findings.checks)}</span>
      </div>
      {isShown.value && (
        <>
          <Checks names={checkNames} findings={findings} remedies={remediesOf(store, check)} />
          <ClockDifference aheadMs={findings.clockAheadMs} />
          <TestLinkTable findings={findings} fieldMapping={store.draft.value.fieldMapping} />
        </>
      )}
    </div>
  );
}

/**
 * What came of all checks. While one is under way, nothing is said of the others: a click on what is
 * to be done about one has all of them made anew.
 */
export function checkedWords(checks: Findings['checks']): string {
  const all = checkNames.map((name) => checks[name]);
  if (all.some((finding) => finding?.status === 'pending')) return words('connections_checking');
  const failed = all.filter(isTrouble).length;
  return failed === 0 ? words('connections_checked') : countWords('connections_failed', failed);
}

/** What a click on the options page does about a finding. */
export function remediesOf(store: OptionsStore, checkAgain: () => void): Remedies {
  const { contentUrl, loginUrl } = store.draft.value;
  return {
    fix: ({ tokenScheme, organisationHeader }) => {
      if (tokenScheme !== undefined) store.edit('tokenScheme', tokenScheme);
      if (organisationHeader !== undefined) store.edit('organisationHeader', organisationHeader);
      checkAgain();
    },
    isManaged: store.isManaged,
    allow: async (host) => {
      const { trackerUrl, contentUrl: typed } = store.draft.peek();
      // What stands there by now may be no address any more.
      const [pattern] = hostPatterns(host === 'tracker' ? trackerUrl : typed);
      if (pattern !== undefined) await store.allow(pattern);
      checkAgain();
    },
    loginUrl: loginUrl || originOf(contentUrl),
    linksSettings: true,
  };
}
