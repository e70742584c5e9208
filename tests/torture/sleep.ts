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

interface SleepOptions {
  readonly extension?: string;
  /** The times of the schedule that are slept through. */
  readonly missed: number;
}

const periodMs = 30_000;
/** From waking to the next time of the schedule, and less: what is missed is made up for by then. */
const untilNextMs = 20_000;
const watchedMs = 15_000;

export async function sleep({ extension, missed }: SleepOptions): Promise<Result> {
  const scenario = queueWorld(20);
  const { world, expectations } = scenario;
  const key = queueOf(world);
  world.replaceItems(key, []);
  const simulator = await startSimulator({ world });
  const profile = await mkdtemp(join(tmpdir(), 'breadcrumbs-sleep-'));
  const seat = await Seat.open(simulator, {
    browser: { profile, ...(extension === undefined ? {} : { extension }) },
    processEverySeconds: periodMs / 1000,
  });
  try {
    const page = await seat.quietPage();
    const alarm = await page.evaluate(() => chrome.alarms.get('process'));
    if (alarm === undefined) throw new Error('no schedule');
    const wakeAt = alarm.scheduledTime + missed * periodMs - untilNextMs;
    const asleepMs = wakeAt - Date.now();
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
      figures: { 'slept s': Math.round(asleepMs / 1000), 'done after s': seconds.toFixed(1) },
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
