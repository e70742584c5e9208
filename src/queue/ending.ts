import { kindOf } from '../errors/codes.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import { LongWaitError } from '../http/host-gate.ts';
import type { RunContext, RunEnd } from './run-context.ts';

/** Collects what ends a run early, where any halting failure does. */
export class Ending {
  private readonly context: RunContext;
  private halt: Failure | null = null;
  private waitingUntil: number | null = null;
  private interruption: Failure | null = null;

  constructor(context: RunContext) {
    this.context = context;
  }

  /** The failure that an error carries, where it is one item's alone; null where it ends the run. */
  note(error: unknown): Failure | null {
    if (error instanceof LongWaitError) {
      this.waitingUntil = Math.max(this.waitingUntil ?? 0, error.until);
      return null;
    }
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    if (kindOf(failure.code) !== 'halting' && !this.context.isOffline()) return failure;
    this.halt ??= failure;
    return null;
  }

  /** Notes an error that leaves nothing to go on with. */
  fail(error: unknown): void {
    this.interruption = this.note(error);
  }

  /** No further item is to be taken. */
  get isOver(): boolean {
    return (
      this.halt !== null ||
      this.waitingUntil !== null ||
      outageOf(this.context) !== null ||
      this.context.isStopped()
    );
  }

  get end(): RunEnd {
    const { isOffline, isStopped } = this.context;
    if (this.halt !== null) {
      return { outcome: 'halted', failure: this.halt, offline: isOffline(), held: [] };
    }
    if (this.waitingUntil !== null) return { outcome: 'waiting', until: this.waitingUntil };
    const outage = this.interruption ?? outageOf(this.context);
    if (outage !== null) return { outcome: 'interrupted', failure: outage };
    return { outcome: isStopped() ? 'stopped' : 'completed' };
  }
}

/** The failure that a host in trouble gives every item, where a host is in trouble. */
export function outageOf({
  gates: { tracker, content },
}: Pick<RunContext, 'gates'>): Failure | null {
  if (tracker.downSince === null && content.downSince === null) return null;
  const code = tracker.downSince === null ? 'content_unavailable' : 'tracker_unavailable';
  const reason = (tracker.downSince === null ? content : tracker).lastReason;
  return { code, details: [`reason_${reason}`] };
}

/** How many items can be in hand at once without one waiting long for its turn. */
export function bearable({ settings, gates }: Pick<RunContext, 'settings' | 'gates'>): number {
  if (settings.itemsAtATime !== 'automatic') return settings.itemsAtATime;
  // Each item has one request under way at a time: with two to spare, a gate always has one that
  // waits, and so learns whether its window may grow.
  return gates.tracker.pace.window + gates.content.pace.window + 2;
}
