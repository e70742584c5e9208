import type { ContentAnswer, ContentRequest } from '../../../src/breadcrumbs/content-answers.ts';
import { pathOf, readContentAnswer } from '../../../src/breadcrumbs/content-answers.ts';
import { type Gathered, gather, type WantedKey } from '../../../src/breadcrumbs/gather.ts';
import type { ParsedLink } from '../../../src/breadcrumbs/link.ts';
import { breadcrumbKeys } from '../../../src/breadcrumbs/resource.ts';
import type { ItemCode } from '../../../src/errors/codes.ts';

/** An answer that is no JSON to read. */
export class Refused {
  readonly code: ItemCode;

  constructor(code: ItemCode) {
    this.code = code;
  }
}

/** What a content API answers, by path; 404 for all else. */
export type Content = Readonly<Record<string, unknown>>;

export const everyKey: readonly WantedKey[] = breadcrumbKeys.map((key) => ({
  key,
  ignoreErrors: false,
}));

function answerOf(content: Content, request: ContentRequest): ContentAnswer {
  const path = pathOf(request);
  const answer = Object.hasOwn(content, path) ? content[path] : new Refused('resource_not_found');
  if (!(answer instanceof Refused)) return readContentAnswer(request, answer);
  return { kind: 'failure', code: answer.code, text: '' };
}

/** Gives each answer that is needed until none is; fails where one is needed twice. */
export function gatherFrom(
  link: ParsedLink,
  content: Content,
  wanted: readonly WantedKey[] = everyKey,
  known: ReadonlyMap<string, ContentAnswer> = new Map(),
): { gathered: Exclude<Gathered, { kind: 'needs' }>; asked: string[] } {
  const answers = new Map(known);
  const asked: string[] = [];
  for (;;) {
    const gathered = gather(link, answers, wanted);
    if (gathered.kind !== 'needs') return { gathered, asked };
    if (gathered.requests.length === 0) throw new Error('needs nothing, and does not end');
    for (const request of gathered.requests) {
      const path = pathOf(request);
      if (asked.includes(path)) throw new Error(`asked twice for ${path}`);
      asked.push(path);
      answers.set(path, answerOf(content, request));
    }
  }
}
