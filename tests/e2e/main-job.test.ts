import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  demoWorld,
  findDifferences,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { importOldFiles, processNow, signInByPage, waitForState } from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;
let scenario: Scenario;

beforeEach(async () => {
  scenario = demoWorld();
  simulator = await startSimulator({ world: scenario.world });
  browser = await ExtensionBrowser.launch();
});

afterEach(async () => {
  await browser.close();
  await simulator.close();
});

describe('the main job', () => {
  test('imports the old settings, annotates the queue, and writes nothing the second time', async () => {
    await signInByPage(browser, simulator);
    await importOldFiles(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    const popup = await browser.openPopup();
    await processNow(popup);
    await waitForState(popup, 'idle');
    expect(findDifferences(scenario)).toEqual([]);
    simulator.requests.reset();
    await processNow(popup);
    expect(simulator.requests.entries.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v2/issues/SUP-1',
    ]);
  });
});
