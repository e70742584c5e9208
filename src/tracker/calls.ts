import * as z from 'zod/mini';
import { FailureError } from '../errors/failure.ts';
import { type HttpRequest, isOk } from '../http/exchange.ts';
import { type Gate, orUnavailable, type SendOptions } from '../http/host-gate.ts';
import { fieldText } from './field-value.ts';
import { issueKeyPattern } from './issue-key.ts';
import { errorBodySchema, type Issue } from './shapes.ts';

/** How a tracker is spoken to. */
export interface CallOptions {
  /** What the settings say of it. */
  readonly settings: {
    /** API URL without a slash at its end, such as `https://api.tracker.yandex.net/v2`. */
    readonly trackerUrl: string;
    readonly tokenScheme: 'OAuth' | 'Bearer';
    readonly organisationHeader: 'none' | 'X-Org-ID' | 'X-Cloud-Org-ID';
    readonly organisationId: string;
    readonly trackerTimeoutSeconds: number;
  };
  readonly token: string;
  readonly gate: Gate;
}

/** A request below the API's URL. It is about an issue, or about `<checklist issue>/<item id>`. */
export interface Call
  extends Pick<HttpRequest, 'method' | 'body' | 'about' | 'ignoreBody'>,
    Pick<SendOptions, 'isSentOnce'> {
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** An answer, and what it says where its status is good. */
interface Asked<Value> {
  readonly answer: Answer;
  readonly value: Value | undefined;
}

/** Whose trouble an error status speaks of. */
export type Subject = 'issue' | 'checklist_issue';

/** Over a megabyte at 10,000 checklist items; a good deal more where narrowing isn't honoured. */
const maxBytes = 64 * 1024 * 1024;

/** What an error status says of its subject. */
const troubles = new Map<number, 'forbidden' | 'not_found' | 'locked'>([
  [403, 'forbidden'],
  [404, 'not_found'],
  [423, 'locked'],
]);

/**
 * Calls of the tracker's API, and what their answers say. Sends the token to the configured URL's
 * origin alone, and never a cookie.
 */
export class TrackerCalls {
  readonly #options: CallOptions;

  constructor(options: CallOptions) {
    this.#options = options;
  }

  /** What a good answer says. */
  async read<Value>(
    subject: Subject,
    key: string,
    call: Call,
    schema: z.ZodMiniType<Value>,
  ): Promise<Value> {
    return this.expectValue(subject, key, await this.ask(call, schema));
  }

  /** Sends a call whose good answer is of a schema; one that isn't is asked for again. */
  async ask<Value>(call: Call, schema: z.ZodMiniType<Value>): Promise<Asked<Value>> {
    let value: Value | undefined;
    const answer = await this.send(call, (json) => {
      const parsed = schema.safeParse(json);
      value = parsed.data;
      return parsed.success;
    });
    return { answer, value };
  }

  /** What an answer says. Throws as {@link expectOk}, and `tracker_unavailable` where it is no such thing. */
  expectValue<Value>(subject: Subject, key: string, asked: Asked<Value>): Value {
    this.expectOk(subject, key, asked.answer);
    if (asked.value !== undefined) return asked.value;
    throw new FailureError('tracker_unavailable', 'reason_bad_answer');
  }

  /** Throws what a bad status says of its subject. */
  expectOk(subject: Subject, key: string, { status, json }: Answer): void {
    if (isOk(status)) return;
    const text = this.errorText(json);
    const trouble = troubles.get(status);
    if (trouble !== undefined) throw new FailureError(`${subject}_${trouble}`, key, text);
    throw new FailureError('tracker_unavailable', `HTTP ${status} ${text}`.trim());
  }

  /** Throws `tracker_token_rejected`, `tracker_unavailable`. */
  async send({ path, isSentOnce, ...call }: Call, isGood?: SendOptions['isGood']): Promise<Answer> {
    const { settings, token, gate } = this.#options;
    const { organisationHeader: organisation, organisationId } = settings;
    const request: HttpRequest = {
      ...call,
      url: `${settings.trackerUrl}${path}`,
      headers: {
        Authorization: `${settings.tokenScheme} ${token}`,
        ...(organisation === 'none' ? {} : { [organisation]: organisationId }),
      },
      credentials: 'omit',
      timeoutMs: settings.trackerTimeoutSeconds * 1000,
      maxBytes,
    };
    const sent = gate.send(request, { isSentOnce, isGood });
    const outcome = await sent.catch(orUnavailable('tracker'));
    if (outcome.kind !== 'answer') {
      const reason = outcome.kind === 'too_large' ? 'reason_too_large' : 'reason_bad_answer';
      throw new FailureError('tracker_unavailable', reason);
    }
    if (outcome.status === 401) {
      throw new FailureError('tracker_token_rejected', this.errorText(outcome.json));
    }
    return outcome;
  }

  /** The tracker's own words, for people. A proxy that echoes the request must not echo the token. */
  errorText(json: unknown): string {
    const { errorMessages, errors } = errorBodySchema.parse(json);
    const texts = [
      ...errorMessages,
      ...Object.entries(errors).map(([field, text]) => `${field}: ${fieldText(text)}`),
    ];
    return texts.join('; ').replaceAll(this.#options.token, '•••').slice(0, 300);
  }
}

/** The path of an issue. Throws for what is no key: it comes from texts that people write. */
export function issuePath(key: string): string {
  if (!issueKeyPattern.test(key)) throw new Error('not an issue key');
  return `/issues/${key}`;
}

/** Whether a status says that something was edited meanwhile. */
export function isConflict(status: number): boolean {
  return status === 409 || status === 412;
}

/** Whether a status says that what was sent is wrong in itself. */
export function isRefused(status: number): boolean {
  return status === 400 || status === 422;
}

/**
 * An issue's schema that takes none but the issue that was asked for; once moved, it has that key
 * among its aliases.
 */
export function aboutIssue<Value extends Issue>(key: string, schema: z.ZodMiniType<Value>) {
  return schema.check(
    z.refine((issue) => issue.key === key || issue.aliases?.includes(key) === true),
  );
}

/** Narrows an answer to these fields, and to what tells which issue it is about, and as of when. */
export function fieldsParameter(...fields: readonly string[]): string {
  const named = new Set(['key', 'aliases', 'version', ...fields.filter((field) => field !== '')]);
  return `fields=${[...named].map(encodeURIComponent).join(',')}`;
}

/** A checklist item's deadline as it is written; it is left alone where there is none. */
export function deadlineOf(date: string | null | undefined): object | undefined {
  return date ? { date, deadlineType: 'date' } : undefined;
}

/** The fields that an error is about. */
export function rejectedFields(json: unknown): string[] {
  return Object.keys(errorBodySchema.parse(json).errors);
}
