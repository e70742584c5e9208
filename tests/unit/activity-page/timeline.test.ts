import { describe, expect, test } from 'vitest';
import { noFilter } from '../../../src/activity-page/filter.ts';
import { itemRow, timeline } from '../../../src/activity-page/timeline.ts';
import { keptItem, runEntry, scanned } from './entries.ts';

function item(id: number, runId: string, at: number) {
  return itemRow(scanned(keptItem({ id, runId, at })));
}

function shape(rows: ReturnType<typeof timeline>): string[] {
  return rows.map((row) => (row.kind === 'run' ? row.runId : String(row.id)));
}

describe('the list', () => {
  const runs = [
    runEntry({ id: 'halted', startedAt: 900, endedAt: 910 }),
    runEntry({ id: 'late', startedAt: 500, endedAt: 600 }),
    runEntry({ id: 'idle', startedAt: 300, endedAt: 310 }),
    runEntry({ id: 'early', startedAt: 100, endedAt: 200 }),
    runEntry({ id: 'first', startedAt: 10, endedAt: 20 }),
  ];
  const items = [item(4, 'late', 590), item(3, 'late', 550), item(2, 'early', 150)];

  test('has each run before its items, and runs without items in their place', () => {
    expect(shape(timeline(items, runs, noFilter))).toEqual([
      'halted',
      'late',
      '4',
      '3',
      'idle',
      'early',
      '2',
      'first',
    ]);
  });

  test('has a run that has not ended before its items', () => {
    const rows = timeline([item(9, 'now', 1000), ...items], runs, noFilter);
    expect(rows[0]).toEqual({ kind: 'run', runId: 'now', run: null, at: 1000 });
    expect(shape(rows).slice(0, 3)).toEqual(['now', '9', 'halted']);
  });

  test('has one that is no longer kept where its newest item is', () => {
    expect(shape(timeline([item(1, 'gone', 250)], runs, noFilter))).toEqual([
      'halted',
      'late',
      'idle',
      'gone',
      '1',
      'early',
      'first',
    ]);
  });

  test('has no runs without finds while items are searched for', () => {
    const filter = { ...noFilter, query: 'циклы' };
    expect(shape(timeline([item(3, 'late', 550)], runs, filter))).toEqual(['late', '3']);
  });

  test('has a run that the search itself finds', () => {
    const failure = { code: 'many_alike' as const, details: [] };
    const found = [runEntry({ id: 'halted', failure }), ...runs.slice(1)];
    expect(shape(timeline([], found, { ...noFilter, query: 'many_alike' }))).toEqual(['halted']);
  });

  test('is made of 50,000 items in no time', () => {
    const many = Array.from({ length: 50_000 }, (_, at) =>
      item(50_000 - at, `run-${Math.floor(at / 25)}`, 100_000 - at),
    );
    const from = performance.now();
    expect(timeline(many, runs, noFilter).length).toBe(52_005);
    expect(performance.now() - from).toBeLessThan(250);
  });
});
