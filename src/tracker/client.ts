import * as z from 'zod/mini';
import type { Code } from '../errors/codes.ts';
import { FailureError } from '../errors/failure.ts';
import type { HttpRequest } from '../http/exchange.ts';
import { type Gate, type SendOptions, UnavailableError } from '../http/host-gate.ts';
import { jsonText } from '../http/json-text.ts';
import { parseTrackerDate } from './dates.ts';
import { issueKeyPattern } from './issue-key.ts';
import {
  type ChecklistItem,
  checklistIssueSchema,
  editedIssueSchema,
  errorBodySchema,
  fieldAnswerSchema,
  type Issue,
  issueSchema,
  itemIdPattern,
  type Person,
  personSchema,
  type TrackerField,
} from './shapes.ts';

/** A value of an issue's field, as it is written. */
export type FieldValue = string | number | null;

/**
 * What was learned of this tracker where its documentation leaves a choice. Kept between runs, so
 * that each lesson costs one refused request in all.
 */
export const habitsSchema = z.object({
  /** A checklist item's PATCH is refused without the item's text. */
  itemPatchNeedsText: z.boolean(),
  /** Fields that take a value only in another form than it comes in. */
  fieldForms: z.record(z.string(), z.enum(['text', 'number'])),
});
export type Habits = z.infer<typeof habitsSchema>;
export const noHabits: Habits = { itemPatchNeedsText: false, fieldForms: {} };

export interface TrackerOptions {
  /** API URL without a slash at its end, such as `https://api.tracker.yandex.net/v2`. */
  readonly url: string;
  readonly token: string;
  readonly tokenScheme: 'OAuth' | 'Bearer';
  readonly organisation: { readonly header: string; readonly id: string } | null;
  readonly timeoutMs: number;
  readonly gate: Gate;
  readonly habits: Habits;
}

/** A checklist issue as a pass needs it. */
export interface Checklist {
  readonly version: number;
  readonly items: readonly ChecklistItem[];
  /** The text of the issue's own error field. */
  readonly errorText: string;
  /** How long nobody had edited it, by the tracker's own clock, in milliseconds; 0 where it doesn't tell. */
  readonly restedMs: number;
}

/** What came of an edit of a checklist item. */
export interface ItemEdit {
  /** `gone` where somebody deleted the item meanwhile. */
  readonly outcome: 'written' | 'gone';
  /** The checklist issue's version after it, where the tracker says so in few words. */
  readonly version: number | null;
}

/** What the tracker says about the token. */
export type Identity =
  | { readonly kind: 'person'; readonly person: Person }
  /** As a rule for the organisation: its header is wrong or missing. */
  | { readonly kind: 'forbidden'; readonly text: string }
  /** Something answers, but it is no tracker's API. */
  | { readonly kind: 'no_tracker' };

/** Whose trouble an error status speaks of. */
type Subject = 'issue' | 'checklist_issue';

/** Over a megabyte at 10,000 checklist items; a good deal more where narrowing isn't honoured. */
const maxBytes = 64 * 1024 * 1024;
/** The largest number of keys that a search takes is not documented; it is halved on refusal. */
const keysASearch = 100;
const triesOfAnItemConflict = 5;
/** What tells whether an answer is about the issue that was asked for. */
const identity = ['key', 'aliases'];

/**
 * The tracker's API. Sends the token to the configured URL's origin alone, and never a cookie.
 * Every method throws FailureError: `tracker_token_rejected`, `tracker_unavailable`, and what is
 * named beside it.
 */
export class TrackerClient {
  private readonly options: TrackerOptions;
  private known: Habits;
  private searchSize = keysASearch;

  constructor(options: TrackerOptions) {
    this.options = options;
    this.known = options.habits;
  }

  get habits(): Habits {
    return this.known;
  }

  /** The issue with these fields. Throws `issue_not_found`, `issue_forbidden` too. */
  async readIssue(key: string, fields: readonly string[]): Promise<Issue> {
    const path = `${issuePath(key)}?${fieldsParameter([...identity, 'version', ...fields])}`;
    return this.read(
      'issue',
      key,
      { method: 'GET', path, about: [key] },
      aboutIssue(key, issueSchema),
    );
  }

  /**
   * Those of the issues that the search's index knows, under the keys that were asked for (a moved
   * issue answers under its new key). The index lags behind edits by seconds.
   */
  async searchIssues(
    keys: readonly string[],
    fields: readonly string[],
  ): Promise<Map<string, Issue>> {
    const asked = new Set(keys.filter((key) => issueKeyPattern.test(key)));
    const found = new Map<string, Issue>();
    const queue = [...asked];
    while (queue.length > 0) {
      const batch = queue.splice(0, this.searchSize);
      const issues = await this.searchPages(batch, [...identity, 'version', ...fields]);
      if (issues === null) {
        this.searchSize = Math.ceil(batch.length / 2);
        queue.unshift(...batch);
        continue;
      }
      for (const issue of issues) {
        for (const key of [issue.key, ...(issue.aliases ?? [])]) {
          if (asked.has(key)) found.set(key, issue);
        }
      }
    }
    return found;
  }

  /** Null where the search takes fewer keys than these. */
  private async searchPages(keys: readonly string[], fields: readonly string[]) {
    const issues: Issue[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const paging = `perPage=${keys.length}${page === 1 ? '' : `&page=${page}`}`;
      const path = `/issues/_search?${paging}&${fieldsParameter(fields)}`;
      const call: Call = { method: 'POST', path, body: { keys }, about: keys };
      const asked = await this.ask(call, z.array(issueSchema));
      const { answer } = asked;
      if ((answer.status === 400 || answer.status === 413) && keys.length > 1) return null;
      issues.push(...this.expectValue('issue', keys[0] ?? '', asked));
      pages = Math.min(keys.length, Number(answer.headers.get('X-Total-Pages') ?? 1));
    }
    return issues;
  }

  /**
   * Writes fields of an issue that is still at a version; at any version where none is given.
   * @returns `conflict` where it is at another one by now, or the answer does not tell: it is to be
   * read again.
   * Throws `issue_not_found`, `issue_forbidden`, `issue_locked`, `field_rejected` too.
   */
  async patchIssue(
    key: string,
    version: number | null,
    values: ReadonlyMap<string, FieldValue>,
    subject: Subject = 'issue',
  ): Promise<'written' | 'conflict'> {
    const guard = version === null ? '' : `version=${version}&`;
    const send = (body: Record<string, FieldValue>) =>
      this.send({
        method: 'PATCH',
        path: `${issuePath(key)}?${guard}${fieldsParameter([...identity, 'version'])}`,
        body,
        about: [key],
      });
    // The type of a field is not known here: a number may be due as text, or the other way round.
    // Each field is tried once in its other form, whether they are refused together or by turns.
    const changed = new Map<string, Form>();
    let answer: Answer;
    for (;;) {
      const forms = { ...this.known.fieldForms, ...Object.fromEntries(changed) };
      const written = [...values].map(([field, value]) => [field, inForm(value, forms[field])]);
      answer = await send(Object.fromEntries(written));
      if (answer.status !== 400 && answer.status !== 422) break;
      const refused = rejectedFields(answer.json).filter((field) => !changed.has(field));
      const others = otherForms(values, refused, forms);
      if (others.length === 0) break;
      for (const [field, form] of others) changed.set(field, form);
    }
    if (answer.status === 200 && changed.size > 0) {
      const fieldForms = { ...this.known.fieldForms, ...Object.fromEntries(changed) };
      this.known = { ...this.known, fieldForms };
    }
    if (answer.status === 409 || answer.status === 412) return 'conflict';
    if (answer.status === 400 || answer.status === 422 || answer.status === 428) {
      const named = rejectedFields(answer.json).filter((field) => values.has(field));
      const fields = named.length > 0 ? named : [...values.keys()];
      throw new FailureError('field_rejected', fields.join(', '), this.errorText(answer.json));
    }
    this.expectOk(subject, key, answer);
    // Proxies answer 200 to anything: that an issue was written is to be told by the issue.
    return isAbout(key, issueSchema.safeParse(answer.json).data) ? 'written' : 'conflict';
  }

  /** Throws `checklist_issue_not_found`, `checklist_issue_forbidden` too. */
  async readChecklist(key: string, errorField: string): Promise<Checklist> {
    const fields = ['version', 'updatedAt', 'checklistItems', errorField];
    return (await this.readChecklistIssue(key, fields, errorField)).checklist;
  }

  /**
   * The checklist issue's version, for little; the whole checklist instead where the tracker sends
   * it all the same, so that it need not be asked for again. Throws as {@link readChecklist}.
   */
  async readChecklistVersion(
    key: string,
    errorField: string,
  ): Promise<{ version: number; checklist: Checklist | null }> {
    const { checklist, isWhole } = await this.readChecklistIssue(key, ['version'], errorField);
    return { version: checklist.version, checklist: isWhole ? checklist : null };
  }

  private async readChecklistIssue(
    key: string,
    fields: readonly string[],
    errorField: string,
  ): Promise<{ checklist: Checklist; isWhole: boolean }> {
    const path = `${issuePath(key)}?${fieldsParameter([...identity, ...fields])}`;
    const asked = await this.ask({ method: 'GET', path }, aboutIssue(key, checklistIssueSchema));
    const issue = this.expectValue('checklist_issue', key, asked);
    const { version, updatedAt = '', checklistItems: items } = issue;
    const restedMs =
      Date.parse(asked.answer.headers.get('Date') ?? '') - parseTrackerDate(updatedAt);
    const errorText = fieldText(issue[errorField]);
    const checklist = { version, items: items ?? [], errorText, restedMs: restedMs || 0 };
    return { checklist, isWhole: items !== undefined };
  }

  /**
   * Checks or unchecks an item; its deadline is left alone where none is given.
   * Throws `checklist_issue_forbidden`, `checklist_issue_locked` too.
   */
  async patchItem(
    checklistIssue: string,
    item: Pick<ChecklistItem, 'id' | 'text'>,
    change: { readonly checked: boolean; readonly deadline?: string },
  ): Promise<ItemEdit> {
    const { checked, deadline } = change;
    const body = {
      checked,
      ...(deadline === undefined ? {} : { deadline: { date: deadline, deadlineType: 'date' } }),
    };
    const send = (withText: boolean) =>
      this.editItem(checklistIssue, item.id, 'PATCH', {
        ...body,
        ...(withText ? { text: item.text } : {}),
      });
    const { itemPatchNeedsText } = this.known;
    let answer = await send(itemPatchNeedsText);
    if (!itemPatchNeedsText && (answer.status === 400 || answer.status === 422)) {
      answer = await send(true);
      if (answer.status === 200) this.known = { ...this.known, itemPatchNeedsText: true };
    }
    return this.itemOutcome(checklistIssue, answer);
  }

  /** As {@link patchItem}. */
  async deleteItem(checklistIssue: string, itemId: string): Promise<ItemEdit> {
    return this.itemOutcome(
      checklistIssue,
      await this.editItem(checklistIssue, itemId, 'DELETE', undefined),
    );
  }

  /**
   * Adds an item to the end of a checklist. Sent once: it may have been added where no answer came,
   * so the list is to be read before the next try.
   * Throws `checklist_issue_not_found`, `checklist_issue_forbidden`, `checklist_issue_locked` too.
   */
  async addItem(
    checklistIssue: string,
    { text, checked, deadline, assignee }: Omit<ChecklistItem, 'id'>,
  ): Promise<void> {
    const send = (more: object) =>
      this.send({
        method: 'POST',
        path: `${issuePath(checklistIssue)}/checklistItems?${fieldsParameter(['version'])}`,
        body: {
          text,
          checked,
          ...(deadline?.date ? { deadline: { date: deadline.date, deadlineType: 'date' } } : {}),
          ...more,
        },
        ignoreBody: true,
        isSentOnce: true,
      });
    let answer = await send(assignee === undefined ? {} : { assignee: assignee.id });
    const isRefused = answer.status === 400 || answer.status === 422;
    // Somebody who left the organisation can't be assigned anything; their item is still to be done.
    if (isRefused && assignee !== undefined) answer = await send({});
    this.expectOk('checklist_issue', checklistIssue, answer);
  }

  /**
   * Creates an issue. Sent once, for the same reason as {@link addItem}.
   * @returns its key.
   * Throws `checklist_issue_not_created` too.
   */
  async createIssue(queue: string, values: Readonly<Record<string, string>>): Promise<string> {
    const path = `/issues?${fieldsParameter([...identity, 'version'])}`;
    const body = { queue, ...values };
    const asked = await this.ask({ method: 'POST', path, body, isSentOnce: true }, issueSchema);
    const { status, json } = asked.answer;
    if (status < 200 || status >= 300) {
      throw new FailureError('checklist_issue_not_created', queue, this.errorText(json));
    }
    return this.expectValue('issue', queue, asked).key;
  }

  /**
   * An issue of a queue by its summary and a part of its description; null where the search's index,
   * which lags behind by seconds, has none.
   */
  async findIssue(queue: string, summary: string, inDescription: string): Promise<string | null> {
    const path = `/issues/_search?perPage=50&${fieldsParameter([...identity, 'version', 'description'])}`;
    const body = { filter: { queue, summary } };
    const asked = await this.ask({ method: 'POST', path, body }, z.array(issueSchema));
    // A tracker that can't be asked in this way finds nothing.
    if (asked.answer.status === 400 || asked.answer.status === 422) return null;
    const issues = this.expectValue('issue', queue, asked);
    const found = issues.find(({ description }) => fieldText(description).includes(inDescription));
    return found?.key ?? null;
  }

  /** Whom the token belongs to, or how the tracker refuses to say. */
  async whoAmI(): Promise<Identity> {
    const answer = await this.send({ method: 'GET', path: '/myself' });
    if (answer.status === 403) return { kind: 'forbidden', text: this.errorText(answer.json) };
    if (answer.status === 404) return { kind: 'no_tracker' };
    this.expectOk('issue', '', answer);
    const person = personSchema.safeParse(answer.json);
    return person.success ? { kind: 'person', person: person.data } : { kind: 'no_tracker' };
  }

  /** The fields of all issues; with a queue's key, those of that queue's issues alone. */
  async readFields(queue: string | null): Promise<TrackerField[]> {
    if (queue !== null && !/^[A-Z][A-Z0-9]*$/.test(queue))
      throw new Error('not the key of a queue');
    const path = queue === null ? '/fields' : `/queues/${queue}/localFields`;
    const call: Call = { method: 'GET', path };
    const all = await this.read('issue', queue ?? '', call, z.array(z.unknown()));
    return all.flatMap((one) => {
      // A field that is described in another way is one that can't be chosen; the others can.
      const parsed = fieldAnswerSchema.safeParse(one);
      if (!parsed.success) return [];
      const { id, key = id, name, schema, readonly } = parsed.data;
      return [{ id, key, name: name || key, type: schema.type, readonly, queue }];
    });
  }

  /**
   * Whether a checklist issue may be edited: told by an edit that would change nothing, made for a
   * version that is over, so that the tracker has to refuse it.
   * @returns false where its answer doesn't tell.
   * Throws `checklist_issue_not_found`, `checklist_issue_forbidden`, `checklist_issue_locked` too.
   */
  async triesToEdit(key: string): Promise<boolean> {
    const issue = await this.readIssue(key, ['summary']);
    const answer = await this.send({
      method: 'PATCH',
      path: `${issuePath(key)}?version=${issue.version - 1}&${fieldsParameter([...identity, 'version'])}`,
      body: { summary: fieldText(issue.summary) },
    });
    if (answer.status === 409 || answer.status === 412) return true;
    if (answer.status === 400 || answer.status === 422 || answer.status === 428) return false;
    this.expectOk('checklist_issue', key, answer);
    return true;
  }

  private async editItem(
    checklistIssue: string,
    itemId: string,
    method: 'PATCH' | 'DELETE',
    body: unknown,
  ): Promise<Answer> {
    if (!itemIdPattern.test(itemId)) throw new Error('not the id of a checklist item');
    const path = `${issuePath(checklistIssue)}/checklistItems/${itemId}?${fieldsParameter(['version'])}`;
    for (let tries = 1; ; tries += 1) {
      const about = [`${checklistIssue}/${itemId}`];
      const answer = await this.send({ method, path, body, about, ignoreBody: true });
      const conflict = answer.status === 409 || answer.status === 412;
      if (!conflict || tries === triesOfAnItemConflict) return answer;
    }
  }

  private itemOutcome(checklistIssue: string, answer: Answer): ItemEdit {
    if (answer.status === 404) return { outcome: 'gone', version: null };
    this.expectOk('checklist_issue', checklistIssue, answer);
    const edited = editedIssueSchema.safeParse(answer.json);
    return { outcome: 'written', version: edited.data?.version ?? null };
  }

  /** What a good answer says. */
  private async read<Value>(
    subject: Subject,
    key: string,
    call: Call,
    schema: z.ZodMiniType<Value>,
  ): Promise<Value> {
    return this.expectValue(subject, key, await this.ask(call, schema));
  }

  /** Sends a call whose good answer is of a schema; one that isn't is asked for again. */
  private async ask<Value>(call: Call, schema: z.ZodMiniType<Value>): Promise<Asked<Value>> {
    let value: Value | undefined;
    const answer = await this.send(call, (json) => {
      const parsed = schema.safeParse(json);
      value = parsed.data;
      return parsed.success;
    });
    return { answer, value };
  }

  private expectValue<Value>(subject: Subject, key: string, asked: Asked<Value>): Value {
    this.expectOk(subject, key, asked.answer);
    if (asked.value !== undefined) return asked.value;
    throw new FailureError('tracker_unavailable', 'reason_bad_answer');
  }

  private expectOk(subject: Subject, key: string, { status, json }: Answer): void {
    if (status >= 200 && status < 300) return;
    const code = codesOfStatuses[subject][status];
    if (code !== undefined) throw new FailureError(code, key, this.errorText(json));
    throw new FailureError('tracker_unavailable', `HTTP ${status} ${this.errorText(json)}`.trim());
  }

  private async send(call: Call, isGood?: (json: unknown) => boolean): Promise<Answer> {
    const { method, path, body, about = [], ignoreBody = false, isSentOnce = false } = call;
    const { url, token, tokenScheme, organisation, timeoutMs, gate } = this.options;
    const request: HttpRequest = {
      method,
      url: `${url}${path}`,
      headers: {
        Authorization: `${tokenScheme} ${token}`,
        ...(organisation === null ? {} : { [organisation.header]: organisation.id }),
      },
      ...(body === undefined ? {} : { body }),
      about,
      credentials: 'omit',
      timeoutMs,
      maxBytes,
      ignoreBody,
    };
    const options: SendOptions = {
      ...(isSentOnce ? { mostTries: 1 } : {}),
      ...(isGood === undefined ? {} : { isGood }),
    };
    const outcome = await gate.send(request, options).catch((error: unknown) => {
      if (error instanceof UnavailableError) {
        throw new FailureError('tracker_unavailable', `reason_${error.reason}`);
      }
      throw error;
    });
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
  private errorText(json: unknown): string {
    const body = errorBodySchema.safeParse(json);
    if (!body.success) return '';
    const texts = [
      ...body.data.errorMessages,
      ...Object.entries(body.data.errors).map(([field, text]) => `${field}: ${fieldText(text)}`),
    ];
    return texts.join('; ').replaceAll(this.options.token, '•••').slice(0, 300);
  }
}

interface Call {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly body?: unknown;
  /** The issue, or `<checklist issue>/<item id>`, that it is sent for. */
  readonly about?: readonly string[];
  readonly ignoreBody?: boolean;
  /** It may have done its work where no answer came, and must not do it twice. */
  readonly isSentOnce?: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** An answer, and what it says where its status is good. */
interface Asked<Value> {
  readonly answer: Answer;
  readonly value: Value | undefined;
}

const codesOfStatuses: Record<Subject, Partial<Record<number, Code>>> = {
  issue: { 403: 'issue_forbidden', 404: 'issue_not_found', 423: 'issue_locked' },
  checklist_issue: {
    403: 'checklist_issue_forbidden',
    404: 'checklist_issue_not_found',
    423: 'checklist_issue_locked',
  },
};

function issuePath(key: string): string {
  if (!issueKeyPattern.test(key)) throw new Error('not an issue key');
  return `/issues/${key}`;
}

/** An issue has to be the one that was asked for; once moved, it has that key among its aliases. */
function isAbout(key: string, issue: Issue | undefined): boolean {
  return issue?.key === key || issue?.aliases?.includes(key) === true;
}

/** An issue's schema that takes none but the issue that was asked for. */
function aboutIssue<Value extends Issue>(key: string, schema: z.ZodMiniType<Value>) {
  return schema.check(z.refine((issue) => isAbout(key, issue)));
}

function fieldsParameter(fields: readonly string[]): string {
  const named = new Set(fields.filter((field) => field !== ''));
  return `fields=${[...named].map(encodeURIComponent).join(',')}`;
}

function rejectedFields(json: unknown): string[] {
  const body = errorBodySchema.safeParse(json);
  return body.success ? Object.keys(body.data.errors) : [];
}

type Form = 'text' | 'number';

function inForm(value: FieldValue, form: Form | undefined): FieldValue {
  if (form === 'text') return value === null ? '' : String(value);
  if (form === 'number' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) {
    return Number(value);
  }
  return value;
}

/** For each refused field the form that was not tried yet, where there is another one. */
function otherForms(
  values: ReadonlyMap<string, FieldValue>,
  refused: readonly string[],
  tried: Readonly<Record<string, Form>>,
): [field: string, form: Form][] {
  return refused.flatMap((field) => {
    const value = values.get(field);
    if (value === undefined) return [];
    const forms: Form[] = ['text', 'number'];
    const sent = inForm(value, tried[field]);
    const other = forms.find((form) => inForm(value, form) !== sent);
    return other === undefined ? [] : [[field, other]];
  });
}

/** A field's value as text: '' for none. Fields of other kinds (users, lists) stand as JSON. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? jsonText(value) : String(value);
}
