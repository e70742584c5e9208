import type { ItemHead, RunEntry } from '../activity/entries.ts';
import type { ScannedItem } from '../activity/scan.ts';
import { type Filter, isRunShown, wordsOf } from './filter.ts';

/** An item as the list draws it: a history may have as many as there is room for. */
export type ItemRow = Omit<ItemHead, 'failure' | 'times'> & {
  readonly kind: 'item';
  readonly id: number;
  readonly code: string | null;
};

/** A run, before its items. The run is null where it has not ended, or is no longer kept. */
export interface RunRow {
  readonly kind: 'run';
  readonly runId: string;
  readonly run: RunEntry | null;
  /** Of the newest of its items. */
  readonly at: number;
}

export type Row = RunRow | ItemRow;

/** The part of an entry that the list draws. */
export function itemRow(item: ScannedItem): ItemRow {
  const { failure, times: _, stored: _unparsed, ...head } = item;
  return { kind: 'item', ...head, code: failure?.code ?? null };
}

/**
 * The list: each run before its items, newest first. A run of which no item is shown stands there
 * where it is shown for its own sake.
 * @param items newest first, filtered.
 * @param runs newest first, all of them.
 */
export function timeline(
  items: readonly ItemRow[],
  runs: readonly RunEntry[],
  filter: Filter,
): Row[] {
  const words = wordsOf(filter.query);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const withItems = new Set(items.map(({ runId }) => runId));
  const alone = runs.filter((run) => !withItems.has(run.id) && isRunShown(run, filter, words));
  const rows: Row[] = [];
  let next = 0;
  let present = '';
  for (const item of items) {
    if (item.runId !== present) {
      present = item.runId;
      const run = byId.get(present) ?? null;
      const since = run?.startedAt ?? item.at;
      for (let one = alone[next]; one !== undefined && one.startedAt > since; one = alone[next]) {
        rows.push(rowOfRun(one));
        next += 1;
      }
      rows.push({ kind: 'run', runId: present, run, at: item.at });
    }
    rows.push(item);
  }
  return [...rows, ...alone.slice(next).map(rowOfRun)];
}

function rowOfRun(run: RunEntry): RunRow {
  return { kind: 'run', runId: run.id, run, at: run.endedAt };
}
