import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import { seedHistory } from '../browser/seed-history.ts';
import {
  errorField,
  linkField,
  mappedFields,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import {
  lastRunId,
  lastRunOf,
  processNow,
  readStored,
  signIn,
  storeOldSettings,
  waitForState,
  waitForStored,
} from './steps.ts';

/** What was done, as people look back on it. */

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;
let popup: Page;

const lessonField = mappedFields['lesson.name'];

const rarely = { process_checklist_frequency_seconds: 86_400 };

const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(4);
  simulator = await startSimulator({ world: scenario.world });
  browser = await freshBrowser();
});

afterEach(async () => {
  await simulator.close();
});

function keyOf(index: number): string {
  return scenario.expectations[index]?.key ?? '';
}

/** Changes settings as they are stored, past the options page. */
async function set(page: Page, change: Readonly<Record<string, unknown>>): Promise<void> {
  await page.evaluate(async (values) => {
    const { settings = { version: 1, values: {} } } = await chrome.storage.local.get<{
      settings?: { version: number; values: object };
    }>('settings');
    await chrome.storage.local.set({
      settings: { ...settings, values: { ...settings.values, ...values } },
    });
  }, change);
}

async function runOnce(change: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { ...rarely, ...change });
  await scenario.world.until('the run', (world) => world.issue('SUP-1').done === 4);
  popup = await browser.openPopup();
  await waitForState(popup, 'idle');
}

async function saved(page: Page, name: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

interface Held {
  isHeld: boolean;
  fail: () => void;
}

declare global {
  interface Window {
    /** In the page: the reading that {@link holdReading} holds. */
    held: Held;
  }
}

/** Has the next reading of one entry, or of all by an index, wait for {@link failHeld}. */
async function holdReading(page: Page, method: 'get' | 'getAll'): Promise<void> {
  await page.evaluate((name) => {
    const owner = name === 'get' ? IDBObjectStore.prototype : IDBIndex.prototype;
    const before = owner[name];
    const held: Held = { isHeld: false, fail: () => undefined };
    window.held = held;
    const hold = () => {
      Object.assign(owner, { [name]: before });
      held.isHeld = true;
      // No request of the browser's: the database's package hands it on as it is.
      return new Promise((_, reject) => {
        held.fail = () => reject(new Error('Not now'));
      });
    };
    Object.assign(owner, { [name]: hold });
  }, method);
}

async function untilHeld(page: Page): Promise<void> {
  await page.waitForFunction(() => window.held.isHeld);
}

/** Has it fail, and the page drawn twice more: whatever it says of that is there. */
async function failHeld(page: Page): Promise<void> {
  await untilHeld(page);
  await page.evaluate(async () => {
    window.held.fail();
    for (let frames = 0; frames < 2; frames += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}

describe('the history', () => {
  test('shows an item’s plan, its requests and its other runs, and follows what comes', async () => {
    scenario.world.editIssue(keyOf(1), { [linkField]: null });
    await runOnce();
    const activity = await browser.openActivity();
    await activity.getByText('4 items of 4').waitFor();
    await activity
      .getByRole('button', { name: new RegExp(`^${keyOf(0)}\\b`) })
      .first()
      .click();
    const dialog = activity.getByRole('dialog');
    await dialog.getByText('lesson.name').first().waitFor();
    for (const text of ['PATCH', 'for 4 items at once', 'checklistItems', 'read at version']) {
      await dialog.getByText(text).first().waitFor();
    }
    expect(await dialog.getByRole('row').count()).toBeGreaterThan(3);
    await dialog.getByText(/fields? left as/).click();
    await dialog.getByText('the link says nothing about it').first().waitFor();
    await activity.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await activity.getByLabel('Outcome').selectOption('failed');
    await activity.getByText('1 item of 4').waitFor();
    await activity.getByRole('button', { name: keyOf(1) }).waitFor();
    expect(activity.url()).toContain('outcome=failed');
    await activity.getByLabel('Outcome').selectOption('');
    await activity.getByLabel('Search: key').fill('no_such_code');
    await activity.getByText('Nothing was found').waitFor();
    await activity.getByLabel('Search: key').fill('link_not_set');
    await activity.getByText('1 item of 4').waitFor();
    await activity.getByLabel('Search: key').fill('');
    await activity.getByText('4 items of 4').waitFor();

    // What is done meanwhile comes by itself, and the first run's entry is found beside it.
    scenario.world.editItem('SUP-1', scenario.world.itemByText('SUP-1', keyOf(0)).id, {
      checked: false,
      deadline: null,
    });
    await processNow(popup);
    await activity.getByText('5 items of 5').waitFor();
    await activity
      .getByRole('button', { name: new RegExp(`^${keyOf(0)}\\b`) })
      .first()
      .click();
    await dialog.getByText('The same in other runs').waitFor();
    await dialog.getByRole('button', { name: /Done/ }).click();
    await dialog.getByText('lesson.name').first().waitFor();
    // The button that was clicked is gone, and the focus would be with it.
    await dialog.getByRole('heading', { level: 2 }).and(activity.locator(':focus')).waitFor();
  });

  test('gives the focus to a dialog and takes it back, whatever comes meanwhile', async () => {
    const activity = await browser.openActivity();
    await activity.getByRole('heading', { level: 1 }).waitFor();
    await seedHistory(activity.evaluate.bind(activity), 25);
    await activity.reload();
    await activity.getByText('25 items of 25').waitFor();
    const focused = activity.locator(':focus');
    const dialog = activity.getByRole('dialog');
    for (const name of [/^SUP-26\b/, /^Processing\b/]) {
      await activity.getByRole('button', { name }).press('Enter');
      await dialog.locator(':focus').waitFor();
      await activity.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await activity.getByRole('button', { name }).and(focused).waitFor();
    }

    // So many news that what opened the dialog would be far below what is drawn.
    const opener = activity.getByRole('button', { name: /SUP-20\b/ });
    await opener.press('Enter');
    await dialog.locator(':focus').waitFor();
    const other = await browser.openActivity();
    await other.getByText('25 items of 25').waitFor();
    await other.evaluate(async () => {
      const done = <Value>(request: IDBRequest<Value>) =>
        new Promise<Value>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const db = await done(indexedDB.open('activity'));
      const items = db.transaction('items', 'readwrite').objectStore('items');
      const [first] = await done(items.getAll());
      const keys = Array.from({ length: 200 }, () =>
        done(items.add({ ...first, issueKey: 'NEW-1' })),
      );
      await Promise.all(keys);
      db.close();
      new BroadcastChannel('activity').postMessage('items');
    });
    await other.getByText('225 items of 225').waitFor();
    await activity.bringToFront();
    expect(await activity.getByText('25 items of 25', { exact: true }).count()).toBe(1);
    await activity.keyboard.press('Escape');
    await activity.getByText('225 items of 225').waitFor();
    await opener.and(focused).waitFor();

    // Somebody went on to another item before the one before failed to be read.
    await activity
      .getByRole('button', { name: /NEW-1\b/ })
      .first()
      .click();
    const others = dialog.getByRole('listitem').getByRole('button', { name: /Done/ });
    await others.first().waitFor();
    await holdReading(activity, 'get');
    await others.first().click();
    await untilHeld(activity);
    await others.nth(1).click();
    await dialog.getByRole('heading', { level: 2 }).and(focused).waitFor();
    await failHeld(activity);
    expect(await dialog.getByText('Not now').count()).toBe(0);

    // Nothing of the one before is left there to be taken for one that can't be read.
    await holdReading(activity, 'get');
    await others.first().click();
    await failHeld(activity);
    await dialog.getByRole('alert').getByText('Not now').waitFor();
    expect(await dialog.getByText('SUP-1').count()).toBe(0);
    await dialog.getByRole('heading', { level: 2 }).and(focused).waitFor();
  });

  test('shows in its search field the words that filter, and loses none that are typed', async () => {
    scenario.world.editIssue(keyOf(1), { [linkField]: null });
    await runOnce();
    const activity = await browser.open('src/activity-page/index.html#query=link_not_set');
    const search = activity.getByRole('searchbox');
    const outcome = activity.getByRole('combobox', { name: 'Outcome' });
    await activity.getByText('1 item of 4').waitFor();
    expect(await search.inputValue()).toBe('link_not_set');

    // By a link to one run, and back again.
    await activity.getByRole('button', { name: /^Processing\b/ }).click();
    await activity.getByRole('link', { name: 'Show only this run' }).press('Enter');
    await activity.getByText('4 items of 4').waitFor();
    // What opened the dialog may be gone, and the focus would be with it.
    await activity.locator('main:focus').waitFor();
    expect(await search.inputValue()).toBe('');
    await activity.goBack();
    await activity.getByText('1 item of 4').waitFor();
    expect(await search.inputValue()).toBe('link_not_set');

    // Typed while the page learns of what was typed before: here in that very moment.
    await search.evaluate((input: HTMLInputElement) => {
      const type = (text: string) => {
        input.value = text;
        input.dispatchEvent(new Event('input'));
      };
      addEventListener('hashchange', () => type('sup-4'), { once: true });
      type('sup');
    });
    await activity.waitForURL(/query=sup-4/);
    await activity.getByText('1 item of 4').waitFor();
    expect(await search.inputValue()).toBe('sup-4');

    // Typed in the moment before something else is chosen, and before the way back.
    await search.evaluate((input: HTMLInputElement, key) => {
      input.value = key;
      input.dispatchEvent(new Event('input'));
      const select = document.querySelector('select');
      if (select !== null) select.value = 'failed';
      select?.dispatchEvent(new Event('change'));
    }, keyOf(1));
    await activity.getByText('1 item of 4').waitFor();
    expect(activity.url()).toContain(`query=${keyOf(1)}&outcome=failed`);
    expect(await outcome.inputValue()).toBe('failed');
    await search.evaluate((input: HTMLInputElement) => {
      input.value = 'half';
      input.dispatchEvent(new Event('input'));
      location.hash = 'query=link_not_set';
    });
    await expect.poll(() => search.inputValue()).toBe('link_not_set');
  });

  test('is read once it is looked at, and keeps its filter while other views are', async () => {
    scenario.world.editIssue(keyOf(1), { [linkField]: null });
    await runOnce();
    const activity = await browser.open('src/activity-page/index.html#view=log');
    const view = (name: string) => activity.getByRole('link', { name, exact: true });
    const outcome = activity.getByRole('combobox', { name: 'Outcome' });
    const log = activity.getByLabel('Search the log');
    await log.waitFor();
    await view('History').click();
    await activity.getByText('4 items of 4').waitFor();
    await activity.getByRole('button', { name: new RegExp(`^${keyOf(0)}\\b`) }).waitFor();

    await outcome.selectOption('failed');
    await activity.getByText('1 item of 4').waitFor();
    for (const other of ['Log', 'Figures']) {
      await view(other).click();
      await outcome.waitFor({ state: 'detached' });
      await view('History').click();
      await activity.getByText('1 item of 4').waitFor();
      expect(await outcome.inputValue()).toBe('failed');
      await activity.getByRole('button', { name: keyOf(1) }).waitFor();
      expect(activity.url()).toContain('outcome=failed');
    }

    // What is typed is searched for after a pause, in which somebody goes on to another view: here at
    // once, before any timer. One that is set later, for longer, ends later.
    await activity.getByRole('searchbox').evaluate((input: HTMLInputElement, query) => {
      input.value = query;
      input.dispatchEvent(new Event('input'));
      document.querySelector<HTMLAnchorElement>('a[href*="view=log"]')?.click();
      return new Promise((resolve) => setTimeout(resolve, 200));
    }, keyOf(1));
    await log.waitFor();
    expect(activity.url()).toContain('view=log');

    // Loaded anew where no item is in sight.
    await view('Log').click();
    await log.waitFor();
    await activity.reload();
    await log.waitFor();
    await view('History').click();
    await activity.getByText('4 items of 4').waitFor();
    await activity.getByRole('button', { name: new RegExp(`^${keyOf(0)}\\b`) }).waitFor();
  });

  test('has the keys of its items in full, on a narrow page and beside a long outcome', async () => {
    const activity = await browser.openActivity();
    await activity.getByText('Nothing has been done yet').waitFor();
    await seedHistory(activity.evaluate.bind(activity), 20_000);
    await activity.setViewportSize({ width: 400, height: 800 });
    await activity.reload();
    await activity.getByText('20,000 items of 20,000').waitFor();
    await activity.getByText('Put off to the next run').nth(1).waitFor();
    const cut = await activity
      .locator('.item-line .name, .item-line .outcome')
      .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    expect(cut).toBe(0);
  });

  test('is saved as the filter shows it', async () => {
    scenario.world.editIssue(keyOf(1), { [linkField]: '=HYPERLINK("https://evil.example")' });
    await runOnce();
    const activity = await browser.openActivity();
    await activity.getByLabel('Outcome').selectOption('failed');
    await activity.getByText('1 item of 4').waitFor();
    const csv = await saved(activity, 'Export as CSV');
    expect(csv.split('\r\n').length).toBe(3);
    expect(csv).toContain('link_not_recognised');
    expect(csv).not.toMatch(/(^|,|")=/m);
    const json = JSON.parse(await saved(activity, 'Export as JSON'));
    expect(json.items.map(({ issueKey }: { issueKey: string }) => issueKey)).toEqual([keyOf(1)]);
    expect(json.runs).toHaveLength(1);
  });

  test('has items with one code run again by clicks, and undoes those that were chosen', async () => {
    const { world } = scenario;
    const links = [0, 1].map((index) => world.issue(keyOf(index)).fields.get(linkField) ?? null);
    for (const index of [0, 1]) world.editIssue(keyOf(index), { [linkField]: null });
    await runOnce();
    for (const [index, link] of links.entries()) {
      world.editIssue(keyOf(index), { [linkField]: link });
    }
    const activity = await browser.openActivity();
    await activity.getByText('4 items of 4').waitFor();
    await activity.getByLabel('Search: key').fill('link_not_set');
    await activity.getByText('2 items of 4').waitFor();
    await activity.getByRole('button', { name: 'Choose all shown' }).click();
    const before = await lastRunId(activity);
    await activity.getByRole('button', { name: 'Run again' }).click();
    await activity.getByText('Those that are open or deferred are run again').waitFor();
    await waitForStored(activity, 'state', (state) => lastRunOf(state) !== before);
    expect(await readStored(activity, 'state')).toMatchObject({
      lastRun: { cause: 'chosen', counts: { done: 2 } },
    });
    expect(world.issue(keyOf(0)).fields.get(errorField) ?? null).toBe(null);

    // The one of the two that is not chosen keeps what was written.
    const written = world.issue(keyOf(1)).fields.get(lessonField);
    expect(written).toBeTruthy();
    await activity.getByRole('button', { name: 'Choose none' }).press('Enter');
    await activity.locator('main:focus').waitFor();
    await activity.getByLabel('Search: key').fill(keyOf(0));
    await activity.getByText('2 items of 6').waitFor();
    await activity
      .getByRole('checkbox', { name: `Choose ${keyOf(0)}` })
      .first()
      .check();
    // What was said of those before is not said of this one.
    expect(await activity.getByText('1 item chosen').textContent()).toMatch(/chosen\s*$/);
    const opened = browser.context.waitForEvent('page');
    await activity.getByRole('button', { name: 'Undo…' }).click();
    const undo = await opened;
    const again = await lastRunId(activity);
    await undo.getByRole('button', { name: /^Undo all \(1\)$/ }).click();
    await waitForStored(activity, 'state', (state) => lastRunOf(state) !== again);
    expect(world.issue(keyOf(0)).fields.get(lessonField) ?? null).toBe(null);
    expect(world.issue(keyOf(1)).fields.get(lessonField)).toBe(written);
  });

  test('keeps what an older version wrote', async () => {
    const page = await browser.openOptions();
    await page.evaluate(async () => {
      const done = (request: IDBRequest) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      // Not awaited: the worker might open it between the two.
      const deleting = done(indexedDB.deleteDatabase('activity'));
      const opening = indexedDB.open('activity', 1);
      opening.onupgradeneeded = () => {
        const db = opening.result;
        db.createObjectStore('runs', { keyPath: 'id' }).createIndex('startedAt', 'startedAt');
        db.createObjectStore('items', { autoIncrement: true }).createIndex('runId', 'runId');
      };
      await Promise.all([deleting, done(opening)]);
      const db = opening.result;
      const stores = db.transaction(['runs', 'items'], 'readwrite');
      const at = Date.now() - 60_000;
      stores.objectStore('runs').add({
        ...{ id: 'old', kind: 'process', cause: 'click', startedAt: at, endedAt: at + 9000 },
        ...{ counts: { done: 1 }, requests: 3, outcome: 'completed', failure: null },
      });
      await done(
        stores.objectStore('items').add({
          ...{ runId: 'old', at, queue: 'SUP-1', itemId: 'a', text: 'OLD-1', issueKey: 'OLD-1' },
          ...{ outcome: 'done', failure: null, resource: { type: 'lesson', id: '9' } },
          changes: [{ field: 'f', key: 'lesson.name', from: null, to: 'An old value' }],
        }),
      );
      db.close();
    });
    const activity = await browser.openActivity();
    await activity.getByText('1 item of 1').waitFor();
    await activity.getByRole('button', { name: /Annotating issues|1 done/ }).waitFor();
    await activity.getByRole('button', { name: /OLD-1/ }).click();
    await activity.getByRole('dialog').getByText('An old value').waitFor();
  });

  test('with 50,000 items opens, is searched and scrolls', async () => {
    const activity = await browser.openActivity();
    await set(activity, { historyItems: 200_000, schedulePaused: true });
    await activity.evaluate(() => chrome.alarms.clearAll());
    await activity.getByRole('heading', { level: 1 }).waitFor();
    await seedHistory(activity.evaluate.bind(activity), 50_000);

    await activity.reload();
    await activity.locator('.item-line').first().waitFor();
    await activity.getByText(/^50,000 items of 50,000$/).waitFor();
    // Drawn is what is in sight, wherever that is.
    await activity.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await activity
      .getByRole('button', { name: /SUP-2\b/ })
      .last()
      .waitFor();
    expect(await activity.locator('.virtual > li').count()).toBeLessThan(100);
    await activity.evaluate(() => scrollTo(0, 0));

    await activity.getByLabel('Search: key').fill('part 123 lesson.name');
    await activity.getByText(/^\d+ items? of 50,000$/).waitFor();
    await activity.getByLabel('Search: key').fill('resource_forbidden');
    await activity
      .locator('.item-line .detail', { hasText: 'resource_forbidden' })
      .first()
      .waitFor();
  });
});

describe('the figures', () => {
  test('tell of trouble only as long as it is true of what is shown', async () => {
    await runOnce();
    const figures = await browser.open('src/activity-page/index.html#view=figures');
    const span = figures.getByRole('combobox', { name: 'Time' });
    const bars = figures.locator('.figure').first().locator('rect.series');
    await bars.first().waitFor({ state: 'attached' });
    const alarm = figures.getByRole('alert');
    await holdReading(figures, 'getAll');
    await span.selectOption('30');
    await failHeld(figures);
    await alarm.getByText('Not now').waitFor();
    await span.selectOption('1');
    await alarm.waitFor({ state: 'detached' });

    // Somebody went on to another time before the one before failed.
    const before = await bars.count();
    await holdReading(figures, 'getAll');
    await span.selectOption('30');
    await untilHeld(figures);
    await span.selectOption('90');
    await expect.poll(() => bars.count()).not.toBe(before);
    await failHeld(figures);
    expect(await alarm.count()).toBe(0);
  });
});

describe('the log', () => {
  test('tells of runs, items and requests as they go on, and survives the worker', async () => {
    const log = await browser.open('src/activity-page/index.html#view=log');
    await log.getByText('No lines yet').waitFor();
    await runOnce();
    await set(popup, { detailedLog: true });
    await log.getByText(`${keyOf(0)} · Item: Done`).waitFor();
    await log
      .getByText(/^Run ended: .*completed/)
      .first()
      .waitFor();
    await browser.killWorker();
    await log.reload();
    await log.getByText(`${keyOf(0)} · Item: Done`).waitFor();

    scenario.world.editItem('SUP-1', scenario.world.itemByText('SUP-1', keyOf(0)).id, {
      checked: false,
      deadline: null,
    });
    await processNow(popup);
    await log
      .getByText(/^SUP-\d+.* · PATCH .*: 200, /)
      .first()
      .waitFor();
    await log.getByLabel('Level of detail').selectOption('info');
    await log.getByText(/PATCH/).first().waitFor({ state: 'detached' });
    await log.getByLabel('Search the log').fill(keyOf(2));
    await log
      .getByText(`${keyOf(0)} · Item: Done`)
      .first()
      .waitFor({ state: 'detached' });
    await log.getByText(`${keyOf(2)} · Item: Done`).waitFor();
  });
});

describe('the log of an older version', () => {
  test('which kept each line by itself, is read beside the lines of this one', async () => {
    await runOnce();
    const log = await browser.open('src/activity-page/index.html#view=log');
    await log.getByText(`${keyOf(0)} · Item: Done`).waitFor();
    await log.evaluate(async () => {
      const opening = indexedDB.open('activity');
      await new Promise((resolve) => {
        opening.onsuccess = resolve;
      });
      const transaction = opening.result.transaction('log', 'readwrite');
      const line = { at: Date.now(), level: 'info', event: 'item_ended', details: ['done'] };
      for (const issueKey of ['OLD-1', 'OLD-2']) {
        transaction.objectStore('log').add({ ...line, issueKey });
      }
      await new Promise((resolve) => {
        transaction.oncomplete = resolve;
      });
      opening.result.close();
    });
    scenario.world.editItem('SUP-1', scenario.world.itemByText('SUP-1', keyOf(1)).id, {
      checked: false,
      deadline: null,
    });
    await processNow(popup);
    // The page reads what came after the newest line that it has, and each line once.
    await log.getByText('OLD-2 · Item: Done').waitFor();
    await log.getByText('OLD-1 · Item: Done').waitFor();
    const own = log.getByText(new RegExp(`${keyOf(1)} · Item: `));
    await own.nth(1).waitFor();
    expect(await own.count()).toBe(2);
    expect(await log.getByText('OLD-1 · Item: Done').count()).toBe(1);
  });
});

describe('the support bundle', () => {
  test('has none of the secrets that were planted wherever one could come from', async () => {
    const { token } = scenario.world.trackerRules;
    const planted = 'planted-5f2c';
    scenario.world.editIssue(keyOf(0), {
      [linkField]: `https://learn.example/nothing/here?session=${planted}`,
    });
    // The tracker's own words echo what was sent to it.
    simulator.faults.add({
      on: { method: 'PATCH', path: new RegExp(`/issues/${keyOf(1)}$`) },
      fault: {
        kind: 'answer',
        applied: false,
        status: 422,
        headers: { 'content-type': 'application/json', 'set-cookie': `session=${planted}` },
        body: JSON.stringify({
          errorMessages: [`Authorization: Bearer ${token}, Cookie: session=${planted}`],
        }),
      },
    });
    await runOnce();
    await set(popup, {
      detailedLog: true,
      loginUrl: `${simulator.loginUrl}?next=${planted}`,
      testLink: `https://somebody:${planted}@learn.example/tasks/1`,
    });
    const page = await browser.open('src/activity-page/index.html#view=support');
    const contents = page.getByLabel('Contents of the support file');
    await page.getByRole('button', { name: 'Save this file' }).click({ trial: true });
    const shown = await contents.inputValue();
    const file = await saved(page, 'Save this file');
    expect(file).toBe(shown);
    const bundle = JSON.parse(file);
    expect(bundle.runs.length).toBeGreaterThan(0);
    expect(bundle.items.length).toBe(4);
    expect(bundle.log.length).toBeGreaterThan(3);
    expect(bundle.alarms.map(({ name }: { name: string }) => name)).toContain('process');
    expect(bundle.permissions.permissions).toContain('storage');
    expect(bundle.token).toEqual({ origin: new URL(bundle.settings.trackerUrl).origin });
    for (const secret of [token, planted]) expect(file).not.toContain(secret);
    // It was there to be found.
    expect(JSON.stringify(await readStored(page, 'settings'))).toContain(planted);
    expect(JSON.stringify(await readStored(page, 'token'))).toContain(token);
  });
});

describe('notifications', () => {
  const shown = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          chrome.notifications.getAll((all) => resolve(Object.keys(all)));
        }),
    );

  /** Clicks a notification as the browser tells the worker of it: no hand reaches one here. */
  async function clicked(id: string): Promise<Page> {
    const opened = browser.context.waitForEvent('page');
    const worker = browser.context.serviceWorkers().at(-1);
    await worker?.evaluate((name) => {
      // What the browser's own bindings fire events with; the types know of what is documented alone.
      const event = chrome.notifications.onClicked as unknown as {
        dispatch: (id: string) => void;
      };
      event.dispatch(name);
    }, id);
    return opened;
  }

  test('are off until they are switched on, and then tell each thing once', async () => {
    scenario.world.editIssue(keyOf(1), { [linkField]: null });
    await runOnce();
    // It would be told right after it is noted.
    const isNoted = (noticed: unknown) => /"runId":"/.test(JSON.stringify(noticed));
    await waitForStored(popup, 'noticed', isNoted);
    expect(await shown(popup)).toEqual([]);

    const options = await browser.openOptions('#history');
    await options.getByLabel('Notifications', { exact: true }).click();
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await options.getByText('Saved. The settings are in force.').waitFor();
    const again = () =>
      scenario.world.editItem('SUP-1', scenario.world.itemByText('SUP-1', keyOf(1)).id, {
        checked: false,
        deadline: null,
      });
    again();
    await processNow(popup);
    await expect.poll(() => shown(popup)).toHaveLength(1);
    const [id = ''] = await shown(popup);
    expect(id).toContain('activity-page');

    const failed = await clicked(id);
    expect(failed.url()).toContain('/activity-page/');
    await failed.getByText('1 item of 5').waitFor();
    await failed.close();
    // Gone with the click, it does not come back for the same run: not even by another worker.
    await expect.poll(() => shown(popup)).toEqual([]);
    await browser.killWorker();
    await popup.reload();
    await processNow(popup);
    scenario.world.trackerRules.token = 'another';
    await popup.getByRole('button', { name: 'Process now' }).click();
    await waitForState(popup, 'halted');
    await expect.poll(() => shown(popup)).toEqual(['src/popup/index.html']);
    const halted = await clicked('src/popup/index.html');
    expect(halted.url()).toContain('/popup/');
    await waitForState(halted, 'halted');
  });
});
