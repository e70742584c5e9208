import type { Json } from './json.ts';
import { Waiting } from './waiting.ts';

/** Who was asked: the tracker's API, the content API, or one of the pages for people. */
export type Side = 'tracker' | 'content' | 'web';

/** One request and how it ended. */
export interface LogEntry {
  /** 1 for the first since the log was last emptied. */
  readonly n: number;
  /** When it arrived, in milliseconds since 1970. */
  readonly time: number;
  readonly side: Side;
  readonly method: string;
  /** Without the query, exactly as it was sent. */
  readonly path: string;
  /** With the question mark; empty where there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookie: string | null;
  readonly authorization: string | null;
  readonly protocol: 'http1' | 'http2';
  readonly requestBytes: number;
  /** The body, where it is JSON. */
  readonly body: Json | undefined;
  /** Null as long as nothing has been answered. */
  status: number | null;
  /** Of the body, as far as it was sent. */
  responseBytes: number;
  /** From its arrival to the end of the answer. */
  ms: number;
  /** What has become of it; `applied` once the handler has done its part. */
  outcome: 'arrived' | 'applied' | 'answered' | 'limited' | 'faulty' | 'gone' | 'crashed';
}

/** Which requests are meant; what is left out matches all. */
export interface RequestFilter {
  side?: Side;
  method?: string;
  /** Tried on the path without the query. */
  path?: RegExp;
  status?: number;
}

/** Whether an entry is meant by a filter. */
export function matchesRequest(entry: LogEntry, filter: RequestFilter): boolean {
  return (
    (filter.side === undefined || entry.side === filter.side) &&
    (filter.method === undefined || entry.method === filter.method) &&
    (filter.status === undefined || entry.status === filter.status) &&
    (filter.path === undefined || entry.path.search(filter.path) >= 0)
  );
}

/** Requests of one kind: same method, same path but for keys and ids, same status. */
export interface Tally {
  readonly side: Side;
  readonly method: string;
  /** With `{key}`, `{id}` where keys and ids were. */
  readonly path: string;
  readonly status: number | null;
  count: number;
  requestBytes: number;
  responseBytes: number;
}

function patternOf(path: string): string {
  return path
    .replace(/(\/issues\/)[^/_][^/]*/, '$1{key}')
    .replace(/(\/checklistItems\/)[^/]+/, '$1{id}')
    .replace(/^(\/content\/[a-z]+\/)[^/]+/, '$1{id}');
}

/** All requests that arrived, in that order. */
export class RequestLog {
  #entries: LogEntry[] = [];
  readonly #waiting = new Waiting();

  /** Every request since the log was last emptied. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Those that a filter means. */
  matching(filter: RequestFilter): LogEntry[] {
    return this.#entries.filter((entry) => matchesRequest(entry, filter));
  }

  /** How many a filter means. */
  count(filter: RequestFilter = {}): number {
    return this.matching(filter).length;
  }

  /** How many of each kind there were, in the order of their first. */
  tally(): Tally[] {
    const tallies = new Map<string, Tally>();
    for (const { side, method, path, status, requestBytes, responseBytes } of this.#entries) {
      const pattern = patternOf(path);
      const kind = `${side} ${method} ${pattern} ${status}`;
      let tally = tallies.get(kind);
      if (tally === undefined) {
        tally = {
          side,
          method,
          path: pattern,
          status,
          count: 0,
          requestBytes: 0,
          responseBytes: 0,
        };
        tallies.set(kind, tally);
      }
      tally.count += 1;
      tally.requestBytes += requestBytes;
      tally.responseBytes += responseBytes;
    }
    return [...tallies.values()];
  }

  /** Empties the log; counting begins again at 1. */
  reset(): void {
    this.#entries = [];
  }

  /** Resolves with the first entry, past or to come, for which `test` holds; tried when one arrives, is applied and ends. */
  async waitFor(
    what: string,
    test: (entry: LogEntry) => boolean,
    timeoutMs = 60_000,
  ): Promise<LogEntry> {
    let found: LogEntry | undefined;
    await this.#waiting.wait(
      what,
      () => {
        found = this.#entries.find(test);
        return found !== undefined;
      },
      timeoutMs,
    );
    if (found === undefined) throw new Error(`Waited for ${what} and lost it`);
    return found;
  }

  /** Resolves once as many requests that a filter means have arrived. */
  waitForCount(filter: RequestFilter, wanted: number, timeoutMs = 60_000): Promise<void> {
    const what = `${wanted} requests like ${describeFilter(filter)}`;
    return this.#waiting.wait(what, () => this.count(filter) >= wanted, timeoutMs);
  }

  /** For the server: a request has arrived. */
  arrived(request: Omit<LogEntry, 'n' | 'status' | 'responseBytes' | 'ms' | 'outcome'>): LogEntry {
    const entry: LogEntry = {
      ...request,
      n: this.#entries.length + 1,
      status: null,
      responseBytes: 0,
      ms: 0,
      outcome: 'arrived',
    };
    this.#entries.push(entry);
    this.#waiting.check();
    return entry;
  }

  /** For the server: more is known of a request. */
  update(
    entry: LogEntry,
    news: Partial<Pick<LogEntry, 'status' | 'responseBytes' | 'ms' | 'outcome'>>,
  ): void {
    Object.assign(entry, news);
    this.#waiting.check();
  }
}

function describeFilter({ side, method, path, status }: RequestFilter): string {
  return [side, method, path, status].filter((part) => part !== undefined).join(' ') || 'any';
}
