import type { RunEntry } from '../activity/entries.ts';
import type { ScannedItem } from '../activity/scan.ts';

/** The figures behind the pictures, from runs and items of some time. */

const hourMs = 3_600_000;

/** A part of the time that is looked at, with what was counted in it, in the order of the series. */
export interface Bucket {
  readonly from: number;
  readonly values: readonly number[];
}

/** The beginnings of the last local days, today's among them; of one alone, those of as many hours as it has. */
export function bucketStarts(days: number, now: number): number[] {
  if (days === 1) {
    const hour = new Date(now).setMinutes(0, 0, 0);
    return Array.from({ length: 24 }, (_, at) => hour - (23 - at) * hourMs);
  }
  const today = new Date(now);
  // By the calendar: days have 23 or 25 hours twice a year.
  return Array.from({ length: days }, (_, at) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - (days - 1 - at)).getTime(),
  );
}

/** The place of a time among the beginnings of buckets; -1 before them all. */
function placeOf(at: number, starts: readonly number[]): number {
  return starts.findLastIndex((start) => start <= at);
}

export const outcomeSeries = ['done', 'unchanged', 'failed', 'postponed'] as const;

/** How many items came to which outcome, by the runs' own counts. */
export function outcomesOverTime(runs: readonly RunEntry[], starts: readonly number[]): Bucket[] {
  const sums = starts.map(() => outcomeSeries.map(() => 0));
  for (const { endedAt, counts } of runs) {
    const sum = sums[placeOf(endedAt, starts)];
    outcomeSeries.forEach((outcome, at) => {
      if (sum !== undefined) sum[at] = (sum[at] ?? 0) + (counts[outcome] ?? 0);
    });
  }
  return starts.map((from, at) => ({ from, values: sums[at] ?? [] }));
}

export const timeSeries = ['tracker', 'content', 'waiting'] as const;

/** Adds up what items tell, a few at a time: there may be more than are to be held at once. */
export class ItemFigures {
  readonly #starts: readonly number[];
  readonly #times: { count: number; sums: number[] }[];
  readonly #codes = new Map<string, number>();

  constructor(starts: readonly number[]) {
    this.#starts = starts;
    this.#times = starts.map(() => ({ count: 0, sums: [0, 0, 0] }));
  }

  add(items: readonly ScannedItem[]): void {
    for (const { at, times, failure } of items) {
      if (failure !== null) this.#codes.set(failure.code, (this.#codes.get(failure.code) ?? 0) + 1);
      const bucket = this.#times[placeOf(at, this.#starts)];
      if (times === null || bucket === undefined) continue;
      bucket.count += 1;
      bucket.sums = timeSeries.map((part, place) => (bucket.sums[place] ?? 0) + times[part]);
    }
  }

  /** The average time of an item, by where it went, in milliseconds. */
  get timesOverTime(): Bucket[] {
    return this.#starts.map((from, at) => {
      const { count, sums } = this.#times[at] ?? { count: 0, sums: [] };
      return { from, values: sums.map((sum) => (count === 0 ? 0 : Math.round(sum / count))) };
    });
  }

  /** The most frequent first. */
  get errors(): (readonly [code: string, count: number])[] {
    return [...this.#codes].sort(([, one], [, other]) => other - one);
  }
}

/** How many requests each run sent, oldest first. */
export function requestsOfRuns(runs: readonly RunEntry[], most: number): Bucket[] {
  return runs
    .slice(0, most)
    .reverse()
    .map(({ endedAt, requests }) => ({ from: endedAt, values: [requests] }));
}

/** A checklist issue's versions as runs left them, oldest first. */
export interface Versions {
  readonly checklistIssue: string;
  readonly points: readonly { readonly at: number; readonly version: number }[];
}

/** How the versions of each checklist issue rose. `runs` are the newest first. */
export function versionsOverTime(runs: readonly RunEntry[]): Versions[] {
  const byIssue = new Map<string, { at: number; version: number }[]>();
  for (const { endedAt, versions } of runs.toReversed()) {
    for (const [issue, version] of Object.entries(versions)) {
      const points = byIssue.get(issue) ?? [];
      byIssue.set(issue, points);
      points.push({ at: endedAt, version });
    }
  }
  return [...byIssue].map(([checklistIssue, points]) => ({ checklistIssue, points }));
}
