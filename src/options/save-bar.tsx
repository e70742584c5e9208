import { useEffect, useRef } from 'preact/hooks';
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
  const asked = store.neededHosts.value.filter((host) => !store.hosts.granted.value.has(host));
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = bar;
    if (current === null) return;
    const observer = new ResizeObserver(() => {
      // What the focus comes to is never behind the bar, however much that has to say.
      document.documentElement.style.scrollPaddingBottom = `${current.offsetHeight}px`;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={bar} class="save-bar" tabIndex={-1}>
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
        aria-disabled={store.saving.value}
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
        <OutcomeWords store={store} />
        {outcome === null && problems === 0 && store.unsaved.value && (
          <p class="soft">{words('save_unsaved')}</p>
        )}
        {asked.length > 0 && store.unsaved.value && (
          <p class="soft">{words('will_ask', asked.map(hostName).join(', '))}</p>
        )}
      </div>
    </div>
  );
}

/** What came of the last thing that was to be stored. */
export function OutcomeWords({ store }: { store: OptionsStore }) {
  const outcome = store.outcome.value;
  if (outcome === null) return null;
  switch (outcome.kind) {
    case 'failed':
      return <p class="problem">{words('save_failed', outcome.reason)}</p>;
    case 'refused':
    case 'not_allowed':
      return (
        <p class="problem">
          {words(`save_${outcome.kind}`)} <a href="#hosts">{words('section_hosts')}</a>
        </p>
      );
    case 'allowed':
      return <p class="good">{words('save_allowed')}</p>;
    default: {
      const missing = store.missing.value.map((name) => words(`setting_${name}`)).join(', ');
      return missing === '' ? (
        <p class="good">{words(`save_${outcome.kind}`)}</p>
      ) : (
        <p>{words(`save_${outcome.kind}_missing`, missing)}</p>
      );
    }
  }
}
