/**
 * Draws the pictures of README.md anew: the demo's queue and the popup while a run goes on, and an import.
 *
 *     npx tsx tests/demo/readme-pictures.ts [built extension]
 */
import { join } from 'node:path';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { guideStates } from '../e2e/guide-states.ts';
import { launchStill, openStill } from '../e2e/still-pages.ts';
import { demoWorld, startSimulator } from '../simulator/index.ts';
import { queueKey, setUp } from './set-up.ts';

const out = 'docs/images';
const [, , extension = 'dist-demo'] = process.argv;

async function drawRun(): Promise<void> {
  const scenario = demoWorld();
  const simulator = await startSimulator({ world: scenario.world, latencyMs: 200 });
  const browser = await ExtensionBrowser.launch({ extension, args: ['--hide-scrollbars'] });
  await setUp({ browser, simulator, scenario });
  const queue = await browser.context.newPage();
  await queue.setViewportSize({ width: 960, height: 737 });
  await queue.goto(`${simulator.trackerWebUrl}/${queueKey(simulator)}`);
  const popup = await browser.openPopup();
  await popup.getByRole('button', { name: 'Process now' }).click();
  await popup.getByText(/^1\d of /).waitFor();
  // As good as standing still, for as long as two pictures take.
  simulator.setLatency(5000);
  await queue.reload();
  const images = await Promise.all([queue, popup].map((page) => page.screenshot()));
  const [left, right] = images.map((image) => `data:image/png;base64,${image.toString('base64')}`);
  await queue.setViewportSize({ width: 1420, height: 737 });
  await queue.setContent(`
    <body style="margin: 0; background: #f6f8fb">
    <img src="${left}" style="float: left">
    <img src="${right}" style="margin: 28px 0 0 32px; border: 1px solid #b9bfcb">`);
  await queue.screenshot({ path: join(out, 'run.png') });
  await browser.close();
  await simulator.close();
}

async function drawImport(): Promise<void> {
  const state = guideStates.import;
  if (state === undefined) throw new Error('the guide has no such state');
  const { browser, close } = await launchStill({ extension, language: 'en', colorScheme: 'light' });
  const page = await openStill(
    browser,
    'src/guide/index.html',
    { width: 800, height: 1600 },
    state,
  );
  // The frame around what has the focus is no part of what is to be seen.
  await page.locator(':focus').blur();
  await page.locator('#import').screenshot({ path: join(out, 'import.png') });
  await close();
}

await drawRun();
await drawImport();
