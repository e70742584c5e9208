import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  findDifferences,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import { signIn, storeOldSettings, waitForState, waitForStored } from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;
let scenario: Scenario;

const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(40);
  simulator = await startSimulator({ world: scenario.world, latencyMs: 40 });
  browser = await freshBrowser();
  await signIn(browser, simulator);
});

afterEach(async () => {
  await simulator.close();
});

describe('a worker that dies in a run', () => {
  test('is followed by one that goes on within 31 s, without a click, and finishes it', async () => {
    const { world } = scenario;
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    await world.until('ten items done', () => world.issue('SUP-1').done >= 10);
    await browser.killWorker();
    const diedAt = Date.now();
    const isUnderWay = ({ outcome }: { outcome: string }) =>
      outcome === 'arrived' || outcome === 'applied';
    await expect.poll(() => simulator.requests.entries.some(isUnderWay)).toBe(false);
    // From here on nothing of the dead worker arrives any more.
    const doneAtDeath = world.issue('SUP-1').done;
    const left = 31_000 - (Date.now() - diedAt);
    await world.until('the work to go on', () => world.issue('SUP-1').done > doneAtDeath, left);
    await world.until('the work to end', () => world.issue('SUP-1').done === 40);
    const popup = await browser.openPopup();
    await waitForState(popup, 'idle');
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('is woken by a click at once', async () => {
    const { world } = scenario;
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    await world.until('ten items done', () => world.issue('SUP-1').done >= 10);
    await browser.killWorker();
    // The popup's ping starts a worker, and that one finds the run that was left.
    const popup = await browser.openPopup();
    await waitForState(popup, 'idle');
    expect(findDifferences(scenario)).toEqual([]);
  });
});

describe('a worker that dies while settings are saved', () => {
  test('is followed by one that works with them within 31 s, without a click', async () => {
    const { world } = scenario;
    const isAllDone = () => world.issue('SUP-1').done === world.issue('SUP-1').items.size;
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    await browser.killWorker();
    await world.until('the work after the import', isAllDone, 60_000);
    const options = await browser.openOptions();
    await waitForStored(options, 'run', (run) => run === null);
    world.addItem('SUP-1', { text: scenario.expectations[0]?.key ?? '' });
    await options.getByLabel('Tracker time-out (seconds)').fill('11');
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await browser.killWorker();
    // 31 s until a worker is there again, and then the work itself on a busy machine.
    await world.until('the work after saving', isAllDone, 40_000);
    expect(findDifferences(scenario, ['issues'])).toEqual([]);
  });
});
