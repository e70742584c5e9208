import type { KeptItem, RunEntry } from '../activity/entries.ts';
import { readItemsById } from '../activity/history.ts';
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
    parts.push(format === 'csv' ? csvText(entries, byId, at === 0) : jsonLines(entries, at === 0));
  }
  const named = new Set(shown.map(({ runId }) => runId));
  const text =
    format === 'csv'
      ? [csvText([], byId, shown.length === 0), ...parts]
      : jsonFile(
          runs.peek().filter(({ id }) => named.has(id)),
          parts,
        );
  const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json';
  saveFile(new Blob(text, { type }), `breadcrumbs-activity-${day()}.${format}`);
}

function jsonLines(entries: readonly KeptItem[], isFirst: boolean): string {
  const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n');
  return isFirst || lines === '' ? lines : `,\n${lines}`;
}

function jsonFile(runs: readonly RunEntry[], items: readonly string[]): string[] {
  const head = { format: 'breadcrumbs-activity', version: 1, runs };
  return [`${JSON.stringify(head).slice(0, -1)},"items":[\n`, ...items, '\n]}\n'];
}

function day(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the content by the time that the click is dealt with.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
