import { computed, effect } from '@preact/signals';
import { loadSettings, watchSettings } from '../settings/store.ts';
import { storedState } from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { ActivityPage } from './activity-page.tsx';
import { createActivityStore } from './store.ts';

await startPage(words('activity_title'), async () => {
  const [loaded, state] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedState),
  ]);
  const store = createActivityStore();
  const lastRunId = computed(() => state.value.lastRun?.id);
  effect(() => {
    // Read for its own sake: another last run means that there is more to show.
    lastRunId.value;
    store.refresh();
  });
  return <ActivityPage store={store} loaded={loaded} />;
});
