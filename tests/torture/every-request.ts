import {
  type ChecklistItem,
  deferralDate,
  errorField,
  findDifferences,
  type LogEntry,
  queueWorld,
  startSimulator,
} from '../simulator/index.ts';
import { type Deed, expectationsOf } from './deed.ts';
import { preview, undo } from './plan-deeds.ts';
import { queueOf, Seat, withhold } from './seat.ts';
import type { Result } from './table.ts';

/**
 * The worker is killed just before and just after each request of a run reaches the server. Before:
 * the request is lost with it. After: it has done its work and nobody hears the answer.
 */

type Moment = 'before' | 'after';

const run: Deed = {
  name: 'run',
  prepare(scenario, round) {
    const { world } = scenario;
    const expectations = expectationsOf(scenario, round);
    world.replaceItems(
      queueOf(world),
      expectations.map(({ before }) => before),
    );
    return () => findDifferences({ world, expectations });
  },
  begin: (seat) => seat.tell('process'),
};

const recheck: Deed = {
  name: 'recheck',
  prepare(scenario, round) {
    const { world } = scenario;
    const key = queueOf(world);
    const items = expectationsOf(scenario, round).map(
      ({ before }): ChecklistItem => ({ ...before, checked: true, deadline: deferralDate }),
    );
    // All but the last were repaired.
    const [unrepaired] = items.slice(-1);
    if (unrepaired !== undefined) {
      world.editIssue(unrepaired.text, { [errorField]: errorText });
    }
    world.replaceItems(key, items);
    return () =>
      items.flatMap((item) => {
        const now = world.issue(key).items.get(item.id);
        const wanted = item === unrepaired ? item : { ...item, checked: false };
        return JSON.stringify(now) === JSON.stringify(wanted)
          ? []
          : [`item ${item.text} is ${JSON.stringify(now)}`];
      });
  },
  begin: (seat) => seat.tell('recheck'),
};

const longAgo = '2025-02-03T09:00:00.000+0000';
const errorText = 'link_not_set: There is no link.';

/** Two open items, a deferred and a done one; and the run that a move is followed by. */
const move: Deed = {
  name: 'move',
  prepare(scenario, round, seat) {
    const { world } = scenario;
    const from = queueOf(world);
    const expectations = expectationsOf(scenario, round);
    const [first, second, third] = expectations.map(({ before }) => before);
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error('a round of too few items');
    }
    const done = { ...first, id: `${first.id}0`, checked: true, deadline: longAgo };
    const deferred = { ...third, checked: true, deadline: deferralDate };
    world.editIssue(third.text, { [errorField]: errorText });
    const old = [done, first, second, deferred];
    world.replaceItems(from, old);
    const issuesBefore = new Set([...world.issues()].map(({ key }) => key));
    return async () => {
      const to = await seat.queue();
      const created = [...world.issues()].filter(({ key }) => !issuesBefore.has(key));
      const wrong = created
        .filter(({ key, items }) => key !== to && items.size > 0)
        .map(({ key, items }) => `${key} was left with ${items.size} items`);
      if (!created.some(({ key }) => key === to)) return [...wrong, `the queue is ${to}`];
      world.checklistKeys[0] = to;
      const copies = [...world.issue(to).items.values()];
      const told = copies.map(({ text, checked, deadline }) =>
        [text, checked, deadline === deferralDate].join(' '),
      );
      const wanted = [first, second, third].map((item) =>
        [item.text, true, item === third].join(' '),
      );
      if (told.join() !== wanted.join()) wrong.push(`the items are ${told}`);
      if (JSON.stringify([...world.issue(from).items.values()]) !== JSON.stringify(old)) {
        wrong.push('the old items were edited');
      }
      const issues = { world, expectations: expectations.slice(0, 2) };
      return [...wrong, ...findDifferences(issues, ['issues'])];
    };
  },
  begin: async (seat) => {
    await seat.send({ type: 'move_checklist', checklistIssue: await seat.queue() });
  },
};

const deeds: readonly Deed[] = [run, recheck, move, preview, undo];

interface EveryRequestOptions {
  readonly extension?: string;
  /** Which requests to die at, from 1; all by default. */
  readonly requests?: readonly number[];
  /** In how many rounds of each deed the next worker is started by the alarm, not by a page. */
  readonly leftToTheAlarm?: number;
  readonly say?: (text: string) => void;
}

export async function everyRequestOnce(options: EveryRequestOptions = {}): Promise<Result> {
  const { extension, requests, leftToTheAlarm = 0, say = () => undefined } = options;
  const scenario = queueWorld(900, { lessons: 900 });
  withhold(scenario.world);
  const simulator = await startSimulator({ world: scenario.world });
  const seat = await Seat.open(
    simulator,
    extension === undefined ? {} : { browser: { extension } },
  );
  const failures: string[] = [];
  const figures: Record<string, number> = {};
  let round = 0;
  let kills = 0;
  let slowestAlarm = 0;
  try {
    for (const deed of deeds) {
      for (const moment of ['before', 'after'] as const) {
        for (let k = 1; ; k += 1) {
          if (requests !== undefined && k > Math.max(...requests)) break;
          if (requests !== undefined && !requests.includes(k)) continue;
          const check = await deed.prepare(scenario, round, seat);
          round += 1;
          const killed = killAtRequest(seat, moment, k);
          await deed.begin(seat);
          const entry = await Promise.race([killed, seat.untilQuiet().then(() => null)]);
          simulator.faults.clear();
          if (entry === null) {
            failures.push(...(await check()).map((line) => `${deed.name}, not killed: ${line}`));
            figures[`requests of a ${deed.name}`] = k - 1;
            break;
          }
          kills += 1;
          // The first ones of each kind: every request is one that the alarm could follow.
          if (moment === 'after' && k <= leftToTheAlarm) {
            const diedAt = Date.now();
            const before = simulator.requests.entries.length;
            const next = (one: LogEntry) => one.n > before && one.side !== 'web';
            await simulator.requests.waitFor('the next worker', next, 40_000);
            const wokeAfter = (Date.now() - diedAt) / 1000;
            slowestAlarm = Math.max(slowestAlarm, wokeAfter);
            if (wokeAfter > 31) failures.push(`${deed.name}, ${k}: woke after ${wokeAfter} s`);
          } else {
            await seat.tell('ping');
          }
          await seat.untilQuiet();
          const wrong = await check();
          const where = `${deed.name}, killed ${moment} request ${k}, ${entry.method} ${entry.path}`;
          failures.push(...wrong.map((line) => `${where}: ${line}`));
        }
        say(`${deed.name}, ${moment}: ${kills} kills`);
      }
    }
  } finally {
    await seat.close();
    await simulator.close();
  }
  return {
    runs: kills,
    figures: {
      ...figures,
      ...(leftToTheAlarm > 0 ? { 'slowest alarm': `${slowestAlarm.toFixed(1)} s` } : {}),
    },
    failures,
  };
}

/** Kills the worker around the kth request from now on, and gives that request. */
export function killAtRequest(seat: Seat, moment: Moment, k: number): Promise<LogEntry> {
  const { faults } = seat.simulator;
  return new Promise((resolve) => {
    let seen = 0;
    let chosen: LogEntry | null = null;
    const kill = async (entry: LogEntry): Promise<'drop'> => {
      faults.clear();
      await seat.browser.killWorker();
      resolve(entry);
      return 'drop';
    };
    faults.beforeRequest = (entry) => {
      if (entry.side === 'web') return undefined;
      seen += 1;
      if (seen !== k) return undefined;
      if (moment === 'before') return kill(entry);
      chosen = entry;
      return undefined;
    };
    faults.afterApplied = (entry) => (entry === chosen ? kill(entry) : undefined);
  });
}
