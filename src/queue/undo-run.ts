import { kindOf } from '../errors/codes.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import type { Planned } from '../plans/entries.ts';
import type { Issue } from '../tracker/shapes.ts';
import { bearable, Ending, endWithoutAny } from './ending.ts';
import { IssueBatches } from './issue-batches.ts';
import { IssueWriter } from './issue-writer.ts';
import { itemName } from './item-memory.ts';
import { itemReport } from './item-report.ts';
import { blankPlan, type Plan, type WorkItem } from './plan.ts';
import type { PreviewSink } from './preview.ts';
import { Queue } from './queue.ts';
import { isOfChecklist, type RunContext, type RunEnd } from './run-context.ts';
import { isWithin, plannedOf, type Shown } from './shown.ts';
import { planUndo, type UndoGroup, type UndoPlan } from './undo.ts';
import { workThrough } from './work-through.ts';

/** Shows what would be taken back. Writes nothing. */
export function previewUndo(
  context: RunContext,
  groups: readonly UndoGroup[],
  sink: PreviewSink,
): Promise<RunEnd> {
  sink.found({ total: groups.length, done: 0, deferred: 0 });
  return new UndoRun(context, groups).preview(sink);
}

/**
 * Takes back what was written to issues, one PATCH each, and unchecks their items where that is
 * asked. The issue first, then its items: whatever stops it, a second time finds what is left.
 */
export function undo(
  context: RunContext,
  groups: readonly UndoGroup[],
  how: UndoOptions,
): Promise<RunEnd> {
  context.journal.found(groups.length);
  return new UndoRun(context, groups).apply(how);
}

interface UndoOptions {
  readonly uncheckToo: boolean;
  readonly shown: Shown;
}

class UndoRun {
  readonly #context: RunContext;
  readonly #groups: readonly UndoGroup[];
  readonly #ending: Ending;
  readonly #batches: IssueBatches;
  readonly #writer: IssueWriter;
  readonly #fields: readonly string[];
  readonly #checklists = new Map<string, Promise<Queue>>();
  /** What is wrong with checklists that can't be used, by their keys, which failures name first. */
  readonly #unusable = new Map<string | undefined, Failure>();

  constructor(context: RunContext, groups: readonly UndoGroup[]) {
    const changes = groups.flatMap(({ entries }) => entries.flatMap((entry) => entry.changes));
    this.#context = context;
    this.#groups = groups;
    this.#ending = new Ending(context);
    this.#writer = new IssueWriter(context);
    this.#fields = [...new Set(changes.map(({ field }) => field))];
    this.#batches = new IssueBatches(
      context.tracker,
      groups.filter(isWritten).map(itemOf),
      this.#fields,
    );
  }

  preview(sink: PreviewSink): Promise<RunEnd> {
    return this.#each(async (group, position) => {
      if (sink.has(group.name)) return;
      try {
        const { plan } = await this.#plan(group);
        sink.add(plannedUndo(group, plan, position));
      } catch (error) {
        const failure = this.#ending.note(error);
        if (failure !== null) sink.add(plannedUndo(group, planOf(group, { failure }), position));
      }
    });
  }

  async apply(how: UndoOptions): Promise<RunEnd> {
    const { journal, settings } = this.#context;
    const end = await this.#each(async (group) => {
      await journal.begin(itemOf(group));
      try {
        await this.#takeBack(group, how);
      } catch (error) {
        const failure = this.#ending.note(error);
        if (failure === null) journal.setAside(itemOf(group));
        else {
          const outcome = kindOf(failure.code) === 'passing' ? 'postponed' : 'failed';
          this.#ended(planOf(group, { failure }), outcome);
        }
      }
    });
    await this.#report();
    const queues = settings.checklistIssues.map((key) => ({
      failure: this.#unusable.get(key) ?? null,
    }));
    // As with a run: somebody has to do something about it.
    return end.outcome === 'completed' ? (endWithoutAny(queues) ?? end) : end;
  }

  async #each(work: (group: UndoGroup, position: number) => Promise<void>): Promise<RunEnd> {
    await workThrough(
      this.#groups.entries(),
      () => bearable(this.#context),
      () => this.#ending.isOver,
      ([position, group]) => work(group, position),
    );
    return this.#ending.end;
  }

  async #takeBack(group: UndoGroup, { uncheckToo, shown }: UndoOptions): Promise<void> {
    const seen = shown.of(group.name);
    for (let isAgain = false; ; isAgain = true) {
      const { issue, plan } = await this.#plan(group, isAgain);
      if (issue !== null && (seen === undefined || !isWithin(plan, seen))) {
        shown.isNow(plannedUndo(group, plan, 0));
        this.#ended({ ...plan, changes: [] }, 'left_alone');
        return;
      }
      if (!(await this.#writer.write({ ...plan, untouched: [] }, issue))) continue;
      const failure = uncheckToo ? await this.#uncheckItems(group) : null;
      this.#ended({ ...plan, failure }, failure === null ? 'undone' : 'failed');
      return;
    }
  }

  /**
   * What to write into an issue as it is: to write nothing is not decided on a search's answer, and
   * what writes is guarded by the version. Of one that nothing was written to no more is asked: null.
   */
  async #plan(group: UndoGroup, isAgain = false): Promise<{ issue: Issue | null; plan: Plan }> {
    const { issueKey, entries } = group;
    if (issueKey === null || !isWritten(group)) return { issue: null, plan: planOf(group) };
    const planFor = (issue: Issue) => ({ issue, plan: planOf(group, planUndo(entries, issue)) });
    const found = isAgain ? undefined : await this.#batches.find(issueKey);
    if (found !== undefined) {
      const planned = planFor(found);
      if (planned.plan.changes.length > 0) return planned;
    }
    const issue = await this.#context.tracker.readIssue(issueKey, this.#fields);
    this.#writer.compare(itemOf(group), issue);
    return planFor(issue);
  }

  /** The failure of a checklist that can't be used, which keeps no other issue from being taken back. */
  async #uncheckItems({ entries }: UndoGroup): Promise<Failure | null> {
    const { tracker, memory } = this.#context;
    const items = entries.map(({ queue, itemId }) => ({ queue, id: itemId }));
    const byName = new Map(items.map((item) => [itemName(item), item]));
    try {
      for (const { queue, id } of byName.values()) {
        if (queue === '') continue;
        const checklist = await this.#checklist(queue);
        const item = checklist.find(id);
        if (item === undefined || checklist.isOpen(item)) continue;
        const version = await tracker.patchItem(queue, item, { checked: false });
        memory.forget(item);
        checklist.unchecked(item, version);
      }
      return null;
    } catch (error) {
      if (!(error instanceof FailureError && isOfChecklist(error.failure))) throw error;
      this.#unusable.set(error.failure.details[0], error.failure);
      return error.failure;
    }
  }

  /** A checklist, read once however many of its items are unchecked. */
  #checklist(key: string): Promise<Queue> {
    const present = this.#checklists.get(key);
    if (present !== undefined) return present;
    const reading = this.#read(key);
    // A later issue is to ask again rather than to share this failure.
    reading.catch(() => this.#checklists.delete(key));
    this.#checklists.set(key, reading);
    return reading;
  }

  async #read(key: string): Promise<Queue> {
    const { tracker, settings } = this.#context;
    const queue = new Queue(key, settings.deferralDate, this.#context);
    queue.take(await tracker.readChecklist(key, settings.errorField));
    return queue;
  }

  /** Tells how the queues stand whose items went back: no run may come to tell it, as while paused. */
  async #report(): Promise<void> {
    const { journal, memory, settings } = this.#context;
    // What could not be read is not among them: it stands as it stood, and the issues' entries say why.
    for (const queue of await Promise.all(this.#checklists.values())) {
      if (!settings.checklistIssues.includes(queue.key)) continue;
      queue.failure = this.#unusable.get(queue.key) ?? null;
      // It looks at some of the items: no pass went through the list.
      journal.queue(queue.report(memory, false));
    }
  }

  #ended(plan: Plan, outcome: 'undone' | 'left_alone' | 'failed' | 'postponed'): void {
    const changes = this.#writer.conclude(plan);
    const wasLeft = plan.untouched.length > 0 ? 'left_alone' : 'unchanged';
    const isNothing = outcome === 'undone' && changes.length === 0;
    this.#context.journal.end(itemReport({ ...plan, changes }, isNothing ? wasLeft : outcome));
  }
}

/** A plan as it is kept for people to look at. */
function plannedUndo(group: UndoGroup, plan: Plan, position: number): Omit<Planned, 'revision'> {
  const planned = plannedOf(plan, position);
  const { verdict } = planned;
  // An undo writes no error into an issue, and leaves what somebody has edited.
  const isLeft = verdict === 'defer' || (verdict === 'unchanged' && plan.untouched.length > 0);
  return { ...planned, name: group.name, verdict: isLeft ? 'left_alone' : verdict };
}

function planOf(group: UndoGroup, known: Partial<UndoPlan & Pick<Plan, 'failure'>> = {}): Plan {
  const resource = group.entries[0]?.resource ?? null;
  return { ...blankPlan(itemOf(group)), resource, ...known };
}

/** Of an issue that nothing was written to no more is asked. */
function isWritten({ entries }: UndoGroup): boolean {
  return entries.some(({ changes }) => changes.length > 0);
}

/** An issue may have been written for several items; the last of them stands for it. */
function itemOf({ name, issueKey, entries }: UndoGroup): WorkItem {
  const [newest] = entries;
  return {
    queue: newest?.queue ?? '',
    id: newest?.itemId ?? name,
    text: newest?.text ?? name,
    issueKey,
  };
}
