import { createOptionsStore } from '../options/store.ts';
import {
  loadSettings,
  storedTemporaryToken,
  storedToken,
  watchSettings,
} from '../settings/store.ts';
import { storedState } from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { GuidePage } from './guide-page.tsx';
import { createGuideStore } from './store.ts';

/** The guide keeps what is good by itself; the options' inputs are not on this page. */
const noKeeper = { left: null, keep: () => undefined };

await startPage(words('guide_title'), async () => {
  const [loaded, token, temporaryToken, state] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedToken),
    follow(storedTemporaryToken),
    follow(storedState),
  ]);
  return (
    <GuidePage
      store={createGuideStore(loaded, token)}
      options={createOptionsStore(loaded, token, temporaryToken, noKeeper)}
      state={state}
    />
  );
});
