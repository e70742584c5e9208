import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

/**
 * Clicks what makes the browser ask, and answers until the answer has come: a question that is not
 * there yet takes no keys, and in the page behind it these do nothing.
 */
async function answerPrompt(
  page: Page,
  button: string,
  answer: readonly string[],
  isAnswered: () => Promise<boolean>,
): Promise<void> {
  await page.bringToFront();
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect
    .poll(
      async () => {
        await screen.press(...answer);
        return isAnswered();
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe(true);
}

const yes = ['Tab', 'Return'];
const no = ['Escape'];

function isAllowed(origin: string): Promise<boolean> {
  return guide.evaluate((asked) => chrome.permissions.contains({ origins: [asked] }), origin);
}

test('asks for each host by its name, takes yes, and notices when it is withdrawn', async () => {
  await signIn(browser, simulator);
  const startedAt = Date.now();
  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByText('The browser has to let Breadcrumbs reach 127.0.0.1.').waitFor();
  await answerPrompt(guide, 'Allow 127.0.0.1', yes, () => isAllowed('https://127.0.0.1/*'));
  expect(await isAllowed('https://127.0.0.1/*')).toBe(true);
  await guide.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
  await guide.locator('[data-step=tracker].done').waitFor();
  await guide.getByLabel('Checklist issue keys').fill('SUP-1');
  await guide.getByRole('button', { name: 'Use these fields' }).click();
  await guide.getByLabel('Content API URL').fill(simulator.contentUrl);
  await answerPrompt(guide, 'Allow localhost', yes, () => isAllowed('https://localhost/*'));
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
  const isSeen = (page: Page, text: string) => () => page.getByText(text).first().isVisible();
  const refused = (host: string) => `The browser was told not to let Breadcrumbs reach ${host}`;

  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
  await answerPrompt(guide, 'Allow 127.0.0.1', no, isSeen(guide, refused('127.0.0.1')));

  await dropOldFiles(guide, simulator);
  const answered = isSeen(guide, refused('localhost'));
  await answerPrompt(guide, 'Import these settings', no, answered);
  await guide.getByText('Imported. But the browser was told not to').waitFor();
  await guide.getByRole('button', { name: 'Ask again for 127.0.0.1' }).waitFor();

  const options = await browser.openOptions('#hosts');
  await answerPrompt(options, 'Allow localhost', no, isSeen(options, 'Access was refused'));
  await options.getByText('Refused: nothing is sent there', { exact: true }).waitFor();
  expect(await isAllowed('https://127.0.0.1/*')).toBe(false);
  expect(await isAllowed('https://localhost/*')).toBe(false);
  expect(simulator.requests.count({ side: 'tracker' })).toBe(0);

  await answerPrompt(options, 'Ask again for localhost', yes, () =>
    isAllowed('https://localhost/*'),
  );
  await answerPrompt(guide, 'Ask again for 127.0.0.1', yes, () => isAllowed('https://127.0.0.1/*'));
  await guide.locator('[data-step=schedule].done').waitFor();
  await scenario.world.until('the first pass', (world) => world.issue('SUP-1').done === 3);
  expect(findDifferences(scenario)).toEqual([]);
});
