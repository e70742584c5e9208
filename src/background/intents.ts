import type { ItemEntry } from '../activity/entries.ts';
import type { IntentLists } from '../activity/history.ts';

/**
 * What items are about to write, in lists: those of one write are a list, which is stored whole. To
 * store each by itself, or all of them with each write, took more time than the history itself.
 */
export class Intents {
  private readonly lists = new Map<number, Map<string, ItemEntry>>();
  private readonly listOf = new Map<string, number>();
  private readonly changed = new Set<number>();
  private present: number;

  /** @param first the number of the first list: higher than those of earlier workers, whose lists may still be stored. */
  constructor(first: number) {
    this.present = first;
  }

  get size(): number {
    return this.listOf.size;
  }

  /** What an item of this name is about to write; null where it is nothing. */
  get(name: string): ItemEntry | null {
    return this.lists.get(this.listOf.get(name) ?? 0)?.get(name) ?? null;
  }

  /** Takes the place of what the item was about to write before. */
  add(name: string, entry: ItemEntry): void {
    this.remove(name);
    const list = this.lists.get(this.present) ?? new Map<string, ItemEntry>();
    this.lists.set(this.present, list.set(name, entry));
    this.listOf.set(name, this.present);
    this.changed.add(this.present);
  }

  remove(name: string): void {
    const number = this.listOf.get(name);
    if (number === undefined) return;
    this.lists.get(number)?.delete(name);
    this.listOf.delete(name);
    this.changed.add(number);
  }

  /** The lists that have changed since they were taken last. What is added from now on makes another one. */
  takeChanged(): IntentLists {
    const taken = [...this.changed].map((number): [number, ItemEntry[]] => {
      return [number, [...(this.lists.get(number)?.values() ?? [])]];
    });
    for (const [number, entries] of taken) if (entries.length === 0) this.lists.delete(number);
    this.changed.clear();
    this.present += 1;
    return new Map(taken);
  }

  /** What was taken could not be stored. */
  putBack(lists: IntentLists): void {
    for (const number of lists.keys()) this.changed.add(number);
  }
}
