import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { currentVersion } from '../../../src/settings/migrations.ts';
import type { Settings } from '../../../src/settings/schema.ts';
import {
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { settingsFor } from '../queue/run-harness.ts';
import { FakeBrowser } from './fake-browser.ts';

/** The whole worker in Node, with the simulator: what it stores and what it sends, and when. */

let scenario: Scenario;
let simulator: Simulator;
let browser: FakeBrowser;

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
  scenario.world.contentRules.requireLogin = false;
  browser = new FakeBrowser();
});

afterEach(async () => {
  browser.kill();
  vi.unstubAllGlobals();
  await simulator.close();
});

const local = () => browser.stored.local;

/** Stores what a run needs, as the options page does but without asking for a run. */
function configure(settings: Partial<Settings> = {}): void {
  const token = simulator.world.trackerRules.token;
  const values = { ...settingsFor(simulator), ...settings };
  const origin = new URL(values.trackerUrl).origin;
  browser.store({ settings: { version: currentVersion, values }, token: { value: token, origin } });
}

function allowHosts(): void {
  const { trackerUrl, contentUrl } = settingsFor(simulator);
  browser.allow(trackerUrl);
  browser.allow(contentUrl);
}

const done = () => simulator.world.issue('SUP-1').done;

/** Resolves when the worker has nothing left to do that takes no request. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function runEnded(): Promise<void> {
  await vi.waitFor(() => expect(local().run).toBeNull(), 5000);
  await settled();
}

test('a click has the queue processed', async () => {
  configure();
  allowHosts();
  await browser.startWorker();
  expect(await browser.command({ type: 'process' })).toEqual({ ok: true });
  await runEnded();
  expect(done()).toBe(3);
});

test('what is stored of the pause survives a run that ends in the same moment', async () => {
  configure();
  allowHosts();
  await browser.startWorker();
  browser.beforeStoring = async (values) => {
    if (!('state' in values)) return;
    browser.beforeStoring = () => undefined;
    configure({ schedulePaused: true });
    await settled();
  };
  await browser.command({ type: 'process' });
  await runEnded();
  expect(local().state).toMatchObject({ lastRun: {}, pausedSince: expect.any(Number) });
});
