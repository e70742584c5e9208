import { computed, effect, signal } from '@preact/signals';
import { loadSettings, watchSettings } from '../settings/store.ts';
import { storedRun } from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { ActivityPage } from './activity-page.tsx';
import { parseAddress } from './address.ts';
import { createActivityStore } from './store.ts';

const address = signal(parseAddress(location.hash));
addEventListener('hashchange', () => {
  address.value = parseAddress(location.hash);
});

await startPage(words('activity_title'), async () => {
  const [loaded, run] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedRun),
  ]);
  const store = createActivityStore();
  let searched = '';
  effect(() => {
    const { view, filter } = address.value;
    const wanted = JSON.stringify(filter);
    // Another view, and the way back to the same search, is no reason to search anew.
    if (view !== 'history' || wanted === searched) return;
    searched = wanted;
    void store.show(filter);
  });
  const view = computed(() => address.value.view);
  return <ActivityPage {...{ view, store, loaded, run }} />;
});
