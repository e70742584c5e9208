import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { countWords, words } from '../words/words.ts';
import { hostName } from './hosts-section.tsx';
import { show } from './place.ts';
import type { OptionsStore } from './store.ts';

/** What stores the page, and what came of it; always in sight. */
export function SaveBar({ store }: { store: OptionsStore }) {
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
      <button
        type="submit"
        class="button primary"
        aria-keyshortcuts="Control+S Meta+S"
        disabled={store.saving.value}
      >
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
