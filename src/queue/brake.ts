import type { ItemCode } from '../errors/codes.ts';
import type { Failure } from '../errors/failure.ts';
import type { ItemMemoryBook } from './item-memory.ts';
import type { FailedPlan } from './plan.ts';

/** This many failures that are about different things halt a run (behaviour.md, "The brake"). */
export const failuresThatHalt = 10;

/** Codes that an API which changed its shape, or took a permission away, gives for every item. */
const suspectCodes = new Set<string>([
  'resource_not_found',
  'resource_forbidden',
  'resource_errors',
  'resource_invalid',
  'field_rejected',
  'issue_forbidden',
  'issue_not_found',
] satisfies ItemCode[]);

/** What a suspect failure casts doubt on, and what a later good answer proves whole. */
export type Doubted = 'content' | 'issue_reads' | 'issue_writes';

/** A failure that waits, unwritten, for a proof that the world is whole. */
export interface HeldFailure {
  readonly plan: FailedPlan;
  readonly doubted: Doubted;
  /** When it failed, in ticks of the run. */
  readonly failedAt: number;
  /** The item stays open, and all that there is to say was said by an earlier run. */
  readonly isTold: boolean;
}

/** The failed plan as one to hold back, or null where its code is about what people typed. */
export function heldFailure(
  plan: FailedPlan,
  failedAt: number,
  isTold: boolean,
): HeldFailure | null {
  const { code } = plan.failure;
  if (!suspectCodes.has(code)) return null;
  const ofIssue = plan.issue === null ? 'issue_reads' : 'issue_writes';
  const doubted = code.startsWith('resource_') ? 'content' : ofIssue;
  return { plan, doubted, failedAt, isTold };
}

/**
 * Those of the failures that are about different issues and, for `resource_*`, different resources:
 * ten complaints about one deleted lesson are one thing.
 */
export function differentFailures(held: readonly HeldFailure[]): readonly HeldFailure[] {
  return new Tally(held).different;
}

/**
 * Divides held failures by whether what they doubt has answered well since. The ticks are those at
 * which a request was sent that then got a good answer.
 */
export function proven(
  held: readonly HeldFailure[],
  provenAt: Readonly<Record<Doubted, number>>,
): { released: HeldFailure[]; stillHeld: HeldFailure[] } {
  const isProven = ({ doubted, failedAt }: HeldFailure) => failedAt < provenAt[doubted];
  return {
    released: held.filter(isProven),
    stillHeld: held.filter((one) => !isProven(one)),
  };
}

/** What there is to tell of failures that wait, kept as they come: with each new one none is looked at again. */
class Tally {
  /** See {@link differentFailures}. */
  readonly different: HeldFailure[] = [];
  readonly codes = new Set<string>();
  /** When the first failed of those that doubt the same. */
  readonly firstAt = new Map<Doubted, number>();
  /** Issues and resources that they are about. */
  readonly #subjects = new Set<string>();

  constructor(held: readonly HeldFailure[]) {
    for (const one of held) this.add(one);
  }

  add(held: HeldFailure): void {
    const { plan, doubted, failedAt, isTold } = held;
    this.firstAt.set(doubted, Math.min(failedAt, this.firstAt.get(doubted) ?? failedAt));
    // What failed weeks ago and was told is not to keep new items from being reached.
    if (isTold) return;
    this.codes.add(plan.failure.code);
    const subjects = [plan.issue?.key ?? plan.item.issueKey ?? plan.item.id];
    if (doubted === 'content') subjects.push(`${plan.resource?.type} ${plan.resource?.id}`);
    if (subjects.some((subject) => this.#subjects.has(subject))) return;
    this.different.push(held);
    for (const subject of subjects) this.#subjects.add(subject);
  }
}

/** The failures of a run that wait, unwritten, for a proof that the world is whole. */
export class Brake {
  readonly #memory: ItemMemoryBook;
  #waiting: HeldFailure[] = [];
  #tally = new Tally([]);

  constructor(memory: ItemMemoryBook) {
    this.#memory = memory;
  }

  get held(): readonly HeldFailure[] {
    return this.#waiting;
  }

  /** Those that count. */
  get untold(): readonly HeldFailure[] {
    return this.#waiting.filter(({ isTold }) => !isTold);
  }

  /** Their codes, each once. */
  get codes(): string[] {
    return [...this.#tally.codes];
  }

  /** How many of them are about different things. */
  get different(): number {
    return this.#tally.different.length;
  }

  /** As many are about different things as halt a run. */
  get isDue(): boolean {
    return this.different >= failuresThatHalt;
  }

  /** What halts a run where that many wait; null before. */
  get alike(): Failure | null {
    if (!this.isDue) return null;
    return { code: 'many_alike', details: [String(this.untold.length), this.codes.join(', ')] };
  }

  /** Holds a plan back where its failure is suspect; tells whether it did. */
  hold(plan: FailedPlan, failedAt: number): boolean {
    const held = heldFailure(plan, failedAt, this.#isTold(plan));
    if (held === null) return false;
    this.#waiting.push(held);
    this.#tally.add(held);
    return true;
  }

  /** Whether the item stays open and its failure is told: by the issue, or where that can't be, by this profile. */
  #isTold({ item, issue, itemAction, changes, failure }: FailedPlan): boolean {
    if (itemAction !== 'leave' || changes.length > 0) return false;
    return issue !== null || this.#memory.of(item).failure?.code === failure.code;
  }

  /** Those that are what they seem, by what has answered well since: they wait no longer. */
  releaseProven(provenAt: Readonly<Record<Doubted, number>>): readonly HeldFailure[] {
    const isAny = [...this.#tally.firstAt].some(([doubted, at]) => at < provenAt[doubted]);
    if (!isAny) return [];
    const { released, stillHeld } = proven(this.#waiting, provenAt);
    this.#hold(stillHeld);
    return released;
  }

  releaseAll(): readonly HeldFailure[] {
    const released = this.#waiting;
    this.#hold([]);
    return released;
  }

  #hold(held: HeldFailure[]): void {
    this.#waiting = held;
    this.#tally = new Tally(held);
  }
}
