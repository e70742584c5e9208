import { describe, expect, test } from 'vitest';
import {
  bucketStarts,
  ItemFigures,
  outcomesOverTime,
  requestsOfRuns,
  versionsOverTime,
} from '../../../src/activity-page/figures.ts';
import { keptItem, runEntry, scanned } from './entries.ts';

describe('the figures', () => {
  test('are put into local hours or days', () => {
    const noon = new Date(2026, 2, 10, 12, 30).getTime();
    const hours = bucketStarts(1, noon);
    expect(hours).toHaveLength(24);
    const startOf = (hour: number) => new Date(2026, 2, 10, hour).getTime();
    expect(hours.slice(-4)).toEqual([9, 10, 11, 12].map(startOf));
    const days = bucketStarts(7, noon);
    expect(days.map((at) => new Date(at).getDate())).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(days.every((at) => new Date(at).getHours() === 0)).toBe(true);
  });

  test('count outcomes by the runs, each in its time', () => {
    const runs = [
      runEntry({ endedAt: 25, counts: { done: 4, failed: 1 } }),
      runEntry({ endedAt: 20, counts: { done: 1, unchanged: 2 } }),
      runEntry({ endedAt: 5, counts: { done: 9 } }),
    ];
    expect(outcomesOverTime(runs, [10, 20, 30])).toEqual([
      { from: 10, values: [0, 0, 0, 0] },
      { from: 20, values: [5, 2, 1, 0] },
      { from: 30, values: [0, 0, 0, 0] },
    ]);
  });

  test('average where items’ time went, and count codes', () => {
    const figures = new ItemFigures([0, 100]);
    const failure = { code: 'link_not_set' as const, details: [] };
    const other = { code: 'issue_locked' as const, details: [] };
    figures.add([
      scanned(keptItem({ at: 150, times: { tracker: 10, content: 20, waiting: 31 } })),
      scanned(keptItem({ at: 110, times: { tracker: 30, content: 40, waiting: 30 } })),
      scanned(keptItem({ at: 105, times: null, failure: other })),
    ]);
    figures.add([scanned(keptItem({ failure })), scanned(keptItem({ failure }))]);
    expect(figures.timesOverTime).toEqual([
      { from: 0, values: [0, 0, 0] },
      { from: 100, values: [20, 30, 31] },
    ]);
    expect(figures.errors).toEqual([
      ['link_not_set', 2],
      ['issue_locked', 1],
    ]);
  });

  test('tell requests and versions from old to new', () => {
    const runs = [
      runEntry({ endedAt: 30, requests: 3, versions: { 'SUP-1': 12, 'SUP-2': 1 } }),
      runEntry({ endedAt: 20, requests: 2, versions: { 'SUP-1': 10 } }),
      runEntry({ endedAt: 10, requests: 1 }),
    ];
    expect(requestsOfRuns(runs, 2)).toEqual([
      { from: 20, values: [2] },
      { from: 30, values: [3] },
    ]);
    expect(versionsOverTime(runs)).toEqual([
      {
        checklistIssue: 'SUP-1',
        points: [
          { at: 20, version: 10 },
          { at: 30, version: 12 },
        ],
      },
      { checklistIssue: 'SUP-2', points: [{ at: 30, version: 1 }] },
    ]);
  });
});
