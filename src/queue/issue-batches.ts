import { kindOf } from '../errors/codes.ts';
import { FailureError } from '../errors/failure.ts';
import { SearchRefusedError, type TrackerClient } from '../tracker/client.ts';
import type { Issue } from '../tracker/shapes.ts';
import type { WorkItem } from './plan.ts';

const issuesABatch = 100;

/**
 * Reads the issues of items in batches through the tracker's search, each batch when the first of
 * its items comes up.
 */
export class IssueBatches {
  readonly #keys: readonly string[];
  readonly #batchOf = new Map<string, number>();
  readonly #batches = new Map<number, Promise<Map<string, Issue>>>();
  readonly #tracker: TrackerClient;
  readonly #fields: readonly string[];

  constructor(tracker: TrackerClient, items: readonly WorkItem[], fields: readonly string[]) {
    this.#tracker = tracker;
    this.#fields = fields;
    this.#keys = [...new Set(items.flatMap(({ issueKey }) => issueKey ?? []))];
    // One issue is as cheap to read by its key, and then as new as can be.
    if (this.#keys.length === 1) return;
    for (const [at, key] of this.#keys.entries()) {
      this.#batchOf.set(key, Math.floor(at / issuesABatch));
    }
  }

  /** The issue as the search's index knows it; undefined where only a read by key can tell. */
  async find(key: string): Promise<Issue | undefined> {
    const at = this.#batchOf.get(key);
    return at === undefined ? undefined : (await this.#batch(at)).get(key);
  }

  #batch(at: number): Promise<Map<string, Issue>> {
    const present = this.#batches.get(at);
    if (present !== undefined) return present;
    const keys = this.#keys.slice(at * issuesABatch, (at + 1) * issuesABatch);
    const found = this.#tracker.searchIssues(keys, this.#fields).catch(noneIfRefused);
    // A later item is to ask again rather than to share this failure.
    found.catch(() => this.#batches.delete(at));
    this.#batches.set(at, found);
    // Items come in order and far fewer than a batch are in hand: older batches are not needed.
    this.#batches.delete(at - 2);
    return found;
  }
}

function noneIfRefused(error: unknown): Map<string, Issue> {
  if (isSearchRefused(error)) return new Map();
  throw error;
}

/** What a tracker says that refuses to search is no issue's failure: each may be read by its key. */
export function isSearchRefused(error: unknown): boolean {
  return (
    error instanceof SearchRefusedError ||
    (error instanceof FailureError && kindOf(error.failure.code) === 'item')
  );
}
