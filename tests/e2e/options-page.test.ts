import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultKeys } from '../../src/settings/schema.ts';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { queueWorld, type Scenario, type Simulator, startSimulator } from '../simulator/index.ts';
import { collectComplaints } from './complaints.ts';
import {
  processNow,
  readStored,
  signIn,
  storeOldSettings,
  waitForState,
  waitForStored,
  waitUntilQuiet,
} from './steps.ts';

/** The options page under a person's hands: what is typed, left, searched, imported and exported. */

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;
let complaints: string[];
let options: Page;
let whole: Record<string, unknown>;

const every = 'Process the checklist every (seconds)';

beforeAll(async () => {
  scenario = queueWorld(2);
  simulator = await startSimulator({ world: scenario.world });
  browser = await ExtensionBrowser.launch();
  complaints = collectComplaints(browser);
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 600 });
  options = await browser.openOptions();
  await waitForStored(options, 'state', (state) =>
    `${JSON.stringify(state)}`.includes('completed'),
  );
  await waitUntilQuiet(options);
  whole = await options.evaluate(() => chrome.storage.local.get(null));
});

afterAll(async () => {
  await browser.close();
  await simulator.close();
});

beforeEach(async () => {
  // Open, it would keep its unsaved changes anew.
  await options.close();
  const quiet = await browser.quietPage();
  await quiet.evaluate(async (values) => {
    await chrome.storage.session.clear();
    await chrome.storage.local.set(values);
  }, whole);
  await quiet.close();
  options = await browser.openOptions();
  await options.locator('main').waitFor();
});

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

/** The input of a label; the list that a field is chosen from bears the same. */
function inputOf(page: Page, label: string): Locator {
  return page.locator('input, textarea').and(page.getByLabel(label, { exact: true }));
}

function save(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Save', exact: true }).click();
}

describe('unsaved changes', () => {
  test('come back after the page was closed, at their field, in force only once they are saved', async () => {
    await options.getByLabel('Delete done items').check();
    await options.getByLabel(every).fill('12');
    await options.close();
    options = await browser.openOptions();
    const notice = options.locator('#restored');
    await notice.getByText('with unsaved changes').waitFor();
    await notice.getByRole('link', { name: 'Delete done items' }).waitFor();
    expect(await options.getByLabel(every).inputValue()).toBe('12');
    expect(await options.getByLabel(every).evaluate((e) => e === document.activeElement)).toBe(
      true,
    );
    expect(await options.getByLabel('Delete done items').isChecked()).toBe(true);
    expect(await readStored(options, 'settings')).toEqual(whole.settings);
    // What is not valid is kept as it was typed, and is still not stored.
    await save(options);
    await options.getByText('1 setting needs a change').waitFor();
    await options.getByLabel(every).fill('120');
    await save(options);
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes('"processEverySeconds":120'),
    );
    await notice.waitFor({ state: 'detached' });
    await options.reload();
    await options.getByLabel(every).waitFor();
    expect(await notice.count()).toBe(0);
  });

  test('can be dropped, and stay with the page that is still open', async () => {
    await options.getByLabel(every).fill('120');
    const other = await browser.openOptions();
    expect(await other.getByLabel(every).inputValue()).toBe('600');
    await options.reload();
    await options.getByRole('button', { name: 'Drop them' }).click();
    expect(await options.getByLabel(every).inputValue()).toBe('600');
    await options.reload();
    await options.getByLabel(every).waitFor();
    expect(await options.locator('#restored').count()).toBe(0);
    await other.close();
  });

  test('that somebody has overtaken meanwhile are a conflict, not a surprise', async () => {
    await options.getByLabel(every).fill('120');
    await options.close();
    const other = await browser.openPopup();
    await other.evaluate(async () => {
      const { settings } = await chrome.storage.local.get('settings');
      // Written by this extension.
      const { version, values } = settings as { version: number; values: object };
      await chrome.storage.local.set({
        settings: { version, values: { ...values, processEverySeconds: 300 } },
      });
    });
    options = await browser.openOptions();
    await options.getByText('These settings were changed on another page').waitFor();
    await save(options);
    await options.locator('#conflict:focus').waitFor();
    expect(JSON.stringify(await readStored(options, 'settings'))).toContain(
      '"processEverySeconds":300',
    );
    await other.close();
  });

  test('never hold a token', async () => {
    await options.getByRole('button', { name: 'Replace the token' }).click();
    await options.getByLabel('Token', { exact: true }).fill('typed-and-not-saved');
    await options.getByLabel(every).fill('120');
    const session = await options.evaluate(() => chrome.storage.session.get(null));
    // What is tried out holds it until the worker has read it.
    const edits = Object.entries(session).filter(([key]) => key.startsWith('edits_'));
    expect(JSON.stringify(edits)).toContain('120');
    expect(JSON.stringify(edits)).not.toContain('typed-and-not-saved');
    await options.close();
    options = await browser.openOptions();
    await options.getByText('A typed token is not kept').waitFor();
  });
});

describe('a field that is left', () => {
  // One of each kind of input: what is wrong with which setting's value is the schema's.
  test.each([
    ['Tracker API URL', 'http://a.b/v2', /an address that begins with https/],
    ['Tracker time-out (seconds)', '26', /Has to be from 1 to 25/],
    ['Checklist issue keys', 'nonsense', /issue keys, such as SUP-1/],
    ['Link field', 'the link', /a field’s ID/],
    ['Tracker field for course.name', 'a b', /a field’s ID/],
    ['Deferral date', '2020-01-01T00:00:00', /Has to be in the future/],
    ['Recheck deferred items every (seconds)', '', /a whole number/],
  ])('%s: says what is wrong with %j, and nothing of it is stored', async (label, text, words) => {
    const input = inputOf(options, label);
    await input.fill(text);
    await input.blur();
    await options.locator('.problem').getByText(words).first().waitFor();
    expect(await input.getAttribute('aria-invalid')).toBe('true');
    await options.getByText('1 setting needs a change').waitFor();
    for (const name of ['Save', 'Apply until the browser restarts']) {
      await options.getByRole('button', { name, exact: true }).click();
      // It leads to what has to be seen to, once it has stored nothing.
      await options.locator('button:focus').waitFor({ state: 'detached' });
    }
    expect(await readStored(options, 'settings')).toEqual(whole.settings);
    expect(await options.evaluate(() => chrome.storage.session.get('temporary_settings'))).toEqual(
      {},
    );
  });

  test.each([
    ['Checklist issue keys', ' https://tracker.yandex.ru/sup-7', 'SUP-7', /key was taken out/],
    ['Tracker API URL', 'a.b/v2/issues/SUP-1', 'https://a.b/v2', /https:\/\/ was put before/],
    ['Content API URL', 'https://a.b/content/', 'https://a.b/content', /slash at its end/],
  ])('%s: puts %j right and says so', async (label, typed, tidied, words) => {
    const input = inputOf(options, label);
    await input.fill(typed);
    await input.blur();
    expect(await input.inputValue()).toBe(tidied);
    await options.getByText(words).waitFor();
  });

  test('Token: spaces around it are removed, others are said', async () => {
    await options.getByRole('button', { name: 'Replace the token' }).click();
    await options.locator('#token:focus').waitFor();
    const input = options.getByLabel('Token', { exact: true });
    await input.fill(' y0_abc ');
    await input.blur();
    expect(await input.inputValue()).toBe('y0_abc');
    await options.getByText('Spaces around it were removed').waitFor();
    await input.fill('y0 abc');
    await input.blur();
    await options.getByText('A token has no spaces').waitFor();
  });
});

test('a token that is removed is gone with the next Save, with the one until the restart', async () => {
  await options.evaluate(() =>
    chrome.storage.session.set({ token: { value: 'y0_today', origin: 'https://a.b' } }),
  );
  await options.getByText('A token for a.b is stored').waitFor();
  // Each of these buttons is gone with its click.
  const focused = () => options.evaluate(() => document.activeElement?.id);
  await options.getByRole('button', { name: 'Replace the token' }).click();
  await expect.poll(focused).toBe('token');
  for (const name of ['Keep the stored token', 'Remove the token', 'Keep the stored token']) {
    await options.getByRole('button', { name }).click();
    await expect.poll(focused).toBe('token');
  }
  await options.getByRole('button', { name: 'Remove the token' }).click();
  await options.getByText('will be removed when you save').waitFor();
  await save(options);
  await waitForStored(options, 'token', (token) => token === null);
  await expect.poll(() => options.evaluate(() => chrome.storage.session.get('token'))).toEqual({});
  await options.getByText('Saved, but still missing: Token').waitFor();
});

test('an edit of the token after a Save is not said to be saved', async () => {
  await save(options);
  await options.getByText('Saved. The settings are in force.').waitFor();
  await options.getByRole('button', { name: 'Remove the token' }).click();
  await options.getByText('There are unsaved changes').waitFor();
  expect(await options.getByText('Saved. The settings are in force.').count()).toBe(0);
});

test('a token that another page has removed can be entered, whatever was to become of it here', async () => {
  await options.getByRole('button', { name: 'Remove the token' }).click();
  await options.evaluate(() => chrome.storage.local.remove('token'));
  await options.getByLabel('Token', { exact: true }).waitFor();
});

describe('import and export', () => {
  test('an import stores the rows that are taken and no other', async () => {
    await options.getByLabel('Import settings').setInputFiles({
      name: 'settings.json',
      mimeType: 'application/json',
      buffer: Buffer.from(
        '{\n"process_checklist_frequency_seconds": 120,\n"delete_done_checklist_items": true,\n"nonsense": 1\n}',
      ),
    });
    const row = options.getByRole('row').filter({ hasText: every });
    await row.getByText('settings.json:2').waitFor();
    await row.getByText('600').waitFor();
    await options
      .getByRole('row')
      .filter({ hasText: 'nonsense' })
      .getByText('no such setting')
      .waitFor();
    await options.getByRole('checkbox', { name: 'Take Delete done items' }).uncheck();
    await options.getByRole('button', { name: 'Import these settings' }).click();
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes('"processEverySeconds":120'),
    );
    expect(JSON.stringify(await readStored(options, 'settings'))).toContain(
      '"deleteDoneItems":false',
    );
  });

  test('the buttons of an import are in sight before its changes, and beside the last of them', async () => {
    await options.setViewportSize({ width: 360, height: 640 });
    const fieldMapping = Object.fromEntries(
      defaultKeys.map((key, index) => [key, { field: `field${index}`, ignoreErrors: false }]),
    );
    const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values: { fieldMapping } });
    await options
      .getByLabel('Import settings')
      .setInputFiles({ name: 'a.json', mimeType: 'text/plain', buffer: Buffer.from(text) });
    /** Whether nothing lies over what fits this. */
    const isSeen = (selector: string) =>
      options.locator(selector).evaluate((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
      });
    await options.locator('#plan-title:focus').waitFor();
    await options.keyboard.press('Tab');
    const button = '.plan .primary';
    await options.locator(`${button}:focus`).waitFor();
    expect(await isSeen(button)).toBe(true);
    const boxes = options.locator('.plan input');
    await boxes.last().focus();
    expect(await isSeen(button)).toBe(true);
    for (let left = await boxes.count(); left > 0; left -= 1) {
      expect(await isSeen('.plan input:focus')).toBe(true);
      await options.keyboard.press('Shift+Tab');
    }
  });

  test('a file that nothing can be imported from is not said to be stored already, nor to ask for a host', async () => {
    await options.evaluate(() => chrome.storage.local.clear());
    await options.reload();
    await options.getByLabel('Delete done items').check();
    await options
      .getByLabel('Import settings')
      .setInputFiles({ name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from('\x89PNG') });
    await options.getByText('Settings can’t be imported from this file.').waitFor();
    expect((await options.locator('.plan > p').allInnerTexts()).map((text) => text.trim())).toEqual(
      ['Nothing. What could not be imported is listed below.'],
    );
  });

  test('that a run begins with an import is said before it, where one does', async () => {
    const said = options.getByText('A run begins at once after the import');
    const values = { schedulePaused: true, historyDays: 7, checklistIssues: [] };
    const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values });
    await options
      .getByLabel('Import settings')
      .setInputFiles({ name: 'a.json', mimeType: 'text/plain', buffer: Buffer.from(text) });
    const take = (name: string) => options.getByRole('checkbox', { name: `Take ${name}` });
    await take('Pause the schedule').waitFor();
    expect(await said.count()).toBe(0);
    // Without a queue there is nothing to run on.
    await take('Pause the schedule').uncheck();
    expect(await said.count()).toBe(0);
    await take('Checklist issue keys').uncheck();
    await said.waitFor();
    await take('Checklist issue keys').check();
    await said.waitFor({ state: 'detached' });
    // A token that holds until the restart goes on after an import that has none.
    await options.evaluate(async () => {
      const { token } = await chrome.storage.local.get('token');
      await chrome.storage.session.set({ token });
      await chrome.storage.local.remove('token');
    });
    await options.getByText('Include the token for').waitFor({ state: 'detached' });
    await take('Checklist issue keys').uncheck();
    await said.waitFor();
  });

  test('an export has the token only if the box is ticked, and gives the same bytes again', async () => {
    const without = await exported();
    expect(without).not.toContain('"token"');
    await options.getByLabel(/Include the token for/).check();
    const withToken = await exported();
    expect(JSON.parse(withToken).token).toEqual(whole.token);

    await options.evaluate(() => chrome.storage.local.clear());
    await options.reload();
    await options
      .getByLabel('Import settings')
      .setInputFiles({ name: 'a.json', mimeType: 'text/plain', buffer: Buffer.from(withToken) });
    await options.getByRole('button', { name: 'Import these settings' }).click();
    await waitForStored(options, 'token', (token) => token !== undefined);
    expect(await readStored(options, 'token')).toEqual(whole.token);
    await options.reload();
    expect(await exported()).toBe(without);
  });

  test('a token that holds until the restart is neither exported nor compared', async () => {
    const lasting = await exportedWithToken();
    await options.evaluate(() =>
      chrome.storage.session.set({ token: { value: 'y0_today', origin: 'https://a.b' } }),
    );
    await options.getByText('A token for a.b is stored').waitFor();
    expect(await exported()).toBe(lasting);
    // The same as is stored: there is nothing to change.
    await options
      .getByLabel('Import settings')
      .setInputFiles({ name: 'a.json', mimeType: 'text/plain', buffer: Buffer.from(lasting) });
    await options.getByText('Nothing: the settings are already so').waitFor();
  });

  async function exportedWithToken(): Promise<string> {
    await options.getByLabel(/Include the token for/).check();
    return exported();
  }

  async function exported(): Promise<string> {
    const downloading = options.waitForEvent('download');
    await options.getByRole('button', { name: 'Export settings' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^breadcrumbs-settings-\d{4}-\d\d-\d\d\.json$/);
    return readFile(await download.path(), 'utf8');
  }
});

describe('the keyboard', () => {
  /** Presses a button as a hand does that has no mouse. */
  async function press(name: string): Promise<void> {
    await options.getByRole('button', { name, exact: true }).press('Enter');
  }

  /** What has the focus: an id, or a class or the text of what has none. */
  function focused(): Promise<string> {
    return options.evaluate(() => {
      const { activeElement: at } = document;
      if (!(at instanceof HTMLElement) || at === document.body) return '';
      return at.id || (at.matches('button') ? at.innerText : at.className);
    });
  }

  /** Another page stores another schedule. */
  async function storeTheirs(): Promise<void> {
    await options.evaluate(async () => {
      const { settings } = await chrome.storage.local.get('settings');
      // As src/settings/store.ts has it.
      const { version, values } = settings as { version: number; values: object };
      const theirs = { version, values: { ...values, processEverySeconds: 300 } };
      await chrome.storage.local.set({ settings: theirs });
    });
    await options.locator('#conflict').waitFor();
  }

  test('stays on a button that waits for what it began', async () => {
    await options.getByLabel('Delete done items').check();
    await press('Save');
    await options.getByText('Saved. The settings are in force.').waitFor();
    expect(await focused()).toBe('Save');
    await options.getByLabel('Delete done items').uncheck();
    await press('Apply until the browser restarts');
    await options.getByText('In force until the browser restarts.').waitFor();
    expect(await focused()).toBe('Apply until the browser restarts');
    await press('Check connections');
    await options.getByText('Checked: nothing to mend.').waitFor();
    expect(await focused()).toBe('Check connections');
  });

  test.each(['Keep mine', 'Load theirs'])('%s leaves it in the bar', async (name) => {
    await options.getByLabel(every).fill('120');
    await storeTheirs();
    await press(name);
    await options.locator('#conflict').waitFor({ state: 'detached' });
    expect(await focused()).toBe('save-bar');
  });

  test('comes to nothing behind the bar, whatever that has to say', async () => {
    await options.setViewportSize({ width: 360, height: 640 });
    await options.getByLabel('Delete done items').check();
    await storeTheirs();
    // What comes later than the page makes it longer under the focus: the fields' types, and the bar's height.
    await options.locator('[id="field-course.name-field"] p').waitFor();
    await options.waitForFunction(() => {
      const bar = document.querySelector<HTMLElement>('.save-bar:has(#conflict)');
      return document.documentElement.style.scrollPaddingBottom === `${bar?.offsetHeight}px`;
    });
    await options.getByLabel('Search settings').focus();
    const isInBar = () => options.evaluate(() => document.activeElement?.closest('.save-bar'));
    const behind: string[] = [];
    for (; (await isInBar()) === null; await options.keyboard.press('Tab')) {
      const found = await options.evaluate(() => {
        const bar = document.querySelector('.save-bar')?.getBoundingClientRect().top ?? 0;
        const at = document.activeElement;
        // The browser shows the line that is typed in, and no more of a list.
        if (at === null || at.matches('textarea')) return '';
        // Half a pixel is nobody's.
        return at.getBoundingClientRect().bottom > bar + 1 ? at.outerHTML : '';
      });
      if (found !== '') behind.push(found);
    }
    expect(behind).toEqual([]);
  });

  test('is led to a setting with its label, and to the bar without the page being moved', async () => {
    const recheck = options.getByLabel('Recheck deferred items every');
    await recheck.fill('many');
    const isShown = (element: Element) => element.getBoundingClientRect().top >= 0;
    await options.keyboard.press('Control+s');
    await options.locator('#recheckEverySeconds:focus').waitFor();
    expect(await options.locator('label[for=recheckEverySeconds]').evaluate(isShown)).toBe(true);
    // What stands in the bar is in sight already: the page stays where it is.
    await recheck.fill('120');
    await storeTheirs();
    await options.getByLabel('Tracker API URL').focus();
    const before = await options.evaluate(() => scrollY);
    await options.keyboard.press('Control+s');
    await options.locator('#conflict:focus').waitFor();
    expect(await options.evaluate(() => scrollY)).toBe(before);
  });

  test('is left in the section by a button that is gone with its click', async () => {
    const addition = options.getByLabel('Add another key');
    for (let left = await addition.locator('option').count(); left > 0; left -= 1) {
      await press('Add');
    }
    await addition.waitFor({ state: 'detached' });
    expect(await focused()).toBe('fields');

    const buffer = Buffer.from('{ "delete_done_checklist_items": true }');
    for (const name of ['Cancel', 'Import these settings']) {
      await options
        .getByLabel('Import settings')
        .setInputFiles({ name: 'settings.json', mimeType: 'application/json', buffer });
      await press(name);
      await options.locator('.plan').waitFor({ state: 'detached' });
      expect(await focused()).toBe('import');
    }
  });
});

describe('queues', () => {
  test('each is paused by itself, in the popup and on the options page', async () => {
    const { world } = scenario;
    const { key: second } = world.addIssue({ queue: 'SUP', summary: 'Second', fields: {} });
    await options.getByLabel('Checklist issue keys').fill(`SUP-1\n${second}`);
    await options.getByRole('checkbox', { name: `Paused ${second}` }).check();
    await save(options);
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes(`"pausedQueues":["${second}"]`),
    );
    await options.getByText('Saved. The settings are in force.').waitFor();
    const item = world.addItem(second, { text: scenario.expectations[0]?.key ?? '' });
    const popup = await browser.openPopup();
    await waitForState(popup, 'idle');
    const before = world.issue(second).version;
    await processNow(popup);
    const [first] = world.issue('SUP-1').items.values();
    world.editItem('SUP-1', first?.id ?? '', { checked: false, deadline: null });
    await processNow(popup);
    await world.until('the queue that is not paused', () =>
      [...world.issue('SUP-1').items.values()].every(({ checked }) => checked),
    );
    expect(world.issue(second).version).toBe(before);

    // By the options page, for the popup draws a queue once it was looked at.
    await options.getByRole('checkbox', { name: `Paused ${second}` }).uncheck();
    await save(options);
    await world.until('the second queue', () => world.item(second, item.id).checked);
    // What is below moves as a run ends.
    const quiet = async () => {
      await waitUntilQuiet(popup);
      await waitForState(popup, 'idle');
    };
    await quiet();
    await popup.getByRole('button', { name: `Pause ${second}` }).click();
    await popup.getByRole('button', { name: `Resume ${second}` }).waitFor();
    await popup.getByText('This queue is paused').waitFor();
    expect(JSON.stringify(await readStored(popup, 'settings'))).toContain(
      `"pausedQueues":["${second}"]`,
    );
    await quiet();
    await popup.getByRole('button', { name: `Resume ${second}` }).click();
    await popup.getByRole('button', { name: `Pause ${second}` }).waitFor();
    await popup.close();
  });
});

test('each key of the mapping and its field can be read on a narrow window, which stays as wide', async () => {
  await options.setViewportSize({ width: 360, height: 640 });
  await options.getByLabel('Add another key').selectOption('profession.position_if_exists');
  await options.getByRole('button', { name: 'Add', exact: true }).click();
  await options.getByRole('button', { name: 'Remove profession.position_if_exists' }).waitFor();
  const narrowest = await options
    .locator('.mapping input:not([type=checkbox])')
    .evaluateAll((inputs) =>
      Math.min(...inputs.map((input) => input.getBoundingClientRect().width)),
    );
  expect(narrowest).toBeGreaterThan(200);
  expect(
    await options.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    }),
  ).toBe(0);
});

describe('finding one’s way', () => {
  test('the search leaves what has the words, by keyboard, and the problem of a hidden field is shown', async () => {
    await options.getByRole('heading', { level: 1 }).click();
    await options.keyboard.press('/');
    await options.keyboard.type('RECHECK every');
    await options.getByText('1 setting found').waitFor();
    expect(await options.getByLabel('Tracker API URL').isVisible()).toBe(false);
    expect(await options.getByRole('heading', { name: 'Behaviour' }).isVisible()).toBe(false);
    await options.getByLabel('Recheck deferred items every').fill('3');
    await options.getByLabel('Search settings').fill('behaviour');
    await options.getByLabel('Show fetched data').waitFor();
    await options.keyboard.press('Control+s');
    await options.locator('#recheckEverySeconds:focus').waitFor();
    expect(await options.getByLabel('Search settings').inputValue()).toBe('');
  });

  test('the search shows a switch of the export with the button that it is for', async () => {
    await options.getByLabel('Search settings').fill('include the token');
    await options.getByLabel(/^Include the token/).waitFor();
    await options.getByRole('button', { name: 'Export settings' }).waitFor();
    expect(await options.getByLabel('Import settings').isVisible()).toBe(false);
    expect(await options.getByLabel('Token scheme').isVisible()).toBe(false);
  });

  test('the search finds of the token what is shown of it, and shows what it finds', async () => {
    const search = options.getByLabel('Search settings');
    const help = options.getByText('Once saved it is not shown again');
    await search.fill('once saved it is not shown again');
    await options.getByText('0 settings found').waitFor();
    await search.fill('token for');
    await options.getByText('A token for').waitFor();
    await search.fill('');
    await options.getByRole('button', { name: 'Replace the token' }).click();
    await search.fill('once saved it is not shown again');
    await help.waitFor();
    await options.getByLabel('Token', { exact: true }).waitFor();
    await options.getByText('1 setting found').waitFor();
    await search.fill('delete done');
    await options.getByText('1 setting found').waitFor();
    expect(await help.isVisible()).toBe(false);
    expect(await options.getByRole('heading', { name: 'Tracker' }).isVisible()).toBe(false);
  });

  test('the list of sections follows what is read, and what was asked for', async () => {
    const current = options.locator('nav [aria-current]');
    // What stands above may still grow, and a link that was clicked still scroll.
    const whereScrolledTo = (section: string) =>
      expect.poll(async () => {
        await options.locator(section).evaluate((element) => element.scrollIntoView());
        return current.allInnerTexts();
      });
    await expect.poll(() => current.allInnerTexts()).toEqual(['Tracker']);
    await whereScrolledTo('#content').toEqual(['Content API']);
    await options.getByRole('link', { name: 'History and notifications' }).click();
    await expect.poll(() => current.allInnerTexts()).toEqual(['History and notifications']);
    await whereScrolledTo('#tracker').toEqual(['Tracker']);
    // The address names it already, and a search hides it.
    await options.getByLabel('Search settings').fill('token scheme');
    await options.getByRole('link', { name: 'History and notifications' }).click();
    await options.locator('#history:focus').waitFor();
    expect(await options.getByLabel('Search settings').inputValue()).toBe('');
  });

  test('the list of sections has the last one at the end and the first one at the top, narrow too', async () => {
    const current = options.locator('nav [aria-current]');
    for (const width of [1280, 420]) {
      await options.setViewportSize({ width, height: 700 });
      await options.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await expect.poll(() => current.allInnerTexts()).toEqual(['Import and export']);
      await options.evaluate(() => scrollTo(0, 0));
      await expect.poll(() => current.allInnerTexts()).toEqual(['Tracker']);
    }
  });

  test('a search that finds nothing says so in the page, with the bar at its end', async () => {
    await options.locator('#search').fill('zzzz');
    await options.locator('main').getByText('Nothing found').waitFor();
    const bar = await options.locator('.save-bar').boundingBox();
    const height = await options.evaluate(() => innerHeight);
    expect(bar && bar.y + bar.height).toBe(height);
    await options.locator('#search').fill('token');
    await options.getByText('Nothing found').waitFor({ state: 'detached' });
  });

  test('Ctrl+S saves what is being typed, and lets it be typed further', async () => {
    await options.getByLabel(every).fill(' 0120 ');
    await options.keyboard.press('Control+s');
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes('"processEverySeconds":120'),
    );
    // As it is stored, or it would be a change that nobody made.
    await expect.poll(() => options.getByLabel(every).inputValue()).toBe('120');
    await options.keyboard.type('0');
    expect(await options.getByLabel(every).inputValue()).toBe('1200');
  });

  test('Ctrl+S saves once, however long it is held, and AltGr+S is a letter', async () => {
    // What is not valid takes the focus when it is to be saved.
    await options.getByLabel(every).fill('3');
    await options.getByLabel('Search settings').focus();
    const press = (more: { altKey?: boolean; repeat?: boolean }) =>
      options.evaluate(
        async (init) => {
          const event = new KeyboardEvent('keydown', init);
          dispatchEvent(event);
          for (const _ of [1, 2]) await new Promise((drawn) => requestAnimationFrame(drawn));
          return { isTaken: event.defaultPrevented, at: document.activeElement?.id };
        },
        { code: 'KeyS', ctrlKey: true, cancelable: true, ...more },
      );
    expect(await press({ altKey: true })).toEqual({ isTaken: false, at: 'search' });
    expect(await press({ repeat: true })).toEqual({ isTaken: true, at: 'search' });
    expect(await press({})).toEqual({ isTaken: true, at: 'processEverySeconds' });
  });

  test('an error’s button leads to the field', async () => {
    await options.evaluate(() => chrome.storage.local.remove('token'));
    const popup = await browser.openPopup();
    await popup.evaluate(() => {
      const state = {
        lastRun: null,
        lastSuccessAt: null,
        outages: [],
        pausedSince: null,
        halt: {
          failure: { code: 'checklist_issue_not_found', details: ['SUP-1'] },
          offline: false,
          since: Date.now(),
          tries: 1,
          nextTryAt: Date.now() + 30_000,
        },
      };
      return chrome.storage.local.set({ state });
    });
    await popup.evaluate((token) => chrome.storage.local.set({ token }), whole.token);
    await waitForState(popup, 'halted');
    const opened = browser.context.waitForEvent('page');
    await popup.getByRole('button', { name: 'Open settings' }).click();
    await (await opened).locator('#checklistIssues:focus').waitFor();
    await (await opened).close();

    // What is wrong there is said before anybody has left the field.
    await popup.evaluate(async (stored) => {
      // As src/settings/store.ts has it.
      const { version, values } = stored as { version: number; values: object };
      const past = { deferralDate: '2020-01-01T00:00:00.000+00:00' };
      await chrome.storage.local.set({ settings: { version, values: { ...values, ...past } } });
    }, whole.settings);
    await popup.getByRole('button', { name: 'Process now' }).click();
    await popup.getByText('The deferral date has passed. Choose a later one').waitFor();
    const wrong = browser.context.waitForEvent('page');
    await popup.getByRole('button', { name: 'Open settings' }).click();
    await (await wrong).locator('#deferralDate[aria-invalid=true]:focus').waitFor();
    await (await wrong).getByText('Has to be in the future.').waitFor();
    await (await wrong).close();

    // And that of an item, where a setting helps.
    await popup.evaluate(async () => {
      const { queues } = await chrome.storage.local.get('queues');
      const failure = { code: 'field_rejected', details: ['course'] };
      const deferred = [{ itemId: '1', issueKey: 'SUP-2', text: 'SUP-2', failure }];
      // As src/status/status.ts has them.
      const [queue] = queues as object[];
      await chrome.storage.local.set({ queues: [{ ...queue, deferred, deferredTotal: 1 }] });
    });
    const beside = browser.context.waitForEvent('page');
    await popup.getByRole('link', { name: 'Open settings' }).click();
    await (await beside).locator('#fieldMapping:focus').waitFor();
    await (await beside).close();
    await popup.close();
  });
});
