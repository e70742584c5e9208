import { FailureError } from '../errors/failure.ts';
import { type HostGate, UnavailableError } from '../http/host-gate.ts';
import {
  type ContentAnswer,
  type ContentRequest,
  type Level,
  pathOf,
  readContentAnswer,
} from './content-answers.ts';
import { type Gathered, gather, levelsOfLesson, type WantedKey } from './gather.ts';
import type { ParsedLink } from './link.ts';

export interface ContentReaderOptions {
  /** Base URL without a slash at its end. The profile's cookies go here and nowhere else. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly gate: HostGate;
  /** Numbers events in the order they happen; shared with whoever compares with {@link ContentReader.provenAt}. */
  readonly tick: () => number;
  /** Told of every answer with JSON in it, for people who want to look on. */
  readonly onFetched?: (fetched: Fetched) => void;
}

/** An answer of the content API as it came. */
export interface Fetched {
  /** Below the base URL. */
  readonly path: string;
  readonly status: number;
  readonly json: unknown;
  /** The issue that it was asked for first. */
  readonly askedFor: string;
}

const maxBytes = 5 * 1024 * 1024;

/**
 * Reads breadcrumbs from the content API during one run: each resource is asked for once, however
 * many issues need it, and simultaneous askers share the request.
 */
export class ContentReader {
  private readonly options: ContentReaderOptions;
  private readonly answers = new Map<string, ContentAnswer>();
  private readonly underWay = new Map<string, Promise<void>>();
  private proven = 0;

  constructor(options: ContentReaderOptions) {
    this.options = options;
  }

  /** The tick at which the last request that got a good answer was sent; 0 while there is none. */
  get provenAt(): number {
    return this.proven;
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
      const gathered = gather(link, this.answers, wanted);
      if (gathered.kind !== 'needs') return gathered;
      await Promise.all(gathered.requests.map((request) => this.ask(request, askedFor)));
    }
  }

  /** Resolves when there is something new to gather from. */
  private ask(request: ContentRequest, askedFor: string): Promise<void> {
    const { lessonId } = request;
    // A task waits for another task of its lesson: what that one learns may be all it needs.
    const name = lessonId === undefined ? pathOf(request) : levelsOfLesson(lessonId);
    const present = this.underWay.get(name);
    if (present !== undefined) return present;
    const asked = this.fetch(request, askedFor).finally(() => this.underWay.delete(name));
    this.underWay.set(name, asked);
    return asked;
  }

  private async fetch(request: ContentRequest, askedFor: string): Promise<void> {
    const sentAt = this.options.tick();
    const answer = await this.send(request, askedFor);
    if (answer.kind !== 'failure') this.proven = Math.max(this.proven, sentAt);
    this.answers.set(pathOf(request), answer);
    if (answer.kind === 'levels' && request.resource.type === 'task') {
      this.shareLevels(answer.levels);
    }
  }

  private shareLevels(levels: readonly Level[]): void {
    const lesson = levels.find(({ type }) => type === 'lesson');
    if (lesson === undefined) return;
    const above = levels.filter(({ type }) => type !== 'task');
    this.answers.set(levelsOfLesson(lesson.id), { kind: 'levels', levels: above });
  }

  private async send(request: ContentRequest, askedFor: string): Promise<ContentAnswer> {
    const { url, timeoutMs, gate, onFetched } = this.options;
    const { host } = new URL(url);
    const outcome = await gate
      .send({
        method: 'GET',
        url: `${url}${pathOf(request)}`,
        credentials: 'include',
        timeoutMs,
        maxBytes,
      })
      .catch((error: unknown) => {
        if (error instanceof UnavailableError) {
          throw new FailureError('content_unavailable', `reason_${error.reason}`);
        }
        throw error;
      });
    switch (outcome.kind) {
      case 'redirect':
      case 'html':
        throw new FailureError('content_login_required', host);
      case 'too_large':
        return { kind: 'failure', code: 'resource_invalid', text: '' };
      case 'answer':
        break;
    }
    const { status, json } = outcome;
    onFetched?.({ path: pathOf(request), status, json, askedFor });
    if (status === 401) throw new FailureError('content_login_required', host);
    if (status === 403) return { kind: 'failure', code: 'resource_forbidden', text: '' };
    if (status === 404 || status === 410) {
      return { kind: 'failure', code: 'resource_not_found', text: '' };
    }
    if (status < 200 || status >= 300)
      return { kind: 'failure', code: 'resource_invalid', text: '' };
    return readContentAnswer(request, json);
  }
}
