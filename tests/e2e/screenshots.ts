/**
 * Draws each page in each of its states, light and dark, in both languages, to be looked at, and
 * holds every one of them to axe-core. The worker is replaced by one that only answers, so that
 * states stand still.
 *
 *     npx tsx tests/e2e/screenshots.ts [built extension]
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import {
  activityStates,
  optionsStates,
  type PageState,
  popupStates,
  type Size,
  sizes,
} from './screenshot-states.ts';

const out = 'test-results/screenshots';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const worker = `
chrome.alarms.create('process', { periodInMinutes: 0.5 });
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  chrome.storage.local.get('silent').then(({ silent }) => silent || reply({ ok: true }));
  return true;
});
`;

const violations: string[] = [];

function stillExtension(built: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'breadcrumbs-'));
  cpSync(built, copy, { recursive: true });
  const { background } = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
  writeFileSync(join(copy, background.service_worker), worker);
  return copy;
}

function launch(extension: string, language: string, scheme: 'light' | 'dark') {
  return chromium.launchPersistentContext('', {
    executablePath: '/usr/bin/chromium',
    headless: false,
    colorScheme: scheme,
    env: { ...process.env, LANGUAGE: language },
    args: [
      '--headless=new',
      '--no-sandbox',
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      `--lang=${language}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
    ],
  });
}

async function baseUrlOf(context: BrowserContext): Promise<string> {
  const started = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  return new URL('/', started.url()).href;
}

async function plant(page: Page, state: PageState): Promise<void> {
  await page.evaluate(async (storage) => {
    await chrome.storage.local.clear();
    await chrome.storage.local.set(storage);
  }, state.storage);
}

async function draw(context: BrowserContext, base: string, path: string, name: string, state: PageState, size: Size) {
  const page = await context.newPage();
  await page.setViewportSize(size);
  await page.goto(`${base}manifest.json`);
  await page.goto(`${base}src/popup/index.html`);
  await plant(page, state);
  await page.goto(`${base}${path}`);
  await page.locator('h1').waitFor();
  await state.act?.(page);
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    // Put there by the line above.
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  });
  violations.push(...found.map((violation) => `${name}: ${violation}`));
  await page.close();
}

const extension = stillExtension(process.argv[2] ?? 'dist-demo');
mkdirSync(out, { recursive: true });
for (const language of ['en', 'ru']) {
  for (const scheme of ['light', 'dark'] as const) {
    const context = await launch(extension, language, scheme);
    const base = await baseUrlOf(context);
    const pages = [
      ['popup', 'src/popup/index.html', popupStates, [sizes.popup]],
      ['options', 'src/options/index.html', optionsStates, [sizes.wide, sizes.narrow]],
      ['activity', 'src/activity-page/index.html', activityStates, [sizes.wide, sizes.narrow]],
    ] as const;
    for (const [page, path, states, pageSizes] of pages) {
      for (const [state, content] of Object.entries(states)) {
        for (const size of pageSizes) {
          const name = [page, state, size.name, language, scheme].filter(Boolean).join('-');
          await draw(context, base, path, name, content, size);
        }
      }
    }
    await context.close();
  }
}

console.log(violations.length === 0 ? `No violations; see ${out}` : violations.join('\n'));
process.exitCode = violations.length === 0 ? 0 : 1;
