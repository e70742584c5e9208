import { type KeptItem, type RunEntry, toStored } from '../../../src/activity/entries.ts';
import type { ScannedItem } from '../../../src/activity/scan.ts';

/** An item of the history with what matters to a test. */
export function keptItem(change: Partial<KeptItem> = {}): KeptItem {
  return {
    id: 1,
    runId: 'run-1',
    at: 1000,
    queue: 'SUP-1',
    itemId: 'a1',
    text: 'SUP-7',
    issueKey: 'SUP-7',
    outcome: 'done',
    failure: null,
    issue: { key: 'SUP-7', version: 3 },
    link: 'https://learn.example/lessons/9f0c',
    resource: { type: 'lesson', id: '9f0c' },
    breadcrumbs: { 'lesson.name': 'Циклы' },
    changes: [{ field: '6063--lesson', key: 'lesson.name', from: 'Old name', to: 'Циклы' }],
    untouched: [],
    requests: [],
    times: null,
    ...change,
  };
}

/** A run of the history with what matters to a test. */
export function runEntry(change: Partial<RunEntry> = {}): RunEntry {
  return {
    id: 'run-1',
    kind: 'process',
    cause: 'click',
    startedAt: 500,
    endedAt: 1500,
    counts: { done: 1 },
    requests: 4,
    outcome: 'completed',
    failure: null,
    versions: {},
    ...change,
  };
}

/** The same item as a scan of the history comes upon it. */
export function scanned(item: KeptItem): ScannedItem {
  return { ...item, stored: toStored(item) };
}
