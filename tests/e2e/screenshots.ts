/**
 * Draws each page in each of its states, light and dark, in both languages, to be looked at, and
 * holds every one of them to axe-core. The worker is replaced by one that only answers, so that
 * states stand still.
 *
 *     npx tsx tests/e2e/screenshots.ts [built extension] [page whose name begins so]
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type axe from 'axe-core';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { guideStates } from './guide-states.ts';
import { previewStates } from './screenshot-plans.ts';
import { activityStates, optionsStates, type PageState, popupStates } from './screenshot-states.ts';

const out = 'test-results/screenshots';
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const stillWorker = `
chrome.alarms.create('process', { periodInMinutes: 0.5 });
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  chrome.storage.local.get(['silent', 'planted']).then(async ({ silent, planted }) => {
    // What a worker would have found.
    if (message.type === 'probe' && planted !== undefined) {
      await chrome.storage.session.set({ findings: { [message.id]: planted } });
    }
    if (!silent) reply({ ok: true });
  });
  return true;
});
`;

/** More than the settings are high on a narrow window. */
const mostHeight = 7000;
const popup = { width: 380, height: 600 };
const wide = { width: 1200, height: 800 };
const narrow = { width: 400, height: 800 };
const pages = [
  ['src/popup/index.html', 'popup', popup, popupStates],
  ['src/preview-page/index.html', 'preview', wide, previewStates],
  ['src/preview-page/index.html', 'preview-narrow', narrow, previewStates],
  ['src/options/index.html', 'options', wide, optionsStates],
  ['src/options/index.html', 'options-narrow', narrow, optionsStates],
  ['src/activity-page/index.html', 'activity', wide, activityStates],
  ['src/activity-page/index.html', 'activity-narrow', narrow, activityStates],
  ['src/guide/index.html', 'guide', wide, guideStates],
  ['src/guide/index.html', 'guide-narrow', narrow, guideStates],
] as const;

/** A copy of the built extension whose worker does nothing by itself. */
function stillExtension(built: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'breadcrumbs-still-'));
  cpSync(built, copy, { recursive: true });
  const { background } = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
  writeFileSync(join(copy, background.service_worker), stillWorker);
  return copy;
}

/** Shows one page in one state. @returns what axe-core has to say against it. */
async function draw(
  browser: ExtensionBrowser,
  path: string,
  size: { width: number; height: number },
  { storage, act }: PageState,
  name: string,
): Promise<string[]> {
  // By another page: an options page would take up the edits that the one before it has left.
  const page = await browser.open('src/fetched-page/index.html', size);
  await page.evaluate(async (values) => {
    await chrome.storage.session.clear();
    await chrome.storage.local.clear();
    await chrome.storage.local.set(values);
  }, storage);
  await page.goto(`chrome-extension://${browser.extensionId}/${path}`);
  await page.locator('h1').waitFor();
  await act?.(page);
  // All of it at once: a picture of more than the window has sticky parts and scroll bars wrong. Of a
  // list that goes on and on, the beginning.
  const contentHeight = await page.evaluate(() => document.documentElement.scrollHeight);
  const height = Math.min(Math.max(size.height, contentHeight), mostHeight);
  await page.setViewportSize({ ...size, height });
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    // The line above has put it there.
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await inPage.run();
    return violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`);
  });
  await page.close();
  return found.map((violation) => `${name}: ${violation}`);
}

const extension = stillExtension(process.argv[2] ?? 'dist-demo');
mkdirSync(out, { recursive: true });
const violations: string[] = [];
for (const language of ['en', 'ru'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const browser = await ExtensionBrowser.launch({
      extension,
      language,
      colorScheme,
      guide: 'never',
    });
    for (const [path, page, size, states] of pages) {
      for (const [state, content] of Object.entries(states)) {
        const name = `${page}-${state}-${language}-${colorScheme}`;
        if (name.includes(process.argv[3] ?? ''))
          violations.push(...(await draw(browser, path, size, content, name)));
      }
    }
    await browser.close();
  }
}
rmSync(extension, { recursive: true });
console.log(violations.length === 0 ? `No violations. Pictures: ${out}` : violations.join('\n'));
process.exitCode = violations.length === 0 ? 0 : 1;
