import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDifferences, queueWorld, startSimulator } from '../simulator/index.ts';
import { pidsOf } from './browser-process.ts';
import { sleep as pause, queueOf, Seat } from './seat.ts';
import type { Result } from './table.ts';

/**
 * The machine sleeps through several times of a schedule: all processes of the browser are stopped
 * while the clock goes on. After waking there is one run, not one for each time that was missed.
 */

export interface SleepOptions {
  readonly extension?: string;
  readonly asleepMs: number;
}

/** Before the schedule's next time after waking: what was missed has been made up for by then. */
const watchedMs = 20_000;

export async function sleep({ extension, asleepMs }: SleepOptions): Promise<Result> {
  const scenario = queueWorld(20);
  const { world, expectations } = scenario;
  const key = queueOf(world);
  world.replaceItems(key, []);
  const simulator = await startSimulator({ world });
  const profile = await mkdtemp(join(tmpdir(), 'breadcrumbs-sleep-'));
  const seat = await Seat.open(simulator, {
    browser: { profile, ...(extension === undefined ? {} : { extension }) },
    processEverySeconds: 30,
  });
  try {
    const asleep = await pidsOf(profile);
    for (const pid of asleep) process.kill(pid, 'SIGSTOP');
    world.replaceItems(
      key,
      expectations.map(({ before }) => before),
    );
    await pause(asleepMs);
    simulator.requests.reset();
    const wokeAt = performance.now();
    for (const pid of asleep) process.kill(pid, 'SIGCONT');
    const isDone = () => world.issue(key).done === expectations.length;
    await world.until('the work after waking', isDone, 31_000);
    const seconds = (performance.now() - wokeAt) / 1000;
    await seat.untilQuiet();
    const afterRun = simulator.requests.count();
    // A second run would be an idle one: a single request.
    await pause(Math.max(0, watchedMs - (performance.now() - wokeAt)));
    const more = simulator.requests.count() - afterRun;
    return {
      runs: 1,
      figures: { 'slept s': asleepMs / 1000, 'done after s': seconds.toFixed(1) },
      failures: [
        ...findDifferences(scenario),
        ...(more === 0 ? [] : [`${more} requests followed the run after waking`]),
      ],
    };
  } finally {
    await seat.close();
    await simulator.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
