import { computed } from '@preact/signals';
import { hostPattern } from '../settings/origin.ts';
import { storedQueues } from '../status/status.ts';
import { follow } from '../ui/follow.ts';
import { startPage } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { checkDraft } from './connections-section.tsx';
import { valuesOf } from './draft.ts';
import { followSettings } from './follow-settings.ts';
import { openEditKeeper } from './kept-edits.ts';
import { OptionsPage } from './options-page.tsx';
import { show } from './place.ts';
import { createProbing, onceSettled } from './probing.ts';
import { createOptionsStore, type OptionsStore } from './store.ts';

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
  const fieldsKey = computed(() => fieldsKeyIn(store));
  onceSettled(fieldsKey, () => checkDraft({ store, probing }, ['fields']));
  return <OptionsPage {...{ store, probing, queues }} />;
});

/** What the list of the tracker's fields depends on; null while it can't be read with what is stored. */
function fieldsKeyIn({ draft, token, trackerOrigin, problems, hosts }: OptionsStore) {
  const { trackerUrl, tokenScheme, organisationHeader, organisationId } = draft.value;
  const { checklistIssues } = valuesOf(draft.value);
  const isFor = token.value !== null && token.value.origin === trackerOrigin.value;
  const names = ['trackerUrl', 'organisationId', 'checklistIssues'] as const;
  if (!isFor || names.some((name) => problems.value.has(name))) return null;
  const isAllowed = hosts.granted.value.has(hostPattern(trackerUrl));
  const asked = [trackerUrl, tokenScheme, organisationHeader, organisationId, checklistIssues];
  return JSON.stringify([asked, isAllowed]);
}

// The place that the address names was not there yet when the browser looked for it.
show(place);
