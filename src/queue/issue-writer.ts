import type { Change } from '../activity/entries.ts';
import { FailureError } from '../errors/failure.ts';
import type { Issue } from '../tracker/shapes.ts';
import { itemReport } from './item-report.ts';
import { type Plan, type WorkItem, workName } from './plan.ts';
import type { RunContext } from './run-context.ts';
import { inSequence, sendIntended, standing } from './unconfirmed.ts';

const conflictsBorne = 5;

type WriterContext = Pick<RunContext, 'tracker' | 'journal' | 'tick'>;

/** Writes issues as planned, each only at the version that it was planned for. */
export class IssueWriter {
  readonly #context: WriterContext;
  /** What was sent to an item's issue before and stands there, or may: not every answer tells. */
  readonly #sentBefore = new Map<string, readonly Change[]>();
  /** How often an item's issue was found at another version than it was planned for. */
  readonly #conflicts = new Map<string, number>();
  #writtenAt = 0;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  /** The tick at which the last write of an issue was sent that went through. */
  get provenAt(): number {
    return this.#writtenAt;
  }

  /**
   * Whether the issue is as planned now; false where it was found at another version than it was
   * planned for.
   * @throws FailureError `tracker_unavailable` where that was so too often: a tracker may call
   * everything a conflict.
   */
  async write(plan: Plan): Promise<boolean> {
    const { item, issue, changes } = plan;
    if (issue === null || changes.length === 0) return true;
    const { tracker, journal, tick } = this.#context;
    const name = workName(item);
    const before = this.#sent(item);
    let sentAt = 0;
    const result = await sendIntended(
      before,
      changes,
      (all) => journal.intend(itemReport({ ...plan, changes: all }, 'postponed')),
      (values) => {
        sentAt = tick();
        return tracker.patchIssue(issue.key, issue.version, values);
      },
    );
    // Also what was written: the item may fail yet, and an undo has to know of it.
    this.#sentBefore.set(name, inSequence(before, changes));
    if (result === 'written') {
      this.#writtenAt = Math.max(this.#writtenAt, sentAt);
      return true;
    }
    const conflicts = this.#conflicts.get(name) ?? 0;
    if (conflicts === conflictsBorne) {
      throw new FailureError('tracker_unavailable', 'reason_conflict');
    }
    this.#conflicts.set(name, conflicts + 1);
    return false;
  }

  /** The item's issue was found at another version while this run was at it. */
  hasConflicted(item: WorkItem): boolean {
    return this.#conflicts.has(workName(item));
  }

  /** Compares what was sent with the issue as it is now: the rest never got there. */
  compare(item: WorkItem, issue: Issue): void {
    this.#sentBefore.set(workName(item), standing(this.#sent(item), issue));
  }

  /** What this run changed in the issue, once nothing more is to be written to it. */
  conclude({ item, changes }: Plan): Change[] {
    const all = inSequence(this.#sent(item), changes);
    this.#sentBefore.delete(workName(item));
    return all;
  }

  #sent(item: WorkItem): readonly Change[] {
    return this.#sentBefore.get(workName(item)) ?? [];
  }
}
