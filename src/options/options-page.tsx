import { signal } from '@preact/signals';
import { type ComponentChildren, Fragment } from 'preact';
import { defaultSettings, type SettingName } from '../settings/schema.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { clockWords } from '../ui/time.tsx';
import { countWords, words } from '../words/words.ts';
import { ConnectionsSection } from './connections-section.tsx';
import { draftOf, isSameDraft } from './draft.ts';
import { FieldSetting } from './field-setting.tsx';
import { HostsSection, hostName } from './hosts-section.tsx';
import { ImportSection } from './import-section.tsx';
import {
  ChoiceSetting,
  DateSetting,
  FlagSetting,
  ListSetting,
  problemWords,
  TextSetting,
} from './inputs.tsx';
import { MappingSetting } from './mapping-setting.tsx';
import { NewerNotice } from './newer-notice.tsx';
import type { Probing } from './probing.ts';
import type { OptionsStore } from './store.ts';
import { TokenSetting } from './token-setting.tsx';

const sections = [
  'tracker',
  'queues',
  'fields',
  'content',
  'hosts',
  'connections',
  'schedule',
  'behaviour',
  'history',
  'import',
] as const;

const hash = signal(location.hash.slice(1));
addEventListener('hashchange', () => {
  hash.value = location.hash.slice(1);
});

/** The settings' page. Files dropped anywhere on it are imported. */
export function OptionsPage({ store, probing }: { store: OptionsStore; probing: Probing }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the file input of the import section
    <div
      class="page"
      onDragOver={(event) => event.preventDefault()}
      onDrop={async (event) => {
        const { files } = event.dataTransfer ?? {};
        if (!files?.length) return;
        event.preventDefault();
        await store.chooseFiles(files);
        show('import');
      }}
    >
      <header class="head">
        <img src="/icons/icon.svg" alt="" />
        <h1>{words('options_title')}</h1>
      </header>
      <nav aria-label={words('options_sections')}>
        <ul>
          {sections.map((section) => (
            <li key={section}>
              <a href={`#${section}`} aria-current={hash.value === section ? 'true' : undefined}>
                {words(`section_${section}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        <Introduction store={store} />
        <RepairedNotice store={store} />
        <PolicyNotice store={store} />
        <TemporaryNotice store={store} />
        <RestoredNotice store={store} />
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            const place = store.save();
            if (place !== null) show(place);
          }}
        >
          <Section name="tracker">
            <TextSetting store={store} name="trackerUrl" inputMode="url" />
            <TokenSetting store={store} probing={probing} />
            <ChoiceSetting
              store={store}
              name="tokenScheme"
              choices={[
                ['OAuth', 'OAuth'],
                ['Bearer', 'Bearer'],
              ]}
            />
            <ChoiceSetting
              store={store}
              name="organisationHeader"
              choices={[
                ['none', words('value_none')],
                ['X-Org-ID', 'X-Org-ID'],
                ['X-Cloud-Org-ID', 'X-Cloud-Org-ID'],
              ]}
            />
            <TextSetting store={store} name="organisationId" />
            <TextSetting store={store} name="trackerTimeoutSeconds" inputMode="numeric" />
          </Section>
          <Section name="queues">
            <ListSetting store={store} name="checklistIssues" />
            <DateSetting store={store} name="deferralDate" />
          </Section>
          <Section name="fields">
            <FieldSetting store={store} probing={probing} name="linkField" />
            <FieldSetting store={store} probing={probing} name="errorField" />
            <MappingSetting store={store} probing={probing} />
          </Section>
          <Section name="content">
            <TextSetting
              store={store}
              name="contentUrl"
              inputMode="url"
              placeholder="https://learn.example/content"
            />
            <TextSetting store={store} name="loginUrl" inputMode="url" />
            <TextSetting store={store} name="testLink" inputMode="url" />
            <TextSetting store={store} name="contentTimeoutSeconds" inputMode="numeric" />
          </Section>
          <Section name="hosts">
            <HostsSection store={store} />
          </Section>
          <Section name="connections">
            <ConnectionsSection store={store} probing={probing} />
          </Section>
          <Section name="schedule">
            <TextSetting store={store} name="processEverySeconds" inputMode="numeric" />
            <TextSetting store={store} name="recheckEverySeconds" inputMode="numeric" />
            <TextSetting
              store={store}
              name="itemsAtATime"
              inputMode="numeric"
              placeholder={words('value_automatic')}
            />
            <FlagSetting store={store} name="schedulePaused" />
          </Section>
          <Section name="behaviour">
            <FlagSetting store={store} name="deleteDoneItems" />
            <FlagSetting store={store} name="leaveFailedUnchecked" />
            <FlagSetting store={store} name="clearFieldsThatDoNotApply" />
            <FlagSetting store={store} name="showFetchedData" />
          </Section>
          <Section name="history">
            <TextSetting store={store} name="historyDays" inputMode="numeric" />
            <TextSetting store={store} name="historyItems" inputMode="numeric" />
          </Section>
          <Section name="import">
            <ImportSection store={store} />
          </Section>
          <SaveBar store={store} />
        </form>
      </main>
    </div>
  );
}

function Section({
  name,
  children,
}: {
  name: (typeof sections)[number];
  children: ComponentChildren;
}) {
  return (
    <section id={name} aria-labelledby={`${name}-title`}>
      <h2 id={`${name}-title`}>{words(`section_${name}`)}</h2>
      <div class="card">{children}</div>
    </section>
  );
}

function Introduction({ store }: { store: OptionsStore }) {
  const isUntouched = isSameDraft(draftOf(store.loaded.value.settings), draftOf(defaultSettings));
  if (!isUntouched || store.token.value !== null) {
    return store.missing.value.length === 0 ? null : (
      <Notice tone="amber">
        <p>
          {words('options_missing')} <SettingLinks names={store.missing.value} />
        </p>
      </Notice>
    );
  }
  return (
    <section class="card stack intro" aria-labelledby="intro-title">
      <h2 id="intro-title">{words('intro_title')}</h2>
      <p>{words('what_it_does')}</p>
      <ol class="steps">
        <li>{words('step_import')}</li>
        <li>{words('step_allow')}</li>
        <li>{words('step_sign_in')}</li>
      </ol>
      <p class="drop">
        {words('intro_drop')} <a href="#import">{words('intro_choose')}</a>
      </p>
      <p>
        <a href="../guide/index.html">{words('intro_guide')}</a>
      </p>
    </section>
  );
}

function RepairedNotice({ store }: { store: OptionsStore }) {
  const { repaired, isNewer } = store.base.value;
  if (isNewer) return <NewerNotice store={store} />;
  if (repaired.length === 0) return null;
  return (
    <Notice tone="amber" id="repaired">
      <p>
        {words('repaired_settings', repaired.map((name) => words(`setting_${name}`)).join(', '))}
      </p>
    </Notice>
  );
}

/** That an organisation has a say here, and what of it can't be used. */
function PolicyNotice({ store }: { store: OptionsStore }) {
  const { managed, ignoredPolicies } = store.base.value;
  if (Object.keys(managed).length === 0 && ignoredPolicies.length === 0) return null;
  return (
    <Notice id="managed" tone={ignoredPolicies.length === 0 ? 'plain' : 'amber'}>
      {Object.keys(managed).length > 0 && <p>{words('managed_settings')}</p>}
      {ignoredPolicies.length > 0 && (
        <>
          <p>{words('managed_ignored')}</p>
          <ul>
            {ignoredPolicies.map(({ name, problem }) => (
              <li key={name}>
                <code>{name}</code> ({words(`setting_${name}`)}): {problemWords(problem, name)}
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}

/** What holds until the browser restarts, all of it at a glance. */
function TemporaryNotice({ store }: { store: OptionsStore }) {
  const names = store.temporaryNames.value;
  if (names.length === 0) return null;
  return (
    <Notice id="temporary">
      <p>
        {words('temporary_settings')} <SettingLinks names={names} />
      </p>
      <p class="soft">{words('temporary_saved')}</p>
      <div class="row">
        <Button onClick={() => store.endTemporary(names)}>{words('temporary_end')}</Button>
      </div>
    </Notice>
  );
}

/** Edits of a page that was closed are back in the inputs. */
function RestoredNotice({ store }: { store: OptionsStore }) {
  const restored = store.restored.value;
  if (restored === null) return null;
  // A name that is kept is one of a setting: it was parsed as such.
  const names = Object.keys(restored.edits) as SettingName[];
  return (
    <Notice id="restored" tone="amber" announced>
      {names.length > 0 && (
        <p>
          {words('restored_edits', clockWords(restored.at))} <SettingLinks names={names} />
        </p>
      )}
      {restored.hadToken && <p>{words('restored_without_token')}</p>}
      <div class="row">
        <Button onClick={store.dropEdits}>{words('restored_drop')}</Button>
      </div>
    </Notice>
  );
}

/** Settings by their names, leading to their places. */
function SettingLinks({ names }: { names: readonly (SettingName | 'token')[] }) {
  return (
    <>
      {names.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <a href={`#${name}`}>{words(`setting_${name}`)}</a>
        </Fragment>
      ))}
    </>
  );
}

function SaveBar({ store }: { store: OptionsStore }) {
  const outcome = store.outcome.value;
  const problems = store.problems.value.size;
  const asked = store.neededHosts.value.filter((host) => !store.granted.value.has(host));
  return (
    <div class="save-bar">
      {store.conflict.value && (
        <Notice tone="amber" id="conflict" announced>
          <p>{words('conflict')}</p>
          <div class="row">
            <Button onClick={store.keepMine}>{words('conflict_keep_mine')}</Button>
            <Button onClick={store.dropEdits}>{words('conflict_load_theirs')}</Button>
          </div>
        </Notice>
      )}
      <button type="submit" class="button primary" disabled={store.saving.value}>
        {words('button_save')}
      </button>
      <Button
        disabled={store.saving.value}
        onClick={() => {
          const place = store.apply();
          if (place !== null) show(place);
        }}
      >
        {words('button_apply')}
      </Button>
      <div role="status">
        {problems > 0 && <p class="problem">{countWords('problems', problems)}</p>}
        {outcome?.kind === 'failed' && (
          <p class="problem">{words('save_failed', outcome.reason)}</p>
        )}
        {outcome?.kind === 'refused' && (
          <p class="problem">
            {words('save_refused')} <a href="#hosts">{words('section_hosts')}</a>
          </p>
        )}
        {outcome?.kind === 'saved' && <p class="good">{words('save_saved')}</p>}
        {outcome?.kind === 'applied' && <p class="good">{words('save_applied')}</p>}
        {outcome?.kind === 'imported' && <p class="good">{words('save_imported')}</p>}
        {outcome?.kind === 'allowed' && <p class="good">{words('save_allowed')}</p>}
        {outcome === null && problems === 0 && store.edited.value && (
          <p class="soft">{words('save_unsaved')}</p>
        )}
        {asked.length > 0 && store.edited.value && (
          <p class="soft">{words('will_ask', asked.map(hostName).join(', '))}</p>
        )}
      </div>
    </div>
  );
}

/** Brings a place of the page into view and into the keyboard's hand. */
export function show(id: string): void {
  const place = document.getElementById(id);
  place?.scrollIntoView();
  place?.focus();
}
