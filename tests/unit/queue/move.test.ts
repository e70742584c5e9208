import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/exchange.ts';
import { HostGate, type SendOptions } from '../../../src/http/host-gate.ts';
import { ItemMemoryBook } from '../../../src/queue/item-memory.ts';
import { compareLists, moveQueue } from '../../../src/queue/move.ts';
import type { QueueReport, RunEnd } from '../../../src/queue/run-context.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import type { Move } from '../../../src/status/status.ts';
import { noHabits, TrackerClient } from '../../../src/tracker/client.ts';
import type { ChecklistItem } from '../../../src/tracker/shapes.ts';
import {
  deferralDate,
  errorField,
  type Fault,
  faults,
  parseTrackerDate,
  type Simulator,
  standardWorld,
  startSimulator,
  type World,
} from '../../simulator/index.ts';
import { hurry } from '../hurried-time.ts';
import { remembered } from './run-harness.ts';

let simulator: Simulator;

hurry(10);

afterEach(() => simulator.close());

const itemPosts = { method: 'POST', path: /checklistItems$/ };
const issuePosts = { method: 'POST', path: /\/issues$/ };

/** A queue with done items, two that are alike, and a deferred one; what is to be moved of it. */
async function start(): Promise<{ world: World; wanted: string[] }> {
  const world = standardWorld();
  world.addItems('SUP-1', [
    { text: 'SUP-10', checked: true, deadline: '2025-02-03T09:00:00.000+0000' },
    { text: 'SUP-11', assignee: { id: '42', display: 'Support' } },
    { text: ' Look at\tSUP-12 ', deadline: '2027-01-01T00:00:00.000+0300' },
    { text: 'SUP-13', checked: true, deadline: deferralDate },
    { text: 'SUP-11' },
    { text: 'SUP-14', checked: true },
    { text: ' ' },
  ]);
  world.editIssue('SUP-1', { [errorField]: 'SUP-13: link_not_set: There is no link.' });
  simulator = await startSimulator({ world });
  return { world, wanted: toMove(world, 'SUP-1') };
}

function toMove(world: World, key: string): string[] {
  return [...world.issue(key).items.values()]
    .filter(
      ({ text, checked, deadline }) => text !== ' ' && (!checked || deadline === deferralDate),
    )
    .map(({ text, checked, deadline }) => {
      // The tracker writes the same moment in its own way.
      return `${text} ${checked} ${deadline && parseTrackerDate(deadline)}`;
    });
}

/** What this profile stores of a move. */
interface Profile {
  readonly memory: ItemMemoryBook;
  queue: string;
  move: Pick<Move, 'from' | 'id' | 'target'> | null;
  report: QueueReport | null;
  readonly progress: [moved: number, total: number][];
  moves: number;
}

function newProfile(): Profile {
  const memory = new ItemMemoryBook([]);
  return { memory, queue: 'SUP-1', move: null, report: null, progress: [], moves: 0 };
}

/** The worker is gone: nothing of the run goes on from here. */
class Death extends Error {}

/** Lets its worker die just before or just after its kth request. */
class MortalGate extends HostGate {
  sent = 0;
  private readonly diesAt: number;
  private readonly moment: 'before' | 'after';

  constructor(diesAt: number, moment: 'before' | 'after') {
    super();
    this.diesAt = diesAt;
    this.moment = moment;
  }

  override async send(request: HttpRequest, options?: SendOptions) {
    this.sent += 1;
    const isLast = this.sent === this.diesAt;
    if (isLast && this.moment === 'before') throw new Death();
    const outcome = await super.send(request, options);
    if (isLast) throw new Death();
    return outcome;
  }
}

interface Options {
  readonly gate?: HostGate;
  readonly isStopped?: () => boolean;
  readonly timeoutMs?: number;
}

/** Moves the profile's queue, as the worker would. */
async function move(profile: Profile, options: Options = {}): Promise<RunEnd> {
  const { gate = new HostGate(), isStopped = () => false } = options;
  const isLaterTry = profile.move !== null;
  const from = profile.queue;
  const newMove = () => {
    profile.moves += 1;
    return { from, id: `move-${profile.moves}`, target: null };
  };
  const known = profile.move ?? newMove();
  profile.move = known;
  return moveQueue({
    settings: { errorField, deferralDate },
    tracker: new TrackerClient({
      settings: {
        ...defaultSettings,
        trackerUrl: simulator.trackerUrl,
        trackerTimeoutSeconds: (options.timeoutMs ?? 10_000) / 1000,
      },
      token: simulator.world.trackerRules.token,
      gate,
      habits: noHabits,
    }),
    memory: profile.memory,
    move: known,
    isLaterTry,
    texts: { summary: `Continues ${from}`, description: `From ${from}, ${known.id}.` },
    journal: {
      created: async (target) => {
        profile.move = { ...known, target };
      },
      abandoned: async () => {
        profile.move = newMove();
      },
      progress: (moved, total) => {
        profile.progress.push([moved, total]);
      },
      switchTo: async (target, report) => {
        profile.queue = target;
        profile.move = null;
        profile.report = report;
        return true;
      },
    },
    gates: { tracker: gate, content: new HostGate() },
    isStopped,
    isOffline: () => false,
  });
}

/** Issues that a move made and that are not the queue; they have to be empty. */
function orphans(world: World, profile: Profile): string[] {
  const own = new Set(['SUP-1', profile.queue]);
  return [...world.issues()].filter(({ key }) => !own.has(key)).map(({ key }) => key);
}

function expectMoved(world: World, profile: Profile, wanted: readonly string[]): void {
  expect(profile.queue).not.toBe('SUP-1');
  expect(toMove(world, profile.queue)).toEqual(wanted);
  expect(world.issue(profile.queue).items.size).toBe(wanted.length);
  for (const key of orphans(world, profile)) expect(world.issue(key).items.size).toBe(0);
}

describe('a move', () => {
  test('copies what is open or deferred, in its order, and leaves the old issue as it is', async () => {
    const { world, wanted } = await start();
    const before = structuredClone([...world.issue('SUP-1').items]);
    const { version } = world.issue('SUP-1');
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, wanted);
    expect(orphans(world, profile)).toEqual([]);
    expect(world.issue('SUP-1').version).toBe(version);
    expect([...world.issue('SUP-1').items]).toEqual(before);
    expect(profile.progress).toEqual([0, 1, 2, 3, 4, 4].map((moved) => [moved, 4]));
    const fresh = world.issue(profile.queue);
    expect(fresh.fields.get('summary')).toBe('Continues SUP-1');
    expect(fresh.fields.get(errorField)).toBe(world.issue('SUP-1').fields.get(errorField));
    expect([...fresh.items.values()].map(({ assignee }) => assignee)).toEqual([
      '42',
      null,
      null,
      null,
    ]);
    expect(profile.report).toMatchObject({ checklistIssue: fresh.key, open: 3, deferredTotal: 1 });
  });

  test('works where the tracker has locked the old issue', async () => {
    const { world, wanted } = await start();
    world.setLocked('SUP-1', true);
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, wanted);
  });

  test('takes what is known of the items along', async () => {
    const { world } = await start();
    const profile = newProfile();
    const { memory } = profile;
    const failure = { code: 'link_not_set', details: [] } as const;
    const deferred = world.itemByText('SUP-1', 'SUP-13').id;
    memory.note({ queue: 'SUP-1', id: deferred }, { failure, errorVersion: 7 });
    memory.note({ queue: 'SUP-2', id: deferred }, { deaths: 1 });
    await move(profile);
    const moved = world.itemByText(profile.queue, 'SUP-13').id;
    const known = remembered(profile);
    expect(known).toMatchObject({
      [`${profile.queue}/${moved}`]: { failure, errorVersion: 7 },
      [`SUP-2/${deferred}`]: { deaths: 1 },
    });
    expect(Object.keys(known).length).toBe(2);
    expect(profile.report?.deferred[0]?.failure).toEqual(failure);
  });

  test('does without an assignee whom the tracker does not take', async () => {
    const { world, wanted } = await start();
    simulator.faults.add({
      on: itemPosts,
      nth: 1,
      fault: faults.json({ errors: { assignee: 'No such user' }, errorMessages: [] }, 422),
    });
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, wanted);
  });

  test('with nothing to take along is a move all the same', async () => {
    const world = standardWorld();
    simulator = await startSimulator({ world });
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, []);
  });
});

describe('people at the old list during a move', () => {
  /** Calls back once, as soon as an item is in the fresh list. */
  function onFirstCopy(act: () => void): void {
    simulator.faults.afterApplied = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/checklistItems')) {
        simulator.faults.afterApplied = null;
        act();
      }
      return undefined;
    };
  }

  test.each<[what: string, act: (world: World) => void]>([
    ['add items', (world) => world.addItems('SUP-1', [{ text: 'SUP-20' }, { text: 'SUP-11' }])],
    [
      'tick an item',
      (world) => {
        const { id } = world.itemByText('SUP-1', 'SUP-11');
        world.editItem('SUP-1', id, { checked: true });
      },
    ],
    [
      'tick an item, and untick it once its copy is gone,',
      (world) => {
        const { id } = world.itemByText('SUP-1', 'SUP-11');
        world.editItem('SUP-1', id, { checked: true });
        simulator.faults.afterApplied = ({ method }) => {
          if (method === 'DELETE') world.editItem('SUP-1', id, { checked: false });
          return undefined;
        };
      },
    ],
    [
      'delete an item',
      (world) => world.removeItem('SUP-1', world.itemByText('SUP-1', 'SUP-11').id),
    ],
    [
      'reword an item',
      (world) => {
        const { id } = world.itemByText('SUP-1', 'SUP-11');
        world.editItem('SUP-1', id, { text: 'SUP-99' });
      },
    ],
  ])('who %s find that in the fresh one', async (_, act) => {
    const { world } = await start();
    onFirstCopy(() => act(world));
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    // Rewording an item leaves it in its place in the old list; its copy comes last.
    expectMoved(world, profile, toMove(world, profile.queue));
    expect(toMove(world, profile.queue).sort()).toEqual(toMove(world, 'SUP-1').sort());
  });

  test('do not lose what they add to the fresh one', async () => {
    const { world, wanted } = await start();
    onFirstCopy(() => world.addItem('SUP-2', { text: 'SUP-77' }));
    const profile = newProfile();
    await move(profile);
    expect(toMove(world, profile.queue).sort()).toEqual([...wanted, 'SUP-77 false null'].sort());
  });
});

describe('faults on the way', () => {
  test('an answer that never comes doubles nothing', async () => {
    const { world, wanted } = await start();
    simulator.faults.add({ on: issuePosts, fault: faults.dropApplied, nth: 1 });
    for (const nth of [1, 2, 4]) {
      simulator.faults.add({ on: itemPosts, fault: faults.dropApplied, nth });
    }
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, wanted);
    expect(orphans(world, profile)).toEqual([]);
    expect(simulator.requests.count(itemPosts)).toBe(4);
  });

  test('items that are refused for a limit of requests have no list read anew', async () => {
    const { world, wanted } = await start();
    for (const nth of [1, 3, 5, 7]) {
      simulator.faults.add({ on: itemPosts, fault: faults.tooMany('0'), nth });
    }
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, wanted);
    expect(simulator.requests.count(itemPosts)).toBe(8);
    // Before the items and after them; of the old one the error field as well, before it is copied.
    expect(simulator.requests.count({ method: 'GET', path: /SUP-2$/ })).toBe(2);
    expect(simulator.requests.count({ method: 'GET', path: /SUP-1$/ })).toBe(3);
  });

  test.each([
    ['the fresh issue', issuePosts, [1, 2, 3, 4, 5]],
    ['the first item', itemPosts, [1, 2, 3, 4, 5]],
    // The first was moved meanwhile: its successor's first failure does not count.
    ['the second item', itemPosts, [2, 3, 4, 5, 6, 7]],
  ])('%s is not sent for ever', async (_, on, failing) => {
    await start();
    for (const nth of failing) simulator.faults.add({ on, fault: faults.proxyPage(503), nth });
    const profile = newProfile();
    expect(await move(profile)).toMatchObject({
      outcome: 'interrupted',
      failure: { code: 'tracker_unavailable' },
    });
    expect(simulator.requests.count(on)).toBe(failing.at(-1));
    expect(profile.queue).toBe('SUP-1');
  });

  test('a move goes on, however often it has failed, while it moves items', async () => {
    const { world, wanted } = await start();
    for (const nth of [1, 2, 4, 5, 7, 8]) {
      simulator.faults.add({ on: itemPosts, fault: faults.proxyPage(503), nth });
    }
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, wanted);
  });

  test('an issue that the index does not have yet stays behind empty', async () => {
    const { world, wanted } = await start();
    world.trackerRules.searchLagMs = 60_000;
    simulator.faults.add({ on: issuePosts, fault: faults.dropApplied, nth: 1 });
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expectMoved(world, profile, wanted);
    expect(orphans(world, profile).length).toBe(1);
  });

  test('a request that is applied twice leaves one item', async () => {
    const { world, wanted } = await start();
    let copies = 0;
    simulator.faults.afterApplied = ({ method, path }) => {
      if (method === 'POST' && path.endsWith('/checklistItems')) {
        copies += 1;
        const last = [...world.issue('SUP-2').items.values()].at(-1);
        if (last !== undefined && copies % 2 === 1) {
          const { text, checked, deadline } = last;
          world.addItem('SUP-2', { text, checked, deadline }, 'token');
        }
      }
      return undefined;
    };
    const profile = newProfile();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    // Of two that are alike, either may be the one too many.
    expectMoved(world, profile, toMove(world, profile.queue));
    expect(toMove(world, profile.queue).sort()).toEqual([...wanted].sort());
  });

  test.each([1, 2, 3])('a storm of all of them (seed %d)', async (seed) => {
    const { world, wanted } = await start();
    const all: [Fault, ...Fault[]] = [
      faults.drop,
      faults.dropApplied,
      faults.resetApplied,
      faults.cutOff,
      faults.proxyPage(502, true),
      faults.emptyOk,
      faults.tooMany('0'),
    ];
    simulator.faults.seed(seed);
    simulator.faults.add({ on: { side: 'tracker' }, probability: 0.2, fault: all });
    const profile = newProfile();
    while (profile.queue === 'SUP-1') await move(profile);
    expectMoved(world, profile, wanted);
  });

  test('a tracker that does not let issues be created is told of, and nothing is switched', async () => {
    await start();
    const text = 'No right to create issues';
    simulator.faults.add({
      on: issuePosts,
      fault: faults.json({ errors: {}, errorMessages: [text] }, 403),
    });
    const profile = newProfile();
    expect(await move(profile)).toEqual({
      outcome: 'interrupted',
      failure: { code: 'checklist_issue_not_created', details: ['SUP', text] },
    });
    expect(profile.queue).toBe('SUP-1');
    simulator.faults.clear();
    expect(await move(profile)).toEqual({ outcome: 'completed' });
  });

  test('a list that does not keep what it is given is not filled for ever', async () => {
    await start();
    simulator.faults.add({ on: itemPosts, fault: faults.json({ key: 'SUP-2', version: 2 }) });
    const profile = newProfile();
    expect(await move(profile)).toMatchObject({
      outcome: 'interrupted',
      failure: { code: 'tracker_unavailable' },
    });
    expect(simulator.requests.count(itemPosts)).toBe(4);
    expect(profile.queue).toBe('SUP-1');
  });

  test.each<[what: string, act: (world: World) => void, code: string]>([
    ['deleted', (world) => world.removeIssue('SUP-2'), 'checklist_issue_not_found'],
    ['locked', (world) => world.setLocked('SUP-2', true), 'checklist_issue_locked'],
  ])('a fresh issue that is %s is given up for another', async (_, act, code) => {
    const { world, wanted } = await start();
    let taken = 0;
    const profile = newProfile();
    const isStopped = () => {
      taken += 1;
      return taken > 2;
    };
    expect(await move(profile, { isStopped })).toEqual({ outcome: 'stopped' });
    act(world);
    expect(await move(profile)).toMatchObject({ outcome: 'interrupted', failure: { code } });
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expect(profile.queue).toBe('SUP-3');
    expect(toMove(world, profile.queue)).toEqual(wanted);
  });
});

describe('a move that ends half-way', () => {
  test('goes on with the same issue after a stop', async () => {
    const { world, wanted } = await start();
    const profile = newProfile();
    const isStopped = () => simulator.requests.count(itemPosts) === 2;
    expect(await move(profile, { isStopped })).toEqual({ outcome: 'stopped' });
    expect(profile.queue).toBe('SUP-1');
    const { id } = world.itemByText('SUP-1', 'SUP-11');
    world.editItem('SUP-1', id, { checked: true });
    expect(await move(profile)).toEqual({ outcome: 'completed' });
    expect(orphans(world, profile)).toEqual([]);
    expectMoved(world, profile, toMove(world, profile.queue));
    const [, ...others] = wanted;
    expect(toMove(world, profile.queue).sort()).toEqual([...others].sort());
  });

  test.each([
    ['before', 0],
    ['after', 0],
    ['after', 60_000],
  ] as const)(
    'by the worker’s death just %s any request, with a lag of %d ms, is finished by the next',
    async (moment, lag) => {
      for (let k = 1; ; k += 1) {
        const { world, wanted } = await start();
        world.setLocked('SUP-1', true);
        world.trackerRules.searchLagMs = lag;
        const profile = newProfile();
        const gate = new MortalGate(k, moment);
        const died = await move(profile, { gate }).then(
          () => false,
          (error: unknown) => {
            if (error instanceof Death) return true;
            throw error;
          },
        );
        if (died) expect(await move(profile)).toEqual({ outcome: 'completed' });
        expectMoved(world, profile, wanted);
        expect(orphans(world, profile).length).toBeLessThanOrEqual(lag === 0 ? 0 : 1);
        if (!died) {
          expect(k).toBe(gate.sent + 1);
          return;
        }
        await simulator.close();
      }
    },
  );
});

describe('two lists', () => {
  const item = fc.record({
    text: fc.constantFrom('SUP-1', 'SUP-2', ' SUP-2 '),
    checked: fc.boolean(),
    deadline: fc.option(
      fc.record({
        date: fc.constantFrom('2099-01-01T05:00:00.000+0000', '2099-01-01T08:00:00.000+0300'),
      }),
    ),
  });
  const list = fc
    .array(item, { maxLength: 12 })
    .map((items): ChecklistItem[] => items.map((one, at) => ({ ...one, id: `${at}` })));
  const ids = (items: readonly ChecklistItem[]) => items.map(({ id }) => Number(id));
  const isSorted = (numbers: readonly number[]) =>
    numbers.every((one, at) => at === 0 || one > (numbers[at - 1] ?? one));

  test.each<[what: string, change: Partial<ChecklistItem>, isAlike: boolean]>([
    ['other spaces', { text: ' Look  at\tSUP-7 ' }, true],
    ['another zone', { deadline: { date: '2099-01-01T08:00:00.000+0300' } }, true],
    ['another deadline', { deadline: { date: '2099-01-01T08:00:00.000+0000' } }, false],
    ['no deadline', { deadline: null }, false],
    ['another state', { checked: true }, false],
    ['another text', { text: 'Look at SUP-8' }, false],
  ])('have items that are alike, or not: %s', async (_, change, isAlike) => {
    simulator = await startSimulator({ world: standardWorld() });
    const deadline = { date: '2099-01-01T05:00:00.000+0000' };
    const item: ChecklistItem = { id: '1', text: 'Look at SUP-7', checked: false, deadline };
    expect(compareLists([item], [{ ...item, ...change }]).pairs.length).toBe(isAlike ? 1 : 0);
  });

  test('are compared item by item, each counted once and in order', async () => {
    simulator = await startSimulator({ world: standardWorld() });
    fc.assert(
      fc.property(list, list, (wanted, present) => {
        const { pairs, missing, extra } = compareLists(wanted, present);
        const olds = pairs.map(([old]) => old);
        const copies = pairs.map(([, copy]) => copy);
        expect(new Set([...olds, ...missing])).toEqual(new Set(wanted));
        expect(new Set([...copies, ...extra])).toEqual(new Set(present));
        expect(pairs.length + missing.length).toBe(wanted.length);
        expect(pairs.length + extra.length).toBe(present.length);
        expect([olds, missing, extra].every((items) => isSorted(ids(items)))).toBe(true);
        for (const [old, copy] of pairs) {
          expect(copy.text.trim()).toBe(old.text.trim());
          expect(copy.checked).toBe(old.checked);
        }
        // Nothing that is missing has its like among what is extra.
        expect(compareLists(missing, extra).pairs).toEqual([]);
      }),
    );
  });
});
