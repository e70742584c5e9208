import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { BrowserOptions } from '../browser/extension-browser.ts';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import type { PageState } from './screenshot-states.ts';

/** Pages whose states stand still: the worker is replaced by one that only answers. */

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const stillWorker = `
chrome.alarms.create('process', { periodInMinutes: 0.5 });
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  chrome.storage.local.get(['silent', 'planted', 'answers']).then(async (stored) => {
    const { silent, planted, answers } = stored;
    // What a worker would have found.
    if (message.type === 'probe' && planted !== undefined) {
      await chrome.storage.session.set({ findings: { [message.id]: planted } });
    }
    if (message.type === 'fetched_page_ready' && answers !== undefined) {
      await chrome.runtime.sendMessage({ type: 'fetched', answers });
    }
    if (!silent) reply({ ok: true });
  });
  return true;
});
`;

/** A browser with a copy of the built extension whose worker does nothing by itself. */
export async function launchStill(
  options: BrowserOptions & { readonly extension: string },
): Promise<{ readonly browser: ExtensionBrowser; close(): Promise<void> }> {
  const extension = mkdtempSync(join(tmpdir(), 'breadcrumbs-still-'));
  cpSync(options.extension, extension, { recursive: true });
  const { background } = JSON.parse(readFileSync(join(extension, 'manifest.json'), 'utf8'));
  writeFileSync(join(extension, background.service_worker), stillWorker);
  const browser = await ExtensionBrowser.launch({ ...options, extension, guide: 'never' });
  const close = async () => {
    await browser.close();
    rmSync(extension, { recursive: true });
  };
  return { browser, close };
}

/** Opens one page in one state. */
export async function openStill(
  browser: ExtensionBrowser,
  path: string,
  size: { readonly width: number; readonly height: number },
  { storage, act }: PageState,
): Promise<Page> {
  // By another page: an options page would take up the edits that the one before it has left.
  const page = await browser.open('src/fetched-page/index.html', size);
  await page.evaluate(async (values) => {
    await chrome.storage.session.clear();
    await chrome.storage.local.clear();
    await chrome.storage.local.set(values);
    for (const { name = '' } of await indexedDB.databases()) {
      const opening = indexedDB.open(name);
      await new Promise((resolve) => {
        opening.onsuccess = resolve;
      });
      const transaction = opening.result.transaction(opening.result.objectStoreNames, 'readwrite');
      for (const store of opening.result.objectStoreNames) transaction.objectStore(store).clear();
      await new Promise((resolve) => {
        transaction.oncomplete = resolve;
      });
      opening.result.close();
    }
  }, storage);
  // Another page, even where it is the same one again.
  await page.goto('about:blank');
  await page.goto(`chrome-extension://${browser.extensionId}/${path}`);
  await page.locator('h1').waitFor();
  await act?.(page);
  return page;
}

/** What axe-core has to say against a page as it is drawn, and whether it has to be moved sideways to be read. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    // The line above has put it there.
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await inPage.run();
    const { scrollWidth, clientWidth } = document.documentElement;
    return [
      ...violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`),
      ...(scrollWidth > clientWidth
        ? [`${scrollWidth - clientWidth} px wider than the window`]
        : []),
    ];
  });
}
