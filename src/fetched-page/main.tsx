import { effect } from '@preact/signals';
import { send } from '../messages/send.ts';
import { loadSettings, watchSettings } from '../settings/store.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { FetchedPage } from './fetched-page.tsx';
import { listenToWorker } from './listen.ts';
import { createFetchedStore } from './store.ts';

await startPage(words('fetched_title'), async () => {
  const loaded = await follow({ read: loadSettings, watch: watchSettings });
  const store = createFetchedStore();
  const isOn = () => loaded.value.settings.showFetchedData;
  effect(() => {
    if (!isOn()) store.clear();
  });
  listenToWorker((answers) => {
    // A run that began before the setting was switched off may still have items in hand.
    if (isOn()) store.add(answers);
  });
  return <FetchedPage store={store} loaded={loaded} />;
});

try {
  // Only now, when nothing that the worker sends can be lost.
  await send({ type: 'fetched_page_ready' });
} catch {
  // Where no worker answers there is no run; the next run's asks by itself who listens.
}
