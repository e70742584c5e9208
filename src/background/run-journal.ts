import { type ItemEnd, type ItemEntry, type ItemReport, outcomeName } from '../activity/entries.ts';
import { addBrokenOff, addItems, keepIntents, readItemEnds } from '../activity/history.ts';
import { isOk } from '../http/exchange.ts';
import type { HostWait } from '../http/host-gate.ts';
import type { ItemMemoryBook } from '../queue/item-memory.ts';
import { type WorkItem, workName } from '../queue/plan.ts';
import type { Journal, QueueReport } from '../queue/run-context.ts';
import { type Host, type Run, storedQueues, storedRun } from '../status/status.ts';
import { finished } from '../status/view.ts';
import { store } from '../storage/stored.ts';
import type { Onlooker } from './connections.ts';
import { type GatheredWrite, gathered } from './gathered.ts';
import { type Ended, Intents } from './intents.ts';
import { queueStatus } from './queue-status.ts';
import { answerOf, RequestsByItem } from './requests-by-item.ts';
import { noteHostTime } from './trimming.ts';
import { log, logDetail } from './worker-log.ts';
import { memoriesToStore } from './worker-store.ts';

/** How long what became of items may wait to be written together, in milliseconds. */
const gatheringMs = 500;
/** How long progress may, which people look on at. */
const progressMs = 100;

/** An item that ended, with what the history is to have of it. */
interface EndedEntry extends Ended {
  readonly entry: ItemEntry;
}

/** Keeps a run's progress in storage and its items in the history. */
export class RunJournal implements Journal {
  /** Hosts of which a request was tried. */
  readonly asked = new Set<Host>();
  /** Hosts that gave a good answer. */
  readonly answered = new Set<Host>();
  /** It found a checklist that can be used: nothing is wrong there, nor left to be from before. */
  canUseList = false;
  readonly #sent = new RequestsByItem();
  #run: Run;
  readonly #progress = gathered(() => storedRun.write(this.#run), progressMs);
  readonly #memories: GatheredWrite;
  readonly #reports: QueueReport[] = [];
  /** Without a rest: a worker that dies leaves it to the next to tell the checklist issue what waits. */
  readonly #queues = gathered(() => this.#writeReports());
  readonly #ended: EndedEntry[] = [];
  /** What became of items and is no news; it waits for what the run comes to. */
  readonly #oldNews: EndedEntry[] = [];
  /** Something became of an item that the history has to have. */
  hasNews: boolean;
  readonly #entries = gathered(() => this.#writeHistory(() => this.#addEntries()), gatheringMs);
  readonly #intents = new Intents(Date.now());
  #nextIntents: Promise<void> | null = null;
  #writingHistory: Promise<void> = Promise.resolve();

  constructor(run: Run, memory: ItemMemoryBook) {
    this.#run = run;
    this.#memories = gathered(() => store(memoriesToStore(memory)), gatheringMs);
    // An earlier worker's part of the run.
    this.hasNews = finished(run.counts) > 0;
  }

  get run(): Run {
    return this.#run;
  }

  found(count: number, queues: ReadonlySet<string> = new Set()): void {
    const { leftOpen } = this.#run;
    const counts = { ...this.#run.counts };
    counts.total += count;
    for (const left of leftOpen.filter(({ queue }) => queues.has(queue))) {
      counts.total -= left.count;
      counts[left.outcome] -= left.count;
    }
    this.#note({ counts, leftOpen: leftOpen.filter(({ queue }) => !queues.has(queue)) });
  }

  begin(item: WorkItem): Promise<void> {
    const { queue, id: itemId, issueKey } = item;
    this.#sent.begin(item, performance.now());
    this.#note({ inHand: [...this.#without(item), { queue, itemId, issueKey }] });
    return this.#progress.now();
  }

  intend(report: ItemReport): Promise<void> {
    const { queue, itemId: id, issueKey } = report;
    const name = workName({ queue, id, issueKey });
    if (report.changes.length === 0) this.#intents.remove(name);
    else this.#intents.add(name, this.#entry(report, { requests: [], times: null }));
    this.#nextIntents ??= this.#writeHistory(() => {
      this.#nextIntents = null;
      return this.#storeIntents([]);
    });
    return this.#nextIntents;
  }

  remember(): Promise<void> {
    return this.#memories.now();
  }

  setAside(item: WorkItem): void {
    this.#note({ inHand: this.#without(item) });
  }

  end(report: ItemReport, isNews = true, isOpen = false): void {
    const { counts, leftOpen, id } = this.#run;
    const { queue, itemId, issueKey, outcome } = report;
    const item = { queue, id: itemId, issueKey };
    this.#note({
      inHand: this.#without(item),
      counts: {
        ...counts,
        [outcome]: counts[outcome] + 1,
        withoutItem: counts.withoutItem + (outcome === 'failed' && queue === '' ? 1 : 0),
      },
      leftOpen:
        outcome === 'postponed' || (outcome === 'failed' && isOpen)
          ? withOneMore(leftOpen, queue, outcome)
          : leftOpen,
    });
    log({
      level: outcome === 'failed' || outcome === 'postponed' ? 'warning' : 'info',
      event: 'item_ended',
      details: [outcomeName(report)],
      runId: id,
      issueKey: issueKey ?? undefined,
      failure: report.failure ?? undefined,
    });
    const intent = this.#intents.get(workName(item));
    // Put off, but its PATCH was sent, and no answer tells: the history has what may be written.
    const isSent = outcome === 'postponed' && intent !== null;
    const became = isSent ? { ...intent, failure: report.failure } : report;
    const cost = this.#sent.end(item, became.issue?.key, performance.now());
    const entry = this.#entry(became, cost);
    const ended = { name: workName(item), entry, intent };
    if (!isNews && intent === null) {
      this.#oldNews.push(ended);
      return;
    }
    this.hasNews = true;
    this.#ended.push(ended);
    this.#entries.soon();
    this.#memories.soon();
  }

  queue(report: QueueReport): void {
    this.#reports.push(report);
    this.#queues.soon();
  }

  /** With a move: between which checklist issues. */
  moving(from: string, to: string | null): void {
    this.#note({ moving: { from, to } });
  }

  /** With a move: how much of it is done. */
  moved(moved: number, total: number): void {
    this.#note({ counts: { ...this.#run.counts, moved, total } });
  }

  /** With a preview: so many more were looked at. */
  looked(count: number): void {
    const { counts } = this.#run;
    this.#note({ counts: { ...counts, looked: counts.looked + count } });
  }

  /** What is told about the requests to a host. */
  onlooker(host: Host): Onlooker {
    return {
      onWait: (wait) => this.#wait(host, wait),
      onSend: () => {
        this.#keep({ requests: this.#run.requests + 1 });
      },
      onOutcome: (request, outcome, span) => {
        this.asked.add(host);
        if (outcome.kind === 'answer') {
          noteHostTime(outcome.headers.get('Date'));
          if (isOk(outcome.status)) this.answered.add(host);
        }
        this.#sent.note(host, request, outcome, span);
        logDetail(() => {
          const answer = String(answerOf(outcome));
          const ms = String(Math.round(span.to - span.from));
          return {
            event: 'request',
            details: [request.method, new URL(request.url).pathname, answer, ms],
            runId: this.#run.id,
            issueKey: request.about?.[0],
          };
        });
      },
    };
  }

  /** Stop was asked for. */
  stopping(): Promise<void> {
    this.#note({ stopping: true });
    return this.#progress.now();
  }

  /** What earlier workers were about to write when they died goes into the history. */
  takeUp(): Promise<void> {
    return this.#writeHistory(addBrokenOff);
  }

  /** What earlier workers of this run did, as far as the history can be read. */
  async itemsBefore(): Promise<readonly ItemEnd[]> {
    try {
      return await readItemEnds(this.#run.id);
    } catch {
      // Said in the popup; the tracker itself tells what is left to do.
      this.#keep({ historyFailed: true });
      return [];
    }
  }

  /**
   * Resolves when all that was noted is stored.
   * @throws StorageError where some of it could not be.
   */
  async flush(): Promise<void> {
    const writes = [this.#memories, this.#entries, this.#queues, this.#progress];
    await Promise.all(writes.map((one) => one.now()));
    if (this.#intents.size > 0) await this.takeUp();
  }

  /** Resolves when the history has what is no news as well: the run is to be in it. */
  keepOldNews(): Promise<void> {
    this.#ended.push(...this.#oldNews.splice(0));
    return this.#entries.now();
  }

  #entry(report: ItemReport, cost: Pick<ItemEntry, 'requests' | 'times'>): ItemEntry {
    return { ...report, ...cost, runId: this.#run.id, at: Date.now() };
  }

  #wait(host: Host, wait: HostWait | null): void {
    const runId = this.#run.id;
    if (wait === null) {
      log({ level: 'info', event: 'wait_ended', details: [host], runId });
    } else {
      const seconds = Math.round((wait.until - Date.now()) / 1000);
      const details = [host, wait.reason, String(seconds), String(wait.attempt)];
      log({ level: 'warning', event: 'wait_began', details, runId });
    }
    const others = this.#run.waits.filter((one) => one.host !== host);
    this.#note({ waits: wait === null ? others : [...others, { host, ...wait }] });
  }

  #without({ queue, id }: Pick<WorkItem, 'queue' | 'id'>): Run['inHand'] {
    return this.#run.inHand.filter((one) => one.queue !== queue || one.itemId !== id);
  }

  #note(change: Partial<Run>): void {
    this.#keep(change);
    this.#progress.soon();
  }

  /** Stored with what is noted next: no write of its own, which may come after the run's end. */
  #keep(change: Partial<Run>): void {
    this.#run = { ...this.#run, ...change };
  }

  async #writeReports(): Promise<void> {
    if (this.#reports.length === 0) return;
    const queues = new Map((await storedQueues.read()).map((one) => [one.checklistIssue, one]));
    for (const report of this.#reports.splice(0)) {
      const before = queues.get(report.checklistIssue) ?? null;
      const status = queueStatus(report, before, this.#run.cause, Date.now());
      queues.set(report.checklistIssue, status);
      this.canUseList ||= status.failure === null;
    }
    await storedQueues.write([...queues.values()]);
  }

  /** What became of items takes the place of what they were about to write, in one go. */
  async #addEntries(): Promise<void> {
    const ended = this.#ended.splice(0);
    if (ended.length > 0) await this.#storeIntents(ended);
  }

  async #storeIntents(ended: readonly EndedEntry[]): Promise<void> {
    const lists = this.#intents.take(ended);
    const entries = ended.map(({ entry }) => entry);
    try {
      await (entries.length > 0 ? addItems(entries, lists) : keepIntents(lists));
    } catch (error) {
      this.#intents.putBack(lists, ended);
      throw error;
    }
  }

  /** One write after another. */
  #writeHistory(write: () => Promise<void>): Promise<void> {
    this.#writingHistory = this.#writingHistory.then(write).catch(() => {
      // The history is for people to look back; the tracker's issues come first. Said in the popup.
      this.#keep({ historyFailed: true });
    });
    return this.#writingHistory;
  }
}

function withOneMore(
  leftOpen: Run['leftOpen'],
  queue: string,
  outcome: Run['leftOpen'][number]['outcome'],
): Run['leftOpen'] {
  const isIt = (one: Run['leftOpen'][number]) => one.queue === queue && one.outcome === outcome;
  const count = (leftOpen.find(isIt)?.count ?? 0) + 1;
  return [...leftOpen.filter((one) => !isIt(one)), { queue, outcome, count }];
}
