import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { processNow, recheckDeferred, waitForState } from '../e2e/steps.ts';
import { findDifferences, type Scenario } from '../simulator/index.ts';
import { type Demo, queueKey } from './set-up.ts';
import { tableOf } from './table.ts';

const pictures = 'test-results/demo';

/** Goes through the whole job as a person would. @returns whether all was as expected. */
export async function runByItself(demo: Demo): Promise<boolean> {
  const { browser, simulator, scenario } = demo;
  const { world, requests } = simulator;
  mkdirSync(pictures, { recursive: true });
  const differences: string[] = [];
  const queue = await browser.context.newPage();
  await queue.goto(`${simulator.trackerWebUrl}/${queueKey(simulator)}`);
  await picture(queue, 'queue-before');
  const popup = await browser.openPopup();
  await waitForState(popup, 'idle');
  await picture(popup, 'popup-before');

  heading('1. Process now');
  requests.reset();
  const began = Date.now();
  await Promise.all([processNow(popup), pictureOfRun(popup)]);
  await waitForState(popup, 'idle');
  console.log(tableOf(world, scenario.expectations));
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`\n${scenario.expectations.length} items, ${requestWords(demo)}, in ${seconds} s`);
  note(differences, 'after the first run', findDifferences(scenario));
  await picture(popup, 'popup-after');
  await takePictures(demo, queue);

  heading('2. A link is set and its error field emptied; Recheck deferred; Process now');
  const repaired = scenario.repair();
  const fixed = repaired.expectations.filter((one) => !scenario.expectations.includes(one));
  await recheckDeferred(popup);
  note(differences, 'after Recheck deferred', notBroughtBack(demo, fixed));
  await processNow(popup);
  await waitForState(popup, 'idle');
  console.log(tableOf(world, fixed));
  note(differences, 'after the repair', findDifferences(repaired));

  heading('3. Process now once more');
  requests.reset();
  await processNow(popup);
  console.log(requestWords(demo));
  note(differences, 'in a run with nothing to do', writesOf(demo));
  note(differences, 'after a run with nothing to do', findDifferences(repaired));

  heading('Result');
  console.log(`Pictures: ${pictures}/`);
  if (differences.length === 0) {
    console.log('Every field of every issue, every item and the summary are as expected.');
    return true;
  }
  console.log(`${differences.length} things are not as expected:\n${differences.join('\n')}`);
  return false;
}

function heading(text: string): void {
  console.log(`\n${text}\n`);
}

function note(differences: string[], when: string, found: readonly string[]): void {
  differences.push(...found.map((difference) => `  ${when}: ${difference}`));
}

/** The items that a recheck was to uncheck and did not, and those that it was to leave alone. */
function notBroughtBack({ simulator }: Demo, expected: Scenario['expectations']): string[] {
  const awaited = new Set(expected.map(({ before }) => before.id));
  return [...simulator.world.issue(queueKey(simulator)).items.values()]
    .filter(({ id, checked }) => checked === awaited.has(id))
    .map(({ text, checked }) => `Item "${text}" is ${checked ? 'still' : 'no longer'} checked`);
}

/** The requests to the two APIs that change something. */
function writesOf({ simulator }: Demo): string[] {
  return simulator.requests.entries
    .filter(({ side, method, path }) => side !== 'web' && method !== 'GET' && !isSearch(path))
    .map(({ method, path }) => `${method} ${path}`);
}

function isSearch(path: string): boolean {
  return path.endsWith('/_search');
}

function requestWords(demo: Demo): string {
  const { requests } = demo.simulator;
  const tracker = requests.count({ side: 'tracker' });
  const content = requests.count({ side: 'content' });
  const writes = writesOf(demo).length;
  return `${tracker} requests to the tracker (${writes} of them writing), ${content} to the content API`;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

async function pictureOfRun(popup: Page): Promise<void> {
  await waitForState(popup, 'running');
  await popup.locator('progress').waitFor();
  await picture(popup, 'popup-running');
}

/** What a person would look at after a run, beside the popup. */
async function takePictures({ browser, simulator, scenario }: Demo, queue: Page): Promise<void> {
  await queue.reload();
  await picture(queue, 'queue-after');
  for (const [name, isIt] of [
    ['issue-written', (error: string | null) => error === null],
    ['issue-deferred', (error: string | null) => error !== null],
  ] as const) {
    const expectation = scenario.expectations.find(({ error, open, key }) => {
      return open && key !== null && isIt(error);
    });
    await queue.goto(`${simulator.trackerWebUrl}/${expectation?.key}`);
    await picture(queue, name);
  }
  const options = await browser.openOptions();
  await options.locator('h1').waitFor();
  // As high as all of it: what sticks to the window's edge would stand in the middle.
  const height = await options.evaluate(() => document.documentElement.scrollHeight);
  await options.setViewportSize({ width: 1200, height });
  await picture(options, 'options');
  await options.close();
  const activity = await browser.openActivity();
  await activity.getByRole('listitem').first().waitFor();
  await picture(activity, 'activity');
  await activity.close();
}
