import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { errorField, findDifferences, queueWorld } from '../simulator/index.ts';
import { seededRandom } from '../simulator/random.ts';
import { MadeUpTime } from '../unit/model/made-up-time.ts';
import { Profile } from '../unit/model/profile.ts';
import { openItems, queueOf } from './seat.ts';
import type { Result } from './table.ts';

/**
 * A day of cycles, 30 s apart, with made-up time and the worker's parts in Node: an idle half, then
 * one in which items come and go. A fault in twenty requests all through.
 */

interface SoakOptions {
  readonly seed: number;
  readonly cycles: number;
  readonly say?: (text: string) => void;
}

const periodMs = 30_000;
const cyclesARecheck = 120;
const cyclesAnItem = 10;
/** Older items are deleted, as people do now and then. */
const itemsKept = 40;
const share = 0.05;
/** The simulator keeps the history of every issue; nothing else may grow. */
const heapAllowedMb = 4;

export async function soak({ seed, cycles, say = () => undefined }: SoakOptions): Promise<Result> {
  const random = seededRandom(seed);
  const time = new MadeUpTime();
  const fetchBefore = globalThis.fetch;
  time.takeOver();
  try {
    const scenario = queueWorld(cycles / 2 / cyclesAnItem, {
      done: 100,
      seed,
      unlinked: 0.2,
      now: () => time.now,
    });
    const { world, expectations } = scenario;
    const queue = queueOf(world);
    const toCome = expectations.filter(({ open }) => open);
    for (const { before } of toCome) world.removeItem(queue, before.id);
    const profile = new Profile(world, time);
    profile.network.session = world.signIn();
    globalThis.fetch = profile.network.fetch;

    const failures: string[] = [];
    const cycle = async (nth: number) => {
      const trouble = { kind: 'faults', share, seed: random.below(2 ** 31) } as const;
      if (nth % cyclesARecheck === 0) await profile.run('recheck', trouble);
      await profile.run('process', trouble);
      await time.pass(periodMs);
    };
    const idle = Math.floor(cycles / 2);
    const warmUp = Math.floor(idle / 4);
    const version = world.issue(queue).version;
    let heapBefore = 0;
    for (let nth = 1; nth <= idle; nth += 1) {
      await cycle(nth);
      if (nth === warmUp) heapBefore = heapMb();
    }
    const idleRequests = profile.network.requests;
    if (world.issue(queue).version !== version) {
      failures.push(
        `the idle checklist issue went from ${version} to ${world.issue(queue).version}`,
      );
    }
    say(`idle: ${idleRequests} requests`);
    let mostMemories = 0;
    const dealtWith: typeof toCome = [];
    for (let nth = idle + 1; nth <= cycles; nth += 1) {
      const next = nth % cyclesAnItem === 0 ? toCome.shift() : undefined;
      if (next !== undefined) {
        const { items } = world.issue(queue);
        world.replaceItems(queue, [...[...items.values()].slice(-itemsKept), next.before]);
        dealtWith.push(next);
      }
      await cycle(nth);
      mostMemories = Math.max(mostMemories, Object.keys(profile.memories).length);
    }
    for (let tries = 0; openItems(world) > 0 && tries < 5; tries += 1) {
      await profile.run('process', { kind: 'none' });
    }
    const grownMb = heapMb() - heapBefore;
    if (grownMb > heapAllowedMb) failures.push(`the heap grew by ${grownMb.toFixed(1)} MB`);
    if (mostMemories > itemsKept + 1) failures.push(`${mostMemories} items are remembered`);
    const remaining = dealtWith.filter(({ before }) => world.issue(queue).items.has(before.id));
    failures.push(
      ...findDifferences({ world, expectations: remaining }, ['items']),
      ...findDifferences({ world, expectations: dealtWith }, ['issues']),
    );
    return {
      runs: cycles,
      figures: {
        requests: profile.network.requests,
        'requests an idle cycle': (idleRequests / idle).toFixed(2),
        'items dealt with': dealtWith.length,
        'of them failed': dealtWith.filter(({ key }) =>
          world.issue(key ?? '').fields.has(errorField),
        ).length,
        'memories at most': mostMemories,
        'heap grown by MB': grownMb.toFixed(1),
      },
      failures: failures.map((line) => `seed ${seed}: ${line}`),
    };
  } finally {
    time.giveBack();
    globalThis.fetch = fetchBefore;
  }
}

/** What is in use after a collection, in MB. */
function heapMb(): number {
  setFlagsFromString('--expose-gc');
  // The flag makes `gc` a global of contexts that are made after it.
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
