import {
  type ChecklistItem,
  deferralDate,
  errorField,
  type HistoryEntry,
  type Issue,
  type Json,
  linkField,
  mappedFields,
  parseTrackerDate,
  queueWorld,
  startSimulator,
  type World,
} from '../simulator/index.ts';
import { allMapped, fieldsOf } from '../simulator/places.ts';
import { type Random, seededRandom } from '../simulator/random.ts';
import { issuePatched } from './random-kills.ts';
import { openItems, queueOf, Seat, sleep } from './seat.ts';
import type { Result } from './table.ts';

/** Somebody edits the checklist and its issues at random all through a run. */

interface PeopleOptions {
  readonly extension?: string;
  readonly seed: number;
  readonly size: number;
  readonly editsASecond: number;
  readonly latencyMs: number;
  readonly searchLagMs?: number;
}

export async function people(options: PeopleOptions): Promise<Result> {
  const { extension, seed, size, latencyMs } = options;
  const deferred = Math.ceil(size / 10);
  const scenario = queueWorld(size, { seed, deferred, unlinked: 0 });
  const { world } = scenario;
  world.trackerRules.searchLagMs = options.searchLagMs ?? 0;
  const key = queueOf(world);
  const items = [...world.issue(key).items.values()];
  world.replaceItems(key, []);
  const simulator = await startSimulator({ world, latencyMs });
  const seat = await Seat.open(simulator, {
    ...(extension === undefined ? {} : { browser: { extension } }),
    settings: { itemsAtATime: 3 },
  });
  try {
    world.replaceItems(key, items);
    simulator.requests.reset();
    const editor = new Editor(world, seededRandom(seed));
    await seat.tell('process');
    let isOver = false;
    const running = seat.untilQuiet(180_000).then(() => {
      isOver = true;
    });
    const pauseMs = 1000 / options.editsASecond;
    // Close to its end a run may have read the list for the last time.
    while (!isOver && openItems(world) > 3) {
      editor.edit();
      await sleep(pauseMs);
    }
    await running;
    const editsInRun = editor.edits.length;
    // What was added behind the run's back, and the repaired ones: a schedule's work.
    await seat.run('recheck');
    await seat.run('process');
    const failures = [
      ...editor.findLost(),
      ...simulator.requests.entries
        .filter((entry) => issuePatched(entry) !== null && issuePatched(entry) !== key)
        .filter(({ query }) => !/[?&]version=\d/.test(query))
        .map(({ path }) => `a PATCH of ${path} without a version`),
    ];
    return {
      runs: 1,
      figures: { edits: editsInRun, ...editor.tally() },
      failures: failures.map((line) => `seed ${seed}: ${line}`),
    };
  } finally {
    await seat.close();
    await simulator.close();
  }
}

type Deed =
  | 'add'
  | 'tick'
  | 'untick'
  | 'reword'
  | 'reorder'
  | 'delete'
  | 'link'
  | 'field'
  | 'error';

interface Edit {
  readonly deed: Deed;
  /** The item or, with `link`, `field` and `error`, the issue. */
  readonly what: string;
  readonly time: number;
}

/** What somebody is owed who asked for an item to be done. */
interface Owed {
  /** When it was asked for last. */
  readonly since: number;
}

const deeds: readonly Deed[] = [
  'add',
  'tick',
  'untick',
  'reword',
  'reword',
  'reorder',
  'delete',
  'link',
  'field',
  'error',
];

/** Edits at random, and knows what has to be so afterwards. */
class Editor {
  readonly edits: Edit[] = [];
  private readonly world: World;
  private readonly random: Random;
  private readonly key: string;
  private readonly issueKeys: readonly string[];
  private readonly links: readonly string[];
  /** Items that are to be done, or to be done again. */
  private readonly owed = new Map<string, Owed>();
  private readonly ticked = new Set<string>();
  private readonly deleted = new Set<string>();
  private readonly texts = new Map<string, string>();
  private words = 0;

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
    this.key = queueOf(world);
    const issues = [...world.issues()].filter(({ key }) => key !== this.key);
    this.issueKeys = issues.map(({ key }) => key);
    this.links = issues.map(({ fields }) => String(fields.get(linkField)));
    const now = world.now();
    for (const { id, checked, text } of world.issue(this.key).items.values()) {
      this.texts.set(id, text);
      if (!checked) this.owed.set(id, { since: now });
    }
  }

  /** Does one thing that a person may do. */
  edit(): void {
    const deed = this.random.pick(deeds);
    const items = [...this.world.issue(this.key).items.values()];
    const what =
      deed === 'link' || deed === 'field' || deed === 'error'
        ? this.editIssue(deed)
        : this.editList(deed, items);
    if (what !== null) this.edits.push({ deed, what, time: this.world.now() });
  }

  private editIssue(deed: 'link' | 'field' | 'error'): string {
    const { world, random } = this;
    const issueKey = random.pick(this.issueKeys);
    if (deed === 'link') world.editIssue(issueKey, { [linkField]: random.pick(this.links) });
    else if (deed === 'error') world.editIssue(issueKey, { [errorField]: null });
    else {
      this.words += 1;
      const field = random.pick([mappedFields['course.name'], mappedFields['lesson.name']]);
      world.editIssue(issueKey, { [field]: `What a person typed, ${this.words}` });
    }
    return issueKey;
  }

  private editList(
    deed: Exclude<Deed, 'link' | 'field' | 'error'>,
    items: readonly ChecklistItem[],
  ): string | null {
    const { world, key, random } = this;
    const now = world.now();
    if (deed === 'add') {
      const item = world.addItem(key, { text: random.pick(this.issueKeys) });
      this.texts.set(item.id, item.text);
      this.owed.set(item.id, { since: now });
      return item.id;
    }
    const isFit = ({ checked }: ChecklistItem) =>
      (deed !== 'tick' || !checked) && (deed !== 'untick' || checked);
    const fit = items.filter(isFit);
    if (fit.length === 0) return null;
    const { id, text } = random.pick(fit);
    switch (deed) {
      case 'tick':
        world.editItem(key, id, { checked: true });
        this.owed.delete(id);
        this.ticked.add(id);
        break;
      case 'untick':
        world.editItem(key, id, { checked: false });
        this.owed.set(id, { since: now });
        this.ticked.delete(id);
        break;
      case 'reword': {
        const other = random.pick(this.issueKeys.filter((one) => one !== text));
        world.editItem(key, id, { text: other });
        this.texts.set(id, other);
        // What a person ticked or deferred needs no work, whatever it says.
        if (this.owed.has(id)) this.owed.set(id, { since: now });
        break;
      }
      case 'reorder':
        world.moveItem(key, id, random.below(items.length));
        break;
      case 'delete':
        world.removeItem(key, id);
        this.owed.delete(id);
        this.ticked.delete(id);
        this.texts.delete(id);
        this.deleted.add(id);
        break;
    }
    return id;
  }

  tally(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { deed } of this.edits) counts[deed] = (counts[deed] ?? 0) + 1;
    return counts;
  }

  /** What is not as people left it, or not done that they asked for. */
  findLost(): string[] {
    const { items } = this.world.issue(this.key);
    const wrong: string[] = [];
    for (const id of this.deleted) if (items.has(id)) wrong.push(`the deleted item ${id} is back`);
    for (const [id, text] of this.texts) {
      const item = items.get(id);
      if (item === undefined) wrong.push(`the item ${text} is gone`);
      else if (item.text !== text) wrong.push(`the item ${text} says ${item.text}`);
      else if (this.ticked.has(id) && !item.checked) wrong.push(`${text} is not ticked any more`);
    }
    for (const [id, { since }] of this.owed) {
      const item = items.get(id);
      if (item === undefined) continue;
      if (!item.checked) wrong.push(`the item ${item.text} is not done`);
      else if (isDeferred(item)) wrong.push(`the item ${item.text} is deferred`);
      else if (!wasAnnotated(this.world, item.text, since)) {
        wrong.push(`the item ${item.text} is checked, but its issue was not annotated`);
      }
    }
    for (const issueKey of this.issueKeys) wrong.push(...lostEdits(this.world, issueKey));
    return wrong;
  }
}

function isDeferred({ checked, deadline }: ChecklistItem): boolean {
  return checked && parseTrackerDate(deadline ?? '') >= parseTrackerDate(deferralDate);
}

type Fields = ReadonlyMap<string, Json>;

/** All that an issue ever was, oldest first; each state until the next one's time. */
function statesOf({ fields, history }: Issue): { fields: Fields; entry: HistoryEntry | null }[] {
  const states: { fields: Fields; entry: HistoryEntry | null }[] = [];
  let now: Fields = fields;
  for (const entry of history.toReversed()) {
    states.unshift({ fields: now, entry });
    const before = new Map(now);
    for (const { field, from } of entry.fields) {
      if (from === undefined) before.delete(field);
      else before.set(field, from);
    }
    now = before;
  }
  return [{ fields: now, entry: null }, ...states];
}

/** Whether the mapped fields are what the link asks for. */
function isAnnotated(world: World, fields: Fields): boolean {
  const id = /\/tasks\/([^/]+)\//.exec(String(fields.get(linkField) ?? ''))?.[1] ?? '';
  const task = world.findResource('task', id);
  if (task === undefined) throw new Error(`a link to no task of this world: ${id}`);
  const wanted = allMapped(Object.fromEntries(fields), fieldsOf(task));
  return Object.entries(wanted).every(([field, value]) => (fields.get(field) ?? null) === value);
}

/** Whether an issue was as its link asked for at some moment since a time. */
function wasAnnotated(world: World, key: string, since: number): boolean {
  const states = statesOf(world.issue(key));
  return states.some(({ fields }, at) => {
    const endedAt = states[at + 1]?.entry?.time ?? Number.POSITIVE_INFINITY;
    return endedAt >= since && isAnnotated(world, fields);
  });
}

/**
 * Edits of a person that were overwritten by something that did not follow from them: after each
 * write of the extension the issue has to be what its link of that moment asks for.
 */
function lostEdits(world: World, key: string): string[] {
  return statesOf(world.issue(key)).flatMap(({ fields, entry }) =>
    entry?.who === 'token' && !isAnnotated(world, fields)
      ? [`${key}: version ${entry.version} is not what its link asked for`]
      : [],
  );
}
