import { exchange, type HttpRequest } from './exchange.ts';
import {
  type Gate,
  type PassingReason,
  type SendOptions,
  type SettledOutcome,
  settle,
  UnavailableError,
} from './host-gate.ts';

/**
 * A way to a host for somebody who waits for the answer: each request goes out once and at once.
 * No run uses it: nothing here holds back, or tries again.
 */
export class OneTry implements Gate {
  /**
   * By how much the server's clock is ahead of this computer's, to the second that the `Date` header
   * is exact to; null while no answer told the time.
   */
  clockAheadMs: number | null = null;

  /** @throws UnavailableError where a later try may be answered otherwise. */
  async send(request: HttpRequest, options: SendOptions = {}): Promise<SettledOutcome> {
    const settled = await this.#attempt(request, options);
    if (typeof settled === 'string') throw new UnavailableError(settled);
    return settled;
  }

  /** What comes of asking an address for no more than an answer, or why a later try may be answered otherwise. */
  knock(
    url: string,
    credentials: HttpRequest['credentials'],
    timeoutSeconds: number,
  ): Promise<SettledOutcome | PassingReason> {
    const timeoutMs = timeoutSeconds * 1000;
    return this.#attempt({ method: 'GET', url, credentials, timeoutMs, maxBytes: 65_536 });
  }

  async #attempt(
    request: HttpRequest,
    { isGood }: SendOptions = {},
  ): Promise<SettledOutcome | PassingReason> {
    const sentAt = Date.now();
    const outcome = await exchange(request);
    if ('headers' in outcome) this.#note(outcome.headers.get('Date'), sentAt, Date.now());
    return settle(request, outcome, isGood);
  }

  #note(date: string | null, sentAt: number, answeredAt: number): void {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs)) return;
    // The header has no fractions, and was written at some time while the answer was waited for.
    const [earliest, latest] = [theirs - answeredAt, theirs + 999 - sentAt];
    this.clockAheadMs = earliest > 0 ? earliest : latest < 0 ? latest : 0;
  }
}
