import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  findDifferences,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { collectComplaints } from './complaints.ts';
import {
  readStored,
  sendToWorker,
  signIn,
  storeOldSettings,
  waitForState,
  waitForStored,
} from './steps.ts';

/** What is stored may be anything: the pages draw, nothing wrong is written, and it is said. */

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;
let complaints: string[];
let popup: Page;
let options: Page;
let activity: Page;
/** What is stored once everything works. */
let whole: Record<string, unknown>;

beforeAll(async () => {
  scenario = queueWorld(2);
  simulator = await startSimulator({ world: scenario.world });
  browser = await ExtensionBrowser.launch();
  complaints = collectComplaints(browser);
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
  popup = await browser.openPopup();
  options = await browser.openOptions();
  activity = await browser.openActivity();
  await waitForStored(popup, 'state', (state) => outcomeOf(state) === 'completed');
  await waitForStored(popup, 'run', (run) => run === null);
  whole = await popup.evaluate(() => chrome.storage.local.get(null));
});

afterAll(async () => {
  await browser.close();
  await simulator.close();
});

beforeEach(async () => {
  complaints.length = 0;
  await store(whole);
});

afterEach(async () => {
  expect(complaints).toEqual([]);
});

interface StoredState {
  readonly lastRun: { readonly startedAt: number; readonly outcome: string } | null;
  readonly halt: {
    readonly failure: { readonly code: string; readonly details: string[] };
  } | null;
}

/** What the worker wrote last, as it is declared in src/status. */
function stateOf(stored: unknown): StoredState | null {
  return (stored ?? null) as StoredState | null;
}

function outcomeOf(stored: unknown): string | undefined {
  return stateOf(stored)?.lastRun?.outcome;
}

async function store(values: Record<string, unknown>): Promise<void> {
  await popup.evaluate((all) => chrome.storage.local.set(all), values);
}

/** Unchecks the items again and lets a run work on them; gives what the worker said of it. */
async function run(): Promise<StoredState> {
  const { world } = scenario;
  for (const { id } of [...world.issue('SUP-1').items.values()]) {
    world.editItem('SUP-1', id, { checked: false, deadline: null });
  }
  const begun = await popup.evaluate(() => Date.now());
  const reply = await sendToWorker(popup, { type: 'process' });
  expect(reply).toEqual({ ok: true });
  const isOver = (state: unknown) => (stateOf(state)?.lastRun?.startedAt ?? 0) >= begun;
  await waitForStored(popup, 'state', isOver);
  await waitForStored(popup, 'run', (stored) => stored === null);
  const state = stateOf(await readStored(popup, 'state'));
  if (state === null) throw new Error('no state is stored');
  return state;
}

async function pagesDraw(): Promise<void> {
  await Promise.all([popup.reload(), options.reload(), activity.reload()]);
  await Promise.all([
    popup.getByRole('status').first().waitFor(),
    options.getByRole('button', { name: 'Save', exact: true }).waitFor(),
    activity.getByRole('heading', { level: 1 }).waitFor(),
  ]);
  expect(await popup.evaluate(() => chrome.runtime.sendMessage({ type: 'ping' }))).toEqual({
    ok: true,
  });
}

const damage: readonly (readonly [what: string, value: unknown])[] = [
  ['null', null],
  ['a text', 'x'],
  ['an object', {}],
  ['a list', []],
  ['a huge text', 'x'.repeat(1_000_000)],
  ['a newer version', { version: 99, values: { trackerUrl: { of: 'another shape' } } }],
  ['nothing', undefined],
];

/** Every key that is stored; a key that these lists lack fails the test below. */
const drawn = ['run', 'state', 'queues', 'setup'];
const requests = ['request_process', 'request_recheck', 'request_defer_anyway'];
const workersOwn = ['items', 'habits', 'paces', 'noticed', 'tasks', 'braked', ...requests];

describe('a stored value that is damaged', () => {
  test('is one of these', () => {
    expect([...drawn, ...workersOwn, 'settings', 'token']).toEqual(
      expect.arrayContaining(Object.keys(whole).sort()),
    );
  });

  // All keys of a list at once, each damaged in another way: in as many turns each is in every way.
  test.each([
    ['what the worker alone reads', workersOwn],
    ['what pages draw', drawn],
  ])('%s: does not matter', async (_, keys) => {
    await browser.killWorker();
    for (const [turn] of damage.entries()) {
      await store(whole);
      const said: string[] = [];
      for (const [at, key] of keys.entries()) {
        const [what, value] = damage[(turn + at) % damage.length] ?? ['nothing'];
        said.push(`${key} is ${what}`);
        await replace(key, value);
      }
      if (keys === drawn) await pagesDraw();
      const state = await run();
      const how = said.join(', ');
      expect([how, state.lastRun?.outcome, state.halt]).toEqual([how, 'completed', null]);
      expect([how, ...findDifferences(scenario)]).toEqual([how]);
    }
  });

  test.each(['settings', 'token'])('%s: no run, and it is said what is wrong', async (key) => {
    await browser.killWorker();
    const { version } = scenario.world.issue('SUP-1');
    for (const [what, value] of damage) {
      await store(whole);
      await replace(key, value);
      await pagesDraw();
      simulator.requests.reset();
      const before = scenario.world.issue('SUP-1').version;
      const state = await run();
      expect([what, state.halt?.failure.code]).toEqual([what, 'not_configured']);
      expect(state.halt?.failure.details[0]).toMatch(
        key === 'token' ? /^token$/ : /checklistIssues|reason_newer_version/,
      );
      expect(simulator.requests.entries).toEqual([]);
      // Only the test itself has unchecked the two items.
      expect(scenario.world.issue('SUP-1').version - before).toBeLessThanOrEqual(2);
      const isStored = value !== undefined;
      await waitForState(popup, 'halted');
      // What a newer version or a defect has stored is not replaced unseen.
      if (isStored) expect(await readStored(popup, key)).toEqual(value);
      await store(whole);
    }
    expect(version).toBeGreaterThan(0);
  });

  async function replace(key: string, value: unknown): Promise<void> {
    if (value === undefined) await popup.evaluate((name) => chrome.storage.local.remove(name), key);
    else await store({ [key]: value });
  }
});

describe('settings', () => {
  /** What is stored under `settings`, with some of its values changed. */
  function settingsWith(change: Record<string, unknown>, version = 1): Record<string, unknown> {
    // As src/settings/store.ts writes it.
    const { values } = whole.settings as { values: Record<string, unknown> };
    return { settings: { version, values: { ...values, ...change } } };
  }

  test.each([
    ['can’t be read', { deferralDate: 'nonsense' }, 'deferralDate'],
    ['has passed', { deferralDate: '2020-01-01T00:00:00.000+00:00' }, 'deferralDate'],
    ['lacks its id', { organisationHeader: 'X-Org-ID', organisationId: '' }, 'organisationId'],
    ['is a host of http', { trackerUrl: 'http://tracker.example/v2' }, 'trackerUrl'],
  ])('a value that %s is named and not worked with', async (_, change, name) => {
    await store(settingsWith(change));
    const state = await run();
    expect(state.halt?.failure).toMatchObject({ code: 'not_configured' });
    expect(state.halt?.failure.details[0]).toContain(name);
    expect((await run()).halt?.failure.code).toBe('not_configured');
  });

  test('Resume leaves what can’t be read as it is, and works with none of it', async () => {
    // It has the tracker asked for fields, whatever runs do.
    await options.close();
    await store(settingsWith({ schedulePaused: true, deferralDate: 'nonsense' }));
    await popup.reload();
    await waitForState(popup, 'paused');
    simulator.requests.reset();
    await popup.getByRole('button', { name: 'Resume' }).click();
    await waitForState(popup, 'halted');
    expect(await readStored(popup, 'settings')).toEqual(
      settingsWith({ schedulePaused: false, deferralDate: 'nonsense' }).settings,
    );
    expect(simulator.requests.entries).toEqual([]);
    options = await browser.openOptions();
  });

  test('of a newer version are replaced only by whoever says so', async () => {
    const newer = settingsWith({ somethingNew: 7 }, 2);
    await store(newer);
    await pagesDraw();
    await popup.getByText('stored by a newer version').waitFor();
    await options.getByText('stored by a newer version').waitFor();
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await options.getByLabel('Import settings').setInputFiles([
      {
        name: 'settings.json',
        mimeType: 'application/json',
        buffer: Buffer.from('{"delete_done_checklist_items":true}'),
      },
    ]);
    const importing = options.getByRole('button', { name: 'Import these settings' });
    await importing.waitFor();
    expect(await importing.isDisabled()).toBe(true);
    // Neither is there anything of theirs to be exported.
    const exporting = options.getByRole('button', { name: 'Export settings' });
    expect(await exporting.isDisabled()).toBe(true);
    expect(await readStored(popup, 'settings')).toEqual(newer.settings);
    await options.getByRole('button', { name: 'Replace them' }).first().click();
    await options.getByText('There are unsaved changes').waitFor();
    // The default is a host that the browser would ask for.
    await options.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await waitForStored(popup, 'settings', (stored) =>
      JSON.stringify(stored).includes('"version":1'),
    );
  });

  test('that two pages save in the same moment: one does, the other hears of it', async () => {
    const other = await browser.openOptions();
    await options.reload();
    const timeouts = ['Tracker time-out (seconds)', 'Content API time-out (seconds)'] as const;
    await options.getByLabel(timeouts[0]).fill('21');
    await other.getByLabel(timeouts[1]).fill('22');
    const save = (page: Page) =>
      page.evaluate(() => document.querySelector<HTMLElement>('button[type=submit]')?.click());
    await Promise.all([save(options), save(other)]);
    await waitForStored(popup, 'settings', (stored) => /Seconds":2[12]/.test(json(stored)));
    const hasFirstWon = json(await readStored(popup, 'settings')).includes('Seconds":21');
    const loser = hasFirstWon ? other : options;
    await loser.getByText('These settings were changed on another page').waitFor();
    expect(json(await readStored(popup, 'settings'))).not.toContain(
      hasFirstWon ? 'Seconds":22' : 'Seconds":21',
    );
    await other.close();
  });

  function json(value: unknown): string {
    return JSON.stringify(value);
  }
});

describe('the history', () => {
  test('that is deleted under way: the run goes on, and writes a new one', async () => {
    await popup.reload();
    const deleted = activity.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const request = indexedDB.deleteDatabase('activity');
          request.onsuccess = () => resolve('deleted');
          request.onerror = () => resolve('failed');
        }),
    );
    const state = await run();
    expect(await deleted).toBe('deleted');
    expect(state.lastRun?.outcome).toBe('completed');
    expect(findDifferences(scenario)).toEqual([]);
    await run();
    await activity.reload();
    await activity.getByRole('listitem').first().waitFor();
  });

  test('keeps the newest 2,000 runs and 20,000 items', async () => {
    await run();
    await activity.evaluate(openActivity, { version: 0, waits: true });
    // Both stores with more than that in them, all older than what is there.
    await activity.evaluate(async () => {
      // As openActivity has put it there.
      const database = (window as unknown as { kept: IDBDatabase }).kept;
      const done = (request: IDBRequest) =>
        new Promise<unknown>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const transaction = database.transaction(['runs', 'items'], 'readwrite');
      const runs = transaction.objectStore('runs');
      const items = transaction.objectStore('items');
      // As the worker has written them.
      const [aRun] = (await done(runs.getAll())) as object[];
      const [anItem] = (await done(items.getAll())) as object[];
      // Old, but not so old that they would go for their age.
      const hourAgo = Date.now() - 3_600_000;
      for (let n = 1; n <= 2_100; n += 1) {
        runs.put({ ...aRun, id: `old ${n}`, startedAt: hourAgo + n });
      }
      for (let n = 1; n <= 20_100; n += 1) items.add({ ...anItem, runId: `old ${n}` });
      await new Promise((resolve) => transaction.addEventListener('complete', resolve));
      database.close();
    });
    const { lastRun } = await run();
    // After the run, which does not wait for it.
    const kept = async () => {
      await activity.evaluate(openActivity, { version: 0, waits: true });
      return activity.evaluate(async (startedAt) => {
        // As openActivity has put it there.
        const database = (window as unknown as { kept: IDBDatabase }).kept;
        const done = (request: IDBRequest<number>) =>
          new Promise<number>((resolve) => {
            request.onsuccess = () => resolve(request.result);
          });
        const transaction = database.transaction(['runs', 'items']);
        const runs = transaction.objectStore('runs');
        const counts = [
          await done(runs.count()),
          await done(transaction.objectStore('items').count()),
          await done(runs.index('startedAt').count(startedAt)),
        ];
        database.close();
        return counts;
      }, lastRun?.startedAt ?? 0);
    };
    await expect.poll(kept).toEqual([2_000, 20_000, 1]);
  });

  test.each(['newer', 'held up'])('that is %s: runs go on, and it is said', async (how) => {
    const holder = await browser.openActivity();
    const rival = await browser.openActivity();
    await holder.evaluate(openActivity, { version: how === 'newer' ? 9 : 0, waits: true });
    // As long as the first stays open, the second waits, and whoever comes next waits behind it.
    if (how === 'held up') await rival.evaluate(openActivity, { version: 9, waits: false });
    const state = await run();
    expect(state.lastRun?.outcome).toBe('completed');
    expect(findDifferences(scenario)).toEqual([]);
    await popup.reload();
    await popup.getByText('The history could not be written').waitFor();
    await activity.reload();
    await activity.getByText('The history can’t be read').waitFor();
    await holder.evaluate(() => indexedDB.deleteDatabase('activity') && undefined);
    await Promise.all([holder.close(), rival.close()]);
    const mended = await run();
    expect(mended.lastRun?.outcome).toBe('completed');
    await popup.getByText('The history could not be written').waitFor({ state: 'detached' });
  });

  /** In a page: opens the history's database and keeps it. */
  function openActivity({ version, waits }: { version: number; waits: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      // 0: whichever it has.
      const request = indexedDB.open('activity', version || undefined);
      request.onsuccess = () => {
        // Whoever wants it closed waits for this page.
        Object.assign(window, { kept: request.result });
        resolve();
      };
      request.onerror = () => reject(request.error);
      if (!waits) resolve();
    });
  }
});
