import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkNames } from '../../src/setup/checks.ts';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  linkField,
  mappedFields,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import { signIn, storeOldSettings } from './steps.ts';

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;

const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
  browser = await freshBrowser();
});

afterEach(async () => {
  await simulator.close();
});

function check(page: Page, name: string, status: string) {
  return page.locator(`[data-check=${name}].${status}`);
}

test('Check connections makes ten checks and says of each what to do', async () => {
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator);
  await scenario.world.until('the first run', (world) => world.issue('SUP-1').done === 3);
  const version = scenario.world.issue('SUP-1').version;
  const options = await browser.openOptions('#connections');
  await options.getByRole('button', { name: 'Check connections' }).click();
  for (const name of checkNames) {
    await check(options, name, 'good')
      .getByText(/^ ?\d+\sms$/)
      .waitFor();
  }
  await options.getByText('Checked: nothing to mend.').waitFor();
  // A tracker that would take the edit has not refused it.
  await check(options, 'checklist_writable', 'good')
    .getByText('Tried with an edit that can change nothing.')
    .waitFor();
  await options.getByText(/clock agrees/).waitFor();
  await options.getByRole('row', { name: /course\.name.*Основы SQL.*Module/ }).waitFor();
  expect(scenario.world.issue('SUP-1').version).toBe(version);

  scenario.world.setAccess('SUP-1', 'read-only');
  scenario.world.signOut();
  await options.getByRole('button', { name: 'Check connections' }).click();
  await check(options, 'checklist_writable', 'bad')
    .getByText(/Ask for access/)
    .waitFor();
  await check(options, 'signed_in', 'bad').getByRole('link', { name: 'Sign in' }).waitFor();
  await check(options, 'test_link', 'untold').waitFor();
  await options.getByText('2 things to mend, see below.').waitFor();
});

test('what was checked is said to be right only while the inputs are what was checked', async () => {
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator);
  const options = await browser.openOptions();
  const found = options.getByText('Checked: nothing to mend.');
  const list = options.locator('[data-check=schedules]');
  await options.getByRole('button', { name: 'Check connections' }).click();
  await found.waitFor();
  const url = options.getByLabel('Tracker API URL');
  await url.fill('https://tracker.example/v2');
  await found.waitFor({ state: 'detached' });
  // What there is to mend is there to be mended, one after another.
  await list.waitFor();
  await url.fill(simulator.trackerUrl);
  await options.getByRole('button', { name: 'Check connections' }).click();
  await found.waitFor();
  // A token is a part of it, and is so still when it is saved.
  await options.getByRole('button', { name: 'Replace the token' }).click();
  const token = options.getByLabel('Token', { exact: true });
  await token.fill('y0_another');
  await found.waitFor({ state: 'detached' });
  await token.fill(scenario.world.trackerRules.token);
  await options.getByRole('button', { name: 'Check connections' }).click();
  await found.waitFor();
  await options.getByRole('button', { name: 'Save', exact: true }).click();
  await options.getByText('Saved. The settings are in force.').waitFor();
  await found.waitFor();
});

test('a check that fails leads to its setting', async () => {
  await storeOldSettings(browser, simulator);
  scenario.world.fields.delete(mappedFields['track.name']);
  const options = await browser.openOptions('#connections');
  await options.getByRole('button', { name: 'Check connections' }).click();
  await check(options, 'fields', 'bad').getByRole('link', { name: 'Field mapping' }).click();
  await options.locator('#fieldMapping:focus').waitFor();
});

test('an alarm that is missing is said, with what to do', async () => {
  await storeOldSettings(browser, simulator);
  const options = await browser.openOptions('#connections');
  const checkSchedules = async (status: string, text: RegExp) => {
    await options.getByRole('button', { name: 'Check connections' }).click();
    await check(options, 'schedules', status).getByText(text).waitFor();
  };
  await checkSchedules('good', /Both are set/);
  // Of the two alarms either may be the one that is missing.
  for (const name of ['recheck', 'process']) {
    const alarm = await options.evaluate((one) => chrome.alarms.get(one), name);
    await options.evaluate((one) => chrome.alarms.clear(one), name);
    await checkSchedules('bad', /An alarm is missing\. Reload the extension/);
    await options.evaluate(
      ([one, period]) => chrome.alarms.create(one, { periodInMinutes: period }),
      [name, alarm?.periodInMinutes ?? 0] as const,
    );
    await checkSchedules('good', /Both are set/);
  }
});

test('a token is tried as it is pasted, before anything is saved', async () => {
  const options = await browser.openOptions();
  await options.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await options.getByLabel('Checklist issue keys').fill('SUP-1');
  await options.getByLabel('Token', { exact: true }).fill('y0_not-a-good-one');
  await check(options, 'token', 'bad')
    .getByText(/does not accept the token/)
    .waitFor();
  await options.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
  await check(options, 'token', 'good')
    .getByText(/Breadcrumbs Robot/)
    .waitFor();
  await options.getByRole('button', { name: 'Use these fields' }).waitFor();
  expect(await options.evaluate(() => chrome.storage.local.get('token'))).toEqual({});
});

test('a field is found by its name with the keyboard alone, or typed as an id', async () => {
  await storeOldSettings(browser, simulator);
  const options = await browser.openOptions('#fields');
  const picker = options.getByRole('combobox', { name: 'Link field' });
  await options.getByText(`string · ${linkField}`).waitFor();
  // Fields are chosen by their names there.
  await options.getByRole('columnheader', { name: 'Tracker field', exact: true }).waitFor();
  expect(await picker.inputValue()).toBe('Link to the material');
  await picker.fill('less');
  const list = options.getByRole('listbox', { name: 'Link field' });
  await list.getByRole('option', { name: /Lesson/ }).waitFor();
  await picker.press('ArrowDown');
  expect(await picker.getAttribute('aria-activedescendant')).toBe('linkField-option-0');
  await picker.press('Enter');
  expect(await picker.inputValue()).toBe('Lesson');
  await options.getByText(`string · ${mappedFields['lesson.name']}`).first().waitFor();
  expect(await picker.getAttribute('aria-expanded')).toBe('false');

  // What does not fit says why, and is not taken.
  await picker.fill('curator');
  await list.getByRole('option', { name: /can’t take the value/ }).waitFor();
  await picker.press('ArrowDown');
  await picker.press('Enter');
  expect(await picker.getAttribute('aria-expanded')).toBe('true');
  // What was chosen before comes back, with the list open or not.
  await picker.press('Escape');
  expect(await picker.getAttribute('aria-expanded')).toBe('false');
  expect(await picker.inputValue()).toBe('Lesson');
  const unknown = options.getByText('The tracker has no field by-hand.');
  await picker.fill('by-hand');
  await unknown.waitFor();
  expect(await picker.getAttribute('aria-invalid')).toBe('true');
  await picker.press('Escape');
  await unknown.waitFor({ state: 'detached' });
  expect(await picker.inputValue()).toBe('Lesson');

  await picker.fill('by-hand');
  await picker.blur();
  await unknown.waitFor();
  expect(await picker.inputValue()).toBe('by-hand');
});

test('a further key is chosen with the keyboard, and added only by its button', async () => {
  await storeOldSettings(browser, simulator);
  const options = await browser.openOptions('#fields');
  const choice = options.getByLabel('Add another key');
  const fieldOf = (key: string) =>
    options.getByRole('combobox', { name: `Tracker field for ${key}`, exact: true });
  await choice.waitFor();
  const [first = '', , third = ''] = await choice.locator('option').allTextContents();
  await choice.press('ArrowDown');
  await choice.press('ArrowDown');
  expect(await choice.inputValue()).toBe(third);
  expect(await fieldOf(third).count()).toBe(0);
  await choice.press('Tab');
  await options.keyboard.press('Enter');
  await fieldOf(third).waitFor();
  expect(await choice.inputValue()).toBe(first);
  expect(await choice.getByRole('option', { name: third, exact: true }).count()).toBe(0);
  expect(await fieldOf(first).count()).toBe(0);
});

test('a field that has vanished since is said at its place', async () => {
  await storeOldSettings(browser, simulator);
  scenario.world.fields.delete(mappedFields['track.name']);
  const options = await browser.openOptions('#fields');
  const row = options.getByRole('row', { name: /track\.name/ });
  await row.getByText(`The tracker has no field ${mappedFields['track.name']}.`).waitFor();
});
