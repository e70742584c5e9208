import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  errorField,
  faults,
  findDifferences,
  linkField,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import {
  processNow,
  recheckDeferred,
  signIn,
  storeOldSettings,
  waitForState,
  waitUntilQuiet,
} from './steps.ts';

let simulator: Simulator;
let browser: ExtensionBrowser;

async function start(scenario: Scenario): Promise<void> {
  simulator = await startSimulator({ world: scenario.world });
}

const freshBrowser = sharedBrowser({ followsWorker: true });

beforeEach(async () => {
  browser = await freshBrowser();
});

afterEach(async () => {
  await simulator.close();
});

describe('the popup', () => {
  test('says what this is before anything is set, and leads to the guide', async () => {
    await start(queueWorld(1));
    const popup = await browser.openPopup();
    await waitForState(popup, 'unconfigured');
    await popup.getByRole('button', { name: 'Set up' }).click();
    await browser.guide();
  });

  test('asks for the login, and the work goes on by itself after it', async () => {
    const scenario = queueWorld(12);
    await start(scenario);
    await storeOldSettings(browser, simulator);
    const popup = await browser.openPopup();
    await waitForState(popup, 'halted');
    await popup.getByRole('status').getByText('Sign in to localhost').waitFor();
    await popup.getByRole('button', { name: 'Sign in' }).waitFor();
    const { items } = scenario.world.issue('SUP-1');
    expect([...items.values()].filter(({ checked }) => checked)).toEqual([]);

    await signIn(browser, simulator);
    await scenario.world.until('the work', (world) => world.issue('SUP-1').done === 12, 40_000);
    await waitForState(popup, 'idle');
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('goes on at once when the tab of the login is closed', async () => {
    const scenario = queueWorld(3);
    await start(scenario);
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    const popup = await browser.openPopup();
    await waitForState(popup, 'halted');
    const opened = browser.context.waitForEvent('page');
    await popup.getByRole('button', { name: 'Sign in' }).click();
    const login = await opened;
    await login.getByLabel('Name').fill('Support');
    await login.getByRole('button', { name: 'Sign in' }).click();
    await login.getByText('Signed in').first().waitFor();
    // What else would notice it within 30 s.
    await popup.evaluate(() => chrome.alarms.clearAll());
    await login.close();
    await scenario.world.until('the work', (world) => world.issue('SUP-1').done === 3, 20_000);
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('says since when the content API does not answer, and blames no item for it', async () => {
    const scenario = queueWorld(12);
    const { world } = scenario;
    await start(scenario);
    await signIn(browser, simulator);
    const outage = simulator.faults.add({ on: { side: 'content' }, fault: faults.reset });
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    const popup = await browser.openPopup();
    const notice = popup.getByText(/The content API has not answered since/);
    await notice.waitFor({ timeout: 60_000 });
    await waitForState(popup, 'idle');
    const waiting = popup.getByRole('status').getByText('12 items wait for the next run');
    await waiting.waitFor();
    expect(world.issue('SUP-1').done).toBe(0);
    const told = scenario.expectations.filter(({ key }) => world.patches(key ?? '').length > 0);
    expect(told).toEqual([]);

    outage.remove();
    await processNow(popup);
    await notice.waitFor({ state: 'detached' });
    await waiting.waitFor({ state: 'detached' });
    expect(findDifferences(scenario)).toEqual([]);
  });

  test.each(['trackerUrl', 'contentUrl'] as const)(
    'asks for the host of %s where it may not be reached, and touches nothing',
    async (name) => {
      const scenario = queueWorld(3);
      const { world } = scenario;
      await start(scenario);
      await signIn(browser, simulator);
      world.replaceItems('SUP-1', []);
      await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
      const popup = await browser.openPopup();
      await waitUntilQuiet(popup);
      world.replaceItems(
        'SUP-1',
        scenario.expectations.map(({ before }) => before),
      );
      const whole = await popup.evaluate(() => chrome.storage.local.get(['settings', 'token']));
      simulator.requests.reset();
      await storeAddress(popup, name, 'https://elsewhere.example/content');
      await waitForState(popup, 'halted');
      await popup.getByText('elsewhere.example').first().waitFor();
      await popup.getByRole('button', { name: 'Allow' }).waitFor();
      expect(simulator.requests.entries).toEqual([]);

      await popup.evaluate(
        (before) => chrome.storage.local.set({ ...before, request_process: 'settings' }),
        whole,
      );
      await world.until('the work', () => world.issue('SUP-1').done === 3);
      await waitForState(popup, 'idle');
      expect(findDifferences(scenario)).toEqual([]);
    },
  );

  /** Stores an address as the options page does, with the token confirmed for it. */
  async function storeAddress(page: Page, name: string, url: string): Promise<void> {
    await page.evaluate(
      async ([key, address]) => {
        // As src/settings/store.ts writes them.
        const { settings, token } = await chrome.storage.local.get<{
          settings: { values: object };
          token: object;
        }>(['settings', 'token']);
        await chrome.storage.local.set({
          settings: { ...settings, values: { ...settings.values, [key]: address } },
          ...(key === 'trackerUrl' ? { token: { ...token, origin: new URL(address).origin } } : {}),
          request_process: 'settings',
        });
      },
      [name, url] as const,
    );
  }

  test.each([8, 21])(
    'shows a wait of %i s that the tracker asks for, and goes on after it',
    async (seconds) => {
      const scenario = queueWorld(3);
      const { world } = scenario;
      await start(scenario);
      await signIn(browser, simulator);
      const on = { side: 'tracker' } as const;
      simulator.faults.add({ on, times: 1, fault: faults.tooMany(String(seconds)) });
      const popup = await browser.openPopup();
      await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
      await popup.getByText(/The tracker asks to wait/).waitFor();
      await waitForState(popup, 'running');
      // More than 20 s are not sat out by the worker: an alarm starts it again.
      if (seconds > 20) await browser.killWorker();
      await world.until('the work', () => world.issue('SUP-1').done === 3, (seconds + 31) * 1000);
      await waitForState(popup, 'idle');
      const [first, second] = simulator.requests.entries.filter(({ side }) => side === 'tracker');
      expect((second?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThan(seconds * 1000 - 100);
      expect(findDifferences(scenario)).toEqual([]);
    },
  );

  test('says that there is no connection, and goes on by itself once there is', async () => {
    const scenario = queueWorld(3);
    const { world } = scenario;
    await start(scenario);
    await signIn(browser, simulator);
    await browser.context.setOffline(true);
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    const popup = await browser.openPopup();
    await waitForState(popup, 'halted');
    await popup.getByText('No connection').first().waitFor();
    expect(world.issue('SUP-1').done).toBe(0);

    await browser.context.setOffline(false);
    await world.until('the work', () => world.issue('SUP-1').done === 3, 40_000);
    await waitForState(popup, 'idle');
    expect(findDifferences(scenario)).toEqual([]);
  });

  test.each(['redirect', 'html'] as const)(
    'knows a login that answers with %s',
    async (signedOut) => {
      const scenario = queueWorld(2);
      scenario.world.contentRules.signedOut = signedOut;
      await start(scenario);
      await storeOldSettings(browser, simulator);
      const popup = await browser.openPopup();
      await waitForState(popup, 'halted');
      await popup.getByRole('button', { name: 'Sign in' }).waitFor();
      // A redirect to the login page is not followed.
      expect(simulator.requests.count({ path: /login/ })).toBe(0);
    },
  );

  test('brakes when everything fails alike, and defers it all only when told to', async () => {
    const scenario = queueWorld(25);
    const { world } = scenario;
    world.contentRules.mood = 'all-missing';
    await start(scenario);
    await signIn(browser, simulator);
    await storeOldSettings(browser, simulator);
    const popup = await browser.openPopup();
    await waitForState(popup, 'halted');
    await popup.getByText(/10 in a row failed with resource_not_found/).waitFor();
    expect(world.issue('SUP-1').done).toBe(0);
    await popup.getByRole('button', { name: 'Show them' }).click();
    await popup
      .getByRole('link', { name: scenario.expectations[0]?.key ?? '' })
      .first()
      .waitFor();
    const opened = browser.context.waitForEvent('page');
    await popup.getByRole('button', { name: 'Check connections' }).click();
    expect((await opened).url()).toMatch(/options\/index\.html#connections$/);
    await popup.getByRole('button', { name: 'Defer them anyway' }).click();
    await world.until('all of them deferred', () => world.issue('SUP-1').done === 25);
    await waitForState(popup, 'idle');
  });

  test('brakes when the content API breaks half-way, and finishes once it is whole', async () => {
    const scenario = queueWorld(60);
    const { world } = scenario;
    await start(scenario);
    simulator.faults.beforeRequest = () => {
      if (world.issue('SUP-1').done >= 30) world.contentRules.mood = 'all-missing';
      return undefined;
    };
    await signIn(browser, simulator);
    await storeOldSettings(browser, simulator);
    const popup = await browser.openPopup();
    await waitForState(popup, 'halted');
    await popup.getByText(/in a row failed with resource_not_found/).waitFor();
    const list = [...world.issue('SUP-1').items.values()];
    expect(list.filter(({ deadline }) => deadline?.startsWith('2099'))).toEqual([]);
    const erroneous = scenario.expectations.filter(
      ({ key }) => key !== null && (world.issue(key).fields.get(errorField) ?? null) !== null,
    );
    expect(erroneous).toEqual([]);

    simulator.faults.beforeRequest = null;
    world.contentRules.mood = 'normal';
    await processNow(popup);
    await waitForState(popup, 'idle');
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('brings a repaired item back and finishes it', async () => {
    const scenario = queueWorld(3);
    const { world } = scenario;
    const key = scenario.expectations[1]?.key ?? '';
    const link = world.issue(key).fields.get(linkField) ?? null;
    world.editIssue(key, { [linkField]: null });
    await start(scenario);
    await signIn(browser, simulator);
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    const popup = await browser.openPopup();
    await world.until('the first pass', () => world.issue('SUP-1').done === 3);
    await waitForState(popup, 'idle');
    await popup.getByRole('link', { name: key }).first().waitFor();
    await popup
      .getByText(/link_not_set/)
      .first()
      .waitFor();
    expect(String(world.issue('SUP-1').fields.get(errorField))).toMatch(
      new RegExp(`^${key}: link_not_set: .+$`),
    );

    world.editIssue(key, { [linkField]: link, [errorField]: null });
    await recheckDeferred(popup);
    expect(world.itemByText('SUP-1', key).checked).toBe(false);
    await processNow(popup);
    expect(world.itemByText('SUP-1', key).checked).toBe(true);
    expect(world.itemByText('SUP-1', key).deadline).not.toMatch(/^2099/);
    expect(world.issue('SUP-1').fields.get(errorField) ?? null).toBeNull();

    // The last success stays to be seen while nothing succeeds.
    const lastSuccess = popup.locator('dt:text-is("Last success") + dd time');
    const at = await lastSuccess.getAttribute('datetime');
    world.trackerRules.token = 'another one';
    await processNow(popup);
    await waitForState(popup, 'halted');
    expect(await lastSuccess.getAttribute('datetime')).toBe(at);
  });

  test('stops after the items in hand', async () => {
    const scenario = queueWorld(200);
    await start(scenario);
    simulator.setLatency(100);
    await signIn(browser, simulator);
    await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
    const popup = await browser.openPopup();
    await waitForState(popup, 'running');
    // A run that is stopped before it has done anything has nothing to tell of.
    await vi.waitUntil(() => scenario.world.issue('SUP-1').done > 0, { timeout: 30_000 });
    await popup.getByRole('button', { name: 'Stop' }).click();
    await waitForState(popup, 'idle');
    await popup.getByRole('status').getByText('Stopped: ').waitFor();
    const { done } = scenario.world.issue('SUP-1');
    expect(done).toBeLessThan(200);
    const touched = scenario.expectations.filter(
      ({ key }) => key !== null && scenario.world.patches(key).length > 0,
    );
    expect(touched.length).toBe(done);
  });
});
