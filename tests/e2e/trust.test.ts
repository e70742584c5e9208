import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import { demoWorld, type Simulator, startSimulator } from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import { importOldFiles, processNow, signIn, waitForState } from './steps.ts';

const token = 'y0_planted-token-8c1f5d';

let simulator: Simulator;
let browser: ExtensionBrowser;

const freshBrowser = sharedBrowser({ followsWorker: true });

beforeEach(async () => {
  const { world } = demoWorld();
  world.trackerRules.token = token;
  simulator = await startSimulator({ world });
  browser = await freshBrowser();
});

afterEach(async () => {
  await simulator.close();
});

describe('the token and the cookies', () => {
  test('go each to its own host, and the token is nowhere else', async () => {
    const said: string[] = [];
    const asked = new Set<string>();
    browser.context.on('console', (message) => said.push(message.text()));
    browser.context.on('weberror', (error) => said.push(String(error.error())));
    browser.context.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url())) asked.add(new URL(request.url()).origin);
    });
    await signIn(browser, simulator);
    // Somebody who reads issues there has a cookie of the tracker's as well: its pages give one out.
    const web = await browser.context.newPage();
    await web.goto(simulator.trackerWebUrl);
    expect(await browser.context.cookies(simulator.trackerUrl)).toHaveLength(1);
    await web.close();
    await importOldFiles(browser, simulator);
    const popup = await browser.openPopup();
    await processNow(popup);
    await waitForState(popup, 'idle');
    const opened = browser.context.waitForEvent('page');
    await popup.getByRole('button', { name: 'Options', exact: true }).click();
    const checked = await opened;
    await checked.getByRole('button', { name: 'Check connections' }).click();
    await checked.getByText('Checked: nothing to mend.').waitFor();

    for (const { side, authorization, cookie } of simulator.requests.entries) {
      if (side === 'tracker') expect([authorization, cookie]).toEqual([`Bearer ${token}`, null]);
      if (side === 'content') expect(authorization).toBeNull();
    }
    expect(simulator.requests.count({ side: 'content' })).toBeGreaterThan(0);
    const origins = [simulator.trackerUrl, simulator.contentUrl].map((url) => new URL(url).origin);
    expect(asked).toEqual(new Set(origins));

    const pages = [popup, checked, await browser.openActivity()];
    for (const page of pages) {
      await page.getByRole('heading').first().waitFor();
      expect(await page.content()).not.toContain(token);
    }
    expect(said.join('\n')).not.toContain(token);
    expect(said.filter((text) => /content security policy/i.test(text))).toEqual([]);
    expect(await whereIsIt(popup, token)).toEqual(['local: token']);

    const [options] = pages.slice(1);
    if (options === undefined) throw new Error('no options page');
    const download = options.waitForEvent('download');
    await options.getByRole('button', { name: 'Export settings' }).click();
    const stream = await (await download).createReadStream();
    let exported = '';
    for await (const chunk of stream) exported += String(chunk);
    expect(exported).toContain('"trackerUrl"');
    expect(exported).not.toContain(token);
    for (const issue of simulator.world.issues()) {
      expect(JSON.stringify([...issue.fields])).not.toContain(token);
    }
  });

  test('a token for another tracker is not sent until it is confirmed', async () => {
    await signIn(browser, simulator);
    await importOldFiles(browser, simulator);
    const popup = await browser.openPopup();
    await waitForState(popup, 'idle');
    const other = await startSimulator({ world: demoWorld().world });
    other.world.trackerRules.token = token;
    const options = await browser.openOptions();
    await options.getByLabel('Tracker API URL').fill(other.trackerUrl);
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await waitForState(popup, 'halted');
    await popup.getByText('Settings are missing or can’t be used: Token.').waitFor();
    expect(other.requests.entries).toEqual([]);
    await options.getByRole('button', { name: /^Use it for / }).click();
    await options.getByRole('button', { name: 'Save', exact: true }).click();
    await other.requests.waitFor(
      'a request with the confirmed token',
      ({ side }) => side === 'tracker',
    );
    await other.close();
  });
});

describe('messages', () => {
  test('of web pages and of framed pages of the extension are not acted on', async () => {
    await signIn(browser, simulator);
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(
        `<!doctype html><iframe src="chrome-extension://${browser.extensionId}/src/popup/index.html"></iframe>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an address of this form.
    const { port } = server.address() as AddressInfo;
    const page = await browser.context.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const answer = await page.evaluate(async (id) => {
      try {
        return await chrome.runtime.sendMessage(id, { type: 'process' });
      } catch (error) {
        return String(error);
      }
    }, browser.extensionId);
    expect(String(answer)).toMatch(/undefined|Could not establish connection|sendMessage/);
    const frame = page.frames()[1];
    expect(frame?.url() ?? '').not.toContain('popup');
    server.close();

    const own = await browser.openPopup();
    const refused = await own.evaluate(() =>
      chrome.runtime.sendMessage({ type: 'drop_everything' }),
    );
    expect(refused).toEqual({ ok: false });
  });
});

/** The places of the extension's storage that hold a text. */
async function whereIsIt(page: Awaited<ReturnType<ExtensionBrowser['openPopup']>>, text: string) {
  return page.evaluate(async (wanted) => {
    const places: string[] = [];
    for (const area of ['local', 'session', 'sync'] as const) {
      const all = await chrome.storage[area].get(null);
      for (const [key, value] of Object.entries(all)) {
        if (JSON.stringify(value).includes(wanted)) places.push(`${area}: ${key}`);
      }
    }
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of db.objectStoreNames) {
        const values = await new Promise<unknown[]>((resolve, reject) => {
          const request = db.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        if (JSON.stringify(values).includes(wanted)) places.push(`IndexedDB: ${name}/${store}`);
      }
      db.close();
    }
    return places;
  }, text);
}
