import type { ItemReport } from '../activity/entries.ts';
import type { ContentReader } from '../breadcrumbs/content-reader.ts';
import type { Failure } from '../errors/failure.ts';
import type { HostGate } from '../http/host-gate.ts';
import type { Settings } from '../settings/schema.ts';
import type { DeferredItem } from '../status/status.ts';
import type { TrackerClient } from '../tracker/client.ts';
import type { HeldFailure } from './brake.ts';
import type { ItemMemoryBook } from './item-memory.ts';
import type { WorkItem } from './plan.ts';
import type { Shown } from './shown.ts';

/** What a run keeps where its worker's death doesn't reach. */
export interface Journal {
  /**
   * More items were found that are to be dealt with.
   * @param queues whose items that an earlier part of the run left open are found again, and are not
   * to count twice.
   */
  found(count: number, queues?: ReadonlySet<string>): void;
  /** Resolves when it is stored that the item is in hand: only then may its work begin. */
  begin(item: WorkItem): Promise<void>;
  /**
   * Resolves when it is kept what is about to be written to the item's issue: only then may it be.
   * @param report what the history is to have if nothing further is heard of the item; without
   * changes, nothing: what it was about to write was refused.
   */
  intend(report: ItemReport): Promise<void>;
  /**
   * Resolves when it is kept what the memory has of items: only then may one be deferred, since its
   * failure can be looked up nowhere else.
   */
  remember(): Promise<void>;
  /** The item is no longer in hand and nothing became of it yet. */
  setAside(item: WorkItem): void;
  /**
   * The item is dealt with.
   * @param isNews false for what the history need not have once more, if the run before said it too.
   * @param isOpen it is unchecked still.
   */
  end(report: ItemReport, isNews?: boolean, isOpen?: boolean): void;
  /** How a queue stands after it was read or worked on. */
  queue(report: QueueReport): void;
}

/** How a queue stands: what people are shown of it, and what later runs go by. */
export interface QueueReport {
  readonly checklistIssue: string;
  readonly version: number;
  readonly total: number;
  readonly open: number;
  readonly deferredTotal: number;
  readonly deferred: readonly DeferredItem[];
  readonly settledVersion: number | null;
  /** The checklist issue was not told yet what waits. */
  readonly isSummaryDue: boolean;
  /** What is wrong with this queue alone. */
  readonly failure: Failure | null;
  /** Something in it was edited by this run: it can be. */
  readonly wasEdited: boolean;
  /** The run is through with it. */
  readonly isLast: boolean;
}

/** What an earlier run left to be known of a queue. */
interface KnownQueue {
  /** The version at which it had nothing left to do; null where that is not known. */
  readonly settledVersion: number | null;
  /** The checklist issue is to be told what waits. */
  readonly isSummaryDue: boolean;
  /** Why the checklist issue refused to be told it; where that is not due as well, it rests. */
  readonly refusal: Failure | null;
}

/** What a run is about where it is not about all that is open. */
export interface Chosen {
  /** Item ids by checklist issue. */
  readonly items: ReadonlyMap<string, ReadonlySet<string>>;
  /** An issue to be annotated, with the items that name it, or without any. */
  readonly issueKey: string | null;
  /** What a person was shown of it before; null where nothing was. */
  readonly shown: Shown | null;
}

/** All that a run works with. It knows neither the browser nor the screen. */
export interface RunContext {
  readonly settings: Settings;
  /** The checklist issues that it works on, of those of the settings. */
  readonly queues: readonly string[];
  readonly tracker: TrackerClient;
  readonly content: ContentReader;
  readonly gates: { readonly tracker: HostGate; readonly content: HostGate };
  /** Numbers what happens, in order. */
  readonly tick: () => number;
  readonly memory: ItemMemoryBook;
  readonly journal: Journal;
  readonly sentence: (failure: Failure) => string;
  /** Stop was asked for. */
  readonly isStopped: () => boolean;
  readonly isOffline: () => boolean;
  /** Off for the one run after **Defer them anyway**. */
  readonly brake: boolean;
  /** What an earlier worker of this run dealt with: by queue and item id, the issue named then. */
  readonly dealtWith: ReadonlyMap<string, ReadonlyMap<string, string | null>>;
  /** An item succeeded in an earlier part of this run. */
  readonly hasSucceeded: boolean;
  /** What earlier runs know of a queue, by its checklist issue's key. */
  readonly known: ReadonlyMap<string, KnownQueue>;
  /** What the run is about; null: all that is open. */
  readonly chosen: Chosen | null;
}

/** How a run ended. */
export type RunEnd =
  | { readonly outcome: 'completed' | 'stopped' }
  | {
      readonly outcome: 'halted';
      readonly failure: Failure;
      readonly offline: boolean;
      /** What the brake held back. */
      readonly held: readonly HeldFailure[];
    }
  /** A host does not answer; what is left is for the next run. */
  | { readonly outcome: 'interrupted'; readonly failure: Failure }
  /** A host asks for a long wait; the run is to be taken up again then (milliseconds since 1970). */
  | { readonly outcome: 'waiting'; readonly until: number };

/** The end of a run in which no item can succeed, and nothing waits for the brake. */
export function haltedBy(failure: Failure, offline = false): RunEnd {
  return { outcome: 'halted', failure, offline, held: [] };
}

/** What ended a run early; null where nothing did. */
export function failureOf(end: RunEnd): Failure | null {
  return 'failure' in end ? end.failure : null;
}

/** A checklist issue that can't be used halts its own queue; the others go on. */
export function isOfChecklist({ code }: Failure): boolean {
  return code.startsWith('checklist_issue_');
}
