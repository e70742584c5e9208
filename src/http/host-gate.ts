import { FailureError } from '../errors/failure.ts';
import { exchange, type HttpOutcome, type HttpRequest, isOk } from './exchange.ts';
import { type KnownPace, knownPace, nextPace, type Pace, type Sample, startPace } from './pace.ts';
import { leastRestMs, restAfterRefusalMs } from './rate.ts';
import { waitAsked } from './retry-after.ts';

/** Why a request of this host could not be answered, for now. Texts are `reason_<reason>`. */
export type PassingReason =
  | 'network'
  | 'timeout'
  | 'too_many_requests'
  | 'server_error'
  | 'bad_answer';

/** An outcome that no retry would change. */
export type SettledOutcome = Exclude<HttpOutcome, { kind: 'failed' } | { kind: 'not_json' }>;

/** The host gave no usable answer, after all the tries that one request gets. */
export class UnavailableError extends Error {
  readonly reason: PassingReason;

  constructor(reason: PassingReason) {
    super(reason);
    this.name = 'UnavailableError';
    this.reason = reason;
  }
}

/** What a client makes of an error of a gate's: a host that can't be asked for now is a failure. */
export function orUnavailable(host: 'tracker' | 'content') {
  return (error: unknown): never => {
    if (!(error instanceof UnavailableError)) throw error;
    throw new FailureError(`${host}_unavailable`, `reason_${error.reason}`);
  };
}

/** The host asks for a wait too long to sit out: the run is to end and to be resumed then. */
export class LongWaitError extends Error {
  /** Milliseconds since 1970. */
  readonly until: number;

  constructor(until: number) {
    super('long wait');
    this.name = 'LongWaitError';
    this.until = until;
  }
}

/** A wait of the whole host, shown to people. */
export interface HostWait {
  readonly reason: 'asked' | 'unavailable';
  /** Which wait in a row, from 1. */
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface HostGateOptions {
  /** What an earlier run found out. */
  readonly pace?: KnownPace | undefined;
  /** Called when a wait begins and, with null, when the host answers again. */
  readonly onWait?: (wait: HostWait | null) => void;
  /** Called before each request goes out, tries included. */
  readonly onSend?: () => void;
  /** Called when a try of a request has ended. Times by `performance.now()`. */
  readonly onOutcome?: (
    request: HttpRequest,
    outcome: HttpOutcome,
    span: { readonly from: number; readonly to: number },
  ) => void;
}

export interface SendOptions {
  /**
   * It must not be done twice: a request without an answer may have done its work. A refusal (429) says
   * that it has not, so what is refused gets the usual tries all the same.
   */
  readonly isSentOnce?: boolean | undefined;
  /**
   * Whether the JSON of an answer with a good status is what was asked for. Proxies and servers that
   * just restart answer with anything, which passes as other trouble does.
   */
  readonly isGood?: ((json: unknown) => boolean) | undefined;
}

type IsGood = SendOptions['isGood'];

/** A request that waits until it may go out. */
interface Turn {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const triesOfARequest = 5;
/**
 * A host counts as down after so many failures in a row, of whichever requests, and so many waits
 * between them: one reset connection fails all that goes on over it, and is no outage.
 */
const failuresOfAnOutage = 12;
const waitsOfAnOutage = 4;
/** Longer waits than this outlive the worker (it is stopped after 30 s without an event). */
const longestSatOutMs = 20_000;
const firstBackOffMs = 500;
/** A rest between two requests, such as each look for a higher rate costs: nobody could read of it. */
const restUntoldMs = 400;
/** What a failure tells of the pace that the host bears; the others tell nothing. */
const outcomeOfReason: Partial<Record<PassingReason, Sample['outcome']>> = {
  too_many_requests: 'refused',
  timeout: 'timed_out',
};
/** By less than this a wait grows without a word. */
const worthTellingMs = 1000;

/** A way to a host, as a client needs it. */
export type Gate = Pick<HostGate, 'send'>;

/**
 * The one way to a host. Holds requests back to the pace that the host bears, tries again what may
 * pass, and makes all requests share the waits, so that a host in trouble is not asked by each.
 */
export class HostGate {
  /** Why the last request failed that did. */
  lastReason: PassingReason = 'network';
  /** When the row of failures began that the host is down with (milliseconds since 1970); null while it is not. */
  downSince: number | null = null;
  #pace: Pace;
  readonly #options: HostGateOptions;
  #underWay = 0;
  #waiting: Turn[] = [];
  // By the clock that only goes forwards: people set the other one.
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = 0;
  /** The end of the wait that began last: what was sent before tells nothing that it does not know. */
  #newsFrom = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failuresInARow = 0;
  #waitsInARow = 0;
  #isWaitTold = false;
  #failingSince: number | null = null;
  #lastLook: Promise<void> | null = null;
  #lastAnswered: { readonly request: HttpRequest; readonly isGood: IsGood } | null = null;
  #answeredAt: number[] = [];

  constructor(options: HostGateOptions = {}) {
    this.#options = options;
    this.#pace = startPace(options.pace);
  }

  get pace(): KnownPace {
    return knownPace(this.#pace);
  }

  /**
   * Sends a request as soon as the pace allows, and again as often as makes sense.
   * Callers need not look at statuses 408, 429 and 5xx, which are tried again here.
   * @throws UnavailableError when the tries are used up or the host counts as down.
   * @throws LongWaitError when the host asks for a wait that is not to be sat out.
   */
  async send(request: HttpRequest, options: SendOptions = {}): Promise<SettledOutcome> {
    const { isSentOnce = false, isGood } = options;
    for (let tries = 1; ; tries += 1) {
      const wasHeld = await this.#turn();
      const settled = await this.#attempt(request, isGood, wasHeld);
      if (typeof settled !== 'string') return settled;
      const most = isSentOnce && settled !== 'too_many_requests' ? 1 : triesOfARequest;
      if (tries >= most) throw this.#refusal() ?? new UnavailableError(settled);
    }
  }

  async #attempt(
    request: HttpRequest,
    isGood: IsGood,
    wasHeld: boolean,
  ): Promise<SettledOutcome | PassingReason> {
    const sentAt = performance.now();
    const busy = wasHeld || this.#waiting.length > 0;
    this.#options.onSend?.();
    try {
      const outcome = await exchange(request);
      this.#options.onOutcome?.(request, outcome, { from: sentAt, to: performance.now() });
      const settled = settle(request, outcome, isGood);
      const reason = typeof settled === 'string' ? settled : null;
      this.#learn(outcome, reason, sentAt, busy);
      if (reason === null && request.method === 'GET') this.#lastAnswered = { request, isGood };
      if (reason !== null && this.#isSuspect && this.downSince === null) {
        // For all that fail meanwhile: a host in trouble is asked once.
        this.#lastLook ??= this.#lookElsewhere().finally(() => {
          this.#lastLook = null;
        });
        await this.#lastLook;
      }
      return settled;
    } finally {
      this.#underWay -= 1;
      this.#release();
    }
  }

  #learn(outcome: HttpOutcome, reason: PassingReason | null, sentAt: number, busy: boolean): void {
    const now = performance.now();
    this.#answeredAt = this.#answeredAt.filter((at) => at > now - 1000);
    if (reason === null) this.#answeredAt.push(now);
    const told = reason === null ? 'answered' : outcomeOfReason[reason];
    if (told !== undefined) {
      this.#pace = nextPace(this.#pace, {
        outcome: told,
        sentAt,
        endedAt: now,
        answeredLastSecond: this.#answeredAt.length,
        busy,
      });
    }
    if (reason === null) this.#answered(now);
    else this.#failed(outcome, reason, sentAt, now);
  }

  get #isSuspect(): boolean {
    return this.#failuresInARow >= failuresOfAnOutage && this.#waitsInARow >= waitsOfAnOutage;
  }

  /** A few things that always fail look like an outage when they come together: asks for another. */
  async #lookElsewhere(): Promise<void> {
    if (this.#lastAnswered !== null) {
      this.#options.onSend?.();
      const { request, isGood } = this.#lastAnswered;
      const outcome = await exchange(request);
      if (typeof settle(request, outcome, isGood) !== 'string') this.#standsAgain();
    }
    // Another request may have been answered meanwhile.
    if (this.#isSuspect) this.downSince = this.#failingSince;
  }

  #standsAgain(): void {
    this.downSince = null;
    this.#failuresInARow = 0;
    this.#waitsInARow = 0;
    this.#failingSince = null;
  }

  #answered(now: number): void {
    this.#standsAgain();
    // What was sent before a wait began, and is answered in it, doesn't end it.
    if (!this.#isWaitTold || now < this.#pausedUntil) return;
    this.#isWaitTold = false;
    this.#options.onWait?.(null);
  }

  #failed(outcome: HttpOutcome, reason: PassingReason, sentAt: number, now: number): void {
    // What is none may name a longer wait all the same, or has made the pace slower; but it keeps no
    // later request from being news: where answers take long, some are always under way.
    const isNews = sentAt >= this.#newsFrom;
    const asked = 'headers' in outcome ? waitAsked(outcome.headers, Date.now()) : null;
    // A whole window that is refused at once was too much at once; the host is not down for that.
    if (isNews || reason !== 'too_many_requests') this.#failuresInARow += 1;
    this.#failingSince ??= Math.round(Date.now() - (now - sentAt));
    this.lastReason = reason;
    if (isNews) this.#waitsInARow += 1;
    const ms = isNews
      ? this.#waitMs(asked, reason)
      : Math.max(asked ?? 0, this.#restMs(reason, now));
    const until = Math.max(this.#pausedUntil, now + ms);
    const longer = until - this.#pausedUntil;
    this.#pausedUntil = until;
    if (isNews) this.#newsFrom = until;
    // The answers to many requests sent at once name much the same end.
    if (ms === 0 || (reason === 'too_many_requests' && ms < restUntoldMs)) return;
    if (isNews ? longer <= 0 : longer < worthTellingMs) return;
    this.#isWaitTold = true;
    this.#options.onWait?.({
      reason: asked === null && reason !== 'too_many_requests' ? 'unavailable' : 'asked',
      attempt: this.#waitsInARow,
      until: Math.round(Date.now() + until - now),
    });
  }

  #waitMs(asked: number | null, reason: PassingReason): number {
    // "Now" is taken at its word once: a host whose clock is wrong says so for ever.
    if (asked !== null && (asked > 0 || this.#waitsInARow === 1)) return asked;
    const isRefusal = reason === 'too_many_requests';
    const first = isRefusal ? restAfterRefusalMs(this.#pace) : firstBackOffMs;
    const ms = jittered(Math.min(first * 2 ** (this.#waitsInARow - 1), longestSatOutMs / 2));
    return isRefusal ? Math.max(leastRestMs(this.#pace), ms) : ms;
  }

  /** After one more refusal, while the host rests, of what was under way when it began to. */
  #restMs(reason: PassingReason, now: number): number {
    const isDue = reason === 'too_many_requests' && now < this.#pausedUntil;
    return isDue ? jittered(restAfterRefusalMs(this.#pace)) : 0;
  }

  /**
   * Resolves when the next request may go out, and counts it as under way.
   * @returns whether it was held back.
   */
  #turn(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let isHeld = false;
      this.#waiting.push({ resolve: () => resolve(isHeld), reject });
      this.#release();
      isHeld = true;
    });
  }

  #release(): void {
    clearTimeout(this.#timer);
    const refusal = this.#refusal();
    if (refusal !== null) {
      for (const turn of this.#waiting) turn.reject(refusal);
      this.#waiting = [];
    }
    while (
      this.#waiting.length > 0 &&
      this.#underWay < Math.max(1, Math.floor(this.#pace.window))
    ) {
      const now = performance.now();
      const { rate } = this.#pace;
      const atThisRate = rate === null ? 0 : this.#lastSentAt + 1000 / rate;
      const notBefore = Math.max(this.#pausedUntil, atThisRate);
      if (notBefore > now) {
        this.#timer = setTimeout(() => this.#release(), notBefore - now);
        return;
      }
      this.#lastSentAt = now;
      this.#underWay += 1;
      this.#waiting.shift()?.resolve();
    }
  }

  /** Why no request is to go out for a while, where that is so. */
  #refusal(): Error | null {
    if (this.downSince !== null) return new UnavailableError(this.lastReason);
    const pauseLeft = this.#pausedUntil - performance.now();
    return pauseLeft > longestSatOutMs
      ? new LongWaitError(Math.round(Date.now() + pauseLeft))
      : null;
  }
}

/** Keeps two browsers at one queue from knocking in step. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}

/** The outcome where it is settled; else why it may be another one later. */
export function settle(
  request: HttpRequest,
  outcome: HttpOutcome,
  isGood: IsGood = () => true,
): SettledOutcome | PassingReason {
  switch (outcome.kind) {
    case 'failed':
      return outcome.reason;
    case 'answer': {
      const { status, json } = outcome;
      if (isOk(status) && !isGood(json)) return 'bad_answer';
      return statusReason(status) ?? outcome;
    }
    case 'not_json':
      return 'bad_answer';
    case 'html':
      // A page in JSON's place is the login's where there is one, and else a proxy's trouble.
      return request.credentials === 'include' ? outcome : 'bad_answer';
    case 'redirect':
    case 'too_large':
      return outcome;
  }
}

function statusReason(status: number): PassingReason | null {
  if (status === 429) return 'too_many_requests';
  if (status === 408) return 'timeout';
  return status >= 500 ? 'server_error' : null;
}
