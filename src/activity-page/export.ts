import { readItemsById } from '../activity/history.ts';
import { saveFile } from '../ui/save-file.ts';
import { csvText } from './csv.ts';
import type { ActivityStore } from './store.ts';

const itemsAtATime = 500;

/** Saves what the filter shows as a file, read a few entries at a time. */
export async function exportShown(
  { items, runs }: Pick<ActivityStore, 'items' | 'runs'>,
  format: 'csv' | 'json',
): Promise<void> {
  const shown = items.peek();
  const parts: string[] = [];
  const byId = new Map(runs.peek().map((run) => [run.id, run]));
  for (let at = 0; at < shown.length; at += itemsAtATime) {
    const ids = shown.slice(at, at + itemsAtATime).map(({ id }) => id);
    const entries = await readItemsById(ids);
    // Those that are gone by now, or can't be read, leave nothing: no comma either.
    if (entries.length === 0) continue;
    parts.push(
      format === 'csv'
        ? csvText(entries, byId, false)
        : entries.map((entry) => JSON.stringify(entry)).join(',\n'),
    );
  }
  const named = new Set(shown.map(({ runId }) => runId));
  const head = {
    format: 'breadcrumbs-activity',
    version: 1,
    runs: runs.peek().filter(({ id }) => named.has(id)),
  };
  const text =
    format === 'csv'
      ? [csvText([], byId, true), ...parts]
      : [`${JSON.stringify(head).slice(0, -1)},"items":[\n`, parts.join(',\n'), '\n]}\n'];
  saveFile(text, 'activity', format);
}
