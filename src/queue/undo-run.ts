import type { Change, ItemReport } from '../activity/entries.ts';
import { kindOf } from '../errors/codes.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import type { Planned } from '../plans/entries.ts';
import type { ChecklistItem, Issue } from '../tracker/shapes.ts';
import { bearable, Ending, endWithoutAny } from './ending.ts';
import { IssueBatches } from './issue-batches.ts';
import { itemReport } from './item-report.ts';
import { blankPlan, type Plan, type WorkItem } from './plan.ts';
import type { PreviewSink } from './preview.ts';
import { isOfWholeRun, type RunContext, type RunEnd } from './run-context.ts';
import { isWithin, plannedOf, type Shown } from './shown.ts';
import { inSequence, sendIntended, standing } from './unconfirmed.ts';
import { planUndo, type UndoGroup, type UndoPlan } from './undo.ts';
import { workThrough } from './work-through.ts';

/** Shows what would be taken back. Writes nothing. */
export function previewUndo(
  context: RunContext,
  groups: readonly UndoGroup[],
  sink: PreviewSink,
): Promise<RunEnd> {
  sink.found({ total: groups.length, done: 0, deferred: 0 });
  const run = new UndoRun(context, groups);
  return run.preview(
    groups.filter(({ name }) => !sink.has(name)),
    sink,
  );
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
  return new UndoRun(context, groups).apply(groups, how);
}

export interface UndoOptions {
  readonly uncheckToo: boolean;
  readonly shown: Shown;
}

const conflictsBorne = 5;
const noPlan: UndoPlan = { changes: [], untouched: [] };

class UndoRun {
  readonly #context: RunContext;
  readonly #ending: Ending;
  readonly #batches: IssueBatches;
  readonly #fields: readonly string[];
  readonly #positions: ReadonlyMap<UndoGroup, number>;
  readonly #checklists = new Map<string, Promise<Map<string, ChecklistItem>>>();
  /** What is wrong with checklists that can't be used, by their keys, which failures name first. */
  readonly #unusable = new Map<string | undefined, Failure>();

  constructor(context: RunContext, groups: readonly UndoGroup[]) {
    const entries = groups.flatMap((group) => group.entries);
    this.#context = context;
    this.#ending = new Ending(context);
    this.#fields = [
      ...new Set(entries.flatMap(({ changes }) => changes.map(({ field }) => field))),
    ];
    this.#batches = new IssueBatches(
      context.tracker,
      groups.filter(isWritten).map(itemOf),
      this.#fields,
    );
    this.#positions = new Map(groups.map((group, at) => [group, at]));
  }

  preview(groups: readonly UndoGroup[], sink: PreviewSink): Promise<RunEnd> {
    return this.#each(groups, async (group) => {
      try {
        const [, plan] = await this.#decide(group, () => Promise.resolve(true));
        sink.add(this.#planned(group, plan));
      } catch (error) {
        const failure = this.#ending.note(error);
        if (failure !== null) sink.add(this.#planned(group, noPlan, failure));
      }
    });
  }

  async apply(groups: readonly UndoGroup[], how: UndoOptions): Promise<RunEnd> {
    const { journal, settings } = this.#context;
    const end = await this.#each(groups, async (group) => {
      await journal.begin(itemOf(group));
      try {
        await this.#takeBack(group, how);
      } catch (error) {
        const failure = this.#ending.note(error);
        if (failure === null) journal.setAside(itemOf(group));
        else {
          const outcome = kindOf(failure.code) === 'passing' ? 'postponed' : 'failed';
          this.#ended(group, outcome, noPlan, failure);
        }
      }
    });
    const queues = settings.checklistIssues.map((key) => ({
      failure: this.#unusable.get(key) ?? null,
    }));
    // As with a run: somebody has to do something about it.
    return end.outcome === 'completed' ? (endWithoutAny(queues) ?? end) : end;
  }

  async #each(
    groups: readonly UndoGroup[],
    work: (group: UndoGroup) => Promise<void>,
  ): Promise<RunEnd> {
    await workThrough(
      groups,
      () => bearable(this.#context),
      () => this.#ending.isOver,
      work,
    );
    return this.#ending.end;
  }

  async #takeBack(group: UndoGroup, { uncheckToo, shown }: UndoOptions): Promise<void> {
    const { tracker, journal } = this.#context;
    const seen = shown.of(group.name);
    const [isDone, plan, stood] = await this.#decide(group, async (issue, { changes }, before) => {
      if (seen === undefined || !isWithin({ changes, failure: null, itemAction: 'leave' }, seen))
        return false;
      if (changes.length === 0) return true;
      const result = await sendIntended(
        before,
        changes,
        (all) =>
          journal.intend(itemReport(planOf(group, { ...noPlan, changes: all }), 'postponed')),
        (values) => tracker.patchIssue(issue.key, issue.version, values),
      );
      return result === 'written' || null;
    });
    if (!isDone) {
      shown.isNow(this.#planned(group, plan));
      this.#ended(group, 'left_alone', { ...plan, changes: stood });
      return;
    }
    const failure = uncheckToo ? await this.#uncheckItems(group) : null;
    const wasLeft = plan.untouched.length > 0 ? 'left_alone' : 'unchanged';
    const changes = inSequence(stood, plan.changes);
    const outcome = changes.length > 0 ? 'undone' : wasLeft;
    this.#ended(group, failure === null ? outcome : 'failed', { ...plan, changes }, failure);
  }

  /**
   * Has a plan applied that holds for the issue as it is: what writes nothing is not decided on a
   * search's answer, and what writes is guarded by the version.
   * @param apply gives null where the issue has moved on meanwhile.
   * @returns also what was sent before that without a confirmation, and stands.
   */
  async #decide(
    group: UndoGroup,
    apply: (issue: Issue, plan: UndoPlan, stood: readonly Change[]) => Promise<boolean | null>,
  ): Promise<[isDone: boolean, UndoPlan, stood: readonly Change[]]> {
    const { tracker } = this.#context;
    const { issueKey } = group;
    if (issueKey === null || !isWritten(group)) return [true, noPlan, []];
    const found = await this.#batches.find(issueKey);
    let issue = found ?? (await tracker.readIssue(issueKey, this.#fields));
    let isCurrent = found === undefined;
    let sent: readonly Change[] = [];
    for (let conflicts = 0; ; ) {
      const plan = planUndo(group.entries, issue);
      if (isCurrent || plan.changes.length > 0) {
        const stood = standing(sent, issue);
        const result = await apply(issue, plan, stood);
        if (result !== null) return [result, plan, stood];
        sent = inSequence(stood, plan.changes);
        conflicts += 1;
        if (conflicts > conflictsBorne) {
          throw new FailureError('tracker_unavailable', 'reason_conflict');
        }
      }
      issue = await tracker.readIssue(issueKey, this.#fields);
      isCurrent = true;
    }
  }

  /** The failure of a checklist that can't be used, which keeps no other issue from being taken back. */
  async #uncheckItems(group: UndoGroup): Promise<Failure | null> {
    try {
      await this.#uncheck(group);
      return null;
    } catch (error) {
      const isOfChecklist =
        error instanceof FailureError &&
        kindOf(error.failure.code) === 'halting' &&
        !isOfWholeRun(error.failure);
      if (!isOfChecklist) throw error;
      this.#unusable.set(error.failure.details[0], error.failure);
      return error.failure;
    }
  }

  async #uncheck({ entries }: UndoGroup): Promise<void> {
    const { tracker, memory } = this.#context;
    const ids = new Map(
      entries.map(({ queue, itemId }) => [`${queue}/${itemId}`, { queue, itemId }]),
    );
    for (const { queue, itemId } of ids.values()) {
      const item = queue === '' ? undefined : (await this.#checklist(queue)).get(itemId);
      if (item?.checked !== true) continue;
      await tracker.patchItem(queue, item, { checked: false });
      memory.forget({ queue, id: itemId });
    }
  }

  /** A checklist, read once however many of its items are unchecked. */
  #checklist(queue: string): Promise<Map<string, ChecklistItem>> {
    const { tracker, settings } = this.#context;
    const present = this.#checklists.get(queue);
    if (present !== undefined) return present;
    const reading = tracker
      .readChecklist(queue, settings.errorField)
      .then(({ items }) => new Map(items.map((item) => [item.id, item])));
    // A later issue is to ask again rather than to share this failure.
    reading.catch(() => this.#checklists.delete(queue));
    this.#checklists.set(queue, reading);
    return reading;
  }

  #planned(
    group: UndoGroup,
    found: UndoPlan,
    failure: Failure | null = null,
  ): Omit<Planned, 'revision'> {
    const plan = planOf(group, found, failure);
    const planned = plannedOf(plan, this.#positions.get(group) ?? 0);
    const { verdict } = planned;
    // An undo writes no error into an issue, and leaves what somebody has edited.
    const isLeft = verdict === 'defer' || (verdict === 'unchanged' && plan.untouched.length > 0);
    return { ...planned, name: group.name, verdict: isLeft ? 'left_alone' : verdict };
  }

  #ended(
    group: UndoGroup,
    outcome: ItemReport['outcome'],
    plan: UndoPlan,
    failure: Failure | null = null,
  ): void {
    this.#context.journal.end(itemReport(planOf(group, plan, failure), outcome));
  }
}

function planOf(
  group: UndoGroup,
  { changes, untouched }: UndoPlan,
  failure: Failure | null = null,
): Plan {
  const resource = group.entries[0]?.resource ?? null;
  return { ...blankPlan(itemOf(group)), resource, changes, untouched, failure };
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
