import {
  loadSettings,
  storedTemporaryToken,
  storedToken,
  watchSettings,
} from '../settings/store.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { OptionsPage } from './options-page.tsx';
import { createOptionsStore } from './store.ts';

await startPage(words('options_title'), async () => {
  const [loaded, token, temporaryToken] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedToken),
    follow(storedTemporaryToken),
  ]);
  return <OptionsPage store={createOptionsStore(loaded, token, temporaryToken)} />;
});

// The section that the address names was not there yet when the browser looked for it.
document.getElementById(location.hash.slice(1))?.scrollIntoView();
