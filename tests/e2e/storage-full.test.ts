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
import { collectComplaints } from './complaints.ts';
import { sharedBrowser } from './shared-browser.ts';
import { readStored, signIn, storeOldSettings, waitForState } from './steps.ts';

/** The browser's storage is full: nothing hangs, nothing is lost, and the person knows. */

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;
let complaints: string[];

const rarely = { process_checklist_frequency_seconds: 86_400 };

const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(150);
  simulator = await startSimulator({ world: scenario.world, latencyMs: 40 });
  browser = await freshBrowser();
  complaints = collectComplaints(browser);
  await signIn(browser, simulator);
});

afterEach(async () => {
  await simulator.close();
});

/** Fills most of the storage, so that the rest is filled in no time. */
async function fillNearly(page: Page): Promise<void> {
  await page.evaluate(() =>
    chrome.storage.local.set({ filler: 'x'.repeat(chrome.storage.local.QUOTA_BYTES - 500_000) }),
  );
}

/** Fills what is left of the storage, to the last byte or so. */
async function fill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let size = 256 * 1024; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) {
          const name = `filler${Math.random()}`;
          await chrome.storage.local.set({ [name]: 'x'.repeat(size) });
        }
      } catch {
        // No room for this much: the next is half of it.
      }
    }
  });
}

async function makeRoom(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const keys = Object.keys(await chrome.storage.local.get(null));
    await chrome.storage.local.remove(keys.filter((key) => key.startsWith('filler')));
  });
}

/** Items whose worker is said to have died with them in hand. */
async function deaths(page: Page): Promise<string[]> {
  const stored = await page.evaluate(() => chrome.storage.local.get(null));
  // In parts, as src/background/worker-store.ts names them, of what src/queue/item-memory.ts declares.
  const parts = Object.entries(stored).filter(([key]) => /^items\d*$/.test(key));
  const items = parts.flatMap(([, memories]) => Object.entries(memories as object));
  return items.filter(([, { deaths }]) => (deaths as number) > 0).map(([name]) => name);
}

describe('a full storage', () => {
  test('in a run: it stops whole, says so, and goes on by itself once there is room', async () => {
    const { world } = scenario;
    const popup = await browser.openPopup();
    await fillNearly(popup);
    await storeOldSettings(browser, simulator, rarely);
    await world.until('ten items done', () => world.issue('SUP-1').done >= 10);
    // The rest of the run is to last longer than the filling, on whatever machine.
    simulator.setLatency(1000);
    // What the run lets go of is taken from it as well: it could go on with what it has.
    while ((await popup.evaluate(() => chrome.storage.session.get('trouble'))).trouble == null) {
      await fill(popup);
    }
    await waitForState(popup, 'halted');
    await popup.getByText('The browser’s storage is full').waitFor();
    simulator.setLatency(40);
    const { done } = world.issue('SUP-1');
    expect(done).toBeLessThan(150);
    // A new worker finds the same, and no item pays for it.
    await browser.killWorker();
    await popup.reload();
    const tries = () =>
      popup.evaluate(async () => {
        const { trouble } = await chrome.storage.session.get<{ trouble?: { tries: number } }>();
        return trouble?.tries ?? 0;
      });
    const before = await tries();
    await popup.getByRole('button', { name: 'Process now' }).click();
    await expect.poll(tries).toBeGreaterThan(before);
    await popup.getByText('The browser’s storage is full').waitFor();
    expect(world.issue('SUP-1').done).toBe(done);

    await makeRoom(popup);
    await world.until('the work', () => world.issue('SUP-1').done === 150);
    await waitForState(popup, 'idle');
    expect(findDifferences(scenario)).toEqual([]);
    expect(await deaths(popup)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('before a run: a click tries at once, and settings that can’t be stored are not lost', async () => {
    const { world } = scenario;
    const popup = await browser.openPopup();
    await storeOldSettings(browser, simulator, { ...rarely, delete_done_checklist_items: false });
    await world.until('the work', () => world.issue('SUP-1').done === 150);
    await waitForState(popup, 'idle');
    const [first] = [...world.issue('SUP-1').items.values()];
    world.editItem('SUP-1', first?.id ?? '', { checked: false, deadline: null });
    await fillNearly(popup);
    await fill(popup);
    await popup.getByRole('button', { name: 'Process now' }).click();
    await waitForState(popup, 'halted');
    expect(world.issue('SUP-1').done).toBe(149);

    const options = await browser.openOptions();
    await options.getByLabel('Test link').fill(`https://learn.example/tasks/${'1'.repeat(150)}`);
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await options.getByText('Not stored: The browser’s storage is full').waitFor();

    await makeRoom(popup);
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await options.getByText('Saved. The settings are in force.').waitFor();
    expect(await readStored(options, 'settings')).toMatchObject({
      values: { testLink: `https://learn.example/tasks/${'1'.repeat(150)}` },
    });
    await world.until('the work', () => world.issue('SUP-1').done === 150);
    await waitForState(popup, 'idle');
    expect(complaints).toEqual([]);
  });
});
