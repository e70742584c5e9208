import type { ItemEntry } from '../activity/entries.ts';
import { addItems } from '../activity/history.ts';
import type { HostWait } from '../http/host-gate.ts';
import { type ItemMemoryBook, itemName } from '../queue/item-memory.ts';
import type { WorkItem } from '../queue/plan.ts';
import type { Journal, QueueReport } from '../queue/run-context.ts';
import {
  type Host,
  type QueueStatus,
  type Run,
  storedQueues,
  storedRun,
} from '../status/status.ts';
import { storedMemories } from './worker-store.ts';

/** How long entries may wait to be written together, in milliseconds. */
const gatheringMs = 500;

/** Keeps a run's progress in storage and its items in the history. */
export class RunJournal implements Journal {
  historyFailed = false;
  requests = 0;
  private current: Run;
  private readonly memory: ItemMemoryBook;
  private writing: Promise<void> = Promise.resolve();
  private nextWrite: Promise<void> | null = null;
  private entries: ItemEntry[] = [];
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private queueReports: Promise<void> = Promise.resolve();

  constructor(run: Run, memory: ItemMemoryBook) {
    this.current = run;
    this.memory = memory;
  }

  get run(): Run {
    return this.current;
  }

  found(count: number): void {
    const { counts } = this.current;
    this.change({ counts: { ...counts, total: counts.total + count } });
  }

  begin(item: WorkItem): Promise<void> {
    const { queue, id: itemId, issueKey } = item;
    return this.change({ inHand: [...this.without(item), { queue, itemId, issueKey }] });
  }

  setAside(item: WorkItem): void {
    this.change({ inHand: this.without(item) });
  }

  end(entry: Omit<ItemEntry, 'runId' | 'at'>): void {
    const { counts, id } = this.current;
    const { outcome } = entry;
    this.change({
      inHand: this.without({ queue: entry.queue, id: entry.itemId }),
      counts: { ...counts, [outcome]: counts[outcome] + 1 },
    });
    this.entries.push({ ...entry, runId: id, at: Date.now() });
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.writeEntries();
    }, gatheringMs);
  }

  queue(report: QueueReport): void {
    this.queueReports = this.queueReports.then(async () => {
      const others = (await storedQueues.read()).filter(
        ({ checklistIssue }) => checklistIssue !== report.checklistIssue,
      );
      const status: QueueStatus = { ...report, deferred: [...report.deferred], seenAt: Date.now() };
      await storedQueues.write([...others, status]);
    });
  }

  wait(host: Host, wait: HostWait | null): void {
    const others = this.current.waits.filter((one) => one.host !== host);
    this.change({ waits: wait === null ? others : [...others, { host, ...wait }] });
  }

  /** Stop was asked for. */
  stopping(): Promise<void> {
    return this.change({ stopping: true });
  }

  /** Resolves when all that was noted is stored. */
  async settle(): Promise<void> {
    clearTimeout(this.gathering);
    await Promise.all([this.writeEntries(), this.queueReports, this.nextWrite ?? this.writing]);
  }

  private without(item: { readonly queue: string; readonly id: string }): Run['inHand'] {
    const name = itemName(item);
    return this.current.inHand.filter(
      ({ queue, itemId }) => itemName({ queue, id: itemId }) !== name,
    );
  }

  /** Resolves when the change is stored. Changes that come while one is written are written together. */
  private change(change: Partial<Run>): Promise<void> {
    this.current = { ...this.current, ...change };
    this.nextWrite ??= this.writing.then(() => {
      this.nextWrite = null;
      this.writing = storedRun.write(this.current);
      return this.writing;
    });
    return this.nextWrite;
  }

  private async writeEntries(): Promise<void> {
    const entries = this.entries.splice(0);
    const memories = storedMemories.write(this.memory.toStored());
    try {
      await addItems(entries);
    } catch {
      // The history is for people to look back; the tracker's issues come first. Said in the popup.
      this.historyFailed = true;
    }
    await memories;
  }
}
