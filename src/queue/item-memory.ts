import * as z from 'zod/mini';
import { failureSchema } from '../errors/failure.ts';

/**
 * What the tracker can't hold about an item of a checklist: how often it took the worker down or
 * failed in passing, and what deferred it. Forgotten with the item.
 */
const itemMemorySchema = z.object({
  /** Deaths of the worker with this item in hand. */
  deaths: z._default(z.number(), 0),
  /** Runs in which this item failed in passing while others succeeded. */
  passingRuns: z._default(z.number(), 0),
  failure: z.optional(failureSchema),
  /**
   * The version that the error stands in, or at which the error could not be written. A
   * search answer older than this, or an issue that nobody changed since, is no reason to bring the
   * item back.
   */
  errorVersion: z.optional(z.number()),
  errorWritten: z.optional(z.boolean()),
});
export type ItemMemory = z.infer<typeof itemMemorySchema>;

/** Memories by {@link itemName}. */
export const itemMemoriesSchema = z.record(z.string(), itemMemorySchema);
export type ItemMemories = Record<string, ItemMemory>;

export const deathsUntilAlone = 3;
export const passingRunsUntilFailed = 5;

/** Tells the items of all queues apart. */
export function itemName(item: { readonly queue: string; readonly id: string }): string {
  return `${item.queue}/${item.id}`;
}

const blank: ItemMemory = { deaths: 0, passingRuns: 0 };

/** The memories during a run; what was changed is to be stored. */
export class ItemMemoryBook {
  readonly #memories: Map<string, ItemMemory>;

  constructor(memories: ItemMemories) {
    this.#memories = new Map(Object.entries(memories));
  }

  of(item: { readonly queue: string; readonly id: string }): ItemMemory {
    return this.#memories.get(itemName(item)) ?? blank;
  }

  note(item: { readonly queue: string; readonly id: string }, change: Partial<ItemMemory>): void {
    this.#memories.set(itemName(item), { ...this.of(item), ...change });
  }

  forget(item: { readonly queue: string; readonly id: string }): void {
    this.#memories.delete(itemName(item));
  }

  /** What is known of an item is known of its copy as well. */
  copy(
    from: { readonly queue: string; readonly id: string },
    to: { readonly queue: string; readonly id: string },
  ): void {
    const known = this.#memories.get(itemName(from));
    if (known !== undefined) this.#memories.set(itemName(to), known);
  }

  /** Forgets the items of a queue that are no longer in its checklist. */
  keepOnly(queue: string, ids: ReadonlySet<string>): void {
    for (const name of this.#memories.keys()) {
      const slash = name.indexOf('/');
      if (name.slice(0, slash) === queue && !ids.has(name.slice(slash + 1))) {
        this.#memories.delete(name);
      }
    }
  }

  toStored(): ItemMemories {
    return Object.fromEntries(this.#memories);
  }
}
