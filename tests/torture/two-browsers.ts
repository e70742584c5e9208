import { findDifferences, queueWorld, startSimulator } from '../simulator/index.ts';
import { issuePatched, itemPatched, repeatedBy } from './random-kills.ts';
import { openItems, queueOf, Seat, withhold } from './seat.ts';
import type { Result } from './table.ts';

/** Two people run the extension on one checklist, and begin in the same moment. */

interface TwoBrowsersOptions {
  readonly extension?: string;
  readonly seed: number;
  readonly size: number;
  readonly latencyMs: number;
  /** The most of the items' PATCHes that may be repeated ones. */
  readonly mostRepeated: number;
}

export async function twoBrowsers(options: TwoBrowsersOptions): Promise<Result> {
  const { extension, seed, size, latencyMs, mostRepeated } = options;
  const scenario = queueWorld(size, { seed });
  const { world } = scenario;
  const items = withhold(world);
  const simulator = await startSimulator({ world, latencyMs });
  const seatOptions = extension === undefined ? {} : { browser: { extension } };
  const seats = [await Seat.open(simulator, seatOptions), await Seat.open(simulator, seatOptions)];
  try {
    world.replaceItems(queueOf(world), items);
    simulator.requests.reset();
    const beganAt = performance.now();
    await Promise.all(seats.map((seat) => seat.tell('process')));
    await Promise.all(seats.map((seat) => seat.untilQuiet(120_000)));
    const seconds = Math.round((performance.now() - beganAt) / 1000);
    const { entries } = simulator.requests;
    const written = entries.filter(({ status }) => status === 200);
    const repeatedItems = repeatedBy(written, itemPatched);
    const share = repeatedItems / size;
    const failures = [
      ...findDifferences(scenario),
      ...(share <= mostRepeated ? [] : [`${repeatedItems} of ${size} items were checked twice`]),
      ...(openItems(world) === 0 ? [] : [`${openItems(world)} items left`]),
    ];
    return {
      runs: 2,
      figures: {
        'items patched twice': repeatedItems,
        'issues patched twice': repeatedBy(written, issuePatched),
        'conflicts met': entries.filter(({ status }) => status === 409).length,
        'requests an item': { most: Number((entries.length / size).toFixed(2)) },
        'slowest in s': { most: seconds },
      },
      failures: failures.map((line) => `seed ${seed}: ${line}`),
    };
  } finally {
    for (const seat of seats) await seat.close();
    await simulator.close();
  }
}
