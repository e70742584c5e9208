import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  faults,
  type Json,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import {
  processNow,
  sendToWorker,
  signIn,
  storeOldSettings,
  waitForState,
  waitForStored,
} from './steps.ts';

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;
/** All that any page said or reported. */
let said: string[];

const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
  browser = await freshBrowser();
  said = [];
  browser.context.on('console', (message) => said.push(message.text()));
  browser.context.on('weberror', (error) => said.push(String(error.error())));
  browser.context.on('dialog', (dialog) => said.push(dialog.message()));
  await signIn(browser, simulator);
});

afterEach(async () => {
  await simulator.close();
});

describe('the page of fetched data', () => {
  test('opens once in the background and shows each answer once, with its issue', async () => {
    const popup = await runWith({ shown: true });
    const page = await fetchedPage();
    expect(await page.evaluate(async () => (await chrome.tabs.getCurrent())?.active)).toBe(false);
    await showsAllAnswers(page);
    const newestOnTop = await page.locator('time').evaluateAll((times) => {
      const all = times.map((time) => Date.parse(time.getAttribute('datetime') ?? ''));
      return all.every((at, index) => index === 0 || at <= (all[index - 1] ?? 0));
    });
    expect(newestOnTop).toBe(true);
    for (const { key } of scenario.expectations) {
      const link = page.getByRole('link', { name: key ?? '', exact: true }).first();
      expect(await link.getAttribute('href')).toContain(key);
    }

    // A second run has the same page, and shows what went wrong as well.
    simulator.faults.add({ on: { side: 'content' }, fault: faults.proxyPage(503), times: 1 });
    openItems();
    await processNow(popup);
    await showsAllAnswers(page);
    expect(fetchedPages()).toEqual([page]);
    expect(await page.locator('.status.problem').allTextContents()).toEqual(['503']);

    // Closed by a person, it comes back with the run after.
    await page.close();
    simulator.requests.reset();
    openItems();
    await processNow(popup);
    await showsAllAnswers(await fetchedPage());
    expect(fetchedPages().length).toBe(1);
  });

  test('loses nothing when the worker is another one, and is emptied when switched off', async () => {
    const popup = await runWith({ shown: true });
    const page = await fetchedPage();
    await showsAllAnswers(page);
    await browser.killWorker();
    await sendToWorker(popup, { type: 'ping' });
    openItems();
    await processNow(popup);
    await showsAllAnswers(page);
    expect(fetchedPages()).toEqual([page]);

    await setShown(false);
    await page.getByText(/is off/).waitFor();
    expect(await page.getByRole('listitem').count()).toBe(0);
    openItems();
    await processNow(popup);
    await setShown(true);
    await page.getByText('Answers: 0 of 0').waitFor();
  });

  test('is not there with the setting off, and nothing is kept with it on', async () => {
    const planted = 'only-in-an-answer-5f2c';
    plant({ planted });
    const popup = await runWith({ shown: false });
    expect(fetchedPages()).toEqual([]);
    expect(await stored(popup)).not.toContain(planted);

    await setShown(true);
    openItems();
    await processNow(popup);
    const page = await fetchedPage();
    await page.getByLabel('Search in all answers').fill(planted);
    await page.locator('mark', { hasText: planted }).first().waitFor();
    expect(await stored(popup)).not.toContain(planted);
    await page.reload();
    await page.getByText('Nothing yet').waitFor();
  });

  test('takes answers from nobody but the worker', async () => {
    const popup = await runWith({ shown: true });
    const page = await fetchedPage();
    await showsAllAnswers(page);
    const reply = await popup.evaluate(() => {
      const forged = { askedFor: 'SUP-666', path: '/forged/', status: 200, at: 1, json: '{}' };
      return chrome.runtime.sendMessage({ type: 'fetched', answers: [forged] });
    });
    expect(reply).toEqual({ ok: false });
    openItems();
    await processNow(popup);
    await showsAllAnswers(page);
    expect(await page.getByText('/forged/').count()).toBe(0);
  });
});

describe('JSON on the page', () => {
  test('folds, is searched and is copied', async () => {
    plant({ first: { second: ['third'] }, quoted: 'say "cheese"', empty: [] });
    await runWith({ shown: true });
    const page = await fetchedPage();
    await page.bringToFront();
    await showsAllAnswers(page);
    const search = page.getByLabel('Search in all answers');
    await search.fill('SAY "CHEESE"');
    await page.locator('mark', { hasText: 'say \\"cheese\\"' }).waitFor();
    await page.getByText(/^Answers: 1 of \d+$/).waitFor();
    await search.fill('');
    await search.fill('/lessons/lesson-1/');
    const planted = page.getByRole('listitem').filter({ hasText: 'cheese' }).first();

    // By keyboard alone.
    await planted.locator('summary').first().press('Enter');
    await planted.locator('summary', { hasText: 'first: 1 member' }).press('Enter');
    await planted.locator('summary', { hasText: 'second: 1 item' }).press('Enter');
    await planted.getByText('"third"', { exact: true }).waitFor();
    await planted.getByText('[]', { exact: true }).waitFor();
    await planted.locator('summary', { hasText: 'first: 1 member' }).press('Enter');
    await planted.getByText('"third"', { exact: true }).waitFor({ state: 'detached' });

    await planted.getByRole('button', { name: 'Copy' }).click();
    await planted.getByText('Copied').waitFor();
    await search.fill('');
    await search.press('ControlOrMeta+V');
    const copied = await search.inputValue();
    expect(JSON.parse(copied)).toMatchObject({ first: { second: ['third'] }, empty: [] });
    expect(said).toEqual([]);
  });

  test('does not run, however hostile, and breaks nothing, however large', async () => {
    const markup = `"><img src=x onerror="window.hacked=1"><svg onload="window.hacked=1"></svg>`;
    let deep: Json = markup;
    for (let i = 0; i < 1000; i += 1) deep = i % 2 === 0 ? [deep] : { [markup]: deep };
    plant({
      [markup]: markup,
      link: 'javascript:window.hacked=1',
      turned: '\u202Etxt.exe\u0000\n</script><script>window.hacked=1</script>',
      long: `${'x'.repeat(1_000_000)}end`,
      deep,
      some: Array.from({ length: 150 }, (_, i) => i),
      many: Array.from({ length: 5000 }, (_, i) => i),
      ['n'.repeat(1_000_000)]: 1,
    });
    await runWith({ shown: true });
    const page = await fetchedPage();
    await page.bringToFront();
    await showsAllAnswers(page);
    const answer = page.getByRole('listitem').filter({ hasText: 'onerror' }).first();
    await answer.locator('summary').first().click();
    await answer.getByText(JSON.stringify(markup), { exact: true }).waitFor();

    await answer.getByRole('button', { name: 'Show all (length: 1,000,003)' }).press('Enter');
    await answer.getByText(/x{1000}end"$/).waitFor();
    // What was clicked is gone, and the focus stays where it was.
    await answer.locator('li:focus', { hasText: /^long:/ }).waitFor();
    await answer.locator('summary', { hasText: 'some: 150 items' }).click();
    await answer.getByRole('button', { name: 'Show more' }).press('Enter');
    await answer.locator('li:focus', { hasText: /^some:/ }).waitFor();
    await answer.locator('summary', { hasText: 'many: 5,000 items' }).click();
    await answer.getByText('4,900 more').waitFor();
    await answer.getByRole('button', { name: 'Show more' }).click();
    await answer.getByText('4,800 more').waitFor();

    // A thousand levels of elements would take the tab down: there is an end to what is drawn.
    expect(await openAll(answer.locator('details', { hasText: /^deep:/ }))).toBe(100);
    await answer.getByText('Nested too deeply to be shown here.').waitFor();
    await answer.getByRole('button', { name: 'Copy' }).click();
    await answer.getByText('Copied').waitFor();
    await page.getByLabel('Search in all answers').fill('window.hacked');
    await page.locator('mark').first().waitFor();
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(await page.locator('main img, main svg, main script').count()).toBe(1);
    expect(said).toEqual([]);
  });
});

/** Imports the settings and waits until the run that follows has ended. @returns a popup. */
async function runWith({ shown }: { shown: boolean }): Promise<Page> {
  await storeOldSettings(browser, simulator, {
    process_checklist_frequency_seconds: 86_400,
    modify_browser_page_on_fetch: shown,
  });
  const { world, expectations } = scenario;
  await world.until('the run', () => world.issue('SUP-1').done === expectations.length);
  const popup = await browser.openPopup();
  await waitForState(popup, 'idle');
  return popup;
}

/** Makes one lesson's object a larger one. */
function plant(members: { [name: string]: Json }): void {
  scenario.world.editResource('lesson', 'lesson-1', {
    trouble: { kind: 'answer', json: { id: 'lesson-1', name: 'Урок', ...members } },
    troubleAt: 'object',
    nameInBreadcrumbs: 'absent',
  });
}

/** All items are to be done again. */
function openItems(): void {
  const { world } = scenario;
  for (const id of world.issue('SUP-1').items.keys()) {
    world.editItem('SUP-1', id, { checked: false, deadline: null });
  }
}

async function setShown(shown: boolean): Promise<void> {
  const options = await browser.openOptions();
  await options.getByLabel('Show fetched data').setChecked(shown);
  await options.getByRole('button', { name: 'Save', exact: true }).click();
  await waitForStored(options, 'settings', (settings) =>
    JSON.stringify(settings).includes(`"showFetchedData":${shown}`),
  );
  await options.close();
}

function fetchedPages(): Page[] {
  return browser.context.pages().filter((page) => page.url().includes('src/fetched-page/'));
}

/** The page, once it is open. A tab is there before it has the page's address. */
async function fetchedPage(): Promise<Page> {
  return vi.waitUntil(() => fetchedPages()[0], 60_000);
}

/** Waits until the page shows what the content API has been asked since the log was reset. */
async function showsAllAnswers(page: Page): Promise<void> {
  const asked = simulator.requests.entries
    .filter(({ side, path }) => side === 'content' && path.startsWith('/content/'))
    .map(({ path }) => path.slice('/content'.length))
    .sort();
  await page.getByText(`Answers: ${asked.length} of ${asked.length}`, { exact: true }).waitFor();
  expect((await page.locator('.path').allTextContents()).sort()).toEqual(asked);
}

/** Opens a branch and all below it. @returns how many there are. */
async function openAll(branch: ReturnType<Page['locator']>): Promise<number> {
  return branch.first().evaluate(async (first) => {
    let opened = 0;
    const open = async (details: Element): Promise<void> => {
      await new Promise<void>((resolve) => {
        // What is below it is drawn in answer to its event, and so before the next task.
        details.addEventListener('toggle', () => setTimeout(resolve), { once: true });
        details.setAttribute('open', '');
      });
      opened += 1;
    };
    for (let next: Element | null = first; next !== null; next = next.querySelector('details')) {
      await open(next);
    }
    return opened;
  });
}

/** All that the extension keeps, as text. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const kept: unknown[] = [];
    for (const area of ['local', 'session', 'sync'] as const) {
      kept.push(await chrome.storage[area].get(null));
    }
    const resultOf = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await resultOf(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        kept.push(await resultOf(db.transaction(store).objectStore(store).getAll()));
      }
      db.close();
    }
    return JSON.stringify([kept, { ...localStorage }, { ...sessionStorage }]);
  });
}
