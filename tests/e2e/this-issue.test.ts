import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  errorField,
  linkField,
  mappedFields,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { processNow, signIn, storeOldSettings, waitUntilQuiet } from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;
let scenario: Scenario;

const args = ['--enable-unsafe-extension-debugging'];

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
});

afterEach(async () => {
  await browser.close();
  await simulator.close();
});

/** The page of an issue in the tracker, as people see it. */
async function openIssue(key: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(`${new URL(simulator.trackerUrl).origin}/${key}`);
  return page;
}

describe('the real popup', () => {
  test('learns the address of the tab it was opened on, and of no other, without a host permission', async () => {
    browser = await ExtensionBrowser.launch({ extension: 'dist', args });
    const quiet = await browser.openOptions();
    await openIssue('SUP-3');
    const issue = await openIssue('SUP-2');
    const urls = () =>
      quiet.evaluate(async () => (await chrome.tabs.query({})).map(({ url }) => url ?? null));
    const ofPages = async () => (await urls()).filter((url) => url?.includes('/SUP-'));
    expect(await ofPages()).toEqual([]);
    await browser.clickAction(issue);
    await expect.poll(ofPages).toEqual([issue.url()]);
  });
});

describe('on an issue in the tracker', () => {
  let quiet: Page;

  beforeEach(async () => {
    browser = await ExtensionBrowser.launch({ args });
    await signIn(browser, simulator);
    const { world } = scenario;
    const items = [...world.issue('SUP-1').items.values()];
    world.replaceItems('SUP-1', []);
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    const popup = await browser.openPopup();
    await processNow(popup);
    await waitUntilQuiet(popup);
    world.replaceItems('SUP-1', items.slice(1));
    await popup.close();
    quiet = await browser.openOptions();
  });

  /** What the popup says; it is reached through another page of the extension. */
  async function popupText(): Promise<string> {
    return quiet.evaluate(
      () => chrome.extension.getViews({ type: 'popup' })[0]?.document.body.innerText ?? '',
    );
  }

  async function clickInPopup(name: string): Promise<void> {
    await expect
      .poll(() =>
        quiet.evaluate((text) => {
          const view = chrome.extension.getViews({ type: 'popup' })[0];
          const buttons = [...(view?.document.querySelectorAll('button') ?? [])];
          const button = buttons.find(
            (one) => one.innerText === text && one.ariaDisabled !== 'true',
          );
          button?.click();
          return button !== undefined;
        }, name),
      )
      .toBe(true);
  }

  test('the popup shows it, annotates it without an item, and tells what was done', async () => {
    const { world, expectations } = scenario;
    const key = expectations[0]?.key ?? '';
    await browser.clickAction(await openIssue(key));
    await expect.poll(popupText).toContain(`This issue: ${key}`);
    await expect.poll(popupText).toContain('Анализ данных › Аналитик данных');
    expect(await popupText()).toContain('faculty.name');
    expect(world.patches(key)).toEqual([]);
    await clickInPopup('Annotate this issue');
    await expect.poll(popupText).toContain('All its fields are as they should be.');
    await expect.poll(popupText).toMatch(/In earlier runs\s+Done/);
    expect(world.patches(key)).toHaveLength(1);
    expect(world.issue(key).fields.get(mappedFields['lesson.name'])).toBe(
      expectations[0]?.fields[mappedFields['lesson.name']],
    );
    // No other was touched.
    expect(world.issue('SUP-1').done).toBe(0);
  });

  test('the popup adds it to the checklist, once', async () => {
    const { world, expectations } = scenario;
    const key = expectations[0]?.key ?? '';
    await browser.clickAction(await openIssue(key));
    await clickInPopup('Add to the checklist');
    await expect.poll(popupText).toContain('It is in the checklist of SUP-1.');
    expect([...world.issue('SUP-1').items.values()].map(({ text }) => text)).toContain(key);
    expect(await popupText()).not.toContain('Add to the checklist');
  });

  test('the popup annotates it together with its item, and tells what is wrong with it', async () => {
    const { world, expectations } = scenario;
    const key = expectations[1]?.key ?? '';
    world.editIssue(key, { [linkField]: null });
    await browser.clickAction(await openIssue(key));
    await expect.poll(popupText).toContain('link_not_set');
    await clickInPopup('Annotate this issue');
    await expect.poll(() => world.issue('SUP-1').done).toBe(1);
    await expect
      .poll(() => String(world.issue(key).fields.get(errorField)))
      .toMatch(/^link_not_set: /);
  });
});
