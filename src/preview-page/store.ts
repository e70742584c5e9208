import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Command } from '../messages/protocol.ts';
import { send } from '../messages/send.ts';
import { isToApply, type Planned, verdicts } from '../plans/entries.ts';
import { readPlans } from '../plans/store.ts';
import { isSameValue } from '../settings/layers.ts';
import { changeSetting } from '../settings/store.ts';
import type { Preview } from '../status/preview.ts';
import type { PreviewScope } from '../status/task-work.ts';
import { attemptWith, commandWith } from '../ui/attempt.ts';
import { reasonOf } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { cameToWords } from './outcome.ts';
import { isUndo, scopeOf } from './scope.ts';

/** What a person wants to see of the plans. */
export const filters = ['all', ...verdicts, 'changed'] as const;
type Filter = (typeof filters)[number];

const rowsOnAPage = 100;

/** What the preview page knows and does. */
export type PreviewStore = ReturnType<typeof createPreviewStore>;

/** Makes the state of the page; `look` asks for a preview. */
export function createPreviewStore(stored: ReadonlySignal<Preview | null>) {
  const scope = signal<PreviewScope | null>(null);
  const id = signal('');
  /** It was stored, and another one since. */
  const isReplaced = signal(false);
  const plans = signal<ReadonlyMap<string, Planned>>(new Map());
  const chosen = signal<ReadonlySet<string>>(new Set());
  const filter = signal<Filter>('all');
  const page = signal(0);
  const uncheckToo = signal(false);
  /** What came of the last command. A preview that goes on is read twice a second, and is no answer to it. */
  const trouble = signal<string | null>(null);
  /** Why the last read failed. The next one reads what it has not. */
  const unread = signal<string | null>(null);
  const lastRead = signal<Preview | null>(null);

  const preview = computed(() => (stored.value?.id === id.value ? stored.value : null));
  const all = computed(() =>
    [...plans.value.values()].sort((one, other) => one.position - other.position),
  );
  const counts = computed(() => {
    // Object.fromEntries forgets which names it was given: they are all of them.
    const byFilter = Object.fromEntries(filters.map((name) => [name, 0])) as Record<Filter, number>;
    for (const plan of all.value) {
      byFilter.all += 1;
      byFilter[plan.verdict] += 1;
      if (plan.became === 'changed') byFilter.changed += 1;
    }
    return byFilter;
  });
  const filtered = computed(() => all.value.filter((plan) => matches(plan, filter.value)));
  const pages = computed(() => Math.max(1, Math.ceil(filtered.value.length / rowsOnAPage)));
  const shown = computed(() => {
    const first = Math.min(page.value, pages.value - 1) * rowsOnAPage;
    return filtered.value.slice(first, first + rowsOnAPage);
  });
  const toApply = computed(() => all.value.filter(isToApply));
  /** The preview is through, and all of its plans are here: only then is "all" what people have seen. */
  const isWhole = computed(
    () => preview.value?.endedAt != null && lastRead.value === preview.value,
  );
  const isOfUndo = computed(() => scope.value !== null && isUndo(scope.value));
  const cameTo = computed(() => cameToWords(all.value, isOfUndo.value));
  /** All that could be applied was. */
  const isOver = computed(
    () => preview.value?.endedAt != null && toApply.value.length === 0 && cameTo.value !== '',
  );
  const title = computed(() => {
    if (isOfUndo.value)
      return words(isOver.value ? 'preview_undo_title_over' : 'preview_undo_title');
    return words(isOver.value ? 'preview_title_over' : 'preview_title');
  });
  const chosenToApply = computed(() => toApply.value.filter(({ name }) => chosen.value.has(name)));

  let reading = Promise.resolve();
  let isAsking = false;
  /** The preview that the page shows was stored, with plans or without. */
  let wasSeen = false;

  effect(() => {
    const { value } = preview;
    if (value === null) {
      // With none in its place it is about to begin anew, as after settings were saved.
      if (wasSeen && stored.value !== null) isReplaced.value = true;
      return;
    }
    wasSeen = true;
    isReplaced.value = false;
    reading = reading.then(() => take(value));
  });

  /** Reads what was written since the last time; all of it where the preview began anew. */
  async function take(value: Preview): Promise<void> {
    const { startedAt, endedAt, revision } = value;
    // While it waits, or is read, the page may go on to another one.
    const isLeft = () => value.id !== id.peek();
    if (isLeft()) return;
    const isNew = lastRead.peek()?.startedAt !== startedAt;
    const known = isNew ? [] : [...plans.peek().values()];
    const newest = known.reduce((most, plan) => Math.max(most, plan.revision), 0);
    try {
      // Where none of its own was written yet, those that are stored are another preview's. One that
      // could not even begin has ended with them in place, and they would be applied as its own.
      const news = revision === 0 ? [] : await readPlans(newest);
      if (isLeft()) return;
      if (news.length > 0 || isNew) {
        plans.value = new Map([...known, ...news].map((plan) => [plan.name, plan]));
      }
      // One that has nothing any more would leave an empty list. It is let go of for good: the list
      // that people look at is not to be cut down by itself once there is something of it again.
      if (endedAt !== null && counts.peek()[filter.peek()] === 0) showOnly('all');
      lastRead.value = value;
      unread.value = null;
    } catch (error) {
      if (!isLeft()) unread.value = words('command_failed', reasonOf(error));
    }
  }

  function showOnly(wanted: Filter): void {
    filter.value = wanted;
    page.value = 0;
  }

  const command = (asked: Command, onTaken?: () => void) =>
    commandWith(trouble, () => send(asked), onTaken);

  /** Asks for a preview of what the address names; a page that was reloaded shows the one it had. */
  function look(kept: string | null): Promise<void> {
    const of = scopeOf(location.hash);
    // What was wanted of one preview is not wanted of another.
    if (!isSameValue(of, scope.peek())) {
      filter.value = 'all';
      uncheckToo.value = false;
    }
    scope.value = of;
    plans.value = new Map();
    chosen.value = new Set();
    isReplaced.value = false;
    wasSeen = false;
    unread.value = null;
    lastRead.value = null;
    page.value = 0;
    id.value = kept ?? crypto.randomUUID();
    if (of === null || kept !== null) return Promise.resolve();
    history.replaceState({ previewId: id.value }, '');
    return command({ type: 'preview', previewId: id.value, of });
  }

  async function apply(names: string[] | null): Promise<void> {
    // The second click of a double one would be a run of its own, with nothing left to apply.
    if (isAsking) return;
    isAsking = true;
    const previewId = id.value;
    const before = chosen.value;
    // Whoever is refused tries once more; what was chosen since is for the next time.
    const letGo = () => {
      chosen.value = new Set([...chosen.value].filter((name) => !before.has(name)));
    };
    await (isOfUndo.value
      ? command({ type: 'undo', previewId, names, uncheckToo: uncheckToo.value }, letGo)
      : command({ type: 'apply', previewId, names }, letGo));
    isAsking = false;
  }

  return {
    scope,
    isOfUndo,
    preview,
    cameTo,
    isOver,
    title,
    isReplaced,
    chosen,
    filter,
    page,
    pages,
    shown,
    counts,
    toApply,
    isWhole,
    chosenToApply,
    uncheckToo,
    trouble,
    unread,
    look,
    applyAll: () => apply(null),
    applyChosen: () => apply(chosenToApply.value.map(({ name }) => name)),
    stop: () => command({ type: 'stop' }),
    pause: () =>
      attemptWith(trouble, async () => {
        const isPaused = await changeSetting('schedulePaused', () => true);
        if (!isPaused) trouble.value = words('settings_newer');
      }),
    showOnly,
    choose(name: string, isChosen: boolean) {
      const names = new Set(chosen.value);
      if (isChosen) names.add(name);
      else names.delete(name);
      chosen.value = names;
    },
  };
}

function matches({ verdict, became }: Planned, filter: Filter): boolean {
  return filter === 'all' || (filter === 'changed' ? became === 'changed' : verdict === filter);
}
