import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  errorField,
  linkField,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { importOldFiles, signIn, waitForState, waitForStored } from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;
let scenario: Scenario;

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
  browser = await ExtensionBrowser.launch();
  await signIn(browser, simulator);
});

afterEach(async () => {
  await browser.close();
  await simulator.close();
});

function isDone(text: string): boolean {
  return scenario.world.itemByText('SUP-1', text).checked;
}

describe('the schedules', () => {
  test('process the checklist and bring back deferred items, every 30 s, without a click', {
    timeout: 150_000,
  }, async () => {
    const { world } = scenario;
    const [first] = scenario.expectations;
    const key = first?.key ?? '';
    const link = world.issue(key).fields.get(linkField) ?? null;
    world.editIssue(key, { [linkField]: null });
    await importOldFiles(browser, simulator, { uncheck_deferred_issues_frequency_seconds: 30 });
    await world.until('the first pass after the import', () => world.issue('SUP-1').done === 3);
    expect(world.issue(key).fields.get(errorField)).toMatch(/^link_not_set: /);

    world.editIssue(key, { [linkField]: link, [errorField]: null });
    await world.until('the recheck by schedule', () => !isDone(key), 40_000);
    await world.until('the next pass by schedule', () => isDone(key), 40_000);
    expect(world.itemByText('SUP-1', key).deadline).not.toMatch(/^2099/);
  });

  test('are made again where they are missing, and never reset where they are not', async () => {
    await importOldFiles(browser, simulator);
    const page = await browser.openPopup();
    await waitForStored(page, 'run', (run) => run === null);
    const alarms = () => page.evaluate(() => chrome.alarms.getAll());
    const byName = (all: { name: string; scheduledTime: number; periodInMinutes?: number }[]) =>
      new Map(all.map((alarm) => [alarm.name, alarm]));
    const before = byName(await alarms());
    expect([...before.keys()].sort()).toEqual(['process', 'recheck']);
    expect(before.get('process')?.periodInMinutes).toBe(0.5);
    expect(before.get('recheck')?.periodInMinutes).toBe(60);

    await page.evaluate(() => chrome.alarms.clear('process'));
    await browser.killWorker();
    await page.reload();
    // The popup's ping starts a worker, and a worker that starts looks after its alarms.
    await expect
      .poll(async () => byName(await alarms()).get('process')?.periodInMinutes, { timeout: 10_000 })
      .toBe(0.5);
    expect(byName(await alarms()).get('recheck')?.scheduledTime).toBe(
      before.get('recheck')?.scheduledTime,
    );
  });

  test('rest while paused, and go on with Resume', async () => {
    await importOldFiles(browser, simulator);
    const options = await browser.openOptions();
    await options.getByLabel(/pause the schedule|schedule paused/i).check();
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    const popup = await browser.openPopup();
    await waitForState(popup, 'paused');
    expect(await popup.evaluate(() => chrome.alarms.get('process'))).toBeUndefined();
    await popup.getByRole('button', { name: 'Resume' }).click();
    await waitForState(popup, 'idle');
    await expect
      .poll(() => popup.evaluate(async () => (await chrome.alarms.get('process'))?.periodInMinutes))
      .toBe(0.5);
  });
});
