import type { Failure } from '../errors/failure.ts';
import { oneLine } from '../errors/one-line.ts';
import type { DeferredItem } from '../status/status.ts';
import type { Checklist } from '../tracker/client.ts';
import { issueKeyIn } from '../tracker/issue-key.ts';
import type { ChecklistItem } from '../tracker/shapes.ts';
import { isDeferred } from './deferral.ts';
import { shorten } from './error-text.ts';
import type { ItemMemoryBook } from './item-memory.ts';
import type { Plan, WorkItem } from './plan.ts';
import type { QueueReport, RunContext } from './run-context.ts';
import { itemLabel, summaryText, tellsOfGone } from './summary.ts';

/** Deferred items that are stored one by one: as many as a person would read. */
const deferredShown = 100;

/** A checklist as it was last read, with what this run did to it since. */
export class Queue {
  readonly key: string;
  readonly #deferralDate: string;
  version = 0;
  /** The list was read in this run, not only its version. */
  isRead = false;
  /** Nothing is left to do at this version. */
  settledVersion: number | null = null;
  failure: Failure | null = null;
  #errorText = '';
  /** Whoever chose items chose none that are gone. */
  readonly #mayTell: boolean;
  #items = new Map<string, ChecklistItem>();
  /** Since the checklist issue was told what waits, an item was dealt with, or taken away by a person. */
  isSummaryDue: boolean;
  /** Why the tracker refused to be told what waits; it is told again once an item is checked off. */
  refusal: Failure | null;
  /** The issue that each item named when this run dealt with it. */
  readonly #dealtWith: Map<string, string | null>;
  #ownEdits = 0;
  #wasEdited = false;

  /** @param earlier what is known of all queues by who worked on them before; nothing, to look at this one alone. */
  constructor(
    key: string,
    deferralDate: string,
    earlier?: Pick<RunContext, 'dealtWith' | 'known' | 'chosen'>,
  ) {
    this.key = key;
    this.#deferralDate = deferralDate;
    const known = earlier?.known.get(key);
    this.#mayTell = (earlier?.chosen ?? null) === null;
    this.#dealtWith = new Map(earlier?.dealtWith.get(key));
    this.isSummaryDue = known?.isSummaryDue === true || this.#dealtWith.size > 0;
    this.refusal = known?.refusal ?? null;
  }

  /** Takes what was read. What this run did before is in it. */
  take({ version, items, errorText }: Checklist): void {
    this.isRead = true;
    this.version = version;
    this.#ownEdits = 0;
    this.#errorText = errorText;
    this.#items = new Map(items.map((item) => [item.id, item]));
    this.settledVersion = this.open().length === 0 ? version : null;
    if (this.#mayTell && this.refusal === null && this.#tellsOfGone()) this.isSummaryDue = true;
  }

  /** Whether the checklist issue tells of items that a person took away. */
  #tellsOfGone(): boolean {
    if (this.#errorText === '') return false;
    // Whatever has a deadline to come: other browsers may defer to another date.
    const now = new Date().toISOString();
    const present = this.#those((item) => !item.checked || isDeferred(item, now));
    return tellsOfGone(this.#errorText, new Set(present.map(({ text }) => itemLabel(text))));
  }

  /** The unchecked items, in the checklist's order. */
  open(): WorkItem[] {
    return this.#those(({ checked }) => !checked);
  }

  deferred(): WorkItem[] {
    return this.#those((item) => isDeferred(item, this.#deferralDate));
  }

  #those(isMeant: (item: ChecklistItem) => boolean): WorkItem[] {
    return [...this.#items.values()].filter(isMeant).map((item) => this.#toWork(item));
  }

  /** The item with that id, whatever its state; undefined where the list has none. */
  find(id: string): WorkItem | undefined {
    const item = this.#items.get(id);
    return item && this.#toWork(item);
  }

  isOpen({ id }: WorkItem): boolean {
    return this.#items.get(id)?.checked === false;
  }

  #toWork({ id, text }: ChecklistItem): WorkItem {
    return { queue: this.key, id, text, issueKey: issueKeyIn(text) };
  }

  /** What a plan did to its item. */
  applied({ item, itemAction }: Plan): void {
    // What was refused is not to be so in each pass in which an item fails again that stays open.
    if (this.refusal === null || itemAction !== 'leave') this.isSummaryDue = true;
    if (itemAction === 'leave') return;
    this.#wasEdited = true;
    this.#dealtWith.set(item.id, item.issueKey);
    const deadline = itemAction === 'defer' ? { date: this.#deferralDate } : null;
    if (itemAction === 'delete') this.#items.delete(item.id);
    else this.#edit(item, { checked: true, deadline });
  }

  #edit({ id }: WorkItem, change: Partial<ChecklistItem>): void {
    const known = this.#items.get(id);
    if (known !== undefined) this.#items.set(id, { ...known, ...change });
  }

  /** The version at which it was read; null where this run edited it since. */
  get unedited(): number | null {
    return this.#ownEdits === 0 ? this.version : null;
  }

  /** An edit of the checklist goes out: the version that it leads to is no surprise. */
  willEdit(): void {
    this.#ownEdits += 1;
  }

  /** Whether a version tells of edits that are not this run's own. */
  isEditedByOthers(version: number): boolean {
    return version > this.version + this.#ownEdits;
  }

  /** Whether it is deferred already: to defer it again would change nothing. */
  isDeferred({ id }: WorkItem): boolean {
    const item = this.#items.get(id);
    return item !== undefined && isDeferred(item, this.#deferralDate);
  }

  /** Whether this run dealt with the item while it named the same issue. */
  wasDealtWith({ id, issueKey }: WorkItem): boolean {
    return this.#dealtWith.get(id) === issueKey;
  }

  /**
   * Items that were given another issue to name between the moment they were read and the moment
   * they were checked: nobody has looked at that issue.
   */
  reworded(): WorkItem[] {
    return [...this.#dealtWith].flatMap(([id, dealtWith]) => {
      const item = this.#items.get(id);
      if (item?.checked !== true) return [];
      const work = this.#toWork(item);
      return work.issueKey === null || work.issueKey === dealtWith ? [] : [work];
    });
  }

  /** @param version the checklist issue's after it, where that is known. Answers may overtake each other. */
  unchecked(item: WorkItem, version?: number | null): void {
    this.#wasEdited = true;
    this.version = Math.max(this.version, version ?? 0);
    this.#dealtWith.delete(item.id);
    this.#edit(item, { checked: false });
  }

  /**
   * The text that the checklist issue's error field should have; null where it has it, or where
   * nothing was done that it should tell.
   */
  newSummary(memory: ItemMemoryBook, sentence: (failure: Failure) => string): string | null {
    if (!this.isSummaryDue) return null;
    const deferred = this.deferred();
    const waiting = new Map<string, Failure | null>(
      deferred.map((item) => [itemLabel(item.text), null]),
    );
    // Of several items about one issue, one whose failure is known speaks for all.
    for (const item of [...deferred, ...this.open()]) {
      const { failure } = memory.of(item);
      if (failure !== undefined) waiting.set(itemLabel(item.text), failure);
    }
    const text = summaryText({ previous: this.#errorText, waiting, sentence });
    return text === this.#errorText ? null : text;
  }

  /** The checklist issue says what waits. */
  summaryTold(): void {
    this.isSummaryDue = false;
    this.refusal = null;
  }

  summaryRefused(failure: Failure): void {
    this.isSummaryDue = false;
    this.refusal = failure;
  }

  /** One edit raises the version by one: at that version nothing is left to do, if others left it alone. */
  summaryWritten(text: string): void {
    this.#errorText = text;
    this.summaryTold();
    this.#wasEdited = true;
    this.version += 1;
    if (this.settledVersion !== null) this.settledVersion = this.version;
  }

  report(memory: ItemMemoryBook, isLast = true): QueueReport {
    const deferred = this.deferred();
    return {
      checklistIssue: this.key,
      version: this.version,
      total: this.#items.size,
      open: this.open().length,
      deferredTotal: deferred.length,
      deferred: deferred.slice(0, deferredShown).map((item): DeferredItem => {
        const failure = memory.of(item).failure ?? null;
        const text = shorten(oneLine(item.text), 200);
        return { itemId: item.id, issueKey: item.issueKey, text, failure };
      }),
      settledVersion: this.failure === null ? this.settledVersion : null,
      isSummaryDue: this.isSummaryDue || this.refusal !== null,
      failure: this.failure ?? this.refusal,
      wasEdited: this.#wasEdited,
      isLast,
    };
  }

  /** Ids of all items, done ones too. */
  ids(): ReadonlySet<string> {
    return new Set(this.#items.keys());
  }
}

/** Takes from each list in turn, so that a long one does not keep the others waiting. */
export function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) =>
    lists.flatMap((list) => list.slice(at, at + 1)),
  ).flat();
}
