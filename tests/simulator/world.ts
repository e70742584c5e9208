import type { Json } from './json.ts';
import { sameJson } from './json.ts';
import { Waiting } from './waiting.ts';

/** The hierarchy from the top; a sprint stands beside it. */
export const resourceTypes = [
  'faculty',
  'profession',
  'track',
  'course',
  'topic',
  'lesson',
  'task',
  'sprint',
] as const;

/** A kind of resource. */
export type ResourceType = (typeof resourceTypes)[number];

/** What the content API calls several resources of a kind. */
export const plurals: Readonly<Record<ResourceType, string>> = {
  faculty: 'faculties',
  profession: 'professions',
  track: 'tracks',
  course: 'courses',
  topic: 'topics',
  lesson: 'lessons',
  task: 'tasks',
  sprint: 'sprints',
};

/** What is wrong with what the content API says about one resource. */
export type Trouble =
  /** 404. */
  | { kind: 'missing' }
  /** 403. */
  | { kind: 'forbidden' }
  /** 200 with an `errors` member. */
  | { kind: 'errors'; errors: Json[] }
  /** 200 with this JSON, whatever it is. */
  | { kind: 'answer'; json: Json }
  /** The right shape, but about another resource of the type. */
  | { kind: 'another'; id: string }
  /** The right shape, after so many bytes of padding. */
  | { kind: 'huge'; bytes: number };

/** One thing of the content hierarchy. */
export interface Resource {
  readonly type: ResourceType;
  readonly id: string;
  name: string;
  /** Tasks have this instead of a name. */
  description: string;
  /** `undefined` where the object has no such member, which is not the same as null. */
  position: number | null | undefined;
  parent: Resource | null;
  /** The sprint it belongs to, if it has one. */
  sprint: Resource | null;
  /** How a `breadcrumbs/` answer gives the name of this level. */
  nameInBreadcrumbs: 'given' | 'absent' | 'null' | 'empty';
  trouble: Trouble | null;
  /** Which of its two addresses the trouble is at. */
  troubleAt: 'object' | 'breadcrumbs' | 'both';
}

/** What it takes to describe a resource; the rest has defaults. */
export type ResourceSpec = Pick<Resource, 'type' | 'id'> & Partial<Omit<Resource, 'type' | 'id'>>;

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

/** Where sources about the tracker differ, or where it can be set up: which way this one is. */
export interface TrackerRules {
  token: string;
  /** The accepted schemes of the Authorization header. */
  schemes: readonly ('OAuth' | 'Bearer')[];
  /** The header that every request must carry, if any. */
  organisation: { header: 'X-Org-ID' | 'X-Cloud-Org-ID'; id: string } | null;
  /** Whether `fields` narrows answers. */
  honourFields: boolean;
  /** The answer to `?version=` with another version than the issue's. */
  conflictStatus: 409 | 412;
  /** The answer to unknown fields and to values of the wrong type. */
  fieldErrorStatus: 422 | 400;
  /** The most issues on a page of a search. */
  maxPerPage: number;
  /** The most keys in a search. */
  maxKeys: number;
  /** The answer to more than that. */
  tooMuchStatus: 400 | 413;
  /** How long ago the state is that searches and counts see. */
  searchLagMs: number;
  /** Whether a search by an old key finds a moved issue. */
  searchFindsMoved: boolean;
  /** Whether a checklist of one item is answered as that item instead of an array. */
  loneItemAsObject: boolean;
  /** Whether an item PATCH without a text is rejected, and with which status. */
  itemPatchNeedsText: false | 400 | 422;
  /** The answer to a new item. */
  itemPostStatus: 200 | 201;
  /** The answer to a deleted item or list. */
  deleteStatus: 200 | 204;
  /** How `checklistDone` is written. */
  checklistDoneAs: 'string' | 'number';
  /** Issues past this version can't be edited. */
  versionLimit: number;
}

/** How the content API behaves as a whole. */
export interface ContentRules {
  requireLogin: boolean;
  /** What it answers those who are not signed in. */
  signedOut: '401' | 'redirect' | 'html' | '403';
  /** What it answers about any resource. */
  mood: 'normal' | 'all-missing' | 'all-forbidden' | 'all-errors' | 'another-shape';
  /** Whether a task's own object has `lesson_id`. */
  tasksNameLesson: boolean;
  /** Whether ids of digits only are written as numbers. */
  numericIds: boolean;
}

const defaultTrackerRules: TrackerRules = {
  token: 'y0_simulated-token-of-the-robot',
  schemes: ['OAuth', 'Bearer'],
  organisation: null,
  honourFields: true,
  conflictStatus: 409,
  fieldErrorStatus: 422,
  maxPerPage: 500,
  maxKeys: 500,
  tooMuchStatus: 400,
  searchLagMs: 0,
  searchFindsMoved: false,
  loneItemAsObject: false,
  itemPatchNeedsText: false,
  itemPostStatus: 201,
  deleteStatus: 200,
  checklistDoneAs: 'string',
  versionLimit: 10_100,
};

const defaultContentRules: ContentRules = {
  requireLogin: true,
  signedOut: '401',
  mood: 'normal',
  tasksNameLesson: false,
  numericIds: false,
};

/** What can be set of a new world. */
export interface WorldOptions {
  tracker?: Partial<TrackerRules>;
  content?: Partial<ContentRules>;
  /** The clock, in milliseconds since 1970. */
  now?: () => number;
}

/** The number at the end of an issue's key. */
export function issueNumber(key: string): number {
  return Number(key.slice(key.lastIndexOf('-') + 1));
}

/**
 * All data of the tracker and of the content API. Every edit of an issue goes through here, raises
 * its version and is kept in its history; every change of anything is told to those who listen.
 */
export class World {
  readonly trackerRules: TrackerRules;
  readonly contentRules: ContentRules;
  readonly now: () => number;
  readonly queues = new Map<string, Queue>();
  readonly fields = new Map<string, FieldDefinition>();
  /** The issues whose checklists are work queues. */
  readonly checklistKeys: string[] = [];
  /** A link that is sure to work, for settings; empty where there is none. */
  testLink = '';

  readonly #issues = new Map<string, Issue>();
  readonly #issuesByQueue = new Map<string, Set<Issue>>();
  readonly #aliases = new Map<string, Issue>();
  /** Issues that are gone, and when they went: a lagging index still has them. */
  readonly #removed = new Map<string, { issue: Issue; time: number }>();
  readonly #resources = new Map<string, Resource>();
  readonly #sessions = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Waiting();
  #ids = 0;

  constructor(options: WorldOptions = {}) {
    this.trackerRules = { ...defaultTrackerRules, ...options.tracker };
    this.contentRules = { ...defaultContentRules, ...options.content };
    this.now = options.now ?? Date.now;
  }

  // Changes and waiting for them

  /** Calls `listener` after each change; gives the way to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once `test` holds, tried now and at each change; `what` is for the error after the deadline. */
  until(what: string, test: (world: World) => boolean, timeoutMs = 30_000): Promise<void> {
    return this.#waiting.wait(what, () => test(this), timeoutMs);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
    this.#waiting.check();
  }

  // Queues, fields

  /** Adds a queue. */
  addQueue(queue: Omit<Queue, 'lastNumber'>): Queue {
    const added = { ...queue, lastNumber: 0 };
    this.queues.set(queue.key, added);
    this.#issuesByQueue.set(queue.key, new Set());
    return added;
  }

  /** Adds a field. */
  addField(
    field: Pick<FieldDefinition, 'id' | 'key' | 'name' | 'type'> & Partial<FieldDefinition>,
  ): FieldDefinition {
    const added = { items: null, required: false, readonly: false, queue: null, ...field };
    this.fields.set(added.id, added);
    return added;
  }

  // Issues

  /** All issues that there are. */
  issues(): IterableIterator<Issue> {
    return this.#issues.values();
  }

  /** The issues of one queue, those included that left it within a lagging index's reach. */
  issuesOfQueue(queue: string): Iterable<Issue> {
    return this.#issuesByQueue.get(queue) ?? [];
  }

  /** The issue with that key, or with it among its old keys. */
  findIssue(key: string): Issue | undefined {
    return this.#issues.get(key) ?? this.#aliases.get(key);
  }

  /** The issue with that key; throws where there is none. */
  issue(key: string): Issue {
    const issue = this.findIssue(key);
    if (issue === undefined) throw new Error(`No issue ${key} in the simulated tracker`);
    return issue;
  }

  /** The edits of an issue itself (not of its checklist) that came with the token. */
  patches(key: string): HistoryEntry[] {
    return this.issue(key).history.filter(({ who, what }) => who === 'token' && what === 'issue');
  }

  /** Makes an issue. */
  addIssue(spec: IssueSpec): Issue {
    const queue = this.queues.get(spec.queue);
    if (queue === undefined) throw new Error(`No queue ${spec.queue} in the simulated tracker`);
    const key = spec.key ?? `${queue.key}-${queue.lastNumber + 1}`;
    if (this.#issues.has(key)) throw new Error(`There is an issue ${key} already`);
    queue.lastNumber = Math.max(queue.lastNumber, issueNumber(key));
    const createdAt = spec.createdAt ?? 0;
    const items = (spec.items ?? []).map((item) => this.#newItem(item));
    const issue: Issue = {
      id: this.#newId(),
      key,
      queue: queue.key,
      aliases: spec.aliases ?? [],
      version: spec.version ?? 1,
      createdAt,
      updatedAt: createdAt,
      fields: new Map([['summary', spec.summary], ...Object.entries(spec.fields ?? {})]),
      items: new Map(items.map((item) => [item.id, item])),
      done: items.filter(({ checked }) => checked).length,
      access: spec.access ?? 'full',
      locked: spec.locked ?? false,
      rejects: new Map(Object.entries(spec.rejects ?? {})),
      history: [],
    };
    this.#issues.set(key, issue);
    this.#issuesByQueue.get(queue.key)?.add(issue);
    for (const alias of issue.aliases) this.#aliases.set(alias, issue);
    this.#changed();
    return issue;
  }

  /** Edits fields: null, an empty text and an empty array all empty one. */
  editIssue(key: string, values: Record<string, Json>, who: Who = 'tester'): Issue {
    const issue = this.issue(key);
    const changes: FieldChange[] = [];
    for (const [field, value] of Object.entries(values)) {
      const empty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
      const from = issue.fields.get(field);
      const to = empty ? undefined : value;
      if (sameJson(from, to)) continue;
      changes.push({ field, from, to });
      if (to === undefined) issue.fields.delete(field);
      else issue.fields.set(field, to);
    }
    return this.#record(issue, who, 'issue', changes, []);
  }

  /** Gives the token another right to an issue; no edit of the issue. */
  setAccess(key: string, access: Access): void {
    this.issue(key).access = access;
    this.#changed();
  }

  /** Locks an issue against edits, or unlocks it; no edit of the issue. */
  setLocked(key: string, locked: boolean): void {
    this.issue(key).locked = locked;
    this.#changed();
  }

  /** Moves an issue: it answers under the new key, and to the old one. */
  moveIssue(key: string, newKey: string): Issue {
    const issue = this.issue(key);
    const queue = this.queues.get(newKey.slice(0, newKey.lastIndexOf('-')));
    if (queue === undefined) throw new Error(`No queue for ${newKey}`);
    this.#issues.delete(issue.key);
    this.#issuesByQueue.get(issue.queue)?.delete(issue);
    this.#aliases.set(issue.key, issue);
    issue.aliases.push(issue.key);
    issue.key = newKey;
    issue.queue = queue.key;
    queue.lastNumber = Math.max(queue.lastNumber, issueNumber(newKey));
    this.#issues.set(newKey, issue);
    this.#issuesByQueue.get(queue.key)?.add(issue);
    return this.#record(issue, 'tester', 'move', [], []);
  }

  /** Deletes an issue; a lagging index has it for a while yet. */
  removeIssue(key: string): void {
    const issue = this.issue(key);
    this.#issues.delete(issue.key);
    this.#issuesByQueue.get(issue.queue)?.delete(issue);
    for (const alias of issue.aliases) this.#aliases.delete(alias);
    this.#removed.set(issue.key, { issue, time: this.now() });
    this.#changed();
  }

  /** What an index that saw nothing after `time` has under a key. */
  issueAsOf(key: string, time: number): IssueView | undefined {
    const removed = this.#removed.get(key);
    const issue =
      removed !== undefined && removed.time > time ? removed.issue : this.#issues.get(key);
    return issue && viewAsOf(issue, time);
  }

  // Checklists

  /** Adds an item to the end of an issue's checklist. */
  addItem(key: string, spec: ItemSpec, who: Who = 'tester'): ChecklistItem {
    const issue = this.issue(key);
    const item = this.#newItem(spec);
    this.#editItems(issue, who, [{ id: item.id, from: undefined, to: item }]);
    return item;
  }

  /** Adds several items at once, at the cost of one version each. */
  addItems(key: string, specs: readonly ItemSpec[], who: Who = 'tester'): ChecklistItem[] {
    return specs.map((spec) => this.addItem(key, spec, who));
  }

  /** The item with that id; throws where there is none. */
  item(key: string, id: string): ChecklistItem {
    const item = this.issue(key).items.get(id);
    if (item === undefined) throw new Error(`No item ${id} in the checklist of ${key}`);
    return item;
  }

  /** The first item whose text is exactly that; throws where there is none. */
  itemByText(key: string, text: string): ChecklistItem {
    for (const item of this.issue(key).items.values()) if (item.text === text) return item;
    throw new Error(`No item "${text}" in the checklist of ${key}`);
  }

  /** Edits an item. */
  editItem(
    key: string,
    id: string,
    edit: Partial<Omit<ChecklistItem, 'id'>>,
    who: Who = 'tester',
  ): ChecklistItem {
    const from = this.item(key, id);
    const to = { ...from, ...edit };
    this.#editItems(this.issue(key), who, [{ id, from, to }]);
    return to;
  }

  /** Deletes an item. */
  removeItem(key: string, id: string, who: Who = 'tester'): void {
    this.#editItems(this.issue(key), who, [{ id, from: this.item(key, id), to: undefined }]);
  }

  /** Rewrites a whole checklist: items that are not among the new ones are gone. */
  replaceItems(key: string, items: readonly ChecklistItem[], who: Who = 'tester'): Issue {
    const issue = this.issue(key);
    const after = new Map(items.map((item) => [item.id, item]));
    const changes: ItemChange[] = [];
    for (const id of new Set([...issue.items.keys(), ...after.keys()])) {
      const from = issue.items.get(id);
      const to = after.get(id);
      if (from !== to) changes.push({ id, from, to });
    }
    issue.items = after;
    issue.done = items.filter(({ checked }) => checked).length;
    return this.#record(issue, who, 'checklist', [], changes);
  }

  /** Moves an item to another place in its list. */
  moveItem(key: string, id: string, index: number): void {
    const moved = this.item(key, id);
    const items = [...this.issue(key).items.values()].filter((item) => item.id !== id);
    items.splice(index, 0, moved);
    this.replaceItems(key, items);
  }

  #newItem(spec: ItemSpec): ChecklistItem {
    return { id: this.#newId(), checked: false, deadline: null, assignee: null, ...spec };
  }

  #editItems(issue: Issue, who: Who, changes: readonly ItemChange[]): void {
    for (const { id, from, to } of changes) {
      issue.done += Number(to?.checked ?? false) - Number(from?.checked ?? false);
      if (to === undefined) issue.items.delete(id);
      else issue.items.set(id, to);
    }
    this.#record(issue, who, 'checklist', [], changes);
  }

  #record(
    issue: Issue,
    who: Who,
    what: HistoryEntry['what'],
    fields: readonly FieldChange[],
    items: readonly ItemChange[],
  ): Issue {
    const time = this.now();
    issue.version += 1;
    issue.updatedAt = time;
    issue.history.push({ version: issue.version, time, who, what, fields, items });
    this.#changed();
    return issue;
  }

  /** Ids as the tracker's are: 24 hexadecimal digits. */
  #newId(): string {
    this.#ids += 1;
    return `6563b1f0${this.#ids.toString(16).padStart(16, '0')}`;
  }

  // Content

  /** All resources that there are. */
  resources(): IterableIterator<Resource> {
    return this.#resources.values();
  }

  /** Adds a resource, or puts another in its stead. */
  addResource(spec: ResourceSpec): Resource {
    const resource: Resource = {
      name: '',
      description: '',
      position: undefined,
      parent: null,
      sprint: null,
      nameInBreadcrumbs: 'given',
      trouble: null,
      troubleAt: 'both',
      ...spec,
    };
    this.#resources.set(`${spec.type}/${spec.id}`, resource);
    this.#changed();
    return resource;
  }

  /** The resource of that type and id. */
  findResource(type: ResourceType, id: string): Resource | undefined {
    return this.#resources.get(`${type}/${id}`);
  }

  /** Changes a resource; throws where there is none. */
  editResource(type: ResourceType, id: string, edit: Partial<Omit<Resource, 'type' | 'id'>>): void {
    const resource = this.findResource(type, id);
    if (resource === undefined) throw new Error(`No ${type} ${id} in the simulated content API`);
    Object.assign(resource, edit);
    this.#changed();
  }

  /** Deletes a resource. */
  removeResource(type: ResourceType, id: string): void {
    this.#resources.delete(`${type}/${id}`);
    this.#changed();
  }

  // Sessions

  /** Signs somebody in and gives their session, the value of the `session` cookie. */
  signIn(): string {
    const session = crypto.randomUUID();
    this.#sessions.add(session);
    this.#changed();
    return session;
  }

  /** Signs everybody out. */
  signOut(): void {
    this.#sessions.clear();
    this.#changed();
  }

  /** Whether a session is valid. */
  isSignedIn(session: string | undefined): boolean {
    return session !== undefined && this.#sessions.has(session);
  }

  /** How many are signed in. */
  get sessionCount(): number {
    return this.#sessions.size;
  }
}

/** An issue as it was, found by undoing what came later; nothing where it was not there yet. */
function viewAsOf(issue: Issue, time: number): IssueView | undefined {
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

/** What a resource is part of, from the top; its sprint, if it has one, just above it. */
export function ancestorsOf(resource: Resource): Resource[] {
  const line: Resource[] = [];
  let sprint: Resource | null = resource.sprint;
  for (let next = resource.parent; next !== null; next = next.parent) {
    line.unshift(next);
    sprint ??= next.sprint;
  }
  if (sprint !== null) line.push(sprint);
  return line;
}
