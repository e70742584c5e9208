import type { ItemEntry } from '../activity/entries.ts';
import type { IntentLists } from '../activity/history.ts';

/** An item that ended, by its name, and what it was about to write; null where that was nothing. */
export interface Ended {
  readonly name: string;
  readonly intent: ItemEntry | null;
}

/**
 * What items are about to write, in lists: those of one write are a list, which is stored whole. To
 * store each by itself, or all of them with each write, took more time than the history itself.
 */
export class Intents {
  readonly #standing = new Map<string, { entry: ItemEntry; list: number }>();
  readonly #changed = new Set<number>();
  #present: number;

  /** @param first the number of the first list: higher than those of earlier workers, whose lists may still be stored. */
  constructor(first: number) {
    this.#present = first;
  }

  get size(): number {
    return this.#standing.size;
  }

  /** What an item of this name is about to write; null where it is nothing. */
  get(name: string): ItemEntry | null {
    return this.#standing.get(name)?.entry ?? null;
  }

  /** Takes the place of what the item was about to write before. */
  add(name: string, entry: ItemEntry): void {
    this.remove(name);
    this.#standing.set(name, { entry, list: this.#present });
    this.#changed.add(this.#present);
  }

  /** What the item was about to write was refused: it is about to write nothing. */
  remove(name: string): void {
    const before = this.#standing.get(name);
    if (before === undefined) return;
    this.#standing.delete(name);
    this.#changed.add(before.list);
  }

  /**
   * The lists that have changed since they were taken last, without the intents of what ended. What
   * is added from now on makes another list.
   */
  take(ended: readonly Ended[]): IntentLists {
    for (const { name, intent } of ended) if (this.get(name) === intent) this.remove(name);
    const standing = [...this.#standing.values()];
    const entriesOf = (number: number) =>
      standing.filter(({ list }) => list === number).map(({ entry }) => entry);
    const lists = new Map([...this.#changed].map((number) => [number, entriesOf(number)]));
    this.#changed.clear();
    this.#present += 1;
    return lists;
  }

  /** What was taken could not be stored: of what ended, it is known at least what was about to be written. */
  putBack(lists: IntentLists, ended: readonly Ended[]): void {
    for (const number of lists.keys()) this.#changed.add(number);
    for (const { name, intent } of ended) {
      if (intent !== null && this.get(name) === null) this.add(name, intent);
    }
  }
}
