import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { queueWorld, type Simulator, startSimulator } from '../simulator/index.ts';
import { collectComplaints } from './complaints.ts';
import { lastRunId, readStored, signIn, storeOldSettings, waitForStored } from './steps.ts';

/** Saved, temporary and concurrent settings, as a person meets them; with restarts of the browser. */

let simulator: Simulator;
let profile: string;
let browser: ExtensionBrowser;
let complaints: string[];
let options: Page;

const every = 'Process the checklist every (seconds)';
const save = { name: 'Save', exact: true };
const apply = { name: 'Apply until the browser restarts', exact: true };

beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'breadcrumbs-settings-'));
  browser = await ExtensionBrowser.launch({ profile });
});

afterAll(async () => {
  await browser.close();
  await rm(profile, { recursive: true });
});

beforeEach(async () => {
  simulator = await startSimulator({ world: queueWorld(2).world });
  await browser.reset();
  complaints = collectComplaints(browser);
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 600 });
  options = await browser.openOptions();
  await waitForStored(options, 'state', (state) =>
    `${JSON.stringify(state)}`.includes('completed'),
  );
  await waitForStored(options, 'run', (run) => run === null);
});

afterEach(async () => {
  expect(complaints).toEqual([]);
  await simulator.close();
});

async function restart(): Promise<void> {
  await browser.close();
  browser = await ExtensionBrowser.launch({ profile });
  complaints = collectComplaints(browser);
  options = await browser.openOptions();
}

/** Waits until the schedule rings as often as it is to. */
async function expectPeriod(seconds: number): Promise<void> {
  await expect
    .poll(() =>
      options.evaluate(async () => (await chrome.alarms.get('process'))?.periodInMinutes ?? null),
    )
    .toBe(seconds / 60);
}

async function expectRunAfter(before: string | null): Promise<void> {
  await waitForStored(options, 'state', (state) => state !== undefined);
  await expect.poll(() => lastRunId(options)).not.toBe(before);
}

function storedValue(name: string): Promise<unknown> {
  // As src/settings/store.ts writes it.
  return readStored(options, 'settings').then(
    (stored) => (stored as { values: Record<string, unknown> }).values[name],
  );
}

describe('Save', () => {
  test('is in force at once, with a run and the alarms made again, and after a restart', async () => {
    const before = await lastRunId(options);
    await options.getByLabel(every).fill('120');
    await options.getByRole('button', save).click();
    await options.getByText('Saved. The settings are in force.').waitFor();
    await expectPeriod(120);
    await expectRunAfter(before);
    await restart();
    expect(await options.getByLabel(every).inputValue()).toBe('120');
    await expectPeriod(120);
  });
});

describe('Apply until the browser restarts', () => {
  test('is in force at once, is marked, stores nothing, and is over after a restart', async () => {
    const before = await lastRunId(options);
    await options.getByLabel(every).fill('120');
    await options.getByLabel('Delete done items').check();
    await options.getByRole('button', apply).click();
    await options.getByText('In force until the browser restarts. Nothing was stored.').waitFor();
    await expectPeriod(120);
    await expectRunAfter(before);
    expect(await storedValue('processEverySeconds')).toBe(600);
    expect(await storedValue('deleteDoneItems')).toBe(false);
    expect(await options.locator('.source.temporary').count()).toBe(2);

    // A worker that starts anew, and a page that is opened anew, find them in force still.
    await browser.killWorker();
    await options.reload();
    expect(await options.getByLabel(every).inputValue()).toBe('120');
    expect(await options.locator('.source.temporary').count()).toBe(2);
    await expectPeriod(120);

    await restart();
    expect(await options.getByLabel(every).inputValue()).toBe('600');
    expect(await options.getByLabel('Delete done items').isChecked()).toBe(false);
    expect(await options.locator('.source.temporary').count()).toBe(0);
    await expectPeriod(600);
  });

  test('has a way back at each field, which leaves other edits alone', async () => {
    await options.getByLabel(every).fill('120');
    await options.getByLabel('Delete done items').check();
    await options.getByRole('button', apply).click();
    await expectPeriod(120);
    await options.getByLabel('Items at a time').fill('7');
    await options.getByRole('button', { name: 'Back to: 600' }).click();
    await expectPeriod(600);
    expect(await options.getByLabel(every).inputValue()).toBe('600');
    expect(await options.getByLabel('Items at a time').inputValue()).toBe('7');
    expect(await options.getByLabel('Delete done items').isChecked()).toBe(true);
    expect(await options.getByText('These settings were changed').count()).toBe(0);
    await options.getByRole('button', { name: 'Back to what is stored' }).click();
    await expect.poll(() => options.getByLabel('Delete done items').isChecked()).toBe(false);
    expect(await options.getByLabel('Items at a time').inputValue()).toBe('7');
  });

  test('keeps a token in memory alone', async () => {
    const before = await readStored(options, 'token');
    await options.getByRole('button', { name: 'Replace the token' }).click();
    await options.getByLabel('Token', { exact: true }).fill('for-this-session');
    await options.getByRole('button', apply).click();
    await options.getByText('In force until the browser restarts. Nothing was stored.').waitFor();
    // The simulator does not know that token: so it is the one that was sent.
    await waitForStored(options, 'state', (state) =>
      `${JSON.stringify(state)}`.includes('tracker_token_rejected'),
    );
    expect(await readStored(options, 'token')).toEqual(before);
    expect(JSON.stringify(await options.evaluate(() => chrome.storage.local.get()))).not.toContain(
      'for-this-session',
    );
    await restart();
    const run = await lastRunId(options);
    await options.evaluate(() => chrome.runtime.sendMessage({ type: 'process' }));
    await expectRunAfter(run);
    await waitForStored(options, 'state', (state) =>
      `${JSON.stringify(state)}`.includes('"halt":null'),
    );
  });

  test('becomes permanent by Save', async () => {
    await options.getByLabel(every).fill('120');
    await options.getByRole('button', apply).click();
    await expectPeriod(120);
    await options.getByRole('button', save).click();
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes('"processEverySeconds":120'),
    );
    await expect.poll(() => options.locator('.source.temporary').count()).toBe(0);
  });
});

describe('two pages', () => {
  test.each([
    ['saved', save],
    ['applied until the restart', apply],
  ])('neither overwrites unseen what the other has %s', async (_, button) => {
    const other = await browser.openOptions();
    await other.getByLabel('Items at a time').fill('7');
    await options.getByLabel(every).fill('120');
    await options.getByRole('button', button).click();
    await expectPeriod(120);
    await other.getByText('These settings were changed on another page').waitFor();
    for (const name of [save, apply]) {
      await other.getByRole('button', name).click();
      await other.locator('#conflict:focus').waitFor();
    }
    await expectPeriod(120);
    expect(await storedValue('itemsAtATime')).toBe('automatic');
    await other.getByRole('button', { name: 'Load theirs' }).click();
    expect(await other.getByLabel(every).inputValue()).toBe('120');
    await other.getByLabel('Items at a time').fill('7');
    await other.getByRole('button', save).click();
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes('"itemsAtATime":7'),
    );
    expect(await storedValue('processEverySeconds')).toBe(120);
    await expect.poll(() => options.getByLabel('Items at a time').inputValue()).toBe('7');
  });

  test('what is kept against the other is what was edited, and nothing else', async () => {
    const other = await browser.openOptions();
    await other.getByLabel('Items at a time').fill('7');
    await options.getByLabel(every).fill('120');
    await options.getByRole('button', save).click();
    await other.getByRole('button', { name: 'Keep mine' }).click();
    expect(await other.getByLabel(every).inputValue()).toBe('120');
    await other.getByRole('button', save).click();
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes('"itemsAtATime":7'),
    );
    expect(await storedValue('processEverySeconds')).toBe(120);
  });

  test('a token that another page has stored meanwhile is not replaced unseen', async () => {
    const other = await browser.openOptions();
    for (const page of [other, options]) {
      await page.getByRole('button', { name: 'Replace the token' }).click();
      await page.getByLabel('Token', { exact: true }).fill(page === other ? 'theirs' : 'mine');
    }
    await other.getByRole('button', save).click();
    await waitForStored(options, 'token', (token) => JSON.stringify(token).includes('theirs'));
    await options.getByText('These settings were changed on another page').waitFor();
    await options.getByRole('button', save).click();
    await options.locator('#conflict:focus').waitFor();
    expect(JSON.stringify(await readStored(options, 'token'))).toContain('theirs');
  });
});
