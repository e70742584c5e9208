/** How many requests are let through. */
export interface RateLimit {
  perSecond: number;
  /** The same for searches and counts, which have a bucket of their own; default: `perSecond`. */
  searchesPerSecond?: number;
  /** How many may come at once after a pause; default: a fifth of a second's worth, at least one. */
  burst?: number;
  /** The `Retry-After` of a refusal, as it is to be written; default: no such header. */
  retryAfter?: string;
}

/** A token bucket. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  /** Takes one token at a time in milliseconds that never goes back; false where there is none. */
  take(now: number): boolean {
    const filled = this.#tokens + ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, filled);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** The two buckets of one server. */
export class Limiter {
  readonly retryAfter: string | null;
  readonly #requests: TokenBucket;
  readonly #searches: TokenBucket;

  constructor(limit: RateLimit, now: number) {
    const searches = limit.searchesPerSecond ?? limit.perSecond;
    const burst = (rate: number): number => limit.burst ?? Math.max(1, rate / 5);
    this.retryAfter = limit.retryAfter ?? null;
    this.#requests = new TokenBucket(limit.perSecond, burst(limit.perSecond), now);
    this.#searches = new TokenBucket(searches, burst(searches), now);
  }

  /** Whether a request that comes now is let through. */
  take(isSearch: boolean, now: number): boolean {
    return (isSearch ? this.#searches : this.#requests).take(now);
  }
}
