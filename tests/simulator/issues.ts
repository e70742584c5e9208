import type { Json } from './json.ts';

/** The type of a field's values. */
export type FieldType =
  | 'string'
  | 'text'
  | 'integer'
  | 'float'
  | 'date'
  | 'datetime'
  | 'array'
  | 'user';

/** A field that issues can have. */
export interface FieldDefinition {
  /** What an issue uses as property name: `<queue's id>--<key>` for a local field. */
  readonly id: string;
  readonly key: string;
  readonly name: { readonly en: string; readonly ru: string };
  readonly type: FieldType;
  /** The type of an array's elements. */
  readonly items: Exclude<FieldType, 'array'> | null;
  readonly required: boolean;
  readonly readonly: boolean;
  /** The key of the queue whose local field it is; null for a global one. */
  readonly queue: string | null;
}

/** A queue of the tracker. */
export interface Queue {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  /** The number of its newest issue. */
  lastNumber: number;
}

/** An entry of a checklist. Never changed in place: an edit puts another in its stead. */
export interface ChecklistItem {
  readonly id: string;
  readonly text: string;
  readonly checked: boolean;
  /** A date as the tracker writes it, such as `2099-01-01T05:00:00.000+0000`. */
  readonly deadline: string | null;
  readonly assignee: Json;
}

/** What it takes to describe a checklist item; the rest has defaults. */
export type ItemSpec = Pick<ChecklistItem, 'text'> & Partial<ChecklistItem>;

/** Who changed something: the holder of the token, or a person (a test, or the web face). */
export type Who = 'token' | 'tester';

/** One change of one field; `undefined` stands for "no value". */
export interface FieldChange {
  readonly field: string;
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

/** One change of one checklist item; `undefined` stands for "not in the list". */
export interface ItemChange {
  readonly id: string;
  readonly from: ChecklistItem | undefined;
  readonly to: ChecklistItem | undefined;
}

/** One accepted edit: each raised the version by one, even where it changed nothing. */
export interface HistoryEntry {
  /** The issue's version after it. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly who: Who;
  readonly what: 'issue' | 'checklist' | 'move';
  readonly fields: readonly FieldChange[];
  readonly items: readonly ItemChange[];
}

/** An issue as it is or was. */
export interface IssueView {
  readonly id: string;
  readonly key: string;
  readonly queue: string;
  readonly aliases: readonly string[];
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** `summary` and every other field with a value. */
  readonly fields: ReadonlyMap<string, Json>;
  /** In the order of the list. */
  readonly items: ReadonlyMap<string, ChecklistItem>;
  /** How many items are checked. */
  readonly done: number;
}

/** What the token may do with an issue. */
export type Access = 'full' | 'read-only' | 'none';

/** An issue of the tracker. Change it through the world, so that others get to know. */
export interface Issue extends IssueView {
  key: string;
  queue: string;
  aliases: string[];
  version: number;
  updatedAt: number;
  readonly fields: Map<string, Json>;
  items: Map<string, ChecklistItem>;
  done: number;
  access: Access;
  /** Answered 423 to edits, whatever its version. */
  locked: boolean;
  /** Fields whose every value but null is rejected, with the reason. */
  readonly rejects: Map<string, string>;
  readonly history: HistoryEntry[];
}

/** What it takes to describe an issue; the rest has defaults. */
export interface IssueSpec {
  queue: string;
  /** Default: the next number of the queue. */
  key?: string;
  summary: string;
  fields?: Record<string, Json>;
  aliases?: string[];
  version?: number;
  access?: Access;
  locked?: boolean;
  rejects?: Record<string, string>;
  items?: ItemSpec[];
  /** Default: long ago, so that a lagging index has it. */
  createdAt?: number;
}

/** The number at the end of an issue's key. */
export function issueNumber(key: string): number {
  return Number(key.slice(key.lastIndexOf('-') + 1));
}

/** An issue as it was, found by undoing what came later; nothing where it was not there yet. */
export function viewAsOf(issue: Issue, time: number): IssueView | undefined {
  if (issue.createdAt > time) return undefined;
  const last = issue.history.at(-1);
  if (last === undefined || last.time <= time) return issue;
  const fields = new Map(issue.fields);
  const items = new Map(issue.items);
  let { version, done } = issue;
  let updatedAt = issue.createdAt;
  for (let i = issue.history.length - 1; i >= 0; i -= 1) {
    const entry = issue.history[i];
    if (entry === undefined) break;
    if (entry.time <= time) {
      updatedAt = entry.time;
      break;
    }
    version -= 1;
    for (const { field, from } of entry.fields) {
      if (from === undefined) fields.delete(field);
      else fields.set(field, from);
    }
    for (const { id, from, to } of entry.items) {
      done += Number(from?.checked ?? false) - Number(to?.checked ?? false);
      if (from === undefined) items.delete(id);
      else items.set(id, from);
    }
  }
  return { ...issue, fields, items, version, done, updatedAt };
}
