import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findChromium } from '../browser/install.ts';
import {
  type Fault,
  faults,
  findDifferences,
  type LogEntry,
  queueWorld,
  type RequestFilter,
  startSimulator,
} from '../simulator/index.ts';
import { matchesRequest } from '../simulator/request-log.ts';
import { openItems, queueOf, Seat } from './seat.ts';
import type { Result } from './table.ts';

/** Answers that never come, stop after their headers, or come a byte a second. */

const hangs: Readonly<Record<string, Fault>> = {
  silence: faults.silence,
  'headers only': faults.headersOnly,
  'a byte a second': faults.trickle,
};

const requestsThatHang: Readonly<Record<string, RequestFilter>> = {
  'the checklist': { side: 'tracker', method: 'GET', path: /\/issues\/SUP-1$/ },
  'the search': { side: 'tracker', method: 'POST', path: /_search$/ },
  'breadcrumbs/': { side: 'content', path: /\/breadcrumbs\/$/ },
  'a task': { side: 'content', path: /\/tasks\/[^/]+\/$/ },
  'the PATCH of an issue': { side: 'tracker', method: 'PATCH', path: /\/issues\/[^/]+$/ },
  'the PATCH of an item': { side: 'tracker', method: 'PATCH', path: /\/checklistItems\// },
};

const itemsARound = 2;
/** After the time-out, at most: the longest first back-off, and a busy machine. */
const patienceMs = 2500;

interface HungAnswersOptions {
  readonly extension?: string;
  readonly timeoutSeconds: number;
}

/** Each kind of hanging with each kind of request: the own time-out ends it, and all is right. */
export async function hungAnswers(options: HungAnswersOptions): Promise<Result> {
  const { extension, timeoutSeconds } = options;
  const rounds = Object.keys(hangs).length * Object.keys(requestsThatHang).length;
  const scenario = queueWorld(rounds * itemsARound, { lessons: rounds * itemsARound });
  const { world, expectations } = scenario;
  const key = queueOf(world);
  world.replaceItems(key, []);
  const simulator = await startSimulator({ world });
  const seat = await Seat.open(simulator, {
    ...(extension === undefined ? {} : { browser: { extension } }),
    settings: {
      trackerTimeoutSeconds: timeoutSeconds,
      contentTimeoutSeconds: timeoutSeconds,
      itemsAtATime: 1,
    },
  });
  const failures: string[] = [];
  let slowest = 0;
  let round = 0;
  try {
    for (const [kind, fault] of Object.entries(hangs)) {
      for (const [what, on] of Object.entries(requestsThatHang)) {
        const own = expectations.slice(round * itemsARound, (round + 1) * itemsARound);
        round += 1;
        const where = `${kind} for ${what}`;
        world.replaceItems(
          key,
          own.map(({ before }) => before),
        );
        simulator.requests.reset();
        const rule = simulator.faults.add({ on, times: 1, fault });
        await seat.run('process');
        rule.remove();
        if (rule.hits !== 1) failures.push(`${where}: never came`);
        failures.push(
          ...findDifferences({ world, expectations: own }).map((line) => `${where}: ${line}`),
        );
        const ms = goneOnAfter(simulator.requests.entries, on);
        slowest = Math.max(slowest, ms);
        if (!isInTime(ms, timeoutSeconds)) {
          failures.push(`${where}: went on after ${Math.round(ms)} ms`);
        }
      }
    }
  } finally {
    await seat.close();
    await simulator.close();
  }
  return {
    runs: round,
    figures: { [`longest of ${timeoutSeconds} s`]: `${(slowest / 1000).toFixed(1)} s` },
    failures,
  };
}

/** Whether the own time-out ended a wait, and nothing else did. */
function isInTime(ms: number, timeoutSeconds: number): boolean {
  return ms >= timeoutSeconds * 1000 - 100 && ms <= timeoutSeconds * 1000 + patienceMs;
}

/** How long after the first of these, which hung, the next one came, but for those sent beside it. */
function goneOnAfter(entries: readonly LogEntry[], on: RequestFilter): number {
  const hung = entries.find((entry) => matchesRequest(entry, on));
  if (hung === undefined) return Number.NaN;
  const besideItMs = 1000;
  const next = entries.find(({ n, time }) => n > hung.n && time > hung.time + besideItMs);
  return (next?.time ?? Number.NaN) - hung.time;
}

/**
 * The longest time-out that can be set, in a browser with no debugger attached: Chromium spares a
 * worker with one, and stops any other whose fetch had no answer for 30 s.
 */
export async function hungWithoutDebugger(options: HungAnswersOptions): Promise<Result> {
  const { timeoutSeconds } = options;
  const extension = options.extension ?? 'dist-demo';
  const kinds = Object.entries(hangs);
  const scenario = queueWorld(kinds.length);
  const { world, expectations } = scenario;
  const key = queueOf(world);
  world.replaceItems(key, []);
  const simulator = await startSimulator({ world });
  const profile = await mkdtemp(join(tmpdir(), 'breadcrumbs-hung-'));
  const failures: string[] = [];
  let slowest = 0;
  let browser: ChildProcess | null = null;
  try {
    const seat = await Seat.open(simulator, {
      browser: { extension, profile },
      processEverySeconds: 30,
      settings: {
        trackerTimeoutSeconds: timeoutSeconds,
        contentTimeoutSeconds: timeoutSeconds,
      },
    });
    await seat.close();
    browser = startPlainly(extension, profile);
    for (const [round, [kind, fault]] of kinds.entries()) {
      const own = expectations.slice(round, round + 1);
      simulator.requests.reset();
      const on: RequestFilter = { side: 'content' };
      const rule = simulator.faults.add({ on, times: 1, fault });
      world.replaceItems(
        key,
        own.map(({ before }) => before),
      );
      await world.until(`${kind}: the item done`, () => openItems(world) === 0, 120_000);
      rule.remove();
      failures.push(
        ...findDifferences({ world, expectations: own }).map((line) => `${kind}: ${line}`),
      );
      const hung = simulator.requests.entries.find(({ side }) => side === 'content');
      const again = simulator.requests.entries.find(
        ({ side, n, path }) => side === 'content' && path === hung?.path && n > hung.n,
      );
      const ms = (again?.time ?? Number.NaN) - (hung?.time ?? Number.NaN);
      slowest = Math.max(slowest, ms);
      // A worker that is stopped leaves its work to an alarm, 30 s after the run began at best.
      if (!isInTime(ms, timeoutSeconds)) {
        failures.push(`${kind}: asked again after ${ms} ms`);
      }
    }
  } finally {
    browser?.kill('SIGKILL');
    await simulator.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
  return {
    runs: kinds.length,
    figures: { [`longest of ${timeoutSeconds} s`]: `${(slowest / 1000).toFixed(1)} s` },
    failures,
  };
}

/** A Chromium that nobody is attached to, on a profile that was set up before. */
function startPlainly(extension: string, profile: string): ChildProcess {
  const program = findChromium();
  if (program === null) throw new Error('no Chromium: run "npm test" or "npm run demo"');
  return spawn(
    program,
    [
      '--headless=new',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${profile}`,
      `--disable-extensions-except=${resolve(extension)}`,
      `--load-extension=${resolve(extension)}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      // As Playwright starts it: the profile's cookies are encrypted for that store.
      '--password-store=basic',
      '--use-mock-keychain',
      'about:blank',
    ],
    { stdio: 'ignore' },
  );
}
