import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  errorField,
  linkField,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import {
  processNow,
  readStored,
  sendToWorker,
  signIn,
  storeOldSettings,
  waitForState,
  waitForStored,
  waitUntilQuiet,
} from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;
let scenario: Scenario;

const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
  browser = await freshBrowser();
  await signIn(browser, simulator);
});

afterEach(async () => {
  await simulator.close();
});

function isDone(text: string): boolean {
  return scenario.world.itemByText('SUP-1', text).checked;
}

describe('the schedules', () => {
  test('process the checklist and bring back deferred items, every 30 s, without a click', async () => {
    const { world } = scenario;
    const [first] = scenario.expectations;
    const key = first?.key ?? '';
    const link = world.issue(key).fields.get(linkField) ?? null;
    world.editIssue(key, { [linkField]: null });
    await storeOldSettings(browser, simulator, { uncheck_deferred_issues_frequency_seconds: 30 });
    await world.until('the first pass after the import', () => world.issue('SUP-1').done === 3);
    expect(world.issue(key).fields.get(errorField)).toMatch(/^link_not_set: /);

    world.editIssue(key, { [linkField]: link, [errorField]: null });
    await world.until('the recheck by schedule', () => !isDone(key), 40_000);
    await world.until('the next pass by schedule', () => isDone(key), 40_000);
    expect(world.itemByText('SUP-1', key).deadline).not.toMatch(/^2099/);
  });

  test('are made again where they are missing, and never reset where they are not', async () => {
    await storeOldSettings(browser, simulator);
    const page = await browser.openPopup();
    await waitUntilQuiet(page);
    const alarms = () => page.evaluate(() => chrome.alarms.getAll());
    const byName = (all: { name: string; scheduledTime: number; periodInMinutes?: number }[]) =>
      new Map(all.map((alarm) => [alarm.name, alarm]));
    // Once the worker has found that nothing is left, it puts its bell away.
    await expect
      .poll(async () => [...byName(await alarms()).keys()].sort())
      .toEqual(['process', 'recheck']);
    const before = byName(await alarms());
    expect(before.get('process')?.periodInMinutes).toBe(0.5);
    expect(before.get('recheck')?.periodInMinutes).toBe(60);
    const nextRun = page.locator('dt:text-is("Next run") + dd time');
    await expect
      .poll(async () => Date.parse((await nextRun.getAttribute('datetime')) ?? ''))
      .toBe(Math.trunc(before.get('process')?.scheduledTime ?? 0));

    await page.evaluate(() => chrome.alarms.clear('process'));
    await browser.killWorker();
    await sendToWorker(page, { type: 'ping' });
    // The ping of a popup starts a worker, and a worker that starts looks after its alarms.
    await expect.poll(async () => byName(await alarms()).get('process')?.periodInMinutes).toBe(0.5);
    expect(byName(await alarms()).get('recheck')?.scheduledTime).toBe(
      before.get('recheck')?.scheduledTime,
    );
  });

  test('rest while paused, and go on with Resume', async () => {
    const { world } = scenario;
    await storeOldSettings(browser, simulator);
    await world.until('the first pass', () => world.issue('SUP-1').done === 3);
    const options = await browser.openOptions();
    await options.getByLabel(/pause the schedule|schedule paused/i).check();
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    const popup = await browser.openPopup();
    await waitForState(popup, 'paused');
    await expect
      .poll(() => popup.evaluate(async () => (await chrome.alarms.get('process')) ?? null))
      .toBeNull();
    world.addItem('SUP-1', { text: scenario.expectations[0]?.key ?? '' });
    await processNow(popup);
    await popup.getByRole('status').getByText('1 unchanged, in ').waitFor();
    await waitForState(popup, 'paused');
    await popup.getByRole('button', { name: 'Resume' }).press('Enter');
    await waitForState(popup, 'idle');
    await popup.locator('main:focus').waitFor();
    await expect
      .poll(() => popup.evaluate(async () => (await chrome.alarms.get('process'))?.periodInMinutes))
      .toBe(0.5);
  });
});

describe('in a halting state', () => {
  test('the schedule rests until its next try is due, and a click tries at once', async () => {
    const { world } = scenario;
    const { token } = world.trackerRules;
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    await world.until('the first pass', () => world.issue('SUP-1').done === 3);
    const popup = await browser.openPopup();
    await waitForState(popup, 'idle');
    world.addItem('SUP-1', { text: scenario.expectations[0]?.key ?? '' });
    world.trackerRules.token = 'another';
    await processNow(popup);
    await waitForState(popup, 'halted');
    await waitForStored(popup, 'run', (run) => run === null);
    // As after seven tries by the schedule, the last of them just now.
    await changeHalt(popup, { tries: 8, nextTryAt: Date.now() + 3_000_000 });
    simulator.requests.reset();
    await ring(popup, 'process');
    await processNow(popup);
    // The click's alone: the schedule's would have been answered before it.
    expect(simulator.requests.count()).toBe(1);
    expect(await readStored(popup, 'state')).toMatchObject({
      lastRun: { cause: 'click' },
      halt: { tries: 8 },
    });

    world.trackerRules.token = token;
    await changeHalt(popup, { nextTryAt: Date.now() - 1 });
    await ring(popup, 'process');
    await world.until('the work', () => world.issue('SUP-1').done === 4);
    await waitForState(popup, 'idle');
  });

  async function changeHalt(page: Page, change: Record<string, number>): Promise<void> {
    await page.evaluate(async (changes) => {
      const { state } = await chrome.storage.local.get<{ state: { halt: object } }>('state');
      await chrome.storage.local.set({ state: { ...state, halt: { ...state.halt, ...changes } } });
    }, change);
  }

  /** Has an alarm's time come, and waits until the worker was told. */
  async function ring(page: Page, name: string): Promise<void> {
    await page.evaluate(
      (alarm) =>
        new Promise<void>((resolve) => {
          chrome.alarms.onAlarm.addListener(function rung(rings) {
            if (rings.name !== alarm) return;
            chrome.alarms.onAlarm.removeListener(rung);
            resolve();
          });
          void chrome.alarms.create(alarm, { when: Date.now(), periodInMinutes: 1440 });
        }),
      name,
    );
  }
});
