import { kindOf } from '../errors/codes.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import { LongWaitError } from '../http/host-gate.ts';
import { haltedBy, isOfChecklist, type RunContext, type RunEnd } from './run-context.ts';

type EndingContext = Pick<RunContext, 'gates' | 'isOffline' | 'isStopped'>;

/** Collects what ends a run early. */
export class Ending {
  readonly #context: EndingContext;
  #halted: RunEnd | null = null;
  #waitingUntil: number | null = null;
  #interruption: Failure | null = null;

  constructor(context: EndingContext) {
    this.#context = context;
  }

  /** Halts the run. The first failure that does is its reason. */
  halt(failure: Failure): void {
    this.#halted ??= haltedBy(failure, this.#context.isOffline());
  }

  /** The failure that an error carries, where it is one item's alone; null where it ends the run. */
  note(error: unknown): Failure | null {
    if (error instanceof LongWaitError) {
      this.#waitingUntil = Math.max(this.#waitingUntil ?? 0, error.until);
      return null;
    }
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    const kind = kindOf(failure.code);
    // What is wrong with an item itself is so with a connection, too.
    if (kind === 'item' || (kind === 'passing' && !this.#context.isOffline())) return failure;
    this.halt(failure);
    return null;
  }

  /** The failure that an error carries, where it is one item's or one checklist's alone; null as above. */
  noteOfPart(error: unknown): Failure | null {
    const isOfPart =
      error instanceof FailureError && isOfChecklist(error.failure) && !this.#context.isOffline();
    return isOfPart ? error.failure : this.note(error);
  }

  /** Notes an error that leaves nothing to go on with. */
  fail(error: unknown): void {
    this.#interruption = this.note(error);
  }

  /** No further item is to be taken. */
  get isOver(): boolean {
    return this.end.outcome !== 'completed';
  }

  get end(): RunEnd {
    if (this.#halted !== null) return this.#halted;
    if (this.#waitingUntil !== null) return { outcome: 'waiting', until: this.#waitingUntil };
    const outage = this.#interruption ?? outageOf(this.#context);
    if (outage !== null) return { outcome: 'interrupted', failure: outage };
    return { outcome: this.#context.isStopped() ? 'stopped' : 'completed' };
  }
}

/** How a run ends that can use none of its checklists; null where it can use one, or has none. */
export function endWithoutAny(
  checklists: readonly { readonly failure: Failure | null }[],
): RunEnd | null {
  const failure = checklists[0]?.failure ?? null;
  if (failure === null || checklists.some((one) => one.failure === null)) return null;
  return kindOf(failure.code) === 'halting'
    ? haltedBy(failure)
    : { outcome: 'interrupted', failure };
}

/** The failure that a host in trouble gives every item, where a host is in trouble. */
function outageOf({ gates }: Pick<RunContext, 'gates'>): Failure | null {
  for (const host of ['tracker', 'content'] as const) {
    const { downSince, lastReason } = gates[host];
    if (downSince !== null)
      return { code: `${host}_unavailable`, details: [`reason_${lastReason}`] };
  }
  return null;
}

/** How many items can be in hand at once without one waiting long for its turn. */
export function bearable({ settings, gates }: Pick<RunContext, 'settings' | 'gates'>): number {
  if (settings.itemsAtATime !== 'automatic') return settings.itemsAtATime;
  // Each item has one request under way at a time: with two to spare, a gate always has one that
  // waits, and so learns whether its window may grow.
  return gates.tracker.pace.window + gates.content.pace.window + 2;
}
