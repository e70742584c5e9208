import { effect } from '@preact/signals';
import { createOptionsStore } from '../options/store.ts';
import {
  loadSettings,
  storedLastingToken,
  storedTemporaryToken,
  storedToken,
  watchSettings,
  watchToken,
} from '../settings/store.ts';
import { storedPreview } from '../status/preview.ts';
import { storedState } from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { GuidePage } from './guide-page.tsx';
import { createGuideStore } from './store.ts';

/** The guide pauses the schedule until all is there. Who has files is done, unless they say pause. */
const unpaused = { schedulePaused: false };

/** The guide keeps what is good by itself; the options' inputs are not on this page. */
const noKeeper = { left: null, keep: () => undefined };

await startPage(words('guide_title'), async () => {
  const [loaded, token, temporaryToken, lastingToken, state, preview] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow({ read: storedToken.read, watch: watchToken }),
    follow(storedTemporaryToken),
    follow(storedLastingToken),
    follow(storedState),
    follow(storedPreview),
  ]);
  const store = createGuideStore(loaded, token, preview);
  const options = createOptionsStore(
    loaded,
    token,
    temporaryToken,
    lastingToken,
    noKeeper,
    unpaused,
  );
  effect(() => {
    const outcome = options.outcome.value?.kind;
    if (outcome === 'imported' || outcome === 'refused') store.forgetTyped();
  });
  return <GuidePage {...{ store, options, state }} />;
});
