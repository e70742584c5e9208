import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { currentVersion } from '../../src/settings/envelope.ts';
import { planImport } from '../../src/settings/import.ts';
import { defaultSettings } from '../../src/settings/schema.ts';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import { envFile, type Simulator, settingsJsonFile } from '../simulator/index.ts';

/** What a person does, in steps that tests share. */

/** Signs the profile in to the simulator's content API, by its login page. */
export async function signInByPage(browser: ExtensionBrowser, simulator: Simulator): Promise<void> {
  const page = await browser.context.newPage();
  await page.goto(simulator.loginUrl);
  await page.getByLabel('Name').fill('Support');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Signed in').first().waitFor();
  await page.close();
}

/** What {@link signInByPage} comes to, for tests of other things, without the page. */
export async function signIn(browser: ExtensionBrowser, { loginUrl }: Simulator): Promise<void> {
  const answer = await browser.context.request.post(loginUrl, { form: { name: 'Support' } });
  if (!answer.url().endsWith('/signed-in')) throw new Error(`signing in led to ${answer.url()}`);
}

/**
 * Stores what {@link importOldFiles} stores, for tests of other things: a page takes three times as
 * long, and there are a hundred of them.
 */
export async function storeOldSettings(
  browser: ExtensionBrowser,
  simulator: Simulator,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const files = Object.entries(oldFiles(simulator, changes)).map(([name, text]) => ({
    name,
    text,
  }));
  const base = { settings: defaultSettings, token: null, managed: {} };
  const { settings: values, token, problems } = planImport(files, base, Date.now());
  if (problems.length > 0) throw new Error(`not valid: ${JSON.stringify(problems)}`);
  const page = await browser.quietPage();
  const store = async (stored: object) => {
    // As src/status/bell.ts has it: a worker that dies in the same moment is started again for it.
    await chrome.alarms.create('resume', { periodInMinutes: 0.5 });
    await chrome.storage.local.set(stored);
  };
  await page.evaluate(store, {
    settings: { version: currentVersion, values },
    token,
    request_process: 'settings',
  });
}

/** Imports the old program's two files on the options page; changes to `settings.json` are made first. */
export async function importOldFiles(
  browser: ExtensionBrowser,
  simulator: Simulator,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const page = await browser.openOptions();
  const files = Object.entries(oldFiles(simulator, changes)).map(([name, text]) => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(text),
  }));
  await page.getByLabel('Import settings').setInputFiles(files);
  await page.getByRole('button', { name: 'Import these settings' }).click();
  await waitForStored(page, 'settings', (stored) => stored !== undefined);
  await page.close();
}

/** Drops the old program's two files on a page, as a hand does that drags them there. */
export async function dropOldFiles(page: Page, simulator: Simulator): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'breadcrumbs-old-'));
  const files = [join(folder, '.env'), join(folder, 'settings.json')];
  await writeFile(join(folder, '.env'), envFile(simulator));
  await writeFile(join(folder, 'settings.json'), settingsJsonFile());
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files, dragOperationsMask: 1 };
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }
  await page.getByRole('heading', { name: 'What the import changes' }).waitFor();
  await session.detach();
  await rm(folder, { recursive: true });
}

/** The old program's files by their names, with changes to `settings.json`. */
function oldFiles(simulator: Simulator, changes: Readonly<Record<string, unknown>>) {
  const json = { ...JSON.parse(settingsJsonFile()), ...changes };
  return { '.env': envFile(simulator), 'settings.json': JSON.stringify(json) };
}

type DataState = 'idle' | 'running' | 'halted' | 'unconfigured' | 'paused';

/** Waits until the popup shows a state. */
export async function waitForState(popup: Page, state: DataState): Promise<void> {
  await popup.locator(`[role=status][data-state=${state}]`).waitFor();
}

/** Clicks **Process now** and waits for the end of a run that began after the click. */
export async function processNow(popup: Page): Promise<void> {
  await runByButton(popup, 'Process now');
}

export async function recheckDeferred(popup: Page): Promise<void> {
  await runByButton(popup, 'Recheck deferred');
}

async function runByButton(popup: Page, name: string): Promise<void> {
  // The button waits for the end of a run in progress, which is not the one that is meant.
  await waitUntilQuiet(popup);
  const before = await lastRunId(popup);
  await popup.getByRole('button', { name, exact: true }).click();
  await waitForStored(popup, 'state', (state) => lastRunOf(state) !== before);
}

export async function lastRunId(page: Page): Promise<string | null> {
  return lastRunOf(await readStored(page, 'state'));
}

export function lastRunOf(state: unknown): string | null {
  // Tests read what the worker wrote; a missing run is what they wait for.
  return (state as { lastRun?: { id: string } | null } | undefined)?.lastRun?.id ?? null;
}

/** Waits until no run goes on, is left over or was asked for. */
export async function waitUntilQuiet(page: Page): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (!(await isQuiet(page))) {
    if (Date.now() > deadline) throw new Error('runs go on and on');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether no run goes on, is left over or was asked for. */
export function isQuiet(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const stored = await chrome.storage.local.get([
      'run',
      'request_process',
      'request_recheck',
      'request_defer_anyway',
      'tasks',
    ]);
    // Tasks stand in a list, which stays behind empty.
    return Object.values(stored).every(
      (one) => one === null || (Array.isArray(one) && one.length === 0),
    );
  });
}

/** Sends a message as a page does. @returns what the worker replies. */
export async function sendToWorker(page: Page, message: object): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await page.evaluate((sent) => chrome.runtime.sendMessage(sent), message);
    } catch (error) {
      // A message sent in the very moment of the worker's death reaches nobody.
      if (tries === 20 || !String(error).match(/Receiving end|message (port|channel) closed/)) {
        throw error;
      }
    }
  }
}

/** A value of `storage.local`, read through a page of the extension. */
export async function readStored(page: Page, key: string): Promise<unknown> {
  return page.evaluate(async (name) => (await chrome.storage.local.get(name))[name], key);
}

/** Resolves when a stored value is as it should be. Looks again whenever it has changed. */
export async function waitForStored(
  page: Page,
  key: string,
  isAsAwaited: (value: unknown) => boolean,
  withinMs = 90_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  // No JSON is this, so the first look is at what is there.
  let seen: string | undefined = '';
  for (;;) {
    const waitMs: number = deadline - Date.now();
    const json: string | undefined = await page.evaluate(storedOtherThan, { key, seen, waitMs });
    if (isAsAwaited(json === undefined ? undefined : JSON.parse(json))) return;
    if (Date.now() >= deadline)
      throw new Error(`"${key}" did not become what was awaited: ${json}`);
    seen = json;
  }
}

/** In a page: the JSON of a stored value once it is another than what was seen, or time is up. */
function storedOtherThan({
  key,
  seen,
  waitMs,
}: {
  key: string;
  seen: string | undefined;
  waitMs: number;
}): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const look = async (isLast: boolean) => {
      const json: string | undefined = JSON.stringify((await chrome.storage.local.get(key))[key]);
      if (json === seen && !isLast) return;
      chrome.storage.local.onChanged.removeListener(listener);
      clearTimeout(timer);
      resolve(json);
    };
    const listener = (changes: object) => {
      if (key in changes) look(false).catch(reject);
    };
    chrome.storage.local.onChanged.addListener(listener);
    const timer = setTimeout(() => look(true).catch(reject), waitMs);
    look(false).catch(reject);
  });
}
