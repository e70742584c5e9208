import type {
  Access,
  ChecklistItem,
  FieldChange,
  FieldDefinition,
  HistoryEntry,
  Issue,
  IssueSpec,
  IssueView,
  ItemChange,
  ItemSpec,
  Queue,
  Who,
} from './issues.ts';
import { issueNumber, viewAsOf } from './issues.ts';
import type { Json } from './json.ts';
import { sameJson } from './json.ts';
import type { Resource, ResourceSpec, ResourceType } from './resources.ts';
import type { ContentRules, TrackerRules } from './rules.ts';
import { defaultContentRules, defaultTrackerRules } from './rules.ts';
import { Waiting } from './waiting.ts';

/** What can be set of a new world. */
export interface WorldOptions {
  tracker?: Partial<TrackerRules>;
  content?: Partial<ContentRules>;
  /** The clock, in milliseconds since 1970. */
  now?: () => number;
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
  until(what: string, test: (world: World) => boolean, timeoutMs = 60_000): Promise<void> {
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
