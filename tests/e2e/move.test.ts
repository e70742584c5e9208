import type { Page } from 'playwright-core';
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
import { readStored, signIn, storeOldSettings, waitForState, waitForStored } from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;
let scenario: Scenario;
let popup: Page;

const moveButton = { name: 'Move to a fresh issue', exact: true };

/** A queue whose checklist issue the tracker has locked, as the popup shows it. */
const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(12, { done: 3, deferred: 2 });
  scenario.world.setLocked('SUP-1', true);
  simulator = await startSimulator({ world: scenario.world });
  browser = await freshBrowser();
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
  popup = await browser.openPopup();
  await waitForState(popup, 'halted');
});

afterEach(async () => {
  await simulator.close();
});

function queuesOf(settings: unknown): string[] {
  // Written by the extension, which knows no other shape.
  const { values } = settings as { values: { checklistIssues: string[] } };
  return values.checklistIssues;
}

/** What is to be the case once the queue goes on in another checklist issue. */
async function expectMoved(): Promise<void> {
  const { world } = scenario;
  await waitForStored(popup, 'settings', (settings) => !queuesOf(settings).includes('SUP-1'));
  const [key = '', ...others] = queuesOf(await readStored(popup, 'settings'));
  expect(others).toEqual([]);
  await world.until('the moved items to be done', () => world.issue(key).done === 14);
  await waitForState(popup, 'idle');
  const texts = ({ open, before }: Scenario['expectations'][number]) =>
    open || before.deadline?.startsWith('2099') ? [before.text] : [];
  expect([...world.issue(key).items.values()].map(({ text }) => text)).toEqual(
    scenario.expectations.flatMap(texts),
  );
  expect(world.issue('SUP-1').version).toBe(1);
  expect(findDifferences(scenario, ['issues'])).toEqual([]);
  await popup.getByRole('heading').getByRole('link', { name: key }).waitFor();
  expect(await popup.getByRole('link', { name: 'SUP-1', exact: true }).count()).toBe(0);
  expect(await readStored(popup, 'moves')).toEqual([]);
}

describe('a checklist issue that is locked', () => {
  test('is left for a fresh one by one click, and the work goes on there', async () => {
    await popup.getByRole('status').getByText('The tracker has locked').waitFor();
    // Offered once, not again beside the queue.
    expect(await popup.getByRole('button', moveButton).count()).toBe(1);
    await popup.getByRole('button', moveButton).click();
    await expectMoved();
    const activity = await browser.openActivity();
    await activity.getByText('14 moved').waitFor();
    await activity.getByRole('button', { name: 'Move to a fresh issue' }).click();
    await activity.getByRole('link', { name: 'SUP-1', exact: true }).waitFor();
  });

  test('loses and doubles nothing when the worker dies in the middle', async () => {
    // The move is to last until the popup has been looked at, on whatever machine.
    simulator.setLatency(200, 'tracker');
    await popup.getByRole('button', moveButton).click();
    await waitForState(popup, 'running');
    await popup.getByText('Moving items to a fresh issue').waitFor();
    await simulator.requests.waitForCount({ method: 'POST', path: /checklistItems$/ }, 5);
    await browser.killWorker();
    simulator.setLatency(0, 'tracker');
    // The popup's ping starts the next worker.
    await popup.reload();
    await expectMoved();
    expect(simulator.requests.count({ method: 'POST', path: /\/issues$/ })).toBe(1);
  });
});
