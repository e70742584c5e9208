import * as z from 'zod/mini';
import { FailureError } from '../errors/failure.ts';
import {
  type Answer,
  aboutIssue,
  type Call,
  type CallOptions,
  deadlineOf,
  fieldsParameter,
  isConflict,
  isRefused,
  issuePath,
  rejectedFields,
  type Subject,
  TrackerCalls,
} from './calls.ts';
import { parseTrackerDate } from './dates.ts';
import { type FieldValue, type Form, fieldText, inForm, otherForms } from './field-value.ts';
import { issueKeyPattern } from './issue-key.ts';
import {
  type ChecklistItem,
  checklistIssueSchema,
  editedIssueSchema,
  type Issue,
  issueSchema,
  itemIdPattern,
} from './shapes.ts';

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

export interface TrackerOptions extends CallOptions {
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

/** The largest number of keys that a search takes is not documented; it is halved on refusal. */
const keysASearch = 100;
/** So many keys that are refused each alone, with none that is taken, are no trouble of the keys. */
const keysRefusedUntilNone = 3;
const triesOfAnItemConflict = 5;

/** The tracker takes no search: each issue may be read by its key. */
export class SearchRefusedError extends FailureError {
  constructor() {
    super('tracker_unavailable', 'reason_bad_answer');
  }
}

/**
 * What runs read and write of a tracker. Every method throws FailureError: `tracker_token_rejected`,
 * `tracker_unavailable`, and what is named beside it.
 */
export class TrackerClient {
  /** For what only some of those who use a client ask: `additions.ts`, `inquiries.ts`. */
  readonly calls: TrackerCalls;
  /** With what was learned by now. */
  habits: Habits;
  #searchSize = keysASearch;

  constructor(options: TrackerOptions) {
    this.calls = new TrackerCalls(options);
    this.habits = options.habits;
  }

  /** The issue with these fields. Throws `issue_not_found`, `issue_forbidden` too. */
  async readIssue(
    key: string,
    fields: readonly string[],
    subject: Subject = 'issue',
  ): Promise<Issue> {
    const path = `${issuePath(key)}?${fieldsParameter(...fields)}`;
    const call: Call = { method: 'GET', path, about: [key] };
    return this.calls.read(subject, key, call, aboutIssue(key, issueSchema));
  }

  /**
   * Those of the issues that the search's index knows, under the keys that were asked for (a moved
   * issue answers under its new key). The index lags behind edits by seconds.
   * @param refuse is told of each key that the search alone does not take: the issue may be there.
   * Throws `SearchRefusedError` too.
   */
  async searchIssues(
    keys: readonly string[],
    fields: readonly string[],
    refuse: (key: string) => void = () => undefined,
  ): Promise<Map<string, Issue>> {
    const asked = new Set(keys.filter((key) => issueKeyPattern.test(key)));
    const found = new Map<string, Issue>();
    const queue = [...asked];
    const size = this.#searchSize;
    let keysRefused = 0;
    let isTaken = false;
    while (queue.length > 0) {
      const batch = queue.splice(0, this.#searchSize);
      const issues = await this.#searchPages(batch, fields);
      if (issues !== null) {
        isTaken = true;
        for (const issue of issues) {
          for (const key of [issue.key, ...(issue.aliases ?? [])]) {
            if (asked.has(key)) found.set(key, issue);
          }
        }
      } else if (batch.length > 1) {
        this.#searchSize = Math.ceil(batch.length / 2);
        queue.unshift(...batch);
      } else {
        // It was this key that it did not take, and no number of them.
        this.#searchSize = size;
        keysRefused += 1;
        batch.forEach(refuse);
        if (keysRefused === keysRefusedUntilNone && !isTaken) {
          this.#searchSize = 1;
          throw new SearchRefusedError();
        }
      }
    }
    return found;
  }

  /** Null where the search does not take these keys, or so many. */
  async #searchPages(keys: readonly string[], fields: readonly string[]) {
    const issues: Issue[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const paging = `perPage=${keys.length}${page === 1 ? '' : `&page=${page}`}`;
      const path = `/issues/_search?${paging}&${fieldsParameter(...fields)}`;
      const call: Call = { method: 'POST', path, body: { keys }, about: keys };
      const asked = await this.calls.ask(call, z.array(issueSchema));
      const { answer } = asked;
      if (answer.status === 400 || answer.status === 413) return null;
      issues.push(...this.calls.expectValue('issue', keys[0] ?? '', asked));
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
      this.calls.send({
        method: 'PATCH',
        path: `${issuePath(key)}?${guard}${fieldsParameter()}`,
        body,
        about: [key],
      });
    // The type of a field is not known here: a number may be due as text, or the other way round.
    // Each field is tried once in its other form, whether they are refused together or by turns.
    let changed: Readonly<Record<string, Form>> = {};
    let answer: Answer;
    for (;;) {
      const forms = { ...this.habits.fieldForms, ...changed };
      const written = [...values].map(([field, value]) => [field, inForm(value, forms[field])]);
      answer = await send(Object.fromEntries(written));
      if (!isRefused(answer.status)) break;
      const refused = rejectedFields(answer.json).filter((field) => !Object.hasOwn(changed, field));
      const others = otherForms(values, refused, forms);
      if (others.length === 0) break;
      changed = { ...changed, ...Object.fromEntries(others) };
    }
    if (answer.status === 200) {
      this.habits = { ...this.habits, fieldForms: { ...this.habits.fieldForms, ...changed } };
    }
    if (isConflict(answer.status)) return 'conflict';
    if (isRefused(answer.status) || answer.status === 428) {
      const named = rejectedFields(answer.json).filter((field) => values.has(field));
      const fields = named.length > 0 ? named : [...values.keys()];
      throw new FailureError(
        'field_rejected',
        fields.join(', '),
        this.calls.errorText(answer.json),
      );
    }
    this.calls.expectOk(subject, key, answer);
    // Proxies answer 200 to anything: that an issue was written is to be told by the issue.
    const isAbout = aboutIssue(key, issueSchema).safeParse(answer.json).success;
    return isAbout ? 'written' : 'conflict';
  }

  /** Throws `checklist_issue_not_found`, `checklist_issue_forbidden` too. */
  async readChecklist(key: string, errorField: string): Promise<Checklist> {
    const fields = ['updatedAt', 'checklistItems', errorField];
    return (await this.#readChecklistIssue(key, fields, errorField)).checklist;
  }

  /**
   * The checklist issue's version, for little; the whole checklist instead where the tracker sends
   * it all the same, so that it need not be asked for again. Throws as {@link readChecklist}.
   */
  async readChecklistVersion(
    key: string,
    errorField: string,
  ): Promise<{ version: number; checklist: Checklist | null }> {
    const { checklist, isWhole } = await this.#readChecklistIssue(key, [], errorField);
    return { version: checklist.version, checklist: isWhole ? checklist : null };
  }

  async #readChecklistIssue(
    key: string,
    fields: readonly string[],
    errorField: string,
  ): Promise<{ checklist: Checklist; isWhole: boolean }> {
    const call: Call = { method: 'GET', path: `${issuePath(key)}?${fieldsParameter(...fields)}` };
    const asked = await this.calls.ask(call, aboutIssue(key, checklistIssueSchema));
    const issue = this.calls.expectValue('checklist_issue', key, asked);
    const { version, updatedAt = '', checklistItems } = issue;
    const items = (checklistItems ?? []).map((item) => ({ ...item, id: String(item.id) }));
    const answeredAt = Date.parse(asked.answer.headers.get('Date') ?? '');
    const restedMs = answeredAt - parseTrackerDate(updatedAt) || 0;
    const checklist = { version, items, errorText: fieldText(issue[errorField]), restedMs };
    return { checklist, isWhole: checklistItems !== undefined };
  }

  /**
   * Checks or unchecks an item; its deadline is left alone where none is given.
   * @returns the checklist issue's version after it, where the tracker says so in few words. Null too
   * where somebody deleted the item meanwhile.
   * Throws `checklist_issue_forbidden`, `checklist_issue_locked` too.
   */
  async patchItem(
    checklistIssue: string,
    item: Pick<ChecklistItem, 'id' | 'text'>,
    change: { readonly checked: boolean; readonly deadline?: string },
  ): Promise<number | null> {
    const send = (text?: string) =>
      this.#editItem(checklistIssue, item.id, 'PATCH', {
        checked: change.checked,
        deadline: deadlineOf(change.deadline),
        text,
      });
    const { itemPatchNeedsText } = this.habits;
    let answer = await send(itemPatchNeedsText ? item.text : undefined);
    if (!itemPatchNeedsText && isRefused(answer.status)) {
      answer = await send(item.text);
      if (answer.status === 200) this.habits = { ...this.habits, itemPatchNeedsText: true };
    }
    return this.#versionAfter(checklistIssue, answer);
  }

  /** As {@link patchItem}. */
  async deleteItem(checklistIssue: string, itemId: string): Promise<number | null> {
    return this.#versionAfter(
      checklistIssue,
      await this.#editItem(checklistIssue, itemId, 'DELETE', undefined),
    );
  }

  async #editItem(
    checklistIssue: string,
    itemId: string,
    method: 'PATCH' | 'DELETE',
    body: unknown,
  ): Promise<Answer> {
    if (!itemIdPattern.test(itemId)) throw new Error('not the id of a checklist item');
    const path = `${issuePath(checklistIssue)}/checklistItems/${itemId}?fields=version`;
    for (let tries = 1; ; tries += 1) {
      const about = [`${checklistIssue}/${itemId}`];
      const answer = await this.calls.send({ method, path, body, about, ignoreBody: true });
      if (!isConflict(answer.status) || tries === triesOfAnItemConflict) return answer;
    }
  }

  #versionAfter(checklistIssue: string, answer: Answer): number | null {
    if (answer.status === 404) return null;
    this.calls.expectOk('checklist_issue', checklistIssue, answer);
    return editedIssueSchema.safeParse(answer.json).data?.version ?? null;
  }
}
