import {
  loadSettings,
  storedTemporaryToken,
  storedToken,
  watchSettings,
} from '../settings/store.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { openEditKeeper } from './kept-edits.ts';
import { OptionsPage, show } from './options-page.tsx';
import { createOptionsStore } from './store.ts';

let place = location.hash.slice(1);

await startPage(words('options_title'), async () => {
  const [loaded, token, temporaryToken, keeper] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedToken),
    follow(storedTemporaryToken),
    openEditKeeper(),
  ]);
  if (location.hash === '') place = keeper.left?.field ?? '';
  return <OptionsPage store={createOptionsStore(loaded, token, temporaryToken, keeper)} />;
});

// The place that the address names was not there yet when the browser looked for it.
show(place);
