import * as z from 'zod/mini';
import { failureSchema } from '../errors/failure.ts';

/**
 * What the tracker can't hold about an item of a checklist: how often it took the worker down or
 * failed in passing, and what deferred it. Forgotten with the item.
 */
const itemMemorySchema = z.object({
  /** Deaths of the worker with this item in hand. */
  deaths: z.number(),
  /** Runs in which this item failed in passing while others succeeded. */
  passingRuns: z.number(),
  failure: z.optional(failureSchema),
  /**
   * The version that the error stands in, or at which the error could not be written. A
   * search answer older than this, or an issue that nobody changed since, is no reason to bring the
   * item back.
   */
  errorVersion: z.optional(z.number()),
  errorWritten: z.optional(z.boolean()),
});
type ItemMemory = z.infer<typeof itemMemorySchema>;

/** Memories by {@link itemName}. */
export const itemMemoriesSchema = z.record(z.string(), itemMemorySchema);
export type ItemMemories = Readonly<Record<string, ItemMemory>>;

/**
 * In how many parts memories are stored: what is learned of one item costs the writing of its part,
 * and a run writes often.
 */
export const memoryParts = 64;

/** An item in hand at so many deaths of the worker is taken last and alone; at one more it is given up. */
export const deathsUntilAlone = 3;
/** An item that failed in passing in so many runs in which others succeeded has failed. */
export const passingRunsUntilFailed = 5;

/** An item, by its checklist issue and its id there. */
interface ItemPlace {
  readonly queue: string;
  readonly id: string;
}

/** Tells the items of all queues apart. */
export function itemName({ queue, id }: ItemPlace): string {
  return `${queue}/${id}`;
}

const blank: ItemMemory = { deaths: 0, passingRuns: 0 };

/** The memories during a run, in parts; those that were changed are to be stored. */
export class ItemMemoryBook {
  readonly #parts = new Map<number, Map<string, ItemMemory>>();
  readonly #changed = new Set<number>();

  /** @param stored by the numbers of the parts. What lies in another part than its own is moved there. */
  constructor(stored: readonly ItemMemories[]) {
    stored.forEach((memories, number) => {
      for (const [name, memory] of Object.entries(memories)) {
        this.#set(name, memory);
        if (partOf(name) !== number) this.#changed.add(number).add(partOf(name));
      }
    });
  }

  of(item: ItemPlace): ItemMemory {
    const name = itemName(item);
    return this.#parts.get(partOf(name))?.get(name) ?? blank;
  }

  note(item: ItemPlace, change: Partial<ItemMemory>): void {
    const name = itemName(item);
    const before = this.of(item);
    const after = { ...before, ...change };
    // An item that stays open fails in every pass, for the same reason as a rule.
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    this.#set(name, after);
    this.#changed.add(partOf(name));
  }

  forget(item: ItemPlace): void {
    this.#delete(itemName(item));
  }

  /** What is known of an item is known of its copy as well. */
  copy(from: ItemPlace, to: ItemPlace): void {
    const known = this.of(from);
    if (known !== blank) this.note(to, known);
  }

  /** Forgets the items of a queue that are no longer in its checklist. */
  keepOnly(queue: string, ids: ReadonlySet<string>): void {
    for (const name of [...this.#parts.values()].flatMap((part) => [...part.keys()])) {
      const slash = name.indexOf('/');
      if (name.slice(0, slash) === queue && !ids.has(name.slice(slash + 1))) this.#delete(name);
    }
  }

  /** The parts that have changed since they were taken last, by their numbers. */
  takeChanged(): Map<number, ItemMemories> {
    const contents = (number: number) => Object.fromEntries(this.#parts.get(number) ?? []);
    const changed = new Map([...this.#changed].map((number) => [number, contents(number)]));
    this.#changed.clear();
    return changed;
  }

  #set(name: string, memory: ItemMemory): void {
    const number = partOf(name);
    const part = this.#parts.get(number) ?? new Map();
    this.#parts.set(number, part.set(name, memory));
  }

  #delete(name: string): void {
    const number = partOf(name);
    if (this.#parts.get(number)?.delete(name) === true) this.#changed.add(number);
  }
}

/** The part that an item's memory is stored in. */
function partOf(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) hash = (31 * hash + name.charCodeAt(at)) >>> 0;
  return hash % memoryParts;
}
