import type { Change, ItemReport } from '../activity/entries.ts';
import { parseLink } from '../breadcrumbs/link.ts';
import type { Resource } from '../breadcrumbs/resource.ts';
import { kindOf } from '../errors/codes.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import { oneLine } from '../errors/one-line.ts';
import { LongWaitError } from '../http/host-gate.ts';
import type { FieldValue } from '../tracker/client.ts';
import { trackerDate } from '../tracker/dates.ts';
import type { Issue } from '../tracker/shapes.ts';
import {
  differentFailures,
  failuresThatHalt,
  type HeldFailure,
  heldFailure,
  proven,
} from './brake.ts';
import { toDo, withoutItem } from './chosen.ts';
import { bearable, outageOf } from './ending.ts';
import { deathsUntilAlone, itemName, passingRunsUntilFailed } from './item-memory.ts';
import { itemReport } from './item-report.ts';
import { blankPlan, type Plan, shorten, type WorkItem } from './plan.ts';
import { Planner } from './planner.ts';
import { inTurn, Queue } from './queue.ts';
import { isOfWholeRun, type RunContext, type RunEnd } from './run-context.ts';
import { isWithin, plannedOf } from './shown.ts';
import { inSequence, standing } from './unconfirmed.ts';
import { workThrough } from './work-through.ts';

/**
 * One pass over the checklists: annotates the issue of each unchecked item and checks the item off.
 * Whatever stops it, the tracker holds what is left to do.
 */
export async function processQueues(context: RunContext): Promise<RunEnd> {
  return new ProcessRun(context).run();
}

/** What is known of an issue by the time that its item fails. */
interface KnownOfIssue {
  issue: Issue | null;
  resource: Resource | null;
}

const conflictsBorne = 5;
/** Items in hand at the end of a queue, where the number is found out. */
const fewestAtATime = 20;
/** Items taken, where there are several queues, before those that are through are looked at again. */
const itemsATurn = 200;

class ProcessRun {
  private readonly context: RunContext;
  private readonly queues: Map<string, Queue>;
  private readonly found = new Set<string>();
  private readonly attempted = new Set<string>();
  private readonly postponed: WorkItem[] = [];
  private readonly planner: Planner;
  private held: HeldFailure[] = [];
  private isHolding: boolean;
  private halt: { readonly failure: Failure; readonly offline: boolean } | null = null;
  private waitingUntil: number | null = null;
  private hasSucceeded = false;
  /** Items of the present round that are not yet in hand. */
  private untaken = 0;
  /** Another browser, or a person, edits the checklist during this run. */
  private hasRival = false;
  /** What is left is to be looked at anew before the next item is taken. */
  private isTurning = false;
  private takenThisTurn = 0;
  private readonly leftToOthers = new Set<string>();
  /** What was sent to an item's issue, found at another version then, and may stand there. */
  private readonly unconfirmed = new Map<string, readonly Change[]>();
  /** How often an item's issue was found at another version than it was planned for. */
  private readonly conflicts = new Map<string, number>();
  private readonly rereading = new Map<Queue, Promise<void>>();
  /** The tick at which the last write of an issue was sent that went through. */
  private writtenAt = 0;

  constructor(context: RunContext) {
    this.context = context;
    this.isHolding = context.brake;
    const { settings, dealtWith } = context;
    this.queues = new Map(
      settings.checklistIssues.map((key) => [key, new Queue(key, dealtWith.get(key))]),
    );
    this.planner = new Planner(context);
  }

  async run(): Promise<RunEnd> {
    await this.eachQueue((queue) => this.openQueue(queue));
    for (let items = this.newItems(); items.length > 0 && !this.isOver(); items = this.newItems()) {
      this.isTurning = false;
      this.takenThisTurn = 0;
      await this.workOn(items);
      if (this.newItems().length === 0 && !this.isOver()) await this.settleHeld();
      if (!this.isOver()) await this.eachQueue((queue) => this.turnTo(queue));
    }
    if (this.isAtEnd()) {
      await this.eachQueue((queue) => this.writeSummary(queue));
    }
    this.notePostponed();
    this.reportQueues();
    return this.end();
  }

  private end(): RunEnd {
    const { halt, waitingUntil, held } = this;
    if (halt !== null) return { outcome: 'halted', ...halt, held };
    if (waitingUntil !== null) return { outcome: 'waiting', until: waitingUntil };
    const failures = [...this.queues.values()].map(({ failure }) => failure);
    const [failure] = failures;
    if (failure != null && !failures.includes(null)) {
      const isHalting = kindOf(failure.code) === 'halting';
      return isHalting
        ? { outcome: 'halted', failure, offline: false, held }
        : { outcome: 'interrupted', failure };
    }
    const outage = outageOf(this.context);
    if (outage !== null) return { outcome: 'interrupted', failure: outage };
    return { outcome: this.context.isStopped() ? 'stopped' : 'completed' };
  }

  /** No further item is to be taken. */
  private isOver(): boolean {
    return (
      this.halt !== null ||
      this.waitingUntil !== null ||
      outageOf(this.context) !== null ||
      this.context.isStopped()
    );
  }

  /** It is not to go on later, and the tracker can be told what it came to. */
  private isAtEnd(): boolean {
    const { halt, waitingUntil, context } = this;
    const isTrackerSilent =
      context.gates.tracker.downSince !== null ||
      halt?.offline === true ||
      halt?.failure.code.startsWith('tracker_') === true;
    return !isTrackerSilent && (waitingUntil === null || context.isStopped());
  }

  // Queues

  private async eachQueue(work: (queue: Queue) => Promise<void>): Promise<void> {
    const usable = [...this.queues.values()].filter(({ failure }) => failure === null);
    await Promise.all(
      usable.map(async (queue) => {
        try {
          await work(queue);
        } catch (error) {
          this.queueFailed(queue, error);
        }
      }),
    );
  }

  private queueFailed(queue: Queue, error: unknown): void {
    if (error instanceof LongWaitError) this.wait(error);
    else if (!(error instanceof FailureError)) throw error;
    else if (isOfWholeRun(error.failure) || this.context.isOffline()) this.halted(error.failure);
    else queue.failure = error.failure;
  }

  private async openQueue(queue: Queue): Promise<void> {
    const { tracker, settings, settledVersions, chosen } = this.context;
    const settled = settledVersions.get(queue.key);
    // Among what was chosen may be deferred items, which nobody would look for in a settled list.
    if (settled !== undefined && chosen === null) {
      const { version, checklist } = await tracker.readChecklistVersion(
        queue.key,
        settings.errorField,
      );
      if (checklist !== null) queue.take(checklist);
      if (checklist !== null || version === settled) return;
    }
    queue.take(await tracker.readChecklist(queue.key, settings.errorField));
  }

  /** What is open and was not attempted in this run. */
  private newItems(): WorkItem[] {
    const usable = [...this.queues.values()].filter(({ failure }) => failure === null);
    const listed = usable.flatMap((queue) => this.toDo(queue));
    const others = this.withoutItem(listed).filter((item) => !this.attempted.has(workName(item)));
    const lists = usable.map((queue) => this.untried(queue));
    if (!this.hasRival) return [...inTurn(lists), ...others];
    // Two browsers that begin at different places rarely meet.
    const rotated = lists.map((items) => {
      const start = Math.floor(Math.random() * items.length);
      return [...items.slice(start), ...items.slice(0, start)];
    });
    return [...inTurn(rotated), ...others];
  }

  private untried(queue: Queue): WorkItem[] {
    return this.toDo(queue).filter((item) => !this.attempted.has(workName(item)));
  }

  /** Looks at a queue again that is through, so that what is new there need not wait for the others. */
  private async turnTo(queue: Queue): Promise<void> {
    if (this.hasRival || this.untried(queue).length === 0) await this.lookAgain(queue);
  }

  private toDo(queue: Queue): WorkItem[] {
    const { chosen, settings } = this.context;
    return toDo(queue, chosen, settings.deferralDate);
  }

  /** The chosen issue where no item names it, and none that this run dealt with did. */
  private withoutItem(listed: readonly WorkItem[]): WorkItem[] {
    const { chosen, dealtWith } = this.context;
    const isBegun = this.attempted.size > 0;
    const wasDealtWith = [...dealtWith.values()].some((items) =>
      [...items.values()].includes(chosen?.issueKey ?? ''),
    );
    return isBegun || wasDealtWith ? [] : withoutItem(chosen, listed);
  }

  /** Reads a checklist again: people and other browsers may have changed it meanwhile. */
  private async lookAgain(queue: Queue): Promise<void> {
    const { tracker, settings, memory } = this.context;
    queue.take(await tracker.readChecklist(queue.key, settings.errorField));
    for (const item of queue.reworded()) {
      queue.willEdit();
      await tracker.patchItem(queue.key, item, { checked: false });
      memory.forget(item);
      queue.unchecked(item);
    }
  }

  private async writeSummary(queue: Queue): Promise<void> {
    const { tracker, settings, memory, sentence } = this.context;
    const summary = queue.newSummary(settings.deferralDate, memory, sentence);
    if (summary === null) return;
    const values = new Map([[settings.errorField, summary === '' ? null : summary]]);
    await tracker.patchIssue(queue.key, null, values, 'checklist_issue');
    queue.summaryWritten(summary);
  }

  private reportQueues(): void {
    const { settings, memory, journal } = this.context;
    for (const queue of this.queues.values()) {
      if (queue.isRead) memory.keepOnly(queue.key, queue.ids());
      if (queue.isRead || queue.failure !== null) {
        journal.queue(queue.report(settings.deferralDate, memory));
      }
    }
  }

  // Items

  private async workOn(items: readonly WorkItem[]): Promise<void> {
    const { journal, memory } = this.context;
    journal.found(items.filter((item) => !this.found.has(workName(item))).length);
    for (const item of items) this.found.add(workName(item));
    this.reportQueues();
    this.planner.expect(items);
    const tookWorkerDown = (item: WorkItem) => memory.of(item).deaths >= deathsUntilAlone;
    const isOver = () => this.isTurning || this.isOver();
    const work = (item: WorkItem) => this.work(item);
    const usual = items.filter((item) => !tookWorkerDown(item));
    this.untaken = items.length;
    await workThrough(usual, () => this.itemsAtATime(), isOver, work);
    await workThrough(items.filter(tookWorkerDown), () => 1, isOver, work);
  }

  private itemsAtATime(): number {
    const { settings } = this.context;
    if (settings.itemsAtATime !== 'automatic') return settings.itemsAtATime;
    // What breaks under way is to meet items that have not begun: the brake has to count ten. Where
    // as many are left as are in hand, or more, there are ten of them up to the last thirty items.
    return Math.min(bearable(this.context), Math.max(fewestAtATime, this.untaken));
  }

  private async work(item: WorkItem): Promise<void> {
    // An issue without an item depends on no checklist.
    if (item.queue !== '' && this.queues.get(item.queue)?.failure !== null) return;
    this.untaken -= 1;
    this.attempted.add(workName(item));
    this.takenThisTurn += 1;
    if (this.queues.size > 1 && this.takenThisTurn >= itemsATurn) this.isTurning = true;
    await this.context.journal.begin(item);
    await this.dealingWith(item, () => this.annotate(item));
  }

  /** Does something with an item in hand; what goes wrong is dealt with by its kind. */
  private async dealingWith(item: WorkItem, work: () => Promise<void>): Promise<void> {
    const { journal, isOffline } = this.context;
    try {
      await work();
    } catch (error) {
      if (error instanceof LongWaitError) {
        this.wait(error);
        journal.setAside(item);
      } else if (!(error instanceof FailureError)) {
        throw error;
      } else if (isOfWholeRun(error.failure) || isOffline()) {
        this.halted(error.failure);
        journal.setAside(item);
      } else if (kindOf(error.failure.code) === 'halting') {
        const queue = this.queues.get(item.queue);
        if (queue !== undefined) queue.failure = error.failure;
        journal.setAside(item);
      } else {
        await this.postpone(item, error.failure);
      }
    }
  }

  private wait({ until }: LongWaitError): void {
    this.waitingUntil = Math.max(this.waitingUntil ?? 0, until);
  }

  private halted(failure: Failure): void {
    this.halt ??= { failure, offline: this.context.isOffline() };
  }

  private async annotate(item: WorkItem): Promise<void> {
    if (item.issueKey === null) {
      const text = shorten(oneLine(item.text), 60);
      const failure: Failure = { code: 'item_names_no_issue', details: [text] };
      const plan = this.planner.planFailure(item, null, null, failure);
      if (this.isOtherThanShown(plan)) this.leaveAlone(plan);
      else await this.failed(plan);
      return;
    }
    const known: KnownOfIssue = { issue: null, resource: null };
    try {
      await this.annotateIssue(item, item.issueKey, known);
    } catch (error) {
      const failure = itemFailure(error);
      const plan = this.planner.planFailure(item, known.issue, known.resource, failure);
      // What the tracker says to a write that was shown is the outcome, not another plan.
      if (known.issue === null && this.isOtherThanShown(plan)) this.leaveAlone(plan);
      else await this.failed(plan);
    }
  }

  /** Whether it would do what a person was not shown before. */
  private isOtherThanShown(plan: Plan): boolean {
    const shown = this.context.chosen?.shown ?? null;
    if (shown === null) return false;
    const planned = shown.of(itemName(plan.item));
    return planned?.issueKey !== plan.item.issueKey || !isWithin(plan, planned);
  }

  private leaveAlone(plan: Plan): void {
    this.context.chosen?.shown?.isNow(plannedOf(plan, 0));
    this.ended({ ...plan, changes: [] }, 'left_alone');
  }

  private async annotateIssue(item: WorkItem, key: string, known: KnownOfIssue): Promise<void> {
    let read = await this.planner.read(key);
    for (;;) {
      const plan = await this.planner.plan(item, read.issue);
      if (read.isCurrent)
        this.unconfirmed.set(workName(item), standing(this.sent(item), read.issue));
      if (read.isCurrent || (plan.failure === null && plan.changes.length > 0)) {
        known.issue = read.issue;
        known.resource = plan.resource;
        if (this.isOtherThanShown(plan)) return this.leaveAlone(plan);
        if (plan.changes.length === 0 && (await this.isOthersWork(plan))) return;
        if (plan.failure !== null) return this.failed(plan);
        if (await this.writeIssue(plan)) return this.finish(plan);
      }
      // Either the version moved on, or only a search was read, which somebody's last edit may not
      // have reached: what is not guarded by a version is decided on the issue as it is now.
      known.issue = null;
      read = await this.planner.readByKey(key);
    }
  }

  /**
   * Whether an item with nothing left to write is another browser's: it wrote the issue, so it
   * checks the item. Left to it once; an item that is still open afterwards is dealt with here.
   */
  private async isOthersWork(plan: Plan): Promise<boolean> {
    const { item } = plan;
    if (this.conflicts.has(workName(item))) this.meetRival();
    const queue = this.queues.get(item.queue);
    if (!this.hasRival || queue === undefined || this.leftToOthers.has(workName(item)))
      return false;
    this.leftToOthers.add(workName(item));
    const present = this.rereading.get(queue) ?? this.lookAgain(queue);
    this.rereading.set(queue, present);
    await present.finally(() => this.rereading.delete(queue));
    if (this.toDo(queue).some(({ id }) => id === item.id)) {
      this.attempted.delete(workName(item));
      this.context.journal.setAside(item);
    } else {
      this.ended(plan, 'done');
    }
    return true;
  }

  /** Somebody else edits the checklist: what is left is looked at anew, from another place. */
  private meetRival(): void {
    if (this.hasRival) return;
    this.hasRival = true;
    this.isTurning = true;
  }

  /**
   * Whether the issue is as planned now; false where somebody changed it since it was read.
   * @throws FailureError `tracker_unavailable` where that was so too often.
   */
  private async writeIssue(plan: Plan): Promise<boolean> {
    const { issue, changes } = plan;
    if (issue === null || changes.length === 0) return true;
    const { item } = plan;
    const sent = inSequence(this.sent(item), changes);
    await this.context.journal.intend(itemReport({ ...plan, changes: sent }, 'postponed'));
    const values = new Map<string, FieldValue>(changes.map(({ field, to }) => [field, to]));
    const sentAt = this.context.tick();
    const result = await this.context.tracker.patchIssue(issue.key, issue.version, values);
    if (result === 'written') this.writtenAt = Math.max(this.writtenAt, sentAt);
    else this.conflicted(item, sent);
    return result === 'written';
  }

  /** Whoever planned it is to look again; not for ever where the tracker calls everything a conflict. */
  private conflicted(item: WorkItem, sent: readonly Change[]): void {
    const name = workName(item);
    this.unconfirmed.set(name, sent);
    const conflicts = this.conflicts.get(name) ?? 0;
    if (conflicts === conflictsBorne) {
      throw new FailureError('tracker_unavailable', 'reason_conflict');
    }
    this.conflicts.set(name, conflicts + 1);
  }

  private async finish(plan: Plan): Promise<void> {
    await this.applyToItem(plan);
    this.context.memory.forget(plan.item);
    this.hasSucceeded = true;
    this.ended(plan, 'done');
    if (this.isHolding) await this.releaseProven();
  }

  private async applyToItem(plan: Plan): Promise<void> {
    const { tracker, settings } = this.context;
    const { item, itemAction } = plan;
    const queue = this.queues.get(item.queue);
    const isAsPlanned =
      itemAction === 'leave' ||
      (itemAction === 'defer' && queue?.isDeferred(item, settings.deferralDate) === true);
    if (!isAsPlanned) queue?.willEdit();
    if (itemAction === 'delete') await tracker.deleteItem(item.queue, item.id);
    else if (!isAsPlanned) {
      const time = itemAction === 'defer' ? Date.parse(settings.deferralDate) : Date.now();
      const change = { checked: true, deadline: trackerDate(time) };
      const { version } = await tracker.patchItem(item.queue, item, change);
      if (version !== null && queue?.isEditedByOthers(version)) this.meetRival();
    }
    queue?.applied(plan, settings.deferralDate);
  }

  private ended(plan: Plan, outcome: ItemReport['outcome']): void {
    const changes = inSequence(this.sent(plan.item), plan.changes);
    this.unconfirmed.delete(workName(plan.item));
    const isUnchanged = outcome === 'done' && changes.length === 0;
    this.context.journal.end(itemReport({ ...plan, changes }, isUnchanged ? 'unchanged' : outcome));
  }

  private sent(item: WorkItem): readonly Change[] {
    return this.unconfirmed.get(workName(item)) ?? [];
  }

  // Failures

  private fail(
    item: WorkItem,
    issue: Issue | null,
    resource: Resource | null,
    failure: Failure,
  ): Promise<void> {
    return this.failed(this.planner.planFailure(item, issue, resource, failure));
  }

  private async failed(plan: Plan): Promise<void> {
    const held = this.isHolding ? heldFailure(plan, this.context.tick()) : null;
    if (held === null) {
      await this.writeFailure(plan);
      return;
    }
    this.held.push(held);
    this.context.journal.setAside(plan.item);
    if (differentFailures(this.held) >= failuresThatHalt) await this.pullBrake();
  }

  /** Writes the error to the issue, where that can be done, and defers the item. */
  private async writeFailure(plan: Plan): Promise<void> {
    const { memory } = this.context;
    const { item, issue, failure } = plan;
    let isWritten = issue !== null;
    try {
      if (!(await this.writeIssue(plan))) {
        // Somebody changed the issue since it was read: it deserves another look.
        await this.annotate(item);
        return;
      }
    } catch (error) {
      // A locked or forbidden issue can't be told; the item is deferred all the same.
      itemFailure(error);
      isWritten = false;
    }
    await this.applyToItem(plan);
    memory.note(item, {
      ...(failure === null ? {} : { failure }),
      ...(issue === null
        ? {}
        : { errorVersion: issue.version + (isWritten && plan.changes.length > 0 ? 1 : 0) }),
      errorWritten: isWritten,
    });
    // The history has what was written, and nothing else: an undo goes by it.
    this.ended(isWritten ? plan : { ...plan, changes: [] }, 'failed');
  }

  private async postpone(item: WorkItem, failure: Failure): Promise<void> {
    const isPersistent = this.context.memory.of(item).passingRuns + 1 >= passingRunsUntilFailed;
    // An item that keeps failing in passing while others succeed is its own trouble.
    if (isPersistent && this.hasSucceeded && (await this.failPersistent(item, failure))) return;
    this.postponed.push(item);
    this.ended({ ...blankPlan(item), failure }, 'postponed');
  }

  /** Whether the failure could be put down to the item; false where the tracker fails as well. */
  private async failPersistent(item: WorkItem, failure: Failure): Promise<boolean> {
    try {
      const read = item.issueKey === null ? null : await this.planner.readByKey(item.issueKey);
      await this.fail(item, read?.issue ?? null, null, failure);
      return true;
    } catch (error) {
      if (error instanceof FailureError && kindOf(error.failure.code) === 'passing') return false;
      throw error;
    }
  }

  /** An outage that hit every item of the run blames none. */
  private notePostponed(): void {
    const { memory } = this.context;
    if (!this.hasSucceeded) return;
    for (const item of this.postponed) {
      memory.note(item, { passingRuns: memory.of(item).passingRuns + 1 });
    }
  }

  // The brake

  private async releaseProven(): Promise<void> {
    if (this.halt !== null) return;
    const { released, stillHeld } = proven(this.held, {
      content: this.context.content.provenAt,
      issue_reads: Math.max(this.planner.provenAt, this.writtenAt),
      issue_writes: this.writtenAt,
    });
    this.held = stillHeld;
    await this.writeHeld(released);
  }

  private async writeHeld(held: readonly HeldFailure[]): Promise<void> {
    for (const { plan } of held) {
      await this.context.journal.begin(plan.item);
      await this.dealingWith(plan.item, () => this.writeFailure(plan));
    }
  }

  /** The run ends with fewer failures waiting than halt it: they are what they seem. */
  private async settleHeld(): Promise<void> {
    if (await this.isSignedOut()) return;
    this.isHolding = false;
    await this.writeHeld(this.held.splice(0));
    this.isHolding = this.context.brake;
  }

  private async pullBrake(): Promise<void> {
    if (await this.isSignedOut()) return;
    const failureCodes = new Set(this.held.flatMap(({ plan }) => plan.failure?.code ?? []));
    const details = [String(this.held.length), [...failureCodes].join(', ')];
    this.halted({ code: 'many_alike', details });
  }

  /**
   * Halts where 403 was the answer to everything: that is a login that ended. One answer of another
   * kind in this run says it isn't; so does the link to test with, where one is set.
   */
  private async isSignedOut(): Promise<boolean> {
    try {
      return await this.isEverythingForbidden();
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      // The test itself can't be made: then nothing of what waits is written either.
      if (kindOf(error.failure.code) === 'halting') this.halted(error.failure);
      return true;
    }
  }

  private async isEverythingForbidden(): Promise<boolean> {
    const { content, settings } = this.context;
    const doubted = this.held.filter((held) => held.doubted === 'content');
    const isForbidden = doubted.every(({ plan }) => plan.failure?.code === 'resource_forbidden');
    if (doubted.length === 0 || !isForbidden || content.provenAt > 0) return false;
    const testLink = parseLink(settings.testLink);
    if (testLink === null) {
      const resources = new Set(
        doubted.map(({ plan }) => `${plan.resource?.type} ${plan.resource?.id}`),
      );
      if (resources.size === 1) return false;
    } else {
      const gathered = await content.gather(testLink, [], '');
      if (gathered.kind !== 'failure' || gathered.failure.code !== 'resource_forbidden')
        return false;
    }
    const { host } = new URL(settings.contentUrl);
    this.halted({ code: 'content_login_required', details: [host] });
    return true;
  }
}

/** Tells what is to be done apart: an item that is given another issue to name is other work. */
function workName(item: WorkItem): string {
  return `${itemName(item)} ${item.issueKey}`;
}

/** The item's own failure that an error carries; any other is thrown on. */
function itemFailure(error: unknown): Failure {
  if (error instanceof FailureError && kindOf(error.failure.code) === 'item') return error.failure;
  throw error;
}
