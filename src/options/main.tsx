import { storedQueues } from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { checkDraft } from './connections-section.tsx';
import { followSettings } from './follow-settings.ts';
import { openEditKeeper } from './kept-edits.ts';
import { OptionsPage } from './options-page.tsx';
import { show } from './place.ts';
import { createProbing, onceSettled } from './probing.ts';
import { createOptionsStore } from './store.ts';

let place = location.hash.slice(1);

await startPage(words('options_title'), async () => {
  const [followed, queues, keeper] = await Promise.all([
    followSettings(),
    follow(storedQueues),
    openEditKeeper(),
  ]);
  if (location.hash === '') place = keeper.left?.field ?? '';
  const store = createOptionsStore(followed, keeper);
  const probing = createProbing();
  // Names are shown from the start, and a field that is gone is said to be; other queues have others.
  onceSettled(store.fieldsKey, () => checkDraft({ store, probing }, ['fields']));
  return <OptionsPage {...{ store, probing, queues }} />;
});

// The place that the address names was not there yet when the browser looked for it.
show(place);
