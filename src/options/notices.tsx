import { Fragment } from 'preact';
import { defaultSettings, type SettingName } from '../settings/schema.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { clockWords } from '../ui/time.tsx';
import { words } from '../words/words.ts';
import { draftOf, isSameDraft } from './draft.ts';
import { problemWords } from './inputs.tsx';
import type { OptionsStore } from './store.ts';

/** What to do first, or what is still missing. */
export function Introduction({ store }: { store: OptionsStore }) {
  const { settings } = store.loaded.value;
  if (store.token.value !== null || !isSameDraft(draftOf(settings), draftOf(defaultSettings))) {
    const missing = store.missing.value;
    return missing.length === 0 ? null : (
      <Notice tone="amber">
        <p>
          {words('options_missing')} <SettingLinks names={missing} />
        </p>
      </Notice>
    );
  }
  return (
    <section class="card stack" aria-labelledby="intro-title">
      <h2 id="intro-title">{words('intro_title')}</h2>
      <p>{words('what_it_does')}</p>
      <p>
        <a class="button primary" href="../guide/index.html">
          {words('intro_guide')}
        </a>
      </p>
      <p class="drop">
        {words('intro_drop')} <a href="#import">{words('intro_choose')}</a>
      </p>
    </section>
  );
}

/** What was stored and can't be read. */
export function RepairedNotice({ store }: { store: OptionsStore }) {
  const { repaired, isNewer } = store.base.value;
  if (isNewer) return <NewerNotice store={store} id="newer" />;
  if (repaired.length === 0) return null;
  return (
    <Notice tone="amber" id="repaired">
      <p>
        {words('repaired_settings', repaired.map((name) => words(`setting_${name}`)).join(', '))}
      </p>
    </Notice>
  );
}

/** What is stored is not read here, and not replaced before somebody says so. */
export function NewerNotice({ store, id }: { store: OptionsStore; id?: string }) {
  return (
    <Notice tone="amber" id={id}>
      <p>{words('settings_newer')}</p>
      {store.newer.value && (
        <div class="row">
          <Button onClick={store.replaceNewer}>{words('settings_newer_replace')}</Button>
        </div>
      )}
    </Notice>
  );
}

/** That an organisation has a say here, and what of it can't be used. */
export function PolicyNotice({ store }: { store: OptionsStore }) {
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
export function TemporaryNotice({ store }: { store: OptionsStore }) {
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
export function RestoredNotice({ store }: { store: OptionsStore }) {
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
