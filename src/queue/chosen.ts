import type { WorkItem } from './plan.ts';
import type { Queue } from './queue.ts';

/** What a run is about where it is not about all that is open. */
export interface Chosen {
  /** Item ids by checklist issue. */
  readonly items: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What is to be done of a queue: all that is open, or what was chosen of the open and the deferred. */
export function toDo(queue: Queue, chosen: Chosen | null, deferralDate: string): WorkItem[] {
  if (chosen === null) return queue.open();
  // A deferred item that this run dealt with is deferred again.
  const deferred = queue.deferred(deferralDate).filter((item) => !queue.wasDealtWith(item));
  const ids = chosen.items.get(queue.key);
  return [...queue.open(), ...deferred].filter(({ id }) => ids?.has(id));
}
