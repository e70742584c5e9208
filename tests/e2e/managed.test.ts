import { createHash } from 'node:crypto';
import { accessSync, constants, cpSync, mkdirSync, realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { queueWorld, type Scenario, type Simulator, startSimulator } from '../simulator/index.ts';
import { collectComplaints } from './complaints.ts';
import { importOldFiles, readStored, signIn, waitForState, waitForStored } from './steps.ts';

/**
 * Settings that an organisation has set. Chromium reads policies from a folder that only root may
 * write to: elsewhere these are left out, and tests/unit/settings/layers.test.ts is all there is.
 */
const folder = '/etc/chromium/policies/managed';

function canSetPolicies(): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The id that Chromium gives an unpacked extension: its path's hash, in letters from a to p. */
function idOf(path: string): string {
  const digits = createHash('sha256').update(path).digest('hex').slice(0, 32);
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

let scenario: Scenario;
let simulator: Simulator;
/** A copy of the build: its id is its own, and no other test's browser meets this policy. */
let extension: string;
let policy: string;
let browser: ExtensionBrowser;
let complaints: string[];
let options: Page;

async function setPolicy(values: Record<string, unknown>): Promise<void> {
  await writeFile(
    policy,
    JSON.stringify({ '3rdparty': { extensions: { [idOf(extension)]: values } } }),
  );
}

beforeEach(async () => {
  if (!canSetPolicies()) return;
  scenario = queueWorld(2);
  simulator = await startSimulator({ world: scenario.world });
  extension = realpathSync(await mkdtemp(join(tmpdir(), 'breadcrumbs-managed-')));
  cpSync('dist-demo', extension, { recursive: true });
  policy = join(folder, `breadcrumbs-${idOf(extension)}.json`);
  await setPolicy({
    trackerUrl: simulator.trackerUrl,
    checklistIssues: ['SUP-1'],
    processEverySeconds: 120,
    deleteDoneItems: true,
    schedulePaused: false,
    tokenScheme: 'Bearer',
    recheckEverySeconds: 3,
    contentUrl: 'http://not-safe.example/content',
  });
  browser = await ExtensionBrowser.launch({ extension });
  complaints = collectComplaints(browser);
  await signIn(browser, simulator);
  // The browser takes seconds to tell its policies.
  const page = await browser.openPopup();
  await waitForStored(page, 'policies', (policies) => policies !== undefined);
  await page.close();
});

afterEach(async () => {
  if (!canSetPolicies()) return;
  await rm(policy, { force: true });
  await browser.close();
  await simulator.close();
  await rm(extension, { recursive: true });
  expect(complaints).toEqual([]);
});

const every = 'Process the checklist every (seconds)';
const managed = 'Set by your organisation.';

describe.skipIf(!canSetPolicies())('what the organisation has set', () => {
  test('is in force, is shown as such, and everything else can be edited', async () => {
    await importOldFiles(browser, simulator, { process_checklist_frequency_seconds: 600 });
    options = await browser.openOptions();
    const { world } = scenario;
    await world.until('the work', () => world.issue('SUP-1').items.size === 0);

    const period = options.getByLabel(every);
    await period.waitFor();
    expect(await options.getByText(managed, { exact: true }).count()).toBe(6);
    expect([await period.inputValue(), await period.isEditable()]).toEqual(['120', false]);
    expect(await options.getByLabel('Delete done items').isDisabled()).toBe(true);
    expect(await options.getByLabel('Token scheme').isDisabled()).toBe(true);
    expect(await options.getByLabel('Checklist issue keys').isEditable()).toBe(false);

    await options.getByLabel('Items at a time').fill('7');
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await waitForStored(options, 'settings', (stored) =>
      JSON.stringify(stored).includes('"itemsAtATime":7'),
    );
    const alarm = () => options.evaluate(() => chrome.alarms.get('process'));
    expect((await alarm())?.periodInMinutes).toBe(2);

    const preview = await browser.open('src/preview-page/index.html#queue');
    await preview.locator('[role=status][data-state=ready]').waitFor();
    expect(await preview.getByRole('button', { name: 'Pause the schedule' }).count()).toBe(0);
    await preview.close();

    // The first run asks for nothing that is set.
    const guide = await browser.open('src/guide/index.html');
    const checklist = guide.locator('[data-step=checklist]');
    await checklist.getByText('Set by your organisation: nothing to do here.').waitFor();
    expect(await checklist.getByRole('textbox').count()).toBe(0);
    expect(await guide.getByLabel('Tracker API URL').isEditable()).toBe(false);
    expect(await guide.getByLabel('Content API URL').isEditable()).toBe(true);
  });

  test('but can’t be used is ignored, and said', async () => {
    options = await browser.openOptions();
    const notice = options.locator('#managed');
    await notice.getByText('recheckEverySeconds').waitFor();
    await notice.getByText('contentUrl').waitFor();
    expect(await options.getByLabel('Recheck deferred items every').isEditable()).toBe(true);
    expect(await options.getByLabel('Content API URL').isEditable()).toBe(true);
  });

  test('keeps its place in the settings: no move to a fresh checklist issue', async () => {
    await importOldFiles(browser, simulator);
    const popup = await browser.openPopup();
    await scenario.world.until('the work', (world) => world.issue('SUP-1').items.size === 0);
    await waitForState(popup, 'idle');
    await popup.evaluate(() =>
      chrome.runtime.sendMessage({ type: 'move_checklist', checklistIssue: 'SUP-1' }),
    );
    await popup.getByText('can’t be replaced by a fresh one').waitFor();
    expect(simulator.requests.count({ method: 'POST', path: /\/issues$/ })).toBe(0);
  });

  test('can change while the browser runs', async () => {
    await importOldFiles(browser, simulator, { process_checklist_frequency_seconds: 600 });
    options = await browser.openOptions();
    expect(await options.getByLabel(every).inputValue()).toBe('120');
    await setPolicy({ trackerUrl: simulator.trackerUrl });
    await expect
      .poll(() => options.getByLabel(every).inputValue(), { timeout: 60_000 })
      .not.toBe('120');
    expect(await options.getByLabel(every).isEditable()).toBe(true);
    const stored = JSON.stringify(await readStored(options, 'settings'));
    await expect
      .poll(() =>
        options.evaluate(async () => (await chrome.alarms.get('process'))?.periodInMinutes),
      )
      .toBe(stored.includes('"processEverySeconds":600') ? 10 : 0.5);
  });
});
