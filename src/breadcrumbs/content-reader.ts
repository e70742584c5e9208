import type { ItemCode } from '../errors/codes.ts';
import { FailureError } from '../errors/failure.ts';
import { isOk } from '../http/exchange.ts';
import { type Gate, orUnavailable, type SettledOutcome } from '../http/host-gate.ts';
import {
  type ContentAnswer,
  type ContentRequest,
  invalid,
  type Level,
  pathOf,
  pathPattern,
  readContentAnswer,
} from './content-answers.ts';
import { type Gathered, gather, levelsOfLesson, type WantedKey } from './gather.ts';
import type { ParsedLink } from './link.ts';

export interface ContentReaderOptions {
  /** Base URL without a slash at its end. The profile's cookies go here and nowhere else. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly gate: Gate;
  /** Numbers events in the order they happen; shared with whoever compares with {@link ContentReader.provenAt}. */
  readonly tick: () => number;
  /** What it links to is known to be there, for whoever is signed in. */
  readonly testLink?: ParsedLink | null;
}

const maxBytes = 5_000_000;
/** So often the same resource has to answer oddly until that is what it is. */
const triesOfOddAnswers = 5;

/**
 * Reads breadcrumbs from the content API during one run: each resource is asked for once, however
 * many issues need it, and simultaneous askers share the request.
 */
export class ContentReader {
  readonly #options: ContentReaderOptions;
  readonly #answers = new Map<string, ContentAnswer>();
  readonly #underWay = new Map<string, { path: string; done: Promise<void> }>();
  /** A path of each form that was answered well, or that should be. */
  readonly #goodPaths = new Map<string, string>();
  readonly #isAnswered = new Map<string, Promise<boolean>>();
  /** The tick at which the last request that got a good answer was sent; 0 while there is none. */
  provenAt = 0;

  constructor(options: ContentReaderOptions) {
    this.#options = options;
    const { testLink = null } = options;
    if (testLink === null) return;
    for (const kind of ['object', 'breadcrumbs'] as const) {
      this.#noteGood(pathOf({ kind, resource: testLink.resource }));
    }
  }

  /**
   * The breadcrumbs of a link, or why its resources don't give any.
   * @throws FailureError `content_login_required`, `content_unavailable`.
   */
  async gather(
    link: ParsedLink,
    wanted: readonly WantedKey[],
    askedFor: string,
  ): Promise<Exclude<Gathered, { kind: 'needs' }>> {
    for (;;) {
      const gathered = gather(link, this.#answers, wanted);
      if (gathered.kind !== 'needs') return gathered;
      const asked = gathered.requests.map((request) => this.#ask(request, askedFor));
      // All of them: what went on after a failure would tell of its waits when the run has ended.
      for (const one of await Promise.allSettled(asked)) {
        if (one.status === 'rejected') throw one.reason;
      }
    }
  }

  /** Resolves when there is something new to gather from. */
  async #ask(request: ContentRequest, askedFor: string): Promise<void> {
    const { lessonId } = request;
    const path = pathOf(request);
    // A task waits for another task of its lesson: what that one learns may be all it needs.
    const name = lessonId === undefined ? path : levelsOfLesson(lessonId);
    const present = this.#underWay.get(name);
    if (present === undefined) {
      const done = this.#fetch(request, askedFor).finally(() => this.#underWay.delete(name));
      this.#underWay.set(name, { path, done });
      await done;
    } else if (present.path === path) {
      await present.done;
    } else {
      // Where the other task fails, this one asks for itself: the failure may not be its own.
      await Promise.allSettled([present.done]);
    }
  }

  async #fetch(request: ContentRequest, askedFor: string): Promise<void> {
    const sentAt = this.#options.tick();
    const answer = await this.#settledAnswer(request, askedFor);
    const path = pathOf(request);
    if (answer.kind !== 'failure') {
      this.provenAt = Math.max(this.provenAt, sentAt);
      this.#noteGood(path);
    }
    this.#answers.set(path, answer);
    if (answer.kind === 'levels' && request.resource.type === 'task') {
      this.#shareLevels(answer.levels);
    }
  }

  /** A proxy, or a server that is just restarting, may garble an answer: it is asked for again. */
  async #settledAnswer(request: ContentRequest, askedFor: string): Promise<ContentAnswer> {
    const path = pathOf(request);
    for (let tries = 1; ; tries += 1) {
      const isLast = tries >= triesOfOddAnswers;
      const outcome = await this.#send(path, askedFor);
      if (outcome.kind === 'too_large') return invalid;
      if (outcome.kind !== 'answer' || outcome.status === 401) {
        if (outcome.kind !== 'answer') {
          if (tries > triesOfOddAnswers) return invalid;
          // Once more after the other was answered: somebody may have signed in meanwhile.
          if (!isLast || (await this.#isAnsweredElsewhere(path))) continue;
        }
        const { host } = new URL(this.#options.url);
        throw new FailureError('content_login_required', host, path);
      }
      const answer = readAnswer(request, outcome.status, outcome.json);
      if (isLast || answer.kind !== 'failure' || answer.code !== 'resource_invalid') return answer;
    }
  }

  /**
   * Whether the login that this path once asked for has been given.
   * @param isForbidden it asked for it by 403.
   * @throws FailureError `content_unavailable`.
   */
  async isSignedIn(path: string, isForbidden = false): Promise<boolean> {
    if (!pathPattern.test(path)) return true;
    const outcome = await this.#send(path, '');
    if (outcome.kind === 'answer') {
      return outcome.status !== 401 && !(isForbidden && outcome.status === 403);
    }
    if (outcome.kind === 'too_large' || (await this.#isAnsweredElsewhere(path))) return true;
    // Of another form: no proof, but what is asked for next brings its own.
    const { testLink = null } = this.#options;
    const testPath = testLink && pathOf({ kind: 'object', resource: testLink.resource });
    return testPath !== null && testPath !== path && this.#answersWell(testPath);
  }

  /**
   * Whether another resource is answered where this one turns to a page: then it is this one's own
   * trouble, as with a lesson that was moved and redirects to its new address for ever.
   */
  async #isAnsweredElsewhere(path: string): Promise<boolean> {
    const other = this.#goodPaths.get(formOf(path)) ?? path;
    return other !== path && this.#answersWell(other);
  }

  /** A "no" ends the run, and need not be asked for again. */
  async #answersWell(path: string): Promise<boolean> {
    const asked = this.#isAnswered.get(path) ?? this.#isOk(path);
    this.#isAnswered.set(path, asked);
    const isOk = await asked;
    if (isOk) this.#isAnswered.delete(path);
    return isOk;
  }

  async #isOk(path: string): Promise<boolean> {
    try {
      const outcome = await this.#send(path, '');
      return outcome.kind === 'answer' && isOk(outcome.status);
    } catch (error) {
      // A link to test with that is in trouble proves nothing.
      if (error instanceof FailureError) return false;
      throw error;
    }
  }

  #noteGood(path: string): void {
    this.#goodPaths.set(formOf(path), path);
  }

  #shareLevels(levels: readonly Level[]): void {
    const lesson = levels.find(({ type }) => type === 'lesson');
    if (lesson === undefined) return;
    const above = levels.filter(({ type }) => type !== 'task');
    this.#answers.set(levelsOfLesson(lesson.id), { kind: 'levels', levels: above });
  }

  #send(path: string, askedFor: string): Promise<SettledOutcome> {
    const { url, timeoutMs, gate } = this.#options;
    const sent = gate.send({
      method: 'GET',
      url: `${url}${path}`,
      about: [askedFor],
      credentials: 'include',
      timeoutMs,
      maxBytes,
    });
    return sent.catch(orUnavailable('content'));
  }
}

/** Who may read what can differ by the form of a path, and by nothing else that is known of it. */
function formOf(path: string): string {
  return path.replace(/^(\/[a-z]+\/)[^/]+/, '$1…');
}

const codesOfStatuses: Partial<Record<number, ItemCode>> = {
  403: 'resource_forbidden',
  404: 'resource_not_found',
  410: 'resource_not_found',
};

function readAnswer(request: ContentRequest, status: number, json: unknown): ContentAnswer {
  const code = codesOfStatuses[status];
  if (code !== undefined) return { kind: 'failure', code, text: '' };
  return isOk(status) ? readContentAnswer(request, json) : invalid;
}
