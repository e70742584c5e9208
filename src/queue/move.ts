import { FailureError, isPassing } from '../errors/failure.ts';
import type { Settings } from '../settings/schema.ts';
import type { Move } from '../status/status.ts';
import { addItem, createIssue, findIssue } from '../tracker/additions.ts';
import type { Checklist, TrackerClient } from '../tracker/client.ts';
import { parseTrackerDate } from '../tracker/dates.ts';
import { queueOf } from '../tracker/issue-key.ts';
import type { ChecklistItem } from '../tracker/shapes.ts';
import { isDeferred } from './deferral.ts';
import { Ending } from './ending.ts';
import type { ItemMemoryBook } from './item-memory.ts';
import { Queue } from './queue.ts';
import type { QueueReport, RunContext, RunEnd } from './run-context.ts';

/**
 * The move of a queue to a fresh checklist issue: the open and the deferred items are copied, the
 * done ones stay behind, and nothing of the old issue is edited, since the tracker may have locked
 * it. Whatever stops a move, the next try reads both lists and adds what is missing.
 *
 * Nothing is lost: the settings are switched only after both lists were read back with nothing
 * missing, what people added to the old one meanwhile included.
 *
 * No item is doubled: it is added only after the list was read without it, and a copy too many (a
 * request that was applied late or twice) is deleted. Only the one fresh issue whose key is stored
 * ever gets items. If the worker dies after an issue was created and before its key is stored, it is
 * searched for by its description; where the search's index does not have it yet, another one is
 * created, and the first stays behind without any item.
 */
export async function moveQueue(context: MoveContext): Promise<RunEnd> {
  try {
    return await new MoveRun(context).run();
  } catch (error) {
    const ending = new Ending(context);
    const failure = ending.noteOfPart(error);
    return failure === null ? ending.end : { outcome: 'interrupted', failure };
  }
}

/** All that a move works with. It knows neither the browser nor the screen. */
interface MoveContext extends Pick<RunContext, 'gates' | 'isStopped' | 'isOffline'> {
  readonly settings: Pick<Settings, 'errorField' | 'deferralDate'>;
  readonly tracker: TrackerClient;
  readonly memory: ItemMemoryBook;
  readonly move: Pick<Move, 'from' | 'id' | 'target'>;
  /** An earlier try may have created the fresh issue already. */
  readonly isLaterTry: boolean;
  /** The fresh issue's, in the language of whoever reads the tracker. The move's id is in the description. */
  readonly texts: { readonly summary: string; readonly description: string };
  readonly journal: MoveJournal;
}

/** What a move keeps where its worker's death doesn't reach. */
interface MoveJournal {
  /** Resolves when the fresh issue's key is stored: only then may it get items. */
  created(target: string): Promise<void>;
  /** The fresh issue can't be used: the next try is to begin with another one. */
  abandoned(): Promise<void>;
  progress(moved: number, total: number): void;
  /**
   * The fresh issue takes the old one's place in the settings, with what is known of it.
   * @returns whether it did; the settings may no longer name the old one.
   */
  switchTo(target: string, report: QueueReport): Promise<boolean>;
}

const triesOfAStep = 5;

class MoveRun {
  readonly #context: MoveContext;
  /** Texts of the old list, in whatever state: what has one of them in the fresh list is a copy. */
  readonly #texts = new Set<string>();
  /** What the tracker confirmed to have added, by the old item's id and what it said then. */
  readonly #confirmed = new Set<string>();

  constructor(context: MoveContext) {
    this.#context = context;
  }

  async run(): Promise<RunEnd> {
    const { tracker, settings, move, journal, isStopped } = this.#context;
    const target = move.target ?? (await this.#create());
    let failures = 0;
    for (let movedBefore = 0; ; ) {
      const fresh = await this.#onTarget(tracker.readChecklist(target, settings.errorField));
      // Read last, so that what people add while the fresh one is read is missing there.
      const old = await tracker.readChecklist(move.from, settings.errorField);
      const wanted = itemsToMove(old.items, settings.deferralDate);
      for (const { text } of old.items) this.#texts.add(plainText(text));
      const { pairs, missing, extra } = compareLists(wanted, fresh.items);
      const copies = extra.filter(({ text }) => this.#texts.has(plainText(text)));
      journal.progress(pairs.length, wanted.length);
      if (missing.length === 0 && copies.length === 0) return this.#finish(target, fresh, pairs);
      if (missing.some((item) => this.#confirmed.has(confirmationOf(item)))) {
        // A list that does not keep what it was given is not to be filled for ever.
        throw new FailureError('tracker_unavailable', 'reason_bad_answer');
      }
      if (isStopped()) return { outcome: 'stopped' };
      if (pairs.length > movedBefore) failures = 0;
      movedBefore = pairs.length;
      try {
        await this.#onTarget(this.#change(target, missing, copies, pairs.length));
      } catch (error) {
        failures += 1;
        if (!isPassing(error) || failures === triesOfAStep) throw error;
      }
    }
  }

  /** Adds in the old list's order, one after the other. */
  async #change(
    target: string,
    missing: readonly ChecklistItem[],
    copies: readonly ChecklistItem[],
    moved: number,
  ): Promise<void> {
    const { tracker, journal, isStopped } = this.#context;
    for (const { id } of copies) {
      await tracker.deleteItem(target, id);
      // What was taken away may be wanted again: people change their minds.
      this.#confirmed.clear();
    }
    for (const [at, item] of missing.entries()) {
      if (isStopped()) return;
      await addItem(tracker, target, item);
      this.#confirmed.add(confirmationOf(item));
      journal.progress(moved + at + 1, moved + missing.length);
    }
  }

  async #create(): Promise<string> {
    const { tracker, settings, move, isLaterTry, texts, journal } = this.#context;
    const queue = queueOf(move.from);
    const { errorText } = await tracker.readChecklist(move.from, settings.errorField);
    const values = {
      ...texts,
      // What failed in other browsers is known from this text alone.
      ...(errorText === '' ? {} : { [settings.errorField]: errorText }),
    };
    let mayExist = isLaterTry;
    for (let tries = 1; ; tries += 1) {
      try {
        const found = mayExist ? await findIssue(tracker, queue, texts.summary, move.id) : null;
        mayExist = true;
        const target = found ?? (await createIssue(tracker, queue, values));
        await journal.created(target);
        return target;
      } catch (error) {
        if (!isPassing(error) || tries === triesOfAStep) throw error;
      }
    }
  }

  /** Somebody may have deleted the fresh issue, or worn it out, since an earlier try. */
  async #onTarget<Value>(work: Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      const code = error instanceof FailureError ? error.failure.code : null;
      if (code === 'checklist_issue_not_found' || code === 'checklist_issue_locked') {
        await this.#context.journal.abandoned();
      }
      throw error;
    }
  }

  async #finish(target: string, fresh: Checklist, pairs: readonly Pair[]): Promise<RunEnd> {
    const { memory, move, settings, journal } = this.#context;
    for (const [old, copy] of pairs) {
      memory.copy({ queue: move.from, id: old.id }, { queue: target, id: copy.id });
    }
    const queue = new Queue(target, settings.deferralDate);
    queue.take(fresh);
    const isSwitched = await journal.switchTo(target, queue.report(memory));
    if (!isSwitched) return { outcome: 'stopped' };
    memory.keepOnly(move.from, new Set());
    return { outcome: 'completed' };
  }
}

/** The open and the deferred items. One without a text names nothing, and could not be added. */
function itemsToMove(
  items: readonly ChecklistItem[],
  deferralDate: string,
): readonly ChecklistItem[] {
  return items.filter(
    (item) => item.text.trim() !== '' && (!item.checked || isDeferred(item, deferralDate)),
  );
}

/** An item and its copy. */
type Pair = readonly [old: ChecklistItem, copy: ChecklistItem];

/**
 * Which items of a list are in another one, as often as they are in the first: items are alike that
 * say the same in the same state. All three results keep the order of their list.
 */
export function compareLists(
  wanted: readonly ChecklistItem[],
  present: readonly ChecklistItem[],
): { pairs: Pair[]; missing: ChecklistItem[]; extra: ChecklistItem[] } {
  const unpaired = new Map<string, ChecklistItem[]>();
  for (const item of present) {
    const likeness = likenessOf(item);
    const alike = unpaired.get(likeness) ?? [];
    alike.push(item);
    unpaired.set(likeness, alike);
  }
  const pairs: Pair[] = [];
  const missing: ChecklistItem[] = [];
  const paired = new Set<ChecklistItem>();
  for (const item of wanted) {
    const copy = unpaired.get(likenessOf(item))?.shift();
    if (copy === undefined) {
      missing.push(item);
    } else {
      pairs.push([item, copy]);
      paired.add(copy);
    }
  }
  return { pairs, missing, extra: present.filter((item) => !paired.has(item)) };
}

/** Equal for items that are alike, however the tracker writes their texts' spaces and their dates. */
function likenessOf({ text, checked, deadline }: ChecklistItem): string {
  const date = deadline?.date ?? '';
  return `${checked} ${date === '' ? '' : parseTrackerDate(date)} ${plainText(text)}`;
}

function plainText(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function confirmationOf(item: ChecklistItem): string {
  return `${item.id} ${likenessOf(item)}`;
}
