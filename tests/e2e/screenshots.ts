/**
 * Draws each page in each of its states, light and dark, in both languages, to be looked at, and
 * holds every one of them to axe-core.
 *
 *     npx tsx tests/e2e/screenshots.ts [built extension] [pattern of the pictures' names]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { guideStates } from './guide-states.ts';
import { fetchedStates } from './screenshot-fetched.ts';
import { previewStates } from './screenshot-plans.ts';
import { activityStates, optionsStates, popupStates } from './screenshot-states.ts';
import { thisIssueStates } from './screenshot-this-issue.ts';
import { launchStill, openStill, violationsOf } from './still-pages.ts';

const out = 'test-results/screenshots';
/** More than the settings are high on a narrow window. */
const mostHeight = 7000;
const popup = { width: 380, height: 600 };
const wide = { width: 1200, height: 800 };
const narrow = { width: 400, height: 800 };
const pages = [
  ['src/popup/index.html', 'popup', popup, { ...popupStates, ...thisIssueStates }],
  ['src/preview-page/index.html', 'preview', wide, previewStates],
  ['src/preview-page/index.html', 'preview-narrow', narrow, previewStates],
  ['src/options/index.html', 'options', wide, optionsStates],
  ['src/options/index.html', 'options-narrow', narrow, optionsStates],
  ['src/activity-page/index.html', 'activity', wide, activityStates],
  ['src/activity-page/index.html', 'activity-narrow', narrow, activityStates],
  ['src/fetched-page/index.html', 'fetched', wide, fetchedStates],
  ['src/fetched-page/index.html', 'fetched-narrow', narrow, fetchedStates],
  ['src/guide/index.html', 'guide', wide, guideStates],
  ['src/guide/index.html', 'guide-narrow', narrow, guideStates],
] as const;

/**
 * All of a page at once: a picture of more than the window has sticky parts and scroll bars wrong.
 * Of a list that goes on and on, and of what is behind a dialog, the beginning.
 */
async function draw(page: Page, name: string): Promise<void> {
  const { width = 0, height: least = 0 } = page.viewportSize() ?? {};
  const contentHeight = await page.evaluate(() =>
    document.querySelector('dialog') === null ? document.documentElement.scrollHeight : 0,
  );
  await page.setViewportSize({
    width,
    height: Math.min(Math.max(least, contentHeight), mostHeight),
  });
  await page.screenshot({ path: join(out, `${name}.png`) });
}

const [, , extension = 'dist-demo', wanted = ''] = process.argv;
mkdirSync(out, { recursive: true });
const violations: string[] = [];
for (const language of ['en', 'ru'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const drawn = pages
      .flatMap(([path, page, size, states]) =>
        Object.entries(states).map(([state, content]) => {
          return { path, size, content, name: `${page}-${state}-${language}-${colorScheme}` };
        }),
      )
      .filter(({ name }) => new RegExp(wanted).test(name));
    if (drawn.length === 0) continue;
    const { browser, close } = await launchStill({ extension, language, colorScheme });
    for (const { path, size, content, name } of drawn) {
      const page = await openStill(browser, path, size, content);
      await draw(page, name);
      violations.push(...(await violationsOf(page)).map((violation) => `${name}: ${violation}`));
      await page.close();
    }
    await close();
  }
}
console.log(violations.length === 0 ? `No violations. Pictures: ${out}` : violations.join('\n'));
process.exitCode = violations.length === 0 ? 0 : 1;
