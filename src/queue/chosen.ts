import type { WorkItem } from './plan.ts';
import type { Queue } from './queue.ts';
import type { Chosen } from './run-context.ts';

/** What is to be done of a queue: all that is open, or what was chosen of the open and the deferred. */
export function toDo(queue: Queue, chosen: Chosen | null): WorkItem[] {
  const items = chosen === null ? queue.open() : [...queue.open(), ...queue.deferred()];
  return items.filter((item) => isToDo(queue, item, chosen));
}

/** Whether that item of the queue is among what is to be done. */
export function isToDo(queue: Queue, item: WorkItem, chosen: Chosen | null): boolean {
  if (chosen === null) return queue.isOpen(item);
  const { items, issueKey } = chosen;
  const isNamed = issueKey !== null && item.issueKey === issueKey;
  if (!isNamed && items.get(queue.key)?.has(item.id) !== true) return false;
  // One that this run dealt with was deferred by it, and is not to be done again.
  const isBack = queue.isDeferred(item) && !queue.wasDealtWith(item);
  return queue.isOpen(item) || isBack;
}

/** The chosen issue as something to do by itself, where no item names it. */
export function withoutItem(chosen: Chosen | null, items: readonly WorkItem[]): WorkItem[] {
  const issueKey = chosen?.issueKey ?? null;
  if (issueKey === null || items.some((item) => item.issueKey === issueKey)) return [];
  return [{ queue: '', id: issueKey, text: issueKey, issueKey }];
}
