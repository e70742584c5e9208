import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { trackerCheckNames } from '../setup/checks.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { SearchContext, useIsFound } from '../ui/search.ts';
import { words } from '../words/words.ts';
import { checkDraft, remediesOf } from './connections-section.tsx';
import { Checks } from './findings.tsx';
import { SourceMark } from './inputs.tsx';
import { onceSettled, type Probing } from './probing.ts';
import type { OptionsStore } from './store.ts';
import { TokenHelp } from './token-help.tsx';

/**
 * The tracker's token: it can be entered, replaced and removed, never read. It stays with the
 * tracker that it was entered for until somebody says, by that host's name, that it may go to another.
 */
export function TokenSetting({ store, probing }: { store: OptionsStore; probing: Probing }) {
  const edit = store.tokenEdit.value;
  const stored = store.token.value;
  // One that was to be removed or confirmed may be gone by another page.
  const typing = edit.kind === 'replace' || stored === null;
  const isFound = useIsFound(
    words('setting_token'),
    ...(typing ? [words('help_token')] : []),
    ...(stored === null ? [] : [words('token_stored', hostOf(stored.origin))]),
  );
  return (
    <div
      class="stack findable"
      hidden={!isFound}
      // The place that problems and "still missing" lead to, whatever stands here.
      id={typing ? undefined : 'token'}
      tabIndex={-1}
    >
      {stored !== null && <StoredToken store={store} storedFor={stored.origin} />}
      <SourceMark store={store} name="token" />
      {typing && (
        // Its help is more than a text, and not searched by itself.
        <SearchContext.Provider value="">
          <TokenInput store={store} probing={probing} />
        </SearchContext.Provider>
      )}
    </div>
  );
}

interface StoredTokenProps {
  readonly store: OptionsStore;
  readonly storedFor: string;
}

function StoredToken({ store, storedFor }: StoredTokenProps) {
  const edit = store.tokenEdit.value;
  const origin = store.trackerOrigin.value;
  const isForOther = origin !== null && origin !== storedFor;
  const isConfirmed = edit.kind === 'confirm' && edit.origin === origin;
  const keep = () => store.editToken({ kind: 'keep' });
  if (edit.kind === 'remove') {
    return (
      <Notice tone="amber">
        <p>{words('token_to_be_removed', hostOf(storedFor))}</p>
        <div class="row">
          <Button onClick={keep}>{words('token_keep')}</Button>
        </div>
      </Notice>
    );
  }
  return (
    <>
      <div class="row">
        <span>{words('token_stored', hostOf(storedFor))}</span>
        {edit.kind === 'replace' ? (
          <Button onClick={keep}>{words('token_keep')}</Button>
        ) : (
          <>
            <Button onClick={() => store.editToken({ kind: 'replace', text: '', origin })}>
              {words('token_replace')}
            </Button>
            <Button onClick={() => store.editToken({ kind: 'remove' })}>
              {words('token_remove')}
            </Button>
          </>
        )}
      </div>
      {isForOther && edit.kind !== 'replace' && (
        <Notice tone="amber" announced>
          {isConfirmed ? (
            <p>{words('token_confirmed', hostOf(origin))}</p>
          ) : (
            <>
              <p>{words('token_other_host', hostOf(storedFor), hostOf(origin))}</p>
              <div class="row">
                <Button onClick={() => store.editToken({ kind: 'confirm', origin })}>
                  {words('token_confirm', hostOf(origin))}
                </Button>
              </div>
            </>
          )}
        </Notice>
      )}
    </>
  );
}

const shownChecks = ['tracker_reachable', 'token'] as const;

function TokenInput({ store, probing }: { store: OptionsStore; probing: Probing }) {
  const edit = store.tokenEdit.value;
  const text = edit.kind === 'replace' ? edit.text : '';
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // It has come by a button, and is what is to be done next.
    if (edit.kind === 'replace') input.current?.focus();
  }, []);
  const typed = store.typedToken.value;
  // Those of the checklists say what the token lacks.
  const check = () => checkDraft({ store, probing }, trackerCheckNames);
  const triedWith = useComputed(() => {
    const { tokenScheme, organisationHeader, organisationId, checklistIssues } = store.draft.value;
    const asked = [tokenScheme, organisationHeader, organisationId, checklistIssues];
    return store.typedToken.value && JSON.stringify([store.typedToken.value, asked]);
  });
  useEffect(() => onceSettled(triedWith, check), []);
  const problem = store.problems.value.get('token');
  const typedFor = edit.kind === 'replace' ? edit.origin : null;
  // An address that was changed is said at once: that nobody looks at the token again is the danger.
  const isShown = store.visited.value.has('token') || problem === 'token_typed_for_other';
  return (
    <>
      <Field
        id="token"
        label={words('setting_token')}
        help={<TokenHelp trackerUrl={store.draft.value.trackerUrl} />}
        problem={
          problem !== undefined && isShown
            ? words(problem, typedFor === null ? '–' : hostOf(typedFor))
            : undefined
        }
        notes={(store.notes.value.token ?? []).map((note) => words(note))}
      >
        {(attributes) => (
          <input
            {...attributes}
            ref={input}
            type="password"
            autoComplete="off"
            value={text}
            onInput={(event) => {
              store.editToken({
                kind: 'replace',
                text: event.currentTarget.value,
                origin: store.trackerOrigin.peek(),
              });
            }}
            onBlur={() => store.leaveToken()}
          />
        )}
      </Field>
      {typed !== null && (
        <Checks
          names={shownChecks}
          findings={probing.findings.value}
          remedies={remediesOf(store, check)}
        />
      )}
    </>
  );
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}
