import { type HttpOutcome, type HttpRequest, isOk } from '../http/exchange.ts';
import { jsonText } from '../http/json-text.ts';
import { type FetchedAnswer, keepLast } from '../messages/fetched.ts';

/** The way to the page that shows answers. Neither may throw. */
interface FetchedPage {
  /** Whether a page took them. None of them: whether a page listens. */
  readonly send: (answers: readonly FetchedAnswer[]) => Promise<boolean>;
  /** Opens the page unless it is open. Whether there is one now that will say when it listens. */
  readonly open: () => Promise<boolean>;
}

/** Is told of what came of each request to the content API. */
export type FetchedListener = (request: HttpRequest, outcome: HttpOutcome) => void;

/** What is known of the page; a new object with each news, so that old news is told apart. */
interface Knowledge {
  readonly page: 'awaited' | 'listening' | 'gone';
}

/**
 * Feeds the page that shows the answers of the content API, without ever holding up a run: one
 * message is under way at a time, what comes meanwhile goes with the next one, and what can't be
 * sent is dropped.
 *
 * The page is looked for with the first answer of each run, and opened where it is not open with the
 * first good one: the login that is over is asked for every 30 s. A person who closes it during a run is not shown it again before the next one, and one whose queue
 * has nothing to do never is.
 */
export class FetchedFeed {
  readonly #page: FetchedPage;
  #known: Knowledge = { page: 'gone' };
  #waiting: FetchedAnswer[] = [];
  #isSending = false;

  constructor(page: FetchedPage) {
    this.#page = page;
  }

  /**
   * The listener for the answers of one run.
   * @param contentUrl the content API's base URL.
   */
  forRun(contentUrl: string): FetchedListener {
    let [isLookedFor, isOpened] = [false, false];
    return (request, outcome) => {
      if (outcome.kind === 'failed') return;
      const mayOpen = outcome.kind === 'answer' && isOk(outcome.status);
      if (!isLookedFor || (mayOpen && !isOpened)) void this.#call(mayOpen);
      isLookedFor = true;
      isOpened ||= mayOpen;
      if (this.#known.page === 'gone') return;
      this.#waiting = keepLast([...this.#waiting, answerOf(contentUrl, request, outcome)]);
      void this.#deliver();
    };
  }

  /** The page says that it listens. */
  greet(): void {
    this.#known = { page: 'listening' };
    void this.#deliver();
  }

  /** Drops what waits. */
  forget(): void {
    this.#known = { page: 'gone' };
    this.#waiting = [];
  }

  /** Looks for the page, and opens it where it may be. One that does not listen yet will greet. */
  async #call(mayOpen: boolean): Promise<void> {
    const known: Knowledge = { page: 'awaited' };
    this.#known = known;
    const isListening = await this.#page.send([]);
    if (this.#known !== known) return;
    if (isListening) this.greet();
    else if (!(mayOpen && (await this.#page.open())) && this.#known === known) this.forget();
  }

  async #deliver(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#known.page === 'listening' && this.#waiting.length > 0) {
      const known = this.#known;
      const waiting = this.#waiting;
      this.#waiting = [];
      const isTaken = await this.#page.send(waiting);
      // A page that has greeted meanwhile is another one, or the same after a reload.
      if (!isTaken && this.#known === known) this.forget();
    }
    this.#isSending = false;
  }
}

function answerOf(
  contentUrl: string,
  { url, about: [askedFor = ''] = [] }: HttpRequest,
  outcome: Exclude<HttpOutcome, { kind: 'failed' }>,
): FetchedAnswer {
  const path = url.slice(contentUrl.length);
  const [status, json] =
    outcome.kind === 'answer' ? [outcome.status, jsonText(outcome.json)] : [outcome.kind, null];
  return { askedFor, path, status, at: Date.now(), json };
}
