import { computed, signal } from '@preact/signals';
import { type FetchedAnswer, keepLast } from '../messages/fetched.ts';
import { matches, searchPattern } from './search.ts';

/** How often the page is drawn anew while answers pour in. */
const drawnEveryMs = 100;

/** An answer with a number of its own, by which the page knows it again. */
export interface Answer extends FetchedAnswer {
  readonly id: number;
}

/** What the page has been told since it was opened. Kept in its memory alone. */
export type FetchedStore = ReturnType<typeof createFetchedStore>;

export function createFetchedStore() {
  /** Oldest first. */
  let kept: readonly Answer[] = [];
  let count = 0;
  let isDrawingDue = false;
  const drawn = signal(kept);
  const query = signal('');
  const pattern = computed(() => searchPattern(query.value));

  return {
    query,
    pattern,
    total: computed(() => drawn.value.length),
    /** The answers that the search finds, newest first. */
    shown: computed(() => {
      const { value: wanted } = pattern;
      const answers = drawn.value.toReversed();
      return wanted === null ? answers : answers.filter((answer) => matches(answer, wanted));
    }),
    add: (answers: readonly FetchedAnswer[]): void => {
      const added = answers.map((answer) => {
        count += 1;
        return { ...answer, id: count };
      });
      kept = keepLast([...kept, ...added]);
      if (isDrawingDue) return;
      isDrawingDue = true;
      setTimeout(() => {
        isDrawingDue = false;
        drawn.value = kept;
      }, drawnEveryMs);
    },
    clear: (): void => {
      kept = [];
      drawn.value = kept;
    },
  };
}
