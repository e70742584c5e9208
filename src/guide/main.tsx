import { computed, effect } from '@preact/signals';
import { followSettings } from '../options/follow-settings.ts';
import { createOptionsStore } from '../options/store.ts';
import { storedPreview } from '../status/preview.ts';
import { storedAsked, storedRun, storedState } from '../status/status.ts';
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
  const [followed, state, asked, run, preview] = await Promise.all([
    followSettings(),
    follow(storedState),
    follow(storedAsked.process),
    follow(storedRun),
    follow(storedPreview),
  ]);
  // What an earlier run did is no answer to switching on the schedule, which has one begin.
  const lastRun = computed(() =>
    asked.value === null && run.value === null ? state.value.lastRun : null,
  );
  const store = createGuideStore(followed, preview);
  const options = createOptionsStore(followed, noKeeper, unpaused);
  effect(() => {
    const outcome = options.outcome.value?.kind;
    if (outcome === 'imported' || outcome === 'refused') store.forgetTyped();
  });
  return <GuidePage {...{ store, options, lastRun }} />;
});
