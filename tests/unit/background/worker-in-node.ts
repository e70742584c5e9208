import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { ItemEntry, RunEntry } from '../../../src/activity/entries.ts';
import type { IntentLists } from '../../../src/activity/history.ts';
import type { LogLine } from '../../../src/activity/log.ts';
import { currentVersion } from '../../../src/settings/envelope.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import type { Run } from '../../../src/status/status.ts';
import {
  type Fault,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { settingsFor } from '../queue/run-harness.ts';
import { aRun } from '../status/a-run.ts';
import { FakeBrowser } from './fake-browser.ts';

/** The whole worker in Node, with the simulator: what it stores and what it sends, and when. */

/** Longer than a run sits out; and no 429, which would make the next one slow. */
export const awayFor10Min: Fault = {
  kind: 'answer',
  applied: false,
  status: 503,
  headers: { 'retry-after': '600' },
  body: '',
};

/** What each test begins with: three items, one simulator, and a browser without a worker yet. */
export let scenario: Scenario;
export let simulator: Simulator;
export let browser: FakeBrowser;

beforeEach(async () => {
  await simulate(queueWorld(3));
  browser = new FakeBrowser();
});

afterEach(async () => {
  browser.kill();
  vi.doUnmock(historyModule);
  vi.doUnmock(logModule);
  vi.unstubAllGlobals();
  await simulator.close();
});

async function simulate(next: Scenario, latencyMs = 0): Promise<void> {
  scenario = next;
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world, latencyMs });
}

/** Another world in the place of the one that each test begins with. */
export async function simulateInstead(next: Scenario, latencyMs?: number): Promise<void> {
  await simulator.close();
  await simulate(next, latencyMs);
}

export const local = () => browser.stored.local;

/** What a worker leaves that dies before its first item. */
export const asLeft: Run = { ...aRun, cause: 'click' };

/** Stores what a run needs, as the options page does but without asking for a run. */
export function configure(settings: Partial<Settings> = {}): void {
  const token = simulator.world.trackerRules.token;
  const values = { ...settingsFor(simulator), ...settings };
  const origin = new URL(values.trackerUrl).origin;
  browser.store({ settings: { version: currentVersion, values }, token: { value: token, origin } });
}

export function allowHosts(): void {
  const { trackerUrl, contentUrl } = settingsFor(simulator);
  browser.allow(trackerUrl);
  browser.allow(contentUrl);
}

export const done = () => simulator.world.issue('SUP-1').done;

/** Waits for a fact, as long as a machine may take that does other things as well. */
export function eventually(check: () => void): Promise<void> {
  return vi.waitFor(check, 20_000);
}

/** Resolves when the worker has nothing left to do that takes no request. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export async function runEnded(): Promise<void> {
  await eventually(() => expect(local().run).toBeNull());
  await settled();
}

/** Resolves when the pass has ended that was asked for: each that ends stores when. */
export async function passAfter(ask: () => unknown): Promise<void> {
  const { state } = local();
  await ask();
  await eventually(() => expect(local().state).not.toEqual(state));
  await runEnded();
}

/** Each run that has ended, as it is stored, in turn. */
export function endsOfRuns(): { id: string; kind: string; cause: string; outcome: string }[] {
  const ends: ReturnType<typeof endsOfRuns> = [];
  browser.beforeStoring = ({ state }) => {
    const { lastRun } = { lastRun: null, ...(state as object | undefined) };
    if (lastRun !== null) ends.push(lastRun);
  };
  return ends;
}

/** Starts a worker that need not ask for a run, as the first after a start of the browser does. */
export async function startAwake(): Promise<void> {
  browser.store({ awake: true }, 'session');
  await browser.startWorker();
  await settled();
}

export const historyModule = '../../../src/activity/history.ts';

type History = typeof import('../../../src/activity/history.ts');

/** The history, which Node has no database for, in memory: what workers write to it from now on. */
export function keptHistory(others: Partial<History> = {}): {
  items: ItemEntry[];
  runs: Map<string, RunEntry>;
} {
  const items: ItemEntry[] = [];
  const runs = new Map<string, RunEntry>();
  let intents: IntentLists = new Map();
  const keepIntents = async (lists: IntentLists) => {
    intents = new Map([...intents, ...structuredClone(lists)]);
  };
  const kept: Partial<History> = {
    keepIntents,
    addItems: async (entries, lists) => {
      items.push(...structuredClone(entries));
      await keepIntents(lists);
    },
    addBrokenOff: async () => {
      items.push(...[...intents.values()].flat());
      intents = new Map();
    },
    addRun: async (run) => {
      runs.set(run.id, run);
    },
    readLastOfIssue: async (issueKey) =>
      items.filter((item) => item.issueKey === issueKey).map((item, id) => ({ ...item, id })),
    readItemEnds: async (id) => items.filter(({ runId }) => runId === id),
    trimHistory: async () => undefined,
    ...others,
  };
  vi.doMock(historyModule, async (original) => ({ ...(await original<object>()), ...kept }));
  return { items, runs };
}

const logModule = '../../../src/activity/log.ts';

/** The log, which lies in the same database, in memory. */
export function keptLog(): LogLine[] {
  const lines: LogLine[] = [];
  const addLines = async (added: readonly LogLine[]) => void lines.push(...added);
  vi.doMock(logModule, async (original) => ({ ...(await original<object>()), addLines }));
  return lines;
}
