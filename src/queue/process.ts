import type { ItemReport } from '../activity/entries.ts';
import type { Resource } from '../breadcrumbs/resource.ts';
import { type Failure, itemFailure } from '../errors/failure.ts';
import { trackerDate } from '../tracker/dates.ts';
import type { Issue } from '../tracker/shapes.ts';
import { Brake, type HeldFailure } from './brake.ts';
import { Checklists } from './checklists.ts';
import { endedLogin } from './ended-login.ts';
import { bearable, Ending } from './ending.ts';
import { IssueWriter } from './issue-writer.ts';
import { deathsUntilAlone, itemName, passingRunsUntilFailed } from './item-memory.ts';
import { itemReport } from './item-report.ts';
import {
  blankPlan,
  type FailedPlan,
  hasFailed,
  type Plan,
  type WorkItem,
  workName,
} from './plan.ts';
import { Planner } from './planner.ts';
import { isOfChecklist, type RunContext, type RunEnd } from './run-context.ts';
import { isWithin, plannedOf } from './shown.ts';
import { workThrough } from './work-through.ts';

/**
 * One pass over the checklists: annotates the issue of each unchecked item and checks the item off.
 * Whatever stops it, the tracker holds what is left to do.
 */
export async function processQueues(context: RunContext): Promise<RunEnd> {
  return new ProcessRun(context).run();
}

/** An item that failed in passing once too often, if others succeed in this run. */
interface Suspect {
  readonly item: WorkItem;
  readonly failure: Failure;
}

/** Items in hand at the end of a queue, where the number is found out. */
const fewestAtATime = 20;
/** Items taken, at the least, before those of several queues that are through are looked at again. */
const itemsARound = 200;

class ProcessRun {
  readonly #context: RunContext;
  readonly #ending: Ending;
  readonly #checklists: Checklists;
  readonly #planner: Planner;
  readonly #writer: IssueWriter;
  readonly #brake: Brake;
  #isHolding: boolean;
  readonly #found = new Set<string>();
  /** Queues that had something open in this part of the run. */
  readonly #metQueues = new Set<string>();
  readonly #postponed: WorkItem[] = [];
  readonly #suspects: Suspect[] = [];
  #hasSucceeded: boolean;
  /** No round follows: what would be left for one now would be in no count. */
  #isLastLook = false;
  /** Items of the present round that are not yet in hand. */
  #untaken = 0;
  /** Somebody else was met: what is left is to be looked at anew before the next item is taken. */
  #isRoundOver = false;
  readonly #leftToOthers = new Set<string>();
  /** Those of them that the present round left. */
  readonly #left: Plan[] = [];

  constructor(context: RunContext) {
    this.#context = context;
    this.#hasSucceeded = context.hasSucceeded;
    this.#ending = new Ending(context);
    this.#checklists = new Checklists(context, this.#ending);
    this.#planner = new Planner(context);
    this.#writer = new IssueWriter(context);
    this.#brake = new Brake(context.memory);
    this.#isHolding = context.brake;
  }

  async run(): Promise<RunEnd> {
    const checklists = this.#checklists;
    const ending = this.#ending;
    await checklists.open();
    while (!ending.isOver) {
      const items = checklists.newItems();
      // What others have done to the last items of a list may leave failures that still wait.
      if (items.length === 0 && this.#brake.held.length === 0) break;
      this.#isRoundOver = false;
      await this.#workOn(items);
      if (checklists.areThrough && !ending.isOver) await this.#settleHeld();
      if (!ending.isOver) {
        await checklists.lookAgain();
        this.#endOthers();
      }
    }
    await this.#settleSuspects();
    if (this.#isAtEnd()) {
      if (ending.isOver) await checklists.lookAgainAtChanged();
      await checklists.writeSummaries();
    }
    this.#notePostponed();
    checklists.report(true);
    return this.#end();
  }

  #end(): RunEnd {
    const { end } = this.#ending;
    const isCut = end.outcome === 'halted' || end.outcome === 'waiting';
    const ended = (isCut ? null : this.#checklists.end) ?? end;
    return ended.outcome === 'halted' ? { ...ended, held: this.#brake.untold } : ended;
  }

  /** It is not to go on later, and the tracker can be told what it came to. */
  #isAtEnd(): boolean {
    const { gates, isStopped } = this.#context;
    const { end } = this.#ending;
    const isTrackerSilent =
      gates.tracker.downSince !== null ||
      (end.outcome === 'halted' && (end.offline || end.failure.code.startsWith('tracker_')));
    return !isTrackerSilent && (end.outcome !== 'waiting' || isStopped());
  }

  // Items

  async #workOn(items: readonly WorkItem[]): Promise<void> {
    const { journal } = this.#context;
    const checklists = this.#checklists;
    const unknown = items.filter((item) => !this.#found.has(workName(item)));
    // A queue that rests by now, or can't be used, gives none again: what was counted of it stands.
    const queues = items.map(({ queue }) => queue).filter((key) => !this.#metQueues.has(key));
    journal.found(unknown.length, new Set(queues));
    for (const item of items) {
      this.#found.add(workName(item));
      this.#metQueues.add(item.queue);
    }
    checklists.report(false);
    this.#planner.expect(items);
    this.#untaken = items.length;
    const isLongRound = () =>
      items.length - this.#untaken >= itemsARound && checklists.canLookAgain;
    await this.#takeEach(
      items.map((item) => ({ item })),
      () => this.#itemsAtATime(),
      () => this.#isRoundOver || isLongRound() || this.#ending.isOver,
      ({ item }) => this.#work(item),
    );
  }

  /** As `workThrough`; what took the worker down comes last, each alone. */
  async #takeEach<One extends { readonly item: WorkItem }>(
    all: readonly One[],
    atATime: () => number,
    isOver: () => boolean,
    work: (one: One) => Promise<void>,
  ): Promise<void> {
    const { memory } = this.#context;
    const tookWorkerDown = ({ item }: One) => memory.of(item).deaths >= deathsUntilAlone;
    const usual = all.filter((one) => !tookWorkerDown(one));
    await workThrough(usual, atATime, isOver, work);
    await workThrough(all.filter(tookWorkerDown), () => 1, isOver, work);
  }

  #itemsAtATime(): number {
    const { settings } = this.#context;
    if (settings.itemsAtATime !== 'automatic') return settings.itemsAtATime;
    // Where something breaks under way, the brake has to meet ten items that have not begun. So no
    // more are in hand than are untaken, which leaves ten up to the last thirty. A quarter of those
    // that have begun may be in hand all the same: a long end with few in hand takes its time, and
    // most of them still have before them what may break.
    const begun = this.#found.size - this.#untaken;
    return Math.min(bearable(this.#context), Math.max(fewestAtATime, this.#untaken, begun / 4));
  }

  async #work(item: WorkItem): Promise<void> {
    if (this.#isOutOfUse(item)) return;
    this.#untaken -= 1;
    this.#checklists.attempt(item);
    await this.#context.journal.begin(item);
    await this.#dealingWith(item, () => this.#annotate(item));
  }

  /** Its checklist can't be used any more. */
  #isOutOfUse({ queue }: WorkItem): boolean {
    return this.#checklists.get(queue)?.failure != null;
  }

  /** Does something with an item in hand; what goes wrong is dealt with by its kind. */
  async #dealingWith(item: WorkItem, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = this.#noteEnd(item, error);
      if (failure === null) this.#context.journal.setAside(item);
      else this.#postpone(item, failure);
    }
  }

  /** The failure that an error carries, where it is the item's alone; null where it ends the run, or the work on its checklist. */
  #noteEnd(item: WorkItem, error: unknown): Failure | null {
    const failure = this.#ending.noteOfPart(error);
    if (failure === null || !isOfChecklist(failure)) return failure;
    const queue = this.#checklists.get(item.queue);
    if (queue !== undefined) queue.failure = failure;
    return null;
  }

  async #annotate(item: WorkItem): Promise<void> {
    let resource: Resource | null = null;
    try {
      for (let isAgain = false; ; isAgain = true) {
        const { plan, issue, isCurrent } = await this.#planner.settle(item, isAgain);
        if (isCurrent) this.#writer.compare(item, issue);
        if (this.#isOtherThanShown(plan)) return this.#leaveAlone(plan);
        if (this.#isLeftToOthers(plan)) return;
        if (hasFailed(plan)) return await this.#failed(plan);
        if (await this.#write(plan, issue)) return;
        resource = plan.resource;
      }
    } catch (error) {
      const plan = this.#planner.planFailure(item, null, resource, itemFailure(error));
      if (this.#isOtherThanShown(plan)) this.#leaveAlone(plan);
      else await this.#failed(plan);
    }
  }

  /** @returns false where the issue is at another version by now. */
  async #write(plan: Plan, issue: Issue): Promise<boolean> {
    try {
      if (!(await this.#writer.write(plan))) return false;
    } catch (error) {
      const { item, resource } = plan;
      // What the tracker says to a write that was shown is the outcome, not another plan.
      await this.#failed(this.#planner.planFailure(item, issue, resource, itemFailure(error)));
      return true;
    }
    await this.#finish(plan);
    return true;
  }

  /** Whether it would do what a person was not shown before. */
  #isOtherThanShown(plan: Plan): boolean {
    const shown = this.#context.chosen?.shown ?? null;
    if (shown === null) return false;
    const planned = shown.of(itemName(plan.item));
    return planned?.issueKey !== plan.item.issueKey || !isWithin(plan, planned);
  }

  #leaveAlone(plan: Plan): void {
    this.#context.chosen?.shown?.isNow(plannedOf(plan, 0));
    this.#ended({ ...plan, changes: [] }, 'left_alone');
  }

  /**
   * Whether the item is left to another browser, with nothing left to write: if that wrote the issue,
   * it checks the item. Left to it once; an item that is still open in the next round is dealt with
   * here. The list is not read for each: it may be long, and all of it may have nothing to write.
   */
  #isLeftToOthers(plan: Plan): boolean {
    const { item } = plan;
    const checklists = this.#checklists;
    if (plan.changes.length > 0) return false;
    if (this.#writer.hasRival(plan)) this.#meetRival();
    const isInList = checklists.get(item.queue) !== undefined;
    const isKept = this.#isLastLook || this.#leftToOthers.has(workName(item));
    if (!checklists.hasRival || !isInList || isKept) return false;
    this.#leftToOthers.add(workName(item));
    this.#left.push(plan);
    checklists.giveBack(item);
    this.#context.journal.setAside(item);
    return true;
  }

  /** What was left to others and is not to be done any more was done, or deferred, by them. */
  #endOthers(): void {
    for (const plan of this.#left.splice(0)) {
      if (this.#checklists.isToDo(plan.item)) continue;
      const isDeferred = this.#checklists.get(plan.item.queue)?.isDeferred(plan.item);
      if (plan.failure !== null && isDeferred) this.#ended(plan, 'failed');
      // What failed here was put right before they came to it.
      else this.#ended({ ...plan, failure: null }, 'done');
    }
  }

  /** Somebody else edits the checklist: what is left is looked at anew, from another place. */
  #meetRival(): void {
    if (this.#checklists.hasRival) return;
    this.#checklists.hasRival = true;
    this.#isRoundOver = true;
  }

  async #finish(plan: Plan): Promise<void> {
    await this.#applyToItem(plan);
    this.#context.memory.forget(plan.item);
    this.#hasSucceeded = true;
    this.#ended(plan, 'done');
    if (this.#isHolding) await this.#releaseProven();
  }

  async #applyToItem(plan: Plan): Promise<void> {
    const { item, itemAction } = plan;
    const queue = this.#checklists.get(item.queue);
    // An issue without an item.
    if (queue === undefined) return;
    const isAsPlanned =
      itemAction === 'leave' || (itemAction === 'defer' && queue.isDeferred(item));
    if (!isAsPlanned) {
      queue.willEdit();
      const version = await this.#editItem(plan);
      if (version !== null && queue.isEditedByOthers(version)) this.#meetRival();
    }
    queue.applied(plan);
  }

  #editItem({ item, itemAction }: Plan): Promise<number | null> {
    const { tracker, settings } = this.#context;
    if (itemAction === 'delete') return tracker.deleteItem(item.queue, item.id);
    const time = itemAction === 'defer' ? Date.parse(settings.deferralDate) : Date.now();
    return tracker.patchItem(item.queue, item, { checked: true, deadline: trackerDate(time) });
  }

  #ended(plan: Plan, outcome: ItemReport['outcome'], isNews = true): void {
    const changes = this.#writer.conclude(plan);
    const isUnchanged = outcome === 'done' && changes.length === 0;
    const report = itemReport({ ...plan, changes }, isUnchanged ? 'unchanged' : outcome);
    const isOpen = this.#checklists.get(plan.item.queue)?.isOpen(plan.item);
    this.#context.journal.end(report, isNews, isOpen);
  }

  // Failures

  async #failed(plan: FailedPlan): Promise<void> {
    const isHeld = this.#isHolding && this.#brake.hold(plan, this.#context.tick());
    if (!isHeld) return this.#writeFailure(plan);
    this.#context.journal.setAside(plan.item);
    // What can't be told, and doesn't end the run, is asked again with the next failure, or at the end.
    if (this.#brake.isDue) await this.#areWhatTheySeem((error) => this.#ending.note(error));
  }

  /** Writes the error to the issue, where that can be done, and defers the item. */
  async #writeFailure(plan: FailedPlan): Promise<void> {
    const { memory } = this.#context;
    const { item, itemAction, issue, failure } = plan;
    let isWritten = issue !== null;
    try {
      if (!(await this.#writer.write(plan))) {
        // Somebody changed the issue since it was read: it deserves another look.
        await this.#annotate(item);
        return;
      }
    } catch (error) {
      // A locked or forbidden issue can't be told; the item is deferred all the same.
      itemFailure(error);
      isWritten = false;
    }
    const { deaths, failure: told } = memory.of(item);
    const isTold = itemAction === 'leave' && told?.code === failure.code;
    memory.note(item, {
      failure,
      // What is known of the issue that the item named before says nothing of one that isn't there.
      errorVersion: issue
        ? issue.version + (isWritten && plan.changes.length > 0 ? 1 : 0)
        : undefined,
      errorWritten: isWritten,
    });
    if (itemAction === 'defer') await this.#context.journal.remember();
    await this.#applyToItem(plan);
    // Whoever brings a deferred item back means it to be tried, once more at least.
    if (itemAction === 'defer') {
      memory.note(item, { passingRuns: 0, deaths: Math.min(deaths, deathsUntilAlone) });
    }
    // The history has what was written, and nothing else: an undo goes by it.
    const written = isWritten ? plan : { ...plan, changes: [] };
    this.#ended(written, 'failed', !(isTold && written.changes.length === 0));
  }

  #postpone(item: WorkItem, failure: Failure): void {
    const { memory, journal, chosen } = this.#context;
    const isPersistent = memory.of(item).passingRuns + 1 >= passingRunsUntilFailed;
    // One that is applied is put down to it by a later run: nobody was shown an error here.
    if (isPersistent && !this.#isLastLook && chosen?.shown == null) {
      journal.setAside(item);
      this.#suspects.push({ item, failure });
    } else {
      this.#putOff(item, failure);
    }
  }

  #putOff(item: WorkItem, failure: Failure): void {
    this.#postponed.push(item);
    this.#ended({ ...blankPlan(item), failure }, 'postponed', false);
  }

  /** An item that keeps failing in passing while others succeed is its own trouble. */
  async #settleSuspects(): Promise<void> {
    this.#isLastLook = true;
    const mayBlame = () => this.#hasSucceeded && !this.#ending.isOver;
    // Somebody may have dealt with them, or given them other issues to name, since they failed.
    if (mayBlame()) await this.#checklists.lookAgainFor(this.#suspects.map(({ item }) => item));
    const settle = async ({ item, failure }: Suspect) => {
      if (!mayBlame() || this.#isOutOfUse(item)) this.#putOff(item, failure);
      else if (this.#checklists.isOpenStill(item)) await this.#blame(item, failure);
    };
    const atATime = () => this.#itemsAtATime();
    await workThrough(this.#suspects, atATime, () => false, settle);
    // One whose issue was edited meanwhile had another look, and may have failed anew.
    if (mayBlame()) await this.#settleHeld();
  }

  async #blame(item: WorkItem, failure: Failure): Promise<void> {
    await this.#context.journal.begin(item);
    try {
      const issue = item.issueKey === null ? null : (await this.#planner.readByKey(item)).issue;
      if (issue !== null) this.#writer.compare(item, issue);
      await this.#failed(this.#planner.planFailure(item, issue, null, failure));
    } catch (error) {
      this.#noteEnd(item, error);
      this.#putOff(item, failure);
    }
  }

  /** An outage that hit every item of the run blames none; a run that is to go on is not over. */
  #notePostponed(): void {
    const { memory } = this.#context;
    if (!this.#hasSucceeded || this.#ending.end.outcome === 'waiting') return;
    for (const item of this.#postponed) {
      memory.note(item, { passingRuns: memory.of(item).passingRuns + 1 });
    }
  }

  // The brake

  async #releaseProven(): Promise<void> {
    if (this.#ending.end.outcome === 'halted') return;
    const released = this.#brake.releaseProven({
      content: this.#context.content.provenAt,
      issue_reads: Math.max(this.#planner.provenAt, this.#writer.provenAt),
      issue_writes: this.#writer.provenAt,
    });
    await this.#writeHeld(released);
  }

  /** What is not reached stays unchecked, for this run to look at anew if it is not over after all. */
  async #writeHeld(held: readonly HeldFailure[]): Promise<void> {
    const left = new Set(held.map(({ plan }) => plan));
    const write = async (plan: FailedPlan) => {
      if (this.#isOutOfUse(plan.item)) return;
      left.delete(plan);
      // Somebody may have checked it meanwhile, and means it.
      if (!this.#checklists.isOpenStill(plan.item)) return;
      await this.#context.journal.begin(plan.item);
      await this.#dealingWith(plan.item, () => this.#writeFailure(plan));
    };
    const isOver = () => this.#ending.isOver;
    // Before the end they take the place of the item that proved them, and no other's.
    const atATime = () => (this.#isHolding ? 1 : bearable(this.#context));
    await this.#takeEach([...left], atATime, isOver, write);
    for (const { item } of left) this.#checklists.giveBack(item);
  }

  /** The run ends with fewer failures waiting than halt it: they are what they seem. */
  async #settleHeld(): Promise<void> {
    if (!(await this.#areWhatTheySeem((error) => this.#ending.fail(error)))) return;
    this.#isHolding = false;
    await this.#writeHeld(this.#brake.releaseAll());
    this.#isHolding = this.#context.brake;
  }

  /**
   * Whether the failures that wait are their items' own, as far as is known. Where the login has
   * ended, or as many fail alike as halt a run, it is halted.
   * @param note is given what keeps this from being told.
   */
  async #areWhatTheySeem(note: (error: unknown) => void): Promise<boolean> {
    try {
      const failure = (await endedLogin(this.#context, this.#brake.held)) ?? this.#brake.alike;
      if (failure !== null) this.#ending.halt(failure);
      return failure === null;
    } catch (error) {
      note(error);
      return false;
    }
  }
}
