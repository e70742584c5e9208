import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { currentVersion } from '../../src/settings/envelope.ts';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { Screen } from '../browser/screen.ts';
import {
  findDifferences,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { dropOldFiles, processNow, signIn, waitForState } from './steps.ts';

/** The real build, in a window on a screen, with servers that speak as the real ones do. */

let scenario: Scenario;
let simulator: Simulator;
let screen: Screen;
let browser: ExtensionBrowser;
let guide: Page;

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world, protocol: 'http2' });
  screen = await Screen.start();
  browser = await ExtensionBrowser.launch({
    extension: 'dist',
    headed: true,
    display: screen.display,
    guide: 'open',
  });
  guide = await browser.guide();
});

afterEach(async () => {
  await browser.close();
  screen.stop();
  await simulator.close();
});

/** Clicks what makes the browser ask. The button is busy for as long as the question stands. */
async function ask(page: Page, button: string | RegExp): Promise<void> {
  await page.bringToFront();
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.locator('[aria-busy=true]').waitFor();
}

/**
 * Presses a key until the question is answered. It takes none within half a second of its appearance
 * or of the key before, lest an answer be given unawares.
 */
async function pressUntilAnswered(page: Page, key: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await screen.press(key);
        return page.locator('[aria-busy=true]').count();
      },
      { interval: 700 },
    )
    .toBe(0);
}

async function refuse(page: Page, button: string): Promise<void> {
  await ask(page, button);
  await pressUntilAnswered(page, 'Escape');
}

/**
 * The question comes with **Deny** in the keyboard's hand and **Allow** a tab away, and nothing tells
 * when it is there. A tab that came before it went to the page, and the answer is no: then it is
 * asked again, and waited for longer.
 */
async function grant(
  page: Page,
  button: string | RegExp,
  wanted: chrome.permissions.Permissions,
): Promise<void> {
  for (let pauseMs = 250; pauseMs < 5000; pauseMs *= 2) {
    await ask(page, button);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await screen.press('Tab');
    await pressUntilAnswered(page, 'Return');
    if (await isGranted(wanted)) return;
  }
  throw new Error(`${JSON.stringify(wanted)} is not granted, however often it is asked for`);
}

function allow(page: Page, host: string): Promise<void> {
  const button = new RegExp(`^(Allow|Ask again for) ${host}$`);
  return grant(page, button, { origins: [`https://${host}/*`] });
}

function isGranted(wanted: chrome.permissions.Permissions): Promise<boolean> {
  return guide.evaluate((asked) => chrome.permissions.contains(asked), wanted);
}

function isAllowed(origin: string): Promise<boolean> {
  return isGranted({ origins: [origin] });
}

test('asks for each host by its name, takes yes, and notices when it is withdrawn', async () => {
  await signIn(browser, simulator);
  const startedAt = Date.now();
  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByText('The browser has to let Breadcrumbs reach 127.0.0.1.').waitFor();
  await allow(guide, '127.0.0.1');
  await guide.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
  await guide.locator('[data-step=tracker].done').waitFor();
  await guide.getByLabel('Checklist issue keys').fill('SUP-1');
  await guide.getByRole('button', { name: 'Use these fields' }).click();
  await guide.getByLabel('Content API URL').fill(simulator.contentUrl);
  await allow(guide, 'localhost');
  await guide.getByLabel('Test link').fill(scenario.world.testLink);
  await guide.getByRole('row', { name: /course\.name.*Основы SQL.*Module/ }).waitFor();
  await guide.getByRole('button', { name: 'Switch the schedule on' }).click();
  await scenario.world.until('the first pass', (world) => world.issue('SUP-1').done === 3);
  expect(Date.now() - startedAt).toBeLessThan(120_000);
  expect(findDifferences(scenario)).toEqual([]);

  await guide.evaluate(() => chrome.permissions.remove({ origins: ['https://localhost/*'] }));
  await guide.getByRole('button', { name: 'Allow localhost' }).waitFor();
  const popup = await browser.openPopup();
  await processNow(popup).catch(() => undefined);
  await waitForState(popup, 'halted');
  await popup.getByRole('button', { name: 'Allow' }).waitFor();
});

test('a refusal is said, with a button to ask again, and nothing is sent', async () => {
  await signIn(browser, simulator);
  const refused = (host: string) =>
    guide.getByText(`The browser was told not to let Breadcrumbs reach ${host}`);

  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
  await refuse(guide, 'Allow 127.0.0.1');
  await refused('127.0.0.1').waitFor();

  await dropOldFiles(guide, simulator);
  await refuse(guide, 'Import these settings');
  await refused('localhost').waitFor();
  await guide.getByText('Imported. But the browser was told not to').waitFor();

  const options = await browser.openOptions('#hosts');
  await refuse(options, 'Allow localhost');
  await options.getByText('Refused: nothing is sent there', { exact: true }).waitFor();
  await options.getByText('Access was refused').waitFor();
  expect(await isAllowed('https://127.0.0.1/*')).toBe(false);
  expect(await isAllowed('https://localhost/*')).toBe(false);
  expect(simulator.requests.count({ side: 'tracker' })).toBe(0);

  await options.getByRole('button', { name: 'Ask again for localhost' }).waitFor();
  await allow(options, 'localhost');
  await guide.getByRole('button', { name: 'Ask again for 127.0.0.1' }).waitFor();
  await allow(guide, '127.0.0.1');
  await guide.locator('[data-step=schedule].done').waitFor();
  await scenario.world.until('the first pass', (world) => world.issue('SUP-1').done === 3);
  expect(findDifferences(scenario)).toEqual([]);
});

test('notifications that are on without the browser’s leave say so, and are allowed by a click', async () => {
  // As an import leaves them.
  await guide.evaluate((version) => {
    const settings = { version, values: { notifications: true } };
    return chrome.storage.local.set({ settings });
  }, currentVersion);
  const wanted = { permissions: ['notifications'] } satisfies chrome.permissions.Permissions;
  expect(await isGranted(wanted)).toBe(false);
  const options = await browser.openOptions('#history');
  const notice = options.getByText('Chrome has not allowed notifications yet');
  const button = options.getByRole('button', { name: 'Allow notifications', exact: true });
  await notice.waitFor();

  await refuse(options, 'Allow notifications');
  expect(await isGranted(wanted)).toBe(false);
  await notice.waitFor();

  const other = await browser.openOptions('#history');
  await other.locator('#notifications').uncheck();
  await other.locator('#notifications').click();
  const refused = other.getByText('Chrome has not allowed notifications. Switch this on again');
  await expect
    .poll(
      async () => {
        await screen.press('Escape');
        return refused.count();
      },
      { interval: 700 },
    )
    .toBe(1);

  await grant(options, 'Allow notifications', wanted);
  await refused.waitFor({ state: 'detached' });
  await notice.waitFor({ state: 'detached' });
  await button.waitFor({ state: 'detached' });
  await options.locator('#notifications:focus').waitFor();
  // It is as it was: nothing was edited.
  expect(await options.locator('#notifications').isChecked()).toBe(true);
});
