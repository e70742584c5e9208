import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDifferences, queueWorld, startSimulator } from '../simulator/index.ts';
import { commandLine, pidsOf } from './browser-process.ts';
import { openItems, queueOf, Seat, sleep, until } from './seat.ts';
import type { Result } from './table.ts';

/** SIGKILL of the browser, in the middle of a run and while it is idle, and a restart. */

interface SigkillOptions {
  readonly extension?: string;
  readonly times: number;
  readonly say?: (text: string) => void;
}

const itemsARound = 20;
const longestSeconds = 35;
/** The schedule's, and none that has something left over taken up. */
const restingAlarms = 'process every 0.5, recheck every 1440';

export async function browserSigkill(options: SigkillOptions): Promise<Result> {
  const { extension, times, say = () => undefined } = options;
  const scenario = queueWorld(times * itemsARound);
  const { world } = scenario;
  const key = queueOf(world);
  world.replaceItems(key, []);
  const simulator = await startSimulator({ world, latencyMs: 80 });
  const profile = await mkdtemp(join(tmpdir(), 'breadcrumbs-sigkill-'));
  const browser = { profile, ...(extension === undefined ? {} : { extension }) };
  const failures: string[] = [];
  const seconds: number[] = [];
  let midRun = 0;
  let seat = await Seat.open(simulator, { browser, processEverySeconds: 30 });
  try {
    // Browsers write cookies down now and then; ours is to be on the disk before the first death.
    await seat.close();
    seat = await Seat.resume(simulator, browser);
    const settings = JSON.stringify(await seat.stored('settings'));
    for (let round = 0; round < times; round += 1) {
      const where = `round ${round + 1}`;
      const isMidRun = round % 2 === 0;
      const expectations = scenario.expectations.slice(
        round * itemsARound,
        (round + 1) * itemsARound,
      );
      const addItems = () =>
        world.replaceItems(
          key,
          expectations.map(({ before }) => before),
        );
      if (isMidRun) {
        addItems();
        await seat.tell('process');
        const wanted = 1 + (round % (itemsARound - 4));
        await world.until(`${wanted} items done`, () => world.issue(key).done >= wanted);
        midRun += 1;
      } else {
        await seat.untilQuiet();
      }
      await kill(profile);
      await within(seat.close());
      const doneAtDeath = isMidRun ? world.issue(key).done : 0;
      if (!isMidRun) addItems();
      const startedAt = Date.now();
      seat = await Seat.resume(simulator, browser);
      await world.until(
        `${where}: the first item after the restart`,
        () => world.issue(key).done > doneAtDeath || openItems(world) === 0,
        2 * longestSeconds * 1000,
      );
      const took = (Date.now() - startedAt) / 1000;
      seconds.push(took);
      if (took > longestSeconds) failures.push(`${where}: the first item after ${took} s`);
      await world.until(`${where}: all items done`, () => openItems(world) === 0, 60_000);
      await seat.untilQuiet();
      failures.push(...findDifferences({ world, expectations }).map((line) => `${where}: ${line}`));
      if (JSON.stringify(await seat.stored('settings')) !== settings) {
        failures.push(`${where}: the settings changed`);
      }
      const alarms = await alarmsAtRest(seat);
      if (alarms !== restingAlarms) failures.push(`${where}: alarms: ${alarms}`);
      say(`${where}: ${isMidRun ? 'mid-run' : 'idle'}, first item after ${took.toFixed(1)} s`);
    }
  } finally {
    await within(seat.close());
    await simulator.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  return {
    runs: times,
    figures: {
      'mid-run': midRun,
      idle: times - midRun,
      'slowest first item': `${Math.max(...seconds).toFixed(1)} s`,
    },
    failures,
  };
}

/** The alarms once the worker has found nothing left to do, which it looks for after a run has ended; else as they stay. */
async function alarmsAtRest(seat: Seat): Promise<string> {
  const page = await seat.quietPage();
  const deadline = performance.now() + 10_000;
  for (;;) {
    const alarms = await page.evaluate(() => chrome.alarms.getAll());
    const told = alarms
      .map(({ name, periodInMinutes }) => `${name} every ${periodInMinutes}`)
      .sort()
      .join(', ');
    if (told === restingAlarms || performance.now() > deadline) return told;
    await sleep(50);
  }
}

/** Ends the browser process of a profile as a crash does, and waits for its end. */
async function kill(profile: string): Promise<void> {
  const [pid] = await pidsOf(profile);
  if (pid === undefined) throw new Error(`no browser on the profile ${profile}`);
  process.kill(pid, 'SIGKILL');
  const isGone = async () => (await commandLine(pid)) === '';
  await until('the end of the browser', isGone, 10_000);
}

/** What was killed may never answer to being closed. */
async function within(closing: Promise<void>): Promise<void> {
  await Promise.race([closing.catch(() => undefined), sleep(5000)]);
}
