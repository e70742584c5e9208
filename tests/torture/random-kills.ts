import { findDifferences, type LogEntry, queueWorld, startSimulator } from '../simulator/index.ts';
import { seededRandom } from '../simulator/random.ts';
import { openItems, queueOf, Seat, sleep, withhold } from './seat.ts';
import { median, type Result } from './table.ts';

/** The worker is killed at random moments of a run, over and over. */

interface RandomKillsOptions {
  readonly extension?: string;
  readonly seed: number;
  readonly size: number;
  readonly kills: number;
  readonly latencyMs: number;
}

const leastGapMs = 20;
const longestGapMs = 800;

export async function randomKills(options: RandomKillsOptions): Promise<Result> {
  const { extension, seed, size, latencyMs } = options;
  const random = seededRandom(seed);
  const scenario = queueWorld(size, { seed });
  const { world } = scenario;
  const items = withhold(world);
  // The real servers speak HTTP/2, a proxy in between may not.
  const protocol = seed % 2 === 0 ? 'http2' : 'http1';
  const simulator = await startSimulator({ world, latencyMs, protocol });
  const seat = await Seat.open(
    simulator,
    extension === undefined ? {} : { browser: { extension } },
  );
  try {
    world.replaceItems(queueOf(world), items);
    simulator.requests.reset();
    await seat.tell('process');
    const lives: number[] = [];
    while (lives.length < options.kills && openItems(world) > 0) {
      await sleep(leastGapMs + random.below(longestGapMs - leastGapMs));
      lives.push(simulator.requests.entries.length);
      await seat.killAndWake();
    }
    await seat.untilQuiet(120_000);
    const repeated = repeatedPatches(simulator.requests.entries, lives);
    const repeatedItems = repeatedBy(simulator.requests.entries, itemPatched);
    const differences = findDifferences(scenario);
    return {
      runs: lives.length,
      figures: {
        'repeated PATCHes of issues': repeated.reduce((sum, count) => sum + count, 0),
        'a kill in the median': { most: median(repeated) },
        'repeated PATCHes of items': repeatedItems,
      },
      failures: [
        ...differences.map((line) => `seed ${seed}: ${line}`),
        ...(median(repeated) <= 1 ? [] : [`seed ${seed}: ${median(repeated)} PATCHes repeated`]),
        ...(lives.length < options.kills
          ? [`seed ${seed}: the queue was done after ${lives.length} kills`]
          : []),
      ],
    };
  } finally {
    await seat.close();
    await simulator.close();
  }
}

/** After each kill: the PATCHes of issues that had been patched before. */
function repeatedPatches(entries: readonly LogEntry[], lives: readonly number[]): number[] {
  const patched = new Set<string>();
  const repeated = lives.map(() => 0);
  let life = -1;
  for (const [at, entry] of entries.entries()) {
    while (life + 1 < lives.length && at >= (lives[life + 1] ?? 0)) life += 1;
    const key = issuePatched(entry);
    if (key === null) continue;
    if (patched.has(key) && life >= 0) repeated[life] = (repeated[life] ?? 0) + 1;
    patched.add(key);
  }
  return repeated;
}

/** The key of the issue that a request edits, or null. */
export function issuePatched({ method, path }: LogEntry): string | null {
  if (method !== 'PATCH') return null;
  return /\/issues\/([^/]+)$/.exec(path)?.[1] ?? null;
}

/** The id of the checklist item that a request edits, or null. */
export function itemPatched({ method, path }: LogEntry): string | null {
  if (method !== 'PATCH') return null;
  return /\/checklistItems\/([^/]+)$/.exec(path)?.[1] ?? null;
}

/** How many requests did what an earlier one had done. */
export function repeatedBy(
  entries: readonly LogEntry[],
  what: (entry: LogEntry) => string | null,
): number {
  const done = entries.map(what).filter((one) => one !== null);
  return done.length - new Set(done).size;
}
