import type { WorkItem } from './plan.ts';
import type { Queue } from './queue.ts';
import type { Shown } from './shown.ts';

/** What a run is about where it is not about all that is open. */
export interface Chosen {
  /** Item ids by checklist issue. */
  readonly items: ReadonlyMap<string, ReadonlySet<string>>;
  /** An issue to be annotated, with the items that name it, or without any. */
  readonly issueKey: string | null;
  /** What a person was shown of it before; null where nothing was. */
  readonly shown: Shown | null;
}

/** What is to be done of a queue: all that is open, or what was chosen of the open and the deferred. */
export function toDo(queue: Queue, chosen: Chosen | null, deferralDate: string): WorkItem[] {
  if (chosen === null) return queue.open();
  const { issueKey } = chosen;
  // A deferred item that this run dealt with is deferred again.
  const deferred = queue.deferred(deferralDate).filter((item) => !queue.wasDealtWith(item));
  const ids = chosen.items.get(queue.key);
  return [...queue.open(), ...deferred].filter(
    (item) => ids?.has(item.id) || (issueKey !== null && item.issueKey === issueKey),
  );
}

/** The chosen issue as something to do by itself, where no item names it. */
export function withoutItem(chosen: Chosen | null, items: readonly WorkItem[]): WorkItem[] {
  const issueKey = chosen?.issueKey ?? null;
  if (issueKey === null || items.some((item) => item.issueKey === issueKey)) return [];
  return [{ queue: '', id: issueKey, text: issueKey, issueKey }];
}
