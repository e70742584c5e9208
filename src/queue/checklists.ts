import { itemFailure } from '../errors/failure.ts';
import { isToDo, toDo, withoutItem } from './chosen.ts';
import { type Ending, endWithoutAny } from './ending.ts';
import { type WorkItem, workName } from './plan.ts';
import { inTurn, Queue } from './queue.ts';
import type { RunContext, RunEnd } from './run-context.ts';

/** The checklists of a run, and what is left to do of them. One that can't be used stops no other. */
export class Checklists {
  /** Another browser, or a person, edits a checklist during this run. */
  hasRival = false;
  readonly #context: RunContext;
  readonly #ending: Ending;
  readonly #queues: ReadonlyMap<string, Queue>;
  readonly #attempted = new Set<string>();
  /** How many new items each has left of those that were last given. */
  readonly #untried = new Map<string, number>();

  constructor(context: RunContext, ending: Ending) {
    const { queues, settings } = context;
    this.#context = context;
    this.#ending = ending;
    this.#queues = new Map(
      queues.map((key) => [key, new Queue(key, settings.deferralDate, context)]),
    );
  }

  /** The queue of that key; undefined for an issue that is annotated without an item. */
  get(key: string): Queue | undefined {
    return this.#queues.get(key);
  }

  open(): Promise<void> {
    return this.#each((queue) => this.#read(queue, this.#knownVersion(queue)));
  }

  /** What is open and was not attempted in this run. */
  newItems(): WorkItem[] {
    const { chosen } = this.#context;
    const listed = this.#usable().map((queue) => ({ queue, items: toDo(queue, chosen) }));
    const others = this.#withoutItem(listed.flatMap(({ items }) => items));
    const lists = listed.map(({ queue, items }) => {
      const untried = items.filter((item) => !this.#attempted.has(workName(item)));
      this.#untried.set(queue.key, untried.length);
      // Two browsers that begin at different places rarely meet.
      const start = this.hasRival ? Math.floor(Math.random() * untried.length) : 0;
      return [...untried.slice(start), ...untried.slice(0, start)];
    });
    return [...inTurn(lists), ...others];
  }

  /** All new items of the lists that were last given are attempted, but for those of lists that can't be used. */
  get areThrough(): boolean {
    return this.#usable().every((queue) => this.#isThrough(queue));
  }

  /** One of several would be looked at again before the others are through. */
  get canLookAgain(): boolean {
    return (
      this.#queues.size > 1 &&
      this.#usable().some((queue) => this.hasRival || this.#isThrough(queue))
    );
  }

  attempt(item: WorkItem): void {
    this.#attempted.add(workName(item));
    this.#untried.set(item.queue, (this.#untried.get(item.queue) ?? 0) - 1);
  }

  /** The item is to be attempted once more. */
  giveBack(item: WorkItem): void {
    this.#attempted.delete(workName(item));
    this.#untried.set(item.queue, (this.#untried.get(item.queue) ?? 0) + 1);
  }

  /** Looks at queues again that are through, so that what is new there need not wait for the others. */
  lookAgain(): Promise<void> {
    return this.#each(async (queue) => {
      if (!this.hasRival && !this.#isThrough(queue)) return;
      await this.#lookAgain(queue, this.#knownVersion(queue));
    });
  }

  /** What was reworded under a run that is cut short is to be found by the next one. */
  lookAgainAtChanged(): Promise<void> {
    return this.#each(async (queue) => {
      if (queue.isSummaryDue) await this.#lookAgain(queue);
    });
  }

  /** Reads the checklists of these items again, each once. */
  lookAgainFor(items: readonly WorkItem[]): Promise<void> {
    const keys = new Set(items.map(({ queue }) => queue));
    return this.#each(async (queue) => {
      if (keys.has(queue.key)) await this.#lookAgain(queue);
    });
  }

  /** Whether the item is to be done and names the same issue, as its queue was last read. */
  isOpenStill(item: WorkItem): boolean {
    const queue = this.get(item.queue);
    if (queue === undefined) return true;
    const isSame = queue.find(item.id)?.issueKey === item.issueKey;
    return queue.failure === null && isSame && this.isToDo(item);
  }

  /** Whether the item is still among what is to be done, as its queue was last read. */
  isToDo({ queue: key, id }: WorkItem): boolean {
    const queue = this.get(key);
    const item = queue?.find(id);
    if (queue === undefined || item === undefined) return false;
    return isToDo(queue, item, this.#context.chosen);
  }

  writeSummaries(): Promise<void> {
    return this.#each(async (queue) => {
      if (await this.#writeSummary(queue)) return;
      // Nothing tells what was done to the checklist issue meanwhile.
      await this.#read(queue);
      if (!(await this.#writeSummary(queue))) await this.#read(queue);
    });
  }

  /** Tells how each stands, and forgets what was known of items that are gone. */
  report(isLast: boolean): void {
    const { memory, journal } = this.#context;
    for (const queue of this.#queues.values()) {
      if (queue.isRead) memory.keepOnly(queue.key, queue.ids());
      if (queue.isRead || queue.isSummaryDue || queue.failure !== null) {
        journal.queue(queue.report(memory, isLast));
      }
    }
  }

  /** The end of a run that can use none of them. */
  get end(): RunEnd | null {
    return endWithoutAny([...this.#queues.values()]);
  }

  #usable(): Queue[] {
    return [...this.#queues.values()].filter(({ failure }) => failure === null);
  }

  async #each(work: (queue: Queue) => Promise<void>): Promise<void> {
    await Promise.all(
      this.#usable().map(async (queue) => {
        try {
          await work(queue);
        } catch (error) {
          queue.failure = this.#ending.noteOfPart(error);
        }
      }),
    );
  }

  /** Whether the checklist issue says now what waits; false where its edit was not confirmed. */
  async #writeSummary(queue: Queue): Promise<boolean> {
    const { tracker, settings, memory, sentence } = this.#context;
    if (!queue.isSummaryDue) return true;
    const summary = queue.newSummary(memory, sentence);
    if (summary === null) {
      queue.summaryTold();
      return true;
    }
    const values = new Map([[settings.errorField, summary === '' ? null : summary]]);
    try {
      const result = await tracker.patchIssue(queue.key, null, values, 'checklist_issue');
      if (result === 'written') queue.summaryWritten(summary);
      return result === 'written';
    } catch (error) {
      // Its field does not take a text: the items can be dealt with all the same.
      queue.summaryRefused(itemFailure(error));
      return true;
    }
  }

  /**
   * Reads a checklist.
   * @param known where its list would tell nothing new at that version: it alone is asked for first.
   */
  async #read(queue: Queue, known: number | null = null): Promise<void> {
    const { tracker, settings } = this.#context;
    if (known !== null) {
      const { version, checklist } = await tracker.readChecklistVersion(
        queue.key,
        settings.errorField,
      );
      if (checklist !== null) queue.take(checklist);
      if (checklist !== null || version === known) return;
    }
    queue.take(await tracker.readChecklist(queue.key, settings.errorField));
  }

  /**
   * Reads a checklist again: people and other browsers may have changed it meanwhile.
   * @param known as {@link #read}.
   */
  async #lookAgain(queue: Queue, known: number | null = null): Promise<void> {
    const { tracker, memory } = this.#context;
    await this.#read(queue, known);
    for (const item of queue.reworded()) {
      queue.willEdit();
      await tracker.patchItem(queue.key, item, { checked: false });
      memory.forget(item);
      queue.unchecked(item);
    }
  }

  /** The version at which a checklist's list would tell nothing new; null where it has to be read. */
  #knownVersion(queue: Queue): number | null {
    const { known, chosen } = this.#context;
    if (queue.isRead) return queue.unedited;
    // Among what was chosen may be deferred items, which nobody would look for in a settled list. And
    // what was done before the worker died, or by a run cut short, is to be told in the summary.
    if (chosen !== null || queue.isSummaryDue) return null;
    return known.get(queue.key)?.settledVersion ?? null;
  }

  #isThrough({ key }: Queue): boolean {
    return this.#untried.get(key) === 0;
  }

  /** The chosen issue where no item names it, and none that this run dealt with did. */
  #withoutItem(listed: readonly WorkItem[]): WorkItem[] {
    const { chosen, dealtWith } = this.#context;
    const isBegun = this.#attempted.size > 0;
    const wasDealtWith = [...dealtWith.values()].some((items) =>
      [...items.values()].includes(chosen?.issueKey ?? ''),
    );
    return isBegun || wasDealtWith ? [] : withoutItem(chosen, listed);
  }
}
