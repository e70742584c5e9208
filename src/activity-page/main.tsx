import { computed, effect, signal } from '@preact/signals';
import { loadSettings, watchSettings } from '../settings/store.ts';
import { storedQueues, storedRun } from '../status/status.ts';
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
  const [loaded, run, queues] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedRun),
    follow(storedQueues),
  ]);
  const store = createActivityStore();
  const wanted = computed(() => JSON.stringify(address.value.filter));
  effect(() => {
    // Another view of the same is no reason to search anew.
    wanted.value;
    if (address.peek().view === 'history') void store.show(address.peek().filter);
  });
  const view = computed(() => address.value.view);
  return <ActivityPage {...{ view, store, loaded, run, queues }} />;
});
