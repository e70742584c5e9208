import { TokenHelp } from '../options/token-help.tsx';
import { originOf } from '../settings/origin.ts';
import { tokenPattern } from '../settings/schema.ts';
import { apiUrlOfPage } from '../tracker/web.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { words } from '../words/words.ts';
import { GuideInput, OrganisationHeader } from './guide-inputs.tsx';
import { checklistChecks, trackerChecks } from './progress.ts';
import { StepChecks } from './step-checks.tsx';
import type { GuideStore } from './store.ts';

/** The tracker's address, the token, and the organisation where one has to be named. */
export function TrackerStep({ store }: { store: GuideStore }) {
  const { trackerUrl, organisationHeader } = store.candidate.value;
  const saysOrganisation = /organisation/.test(store.findings.value.checks.token?.says?.id ?? '');
  return (
    <>
      <GuideInput store={store} name="trackerUrl" />
      <AllowHost store={store} name="trackerUrl" />
      <TokenInput store={store} />
      {(saysOrganisation || organisationHeader !== 'none') && (
        <>
          <OrganisationHeader store={store} />
          <GuideInput store={store} name="organisationId" />
        </>
      )}
      <StepChecks
        store={store}
        names={trackerChecks}
        isShown={store.isGranted(trackerUrl)}
        onAgain={store.checkTrackerAgain}
      />
    </>
  );
}

interface AllowHostProps {
  readonly store: GuideStore;
  readonly name: 'trackerUrl' | 'contentUrl';
}

/** Names the host before the browser does, and has it ask; says so if that was refused. */
export function AllowHost({ store, name }: AllowHostProps) {
  const url = store.candidate.value[name];
  // While what is typed is no address, or is yet to be put right, the host would be another's, and
  // the button go under the focus.
  const isUndecided =
    store.problems.value.has(name) || (name === 'trackerUrl' && apiUrlOfPage(url) !== null);
  if (url === '' || store.isGranted(url) || isUndecided) return null;
  const { hostname } = new URL(url);
  const isRefused = store.isRefused(url);
  return (
    <Notice tone={isRefused ? 'amber' : 'plain'} announced={isRefused}>
      <p>{words(isRefused ? 'allow_refused' : 'allow_needed', hostname)}</p>
      <div class="row">
        <Button look="primary" onClick={() => store.allow(url)}>
          {words(isRefused ? 'allow_again' : 'allow_host', hostname)}
        </Button>
      </div>
    </Notice>
  );
}

function TokenInput({ store }: { store: GuideStore }) {
  const { trackerUrl } = store.candidate.value;
  const typed = store.tokenTyped.value;
  const text = typed?.text ?? '';
  const isWrong = text !== '' && !tokenPattern.test(text.trim());
  const origin = originOf(trackerUrl);
  const isForOther = typed !== null && text !== '' && typed.origin !== origin;
  const isStored = store.hasToken.value && typed === null;
  return (
    <Field
      id="token"
      label={words('setting_token')}
      help={<TokenHelp trackerUrl={store.tokenFor.value} />}
      problem={
        isWrong
          ? words('invalid_token')
          : isForOther
            ? words(
                'token_typed_for_other',
                typed.origin === null ? '–' : new URL(typed.origin).host,
              )
            : undefined
      }
      notes={[...(store.notes.value.token ?? []), ...(isStored ? ['token_kept'] : [])].map((note) =>
        words(note),
      )}
    >
      {(attributes) => (
        <input
          {...attributes}
          type="password"
          autoComplete="off"
          placeholder={isStored ? '••••••••' : undefined}
          value={text}
          onInput={(event) => store.typeToken(event.currentTarget.value)}
          onBlur={store.leaveToken}
        />
      )}
    </Field>
  );
}

/** The issues whose checklists are the queues. */
export function ChecklistStep({ store }: { store: GuideStore }) {
  return (
    <>
      <GuideInput store={store} name="checklistIssues" placeholder="SUP-1" rows={2} />
      <StepChecks
        store={store}
        names={checklistChecks}
        isShown={store.candidate.value.checklistIssues.length > 0}
        onAgain={store.checkTrackerAgain}
      />
    </>
  );
}
