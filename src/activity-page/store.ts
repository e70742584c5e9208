import { computed, signal } from '@preact/signals';
import { type NewsPart, watchNews } from '../activity/database.ts';
import type { RunEntry } from '../activity/entries.ts';
import {
  countItems,
  newestItemId,
  readAllRuns,
  readItemsAfter,
  type ScannedItem,
  scanItems,
} from '../activity/scan.ts';
import { resourceTypes } from '../breadcrumbs/resource.ts';
import { reasonOf } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import {
  type Filter,
  isItemShown,
  noFilter,
  type TypeNames,
  timeRange,
  wordsOf,
} from './filter.ts';
import { type ItemRow, itemRow, timeline } from './timeline.ts';

/** What the activity page has read of the history so far, and what of it is shown. */
export type ActivityStore = ReturnType<typeof createActivityStore>;

/** How often the list is drawn anew while a search goes on. */
const drawnEveryMs = 100;
/** How long news may wait to be read together, in milliseconds. */
const newsEveryMs = 250;

/** Makes the state of the activity page; it is empty until `show`. */
export function createActivityStore() {
  const filter = signal<Filter>(noFilter);
  const runs = signal<readonly RunEntry[]>([]);
  /** Newest first. */
  const items = signal<readonly ItemRow[]>([]);
  const total = signal(0);
  /** How far the last search is: what it has found is shown while it goes on, what news add after it. */
  const stage = signal<'searching' | 'failed' | 'found' | 'added_to'>('searching');
  const trouble = signal<string | null>(null);
  const chosen = signal<ReadonlySet<number>>(new Set());
  /** Whoever searches later has another number, and the search before gives up. */
  let search = 0;
  let newest = 0;
  /** What was written to since it was read. */
  const unread = new Set<NewsPart>();
  let isReadingDue = false;
  /** Of news, one after the other: of two at once, whichever ended last would speak for both. */
  let reading = Promise.resolve();
  /** News would move what somebody has scrolled to: they wait until the top is in sight. */
  let isHeldBack = () => false;

  /** Reads for the search that is the last one; what becomes of one that gave up is not told. */
  async function attempt(read: (mine: number) => Promise<void>): Promise<void> {
    const mine = search;
    try {
      await read(mine);
      if (mine === search) trouble.value = null;
    } catch (error) {
      if (mine !== search) return;
      trouble.value = reasonOf(error);
      // Nobody knows what is missing.
      unread.add('items').add('runs');
      if (stage.peek() !== 'searching') return;
      // A search that failed is over as well: the next news search anew. What there was until then is
      // of another filter, or not all.
      stage.value = 'failed';
      items.value = [];
      chosen.value = new Set();
    }
  }

  const finder = (wanted: Filter) => {
    const searched = wordsOf(wanted.query);
    // Looked up once for as many items as are kept; fromEntries forgets that each type has its name.
    const typeNames = Object.fromEntries(
      resourceTypes.map((type) => [type, words(`resource_${type}`)]),
    ) as TypeNames;
    return (found: readonly ScannedItem[]) =>
      found.filter((item) => isItemShown(item, wanted, searched, typeNames)).map(itemRow);
  };

  const show = (wanted: Filter) => {
    search += 1;
    return attempt(async (mine) => {
      filter.value = wanted;
      stage.value = 'searching';
      unread.clear();
      // Asked for before the scan: what comes in between is found by it, and known for no news.
      const [allRuns, count, last] = await Promise.all([
        readAllRuns(),
        countItems(),
        newestItemId(),
      ]);
      if (mine !== search) return;
      runs.value = allRuns;
      total.value = count;
      items.value = [];
      chosen.value = new Set();
      // A scan of a time in which nothing lies yields nothing to tell it by.
      newest = last;
      const find = finder(wanted);
      const gathered: ItemRow[] = [];
      let drawnAgainAt = 0;
      for await (const found of scanItems(timeRange(wanted))) {
        if (mine !== search) return;
        newest = Math.max(newest, found[0]?.id ?? 0);
        gathered.push(...find(found));
        // The first are shown at once, the others as fast as anybody reads.
        if (performance.now() < drawnAgainAt) continue;
        drawnAgainAt = performance.now() + drawnEveryMs;
        items.value = [...gathered];
      }
      items.value = gathered;
      stage.value = 'found';
      letNewsIn();
    });
  };

  const readNews = () =>
    attempt(async (mine) => {
      const parts = new Set(unread);
      unread.clear();
      const wanted = filter.peek();
      const { from, to } = timeRange(wanted);
      const [allRuns, count, news] = await Promise.all([
        parts.has('runs') ? readAllRuns() : null,
        parts.has('items') ? countItems() : null,
        parts.has('items') ? readItemsAfter(newest) : [],
      ]);
      if (mine !== search) return;
      stage.value = 'added_to';
      if (allRuns !== null) runs.value = allRuns;
      if (count !== null) total.value = count;
      const shown = finder(wanted)(news.filter(({ at }) => at >= from && at <= to));
      newest = Math.max(newest, news[0]?.id ?? 0);
      if (shown.length > 0) items.value = [...shown, ...items.value];
    });

  /** What is written while a search goes on is read after it, as what is held back is later. */
  const letNewsIn = () => {
    reading = reading.then(async () => {
      if (unread.size === 0 || stage.peek() === 'searching' || isHeldBack()) return;
      await (stage.peek() === 'failed' ? show(filter.peek()) : readNews());
    });
  };

  watchNews((parts) => {
    for (const part of parts) {
      if (part !== 'log') unread.add(part);
    }
    if (unread.size === 0 || isReadingDue) return;
    isReadingDue = true;
    setTimeout(() => {
      isReadingDue = false;
      letNewsIn();
    }, newsEveryMs);
  });

  return {
    filter,
    runs,
    items,
    total,
    isSearching: computed(() => stage.value === 'searching'),
    /** The last search has not come to its end: it goes on, or it failed. */
    isSearchDue: computed(() => stage.value === 'searching' || stage.value === 'failed'),
    isJustFound: computed(() => stage.value === 'found'),
    trouble,
    chosen,
    rows: computed(() => timeline(items.value, runs.value, filter.value)),
    show,
    /** News wait for as long as this says. */
    holdBackWhile: (isScrolled: () => boolean) => {
      isHeldBack = isScrolled;
    },
    /** What was held back may come now. */
    letNewsIn,
    choose: (ids: readonly number[], isChosen: boolean) => {
      const next = new Set(chosen.peek());
      for (const id of ids) {
        if (isChosen) next.add(id);
        else next.delete(id);
      }
      chosen.value = next;
    },
  };
}
