import type { Json } from './json.ts';
import type { Random } from './random.ts';
import { seededRandom } from './random.ts';
import type { LogEntry, RequestFilter } from './request-log.ts';
import { matchesRequest } from './request-log.ts';

/**
 * What can go wrong on the way. `applied` tells whether the request does its work before that; a
 * request that is applied and then dropped is one whose confirmation never comes.
 *
 * On HTTP/1.1, Chromium itself repeats a request of any method when a connection it had used before
 * ends without a byte of answer. On HTTP/2, `drop` ends one stream and `reset` all of a connection.
 */
export type Fault =
  /** The connection is closed without an answer. */
  | { kind: 'drop'; applied: boolean }
  /** The connection is reset without an answer. */
  | { kind: 'reset'; applied: boolean }
  /** Nothing is answered, ever. */
  | { kind: 'silence'; applied: boolean }
  /** The headers of the right answer, then nothing, ever. */
  | { kind: 'headers-only' }
  /** The right answer, broken off in the middle of its body. */
  | { kind: 'cut-off' }
  /** The right answer at so many bytes a second. */
  | { kind: 'trickle'; bytesPerSecond: number }
  /** Another answer in its stead. */
  | {
      kind: 'answer';
      applied: boolean;
      status: number;
      headers: Record<string, string>;
      body: string;
    }
  /** The right answer, so much later; applied before or after the wait. */
  | { kind: 'delay'; ms: number; applied: boolean };

/** Ready-made faults. */
export const faults = {
  /** The connection is closed before the request is applied. */
  drop: { kind: 'drop', applied: false },
  /** The request is applied, its confirmation never comes. */
  dropApplied: { kind: 'drop', applied: true },
  /** The connection is reset before the request is applied. */
  reset: { kind: 'reset', applied: false },
  /** The request is applied, then the connection is reset. */
  resetApplied: { kind: 'reset', applied: true },
  /** No answer at all. */
  silence: { kind: 'silence', applied: false },
  /** Headers and then nothing. */
  headersOnly: { kind: 'headers-only' },
  /** A body that breaks off. */
  cutOff: { kind: 'cut-off' },
  /** One byte a second. */
  trickle: { kind: 'trickle', bytesPerSecond: 1 },
  /** A 200 without a body. */
  emptyOk: { kind: 'answer', applied: false, status: 200, headers: {}, body: '' },
  /** 429, with a `Retry-After` of any text, or without. */
  tooMany(retryAfter?: string): Fault {
    return {
      kind: 'answer',
      applied: false,
      status: 429,
      headers: {
        'content-type': 'application/json',
        ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      },
      body: '{"errors":{},"errorMessages":["Too many requests"],"statusCode":429}',
    };
  },
  /** An error page as a proxy in front of a server makes it. */
  proxyPage(status = 502, applied = false): Fault {
    return {
      kind: 'answer',
      applied,
      status,
      headers: { 'content-type': 'text/html' },
      body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr><center>nginx</center></body></html>`,
    };
  },
  /** Any JSON with any status. */
  json(value: Json, status = 200, applied = false): Fault {
    return {
      kind: 'answer',
      applied,
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    };
  },
  /** A redirect to any address. */
  redirect(location: string, status = 302): Fault {
    return { kind: 'answer', applied: false, status, headers: { location }, body: '' };
  },
  /** The right answer, later. */
  delay(ms: number, applied = false): Fault {
    return { kind: 'delay', ms, applied };
  },
} as const;

/** When a fault happens. */
export interface FaultRule {
  /** Which requests; those for the pages for people only if `side` is `web`. */
  on?: RequestFilter;
  /** Only with the nth of them since the rule was added, counted from 1. */
  nth?: number;
  /** Only with so many of them, on average. */
  probability?: number;
  /** No more often than that. */
  times?: number;
  /** What happens; of several, one is drawn each time. */
  fault: Fault | readonly [Fault, ...Fault[]];
}

/** A rule in force. */
interface ActiveRule {
  /** How many requests it was tried on. */
  readonly seen: number;
  /** How many it hit. */
  readonly hits: number;
  /** Takes it away. */
  remove(): void;
}

/**
 * Called around a request, so that a test can act at just that moment: the server goes on once the
 * promise is resolved. With `drop` the connection is closed instead.
 */
export type Hook = (entry: LogEntry) => Promise<'drop' | undefined> | 'drop' | undefined;

interface RuleState {
  rule: FaultRule;
  seen: number;
  hits: number;
}

/** The faults to come. */
export class Faults {
  /** Before a request is looked at. */
  beforeRequest: Hook | null = null;
  /** After a request has done its work, before it is answered. */
  afterApplied: Hook | null = null;
  readonly #states = new Set<RuleState>();
  #random: Random = seededRandom(1);

  /** Begins the drawing of lots anew. */
  seed(seed: number): void {
    this.#random = seededRandom(seed);
  }

  /** Adds a rule; of several that match a request, the first added hits. */
  add(rule: FaultRule): ActiveRule {
    const state: RuleState = { rule, seen: 0, hits: 0 };
    this.#states.add(state);
    return {
      get seen() {
        return state.seen;
      },
      get hits() {
        return state.hits;
      },
      remove: () => {
        this.#states.delete(state);
      },
    };
  }

  /** Takes all rules and hooks away. */
  clear(): void {
    this.#states.clear();
    this.beforeRequest = null;
    this.afterApplied = null;
  }

  /** For the server: the fault that hits this request, if one does. */
  draw(entry: LogEntry): Fault | null {
    let drawn: Fault | null = null;
    for (const state of this.#states) {
      const { on = {}, nth, probability, times, fault } = state.rule;
      if (entry.side === 'web' && on.side !== 'web') continue;
      if (!matchesRequest(entry, on)) continue;
      state.seen += 1;
      if (drawn !== null) continue;
      if (nth !== undefined && state.seen !== nth) continue;
      if (times !== undefined && state.hits >= times) continue;
      if (probability !== undefined && this.#random.next() >= probability) continue;
      state.hits += 1;
      drawn = 'kind' in fault ? fault : this.#random.pick(fault);
    }
    return drawn;
  }
}
