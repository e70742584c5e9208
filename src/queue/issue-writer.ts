import type { Change } from '../activity/entries.ts';
import { FailureError, isPassing } from '../errors/failure.ts';
import { fieldText } from '../tracker/field-value.ts';
import type { Issue } from '../tracker/shapes.ts';
import { itemReport } from './item-report.ts';
import { type Plan, type WorkItem, workName } from './plan.ts';
import type { RunContext } from './run-context.ts';

const conflictsBorne = 5;

type WriterContext = Pick<RunContext, 'tracker' | 'journal' | 'tick'>;

/**
 * Writes issues as planned, each only at the version that it was planned for. A write that was
 * applied and whose confirmation was lost makes the next try a conflict with itself. Nothing tells
 * it from somebody else's write of the same: what of it stands in the issue is taken for the run's
 * own doing, since an undo has to know of it.
 */
export class IssueWriter {
  readonly #context: WriterContext;
  /** What was sent to an item's issue and stands there, or may: not every answer tells. */
  readonly #sentBefore = new Map<string, readonly Change[]>();
  /** How often an item's issue was found at another version than it was planned for. */
  readonly #conflicts = new Map<string, number>();
  /** Which fields were written to an issue last, by its key, and for which item: several may name one. */
  readonly #written = new Map<
    string,
    { readonly name: string; readonly fields: readonly string[] }
  >();
  /** The tick at which the last write of an issue was sent that went through. */
  provenAt = 0;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  /**
   * Whether the issue is as planned now; false where it was found at another version than it was
   * planned for. It is kept what is about to be written before it is sent: without an answer that
   * tells, an undo has to look for it.
   * @param issue as it was planned for; the plan of an undo doesn't have it.
   * @throws FailureError `tracker_unavailable` where that was so too often: a tracker may call
   * everything a conflict.
   */
  async write(plan: Plan, issue = plan.issue): Promise<boolean> {
    const { item } = plan;
    if (issue === null || plan.changes.length === 0) return true;
    const { tracker, journal, tick } = this.#context;
    const name = workName(item);
    const intend = (changes: readonly Change[]) => {
      this.#sentBefore.set(name, changes);
      return journal.intend(itemReport({ ...plan, changes }, 'postponed'));
    };
    const before = this.#sent(item);
    await intend(inSequence(before, plan.changes));
    const sentAt = tick();
    const values = new Map(plan.changes.map(({ field, to }) => [field, to]));
    const sending = tracker.patchIssue(issue.key, issue.version, values);
    const result = await sending.catch(async (error: unknown) => {
      // Refused: nothing but what was sent before may stand there.
      if (error instanceof FailureError && !isPassing(error)) await intend(before);
      throw error;
    });
    if (result === 'written') {
      this.provenAt = Math.max(this.provenAt, sentAt);
      this.#written.set(issue.key, { name, fields: plan.changes.map(({ field }) => field) });
      return true;
    }
    const conflicts = this.#conflicts.get(name) ?? 0;
    if (conflicts === conflictsBorne) {
      throw new FailureError('tracker_unavailable', 'reason_conflict');
    }
    this.#conflicts.set(name, conflicts + 1);
    return false;
  }

  /** Somebody else wrote the item's issue while this run was at it, which had not written it for another. */
  hasRival({ item, issue }: Plan): boolean {
    return this.#conflicts.has(workName(item)) && this.#fieldsOfOthers(item, issue).length === 0;
  }

  /** Compares what was sent with the issue as it is now: the rest never got there. */
  compare(item: WorkItem, issue: Issue): void {
    const others = this.#fieldsOfOthers(item, issue);
    const standing = this.#sent(item).filter(
      ({ field, to }) => fieldText(issue[field]) === fieldText(to) && !others.includes(field),
    );
    this.#sentBefore.set(workName(item), standing);
  }

  /** What this run changed in the issue, once nothing more is to be written to it. */
  conclude({ item, changes }: Plan): Change[] {
    const all = inSequence(this.#sent(item), changes);
    this.#sentBefore.delete(workName(item));
    return all;
  }

  /** The fields that this run wrote to the issue last, where that was for another item that names it. */
  #fieldsOfOthers(item: WorkItem, issue: Plan['issue']): readonly string[] {
    const written = this.#written.get(issue?.key ?? '');
    return written === undefined || written.name === workName(item) ? [] : written.fields;
  }

  #sent(item: WorkItem): readonly Change[] {
    return this.#sentBefore.get(workName(item)) ?? [];
  }
}

/** Changes with those made before them, one a field. */
function inSequence(before: readonly Change[], changes: readonly Change[]): Change[] {
  const all = new Map(before.map((change) => [change.field, change]));
  for (const change of changes) {
    const { from } = all.get(change.field) ?? change;
    all.set(change.field, { ...change, from });
  }
  return [...all.values()];
}
