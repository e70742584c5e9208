import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  type ChecklistItem,
  errorField,
  type Fault,
  findDifferences,
  type LogEntry,
  linkField,
  mappedFields,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import {
  processNow,
  readStored,
  sendToWorker,
  signIn,
  storeOldSettings,
  waitForStored,
} from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;
let scenario: Scenario;
let before: Map<string, Record<string, unknown>>;

const lessonField = mappedFields['lesson.name'];

/**
 * A queue of many kinds: issues without a link or with a dead one, such as have it all already, and
 * such that hold something else. It is filled once the browser is set up, since a run begins then.
 */
async function start(size: number): Promise<void> {
  scenario = queueWorld(size, { unlinked: 0.05 });
  const { world, expectations } = scenario;
  for (const [at, { key, fields, error }] of expectations.entries()) {
    if (key === null || error !== null) continue;
    if (at % 10 === 1) world.editIssue(key, fields);
    if (at % 10 === 2) world.editIssue(key, { [lessonField]: 'Old name', [errorField]: 'old' });
    if (at % 50 === 3) world.editIssue(key, { [linkField]: 'https://learn.example/tasks/gone/' });
  }
  const items: ChecklistItem[] = [...world.issue('SUP-1').items.values()];
  world.replaceItems('SUP-1', []);
  simulator = await startSimulator({ world });
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
  const popup = await browser.openPopup();
  await waitForStored(popup, 'state', (state) => lastRunIn(state) !== undefined);
  // All that the import asked for has ended when the pass of a click has.
  await processNow(popup);
  await waitForStored(popup, 'state', (state) => lastRunIn(state)?.cause === 'click');
  await waitForStored(popup, 'run', (run) => run === null);
  await popup.close();
  world.replaceItems('SUP-1', items);
  before = fieldsOfIssues();
  simulator.requests.reset();
}

const freshBrowser = sharedBrowser();

beforeEach(async () => {
  browser = await freshBrowser();
});

afterEach(async () => {
  await simulator.close();
});

/** Every field of every issue but the checklist's. */
function fieldsOfIssues(): Map<string, Record<string, unknown>> {
  const issues = [...scenario.world.issues()].filter(({ key }) => key !== 'SUP-1');
  return new Map(issues.map(({ key, fields }) => [key, Object.fromEntries(fields)]));
}

function writes(): LogEntry[] {
  return simulator.requests.entries.filter(
    ({ side, method, path }) => side !== 'web' && method !== 'GET' && !path.endsWith('_search'),
  );
}

async function openPreview(hash: string): Promise<Page> {
  const page = await browser.open(`src/preview-page/index.html#${hash}`);
  await untilReady(page);
  return page;
}

/** On a machine that does much else besides. */
const thousandItemsMs = 150_000;

async function untilReady(page: Page): Promise<void> {
  await page.locator('[role=status][data-state=ready]').waitFor({ timeout: thousandItemsMs });
}

/** What a click had applied; gives the id of the run that did it. */
async function applied(page: Page, button: RegExp): Promise<string> {
  const last = (await lastRun(page))?.id;
  await page.getByRole('button', { name: button }).click();
  await waitForStored(page, 'state', (state) => lastRunIn(state)?.id !== last, thousandItemsMs);
  await untilReady(page);
  return (await lastRun(page))?.id ?? '';
}

interface LastRun {
  id: string;
  cause: string;
  counts: Record<string, number>;
}

function lastRunIn(state: unknown): LastRun | undefined {
  // Tests read what the worker wrote.
  return (state as { lastRun?: LastRun | null } | undefined)?.lastRun ?? undefined;
}

async function lastRun(page: Page): Promise<LastRun | undefined> {
  return lastRunIn(await readStored(page, 'state'));
}

function filter(page: Page, name: RegExp) {
  return page.getByRole('radio', { name });
}

describe('a queue of 1,000 mixed items', () => {
  test('is previewed, applied in part, applied whole and undone; edits in between survive', {
    timeout: 600_000,
  }, async () => {
    await start(1000);
    const { world, expectations } = scenario;
    const page = await openPreview('queue');
    await filter(page, /^All 1,000$/).waitFor();
    expect(writes()).toEqual([]);
    await filter(page, /^Nothing to write/).waitFor();
    await filter(page, /^With an error/).waitFor();
    await page.getByText('Old name').first().waitFor();

    // In part.
    const first = page.locator('.plans > li');
    for (const at of [0, 2, 4]) await first.nth(at).getByRole('checkbox').check();
    const partRun = await applied(page, /^Apply chosen \(3\)$/);
    expect(world.issue('SUP-1').done).toBe(3);
    await page.locator('.plans strong').nth(2).waitFor();

    // Whole, but for what somebody edited since it was shown.
    const edited = expectations
      .filter(({ key, error, before: { id } }) => {
        return key !== null && error === null && !world.item('SUP-1', id).checked;
      })
      .slice(100, 105)
      .flatMap(({ key }) => key ?? []);
    for (const key of edited) world.editIssue(key, { [lessonField]: 'by a person' });
    const wholeRun = await applied(page, /^Apply all \(997\)$/);
    expect(world.issue('SUP-1').done).toBe(995);
    for (const key of edited) expect(world.patches(key)).toEqual([]);
    await filter(page, /^Changed since 5$/).check();
    await page.getByText('by a person').nth(4).waitFor();
    const restRun = await applied(page, /^Apply all \(5\)$/);
    expect(world.issue('SUP-1').done).toBe(1000);
    expect(
      findDifferences(scenario, ['items']).filter((line) => !line.includes('deferred')),
    ).toEqual([]);
    await page.close();

    // Undone, but for what somebody edited since it was written.
    const theirs = expectations
      .filter(({ key, error }) => key !== null && error === null && !edited.includes(key))
      .slice(200, 207)
      .flatMap(({ key }) => key ?? []);
    for (const key of theirs) world.editIssue(key, { [lessonField]: 'since then' });
    for (const run of [restRun, wholeRun, partRun]) {
      simulator.requests.reset();
      const undo = await openPreview(`undo-run=${run}`);
      expect(writes()).toEqual([]);
      await undo.getByRole('checkbox', { name: 'Uncheck the items too' }).check();
      await applied(undo, /^Undo all/);
      const patched = writes().filter(({ path }) => !path.includes('checklistItems'));
      expect(new Set(patched.map(({ path }) => path)).size).toBe(patched.length);
      if (run === wholeRun) {
        await undo.getByRole('radio', { name: /^All/ }).check();
        const last = undo.getByRole('button', { name: 'Next' });
        let listed = 0;
        for (;;) {
          listed += await undo.getByText('was changed since by somebody:').count();
          if (await last.isDisabled()) break;
          await last.click();
          // From there the keyboard goes on, and a screen reader says which page it is.
          await undo.locator('#plans:focus').waitFor();
        }
        expect(listed).toBe(theirs.length);
      }
      await undo.close();
    }
    const wanted = new Map(before);
    for (const key of edited) wanted.set(key, { ...wanted.get(key), [lessonField]: 'by a person' });
    for (const key of theirs) wanted.set(key, { ...wanted.get(key), [lessonField]: 'since then' });
    expect(fieldsOfIssues()).toEqual(wanted);
    // Also those whose issue had it all already, and those that name no issue.
    expect(world.issue('SUP-1').done).toBe(0);
  });
});

describe('a worker that dies', () => {
  test('over a preview is followed by one that goes on with it', async () => {
    await start(150);
    simulator.setLatency(60);
    const page = await browser.open('src/preview-page/index.html#queue');
    await waitForStored(page, 'preview', (value) => plannedOf(value) > 20);
    await browser.killWorker();
    // As the popup does when it is opened.
    await sendToWorker(page, { type: 'ping' });
    await untilReady(page);
    await filter(page, /^All 150$/).waitFor();
    expect(writes()).toEqual([]);
    expect(fieldsOfIssues()).toEqual(before);

    // The rest is to last longer than the way to the button, on whatever machine.
    simulator.setLatency(500);
    await page.getByRole('button', { name: 'Look again' }).click();
    await waitForStored(page, 'preview', (value) => plannedOf(value) > 0 && plannedOf(value) < 150);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/^Stopped: \d+ of 150 looked at,/).waitFor();
  });

  test('before it noted what it wrote is followed by one that can take that back', async () => {
    await start(20);
    const { expectations, world } = scenario;
    const [unheard] = expectations.filter(({ key, error }, at) => {
      return key !== null && error === null && at % 10 !== 1;
    });
    const page = await openPreview('queue');
    const last = (await lastRun(page))?.id;
    const fault: Fault = { kind: 'silence', applied: true };
    const issue = { method: 'PATCH', path: new RegExp(`/issues/${unheard?.key}$`) };
    const item = { method: 'PATCH', path: /checklistItems/ };
    const silent = [issue, item].map((on) => simulator.faults.add({ on, fault }));
    await page.getByRole('button', { name: /^Apply all/ }).click();
    await simulator.requests.waitForCount(issue, 1);
    await simulator.requests.waitForCount(item, 3);
    await world.until('three items checked', () => world.issue('SUP-1').done >= 3);
    await browser.killWorker();
    for (const rule of silent) rule.remove();
    await sendToWorker(page, { type: 'ping' });
    await waitForStored(page, 'state', (state) => lastRunIn(state)?.id !== last);
    expect(fieldsOfIssues()).not.toEqual(before);
    const undo = await openPreview(`undo-run=${(await lastRun(page))?.id}`);
    await applied(undo, /^Undo all/);
    expect(fieldsOfIssues()).toEqual(before);
  });

  test('over an undo is followed by one that finishes it, and nothing is written twice', async () => {
    await start(120);
    const { world } = scenario;
    const page = await openPreview('queue');
    const run = await applied(page, /^Apply all/);
    const undo = await openPreview(`undo-run=${run}`);
    simulator.setLatency(60);
    simulator.requests.reset();
    await undo.getByRole('checkbox', { name: 'Uncheck the items too' }).check();
    await undo.getByRole('button', { name: /^Undo all/ }).click();
    await simulator.requests.waitForCount({ method: 'PATCH', path: /issues\/[^/]+$/ }, 30);
    await browser.killWorker();
    await sendToWorker(undo, { type: 'ping' });
    await waitForStored(undo, 'state', (state) => lastRunIn(state)?.id !== run);
    expect(fieldsOfIssues()).toEqual(before);
    for (const { key } of scenario.expectations) {
      expect(world.patches(key ?? '').length).toBeLessThanOrEqual(2);
    }
  });
});

function plannedOf(preview: unknown): number {
  // Tests read what the worker wrote.
  return (preview as { planned?: number } | null | undefined)?.planned ?? 0;
}

describe('a preview', () => {
  test('of a link needs no more than the content API', async () => {
    await start(1);
    const { testLink } = scenario.world;
    const page = await browser.open('src/preview-page/index.html');
    await page.evaluate(() => chrome.storage.local.remove('token'));
    // One that began with the token may still go on.
    await waitForStored(page, 'run', (run) => run === null);
    simulator.requests.reset();
    await page.close();
    const link = await openPreview(`link=${encodeURIComponent(testLink)}`);
    await link.getByText('task task-1').waitFor();
    await link.getByRole('row', { name: /lesson.name.*Урок 1/ }).waitFor();
    expect(await link.getByRole('button', { name: /^Apply/ }).count()).toBe(0);
    expect(simulator.requests.matching({ side: 'tracker' })).toEqual([]);
  });

  test('survives a reload, and is replaced by a later one', async () => {
    await start(5);
    const page = await openPreview('queue');
    await filter(page, /^All 5$/).waitFor();
    simulator.requests.reset();
    await page.reload();
    await filter(page, /^All 5$/).waitFor();
    expect(simulator.requests.count()).toBe(0);
    const other = await openPreview(`issue=${scenario.expectations[0]?.key}`);
    await filter(other, /^All 1$/).waitFor();
    await page.getByText('Another preview was asked for since').waitFor();
    expect(await page.getByRole('button', { name: /^Apply/ }).count()).toBe(0);
  });

  test('offers to pause the schedule, which would take the items first', async () => {
    await start(2);
    const other = await openPreview('queue=SUP-999');
    await other.getByText('SUP-999 is none of the checklist issues in the settings').waitFor();
    await other.close();
    const page = await openPreview('queue');
    const pause = page.getByRole('button', { name: 'Pause the schedule' });
    await pause.press('Enter');
    await pause.waitFor({ state: 'detached' });
    await page.locator('main:focus').waitFor();
    await waitForStored(page, 'settings', (stored) =>
      JSON.stringify(stored).includes('"schedulePaused":true'),
    );
  });

  test('of what can not be read says so', async () => {
    await start(2);
    scenario.world.trackerRules.token = 'another';
    const page = await openPreview('queue');
    await page.getByText('tracker_token_rejected').waitFor();
  });
});

test('a failed item is run again alone, without being unchecked first', async () => {
  await start(40);
  const { world, expectations } = scenario;
  const page = await openPreview('queue');
  await applied(page, /^Apply all/);
  const failed = expectations.filter(({ error }) => error === 'link_not_set');
  const [first] = failed;
  expect(failed.length).toBeGreaterThan(0);
  const link = world.issue(expectations[0]?.key ?? '').fields.get(linkField) ?? null;
  world.editIssue(first?.key ?? '', { [linkField]: link });
  simulator.requests.reset();
  const last = (await lastRun(page))?.id;
  const items = failed.map(({ before: { id } }) => ({ queue: 'SUP-1', itemId: id }));
  await page.evaluate(
    (all) => chrome.runtime.sendMessage({ type: 'process_only', items: all }),
    items,
  );
  await waitForStored(page, 'state', (state) => lastRunIn(state)?.id !== last);
  expect((await lastRun(page))?.counts).toMatchObject({ done: 1, failed: failed.length - 1 });
  expect(world.itemByText('SUP-1', first?.key ?? '').deadline).not.toMatch(/^2099/);
  // The others failed as before: nothing is written to them, nor to their items.
  const itemEdits = writes().filter(({ path }) => path.includes('checklistItems'));
  expect(itemEdits).toHaveLength(1);
});
