import type { ItemTimes, SentRequest } from '../activity/entries.ts';
import type { HttpOutcome, HttpRequest } from '../http/exchange.ts';
import { itemName } from '../queue/item-memory.ts';
import type { WorkItem } from '../queue/plan.ts';
import type { Host } from '../status/status.ts';

/** A stretch of time in which a request was under way; by a clock that never jumps. */
interface RequestSpan {
  readonly from: number;
  readonly to: number;
}

interface Span extends RequestSpan {
  readonly host: Host;
}

interface Noted {
  sent: SentRequest;
  readonly spans: Span[];
}

type Item = Pick<WorkItem, 'queue' | 'id' | 'issueKey'>;

/**
 * Which requests went out for which item: a request says what it is about, by an issue's key or an
 * item's name. Kept until the item ends.
 */
export class RequestsByItem {
  readonly #bySubject = new Map<string, Noted[]>();
  readonly #byRequest = new WeakMap<HttpRequest, Noted>();
  readonly #begunAt = new Map<string, number>();

  begin(item: Item, now: number): void {
    const name = itemName(item);
    // One that was held back and is taken up again has waited in between.
    if (!this.#begunAt.has(name)) this.#begunAt.set(name, now);
  }

  /** A try of a request has ended. */
  note(host: Host, request: HttpRequest, outcome: HttpOutcome, span: RequestSpan): void {
    let noted = this.#byRequest.get(request);
    if (noted === undefined) {
      const { method, url, about = [] } = request;
      const sharedBy = about.length > 1 ? about.length : undefined;
      const path = new URL(url).pathname;
      noted = { sent: { host, method, path, answer: 0, ms: 0, tries: 0, sharedBy }, spans: [] };
      this.#byRequest.set(request, noted);
      for (const subject of about) {
        const found = this.#bySubject.get(subject) ?? [];
        found.push(noted);
        this.#bySubject.set(subject, found);
      }
    }
    const { sent, spans } = noted;
    const ms = sent.ms + Math.round(span.to - span.from);
    noted.sent = { ...sent, answer: answerOf(outcome), ms, tries: sent.tries + 1 };
    spans.push({ host, ...span });
  }

  /**
   * What was sent for an item that ends now, and where its time went.
   * @param movedTo its issue's key as the tracker has it, which writes are about.
   */
  end(
    item: Item,
    movedTo: string | undefined,
    now: number,
  ): { requests: SentRequest[]; times: ItemTimes | null } {
    const name = itemName(item);
    const begunAt = this.#begunAt.get(name);
    this.#begunAt.delete(name);
    const noted = [item.issueKey, movedTo, name].flatMap((subject) => {
      if (!subject) return [];
      const found = this.#bySubject.get(subject) ?? [];
      this.#bySubject.delete(subject);
      return found;
    });
    const spans = noted.flatMap((one) => one.spans);
    return {
      requests: noted.map(({ sent }) => sent),
      times: begunAt === undefined ? null : itemTimes(spans, begunAt, now),
    };
  }
}

/** What a try came to, in one word. */
export function answerOf(outcome: HttpOutcome): SentRequest['answer'] {
  if (outcome.kind === 'answer') return outcome.status;
  return outcome.kind === 'failed' ? outcome.reason : outcome.kind;
}

/** Divides a stretch of time by what went on in it; what is neither host's was waited. */
export function itemTimes(spans: readonly Span[], from: number, to: number): ItemTimes {
  const under = (host: Host) =>
    covered(
      spans.filter((span) => span.host === host),
      from,
      to,
    );
  const [tracker, content] = [under('tracker'), under('content')];
  return {
    tracker: Math.round(tracker),
    content: Math.round(content),
    waiting: Math.max(0, Math.round(to - from - tracker - content)),
  };
}

/** How much of a stretch of time is covered by spans that may overlap. */
function covered(spans: readonly RequestSpan[], from: number, to: number): number {
  let sum = 0;
  let reached = from;
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const end = Math.min(span.to, to);
    sum += Math.max(0, end - Math.max(span.from, reached));
    reached = Math.max(reached, end);
  }
  return sum;
}
