import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { queueWorld, type Simulator, startSimulator } from '../simulator/index.ts';
import { readStored, recheckDeferred, signIn, storeOldSettings, waitForState } from './steps.ts';

/** What a worker loads only when it is needed, it may load by the platform's rules alone. */

let simulator: Simulator;
let browser: ExtensionBrowser;
let profile: string;

beforeEach(async () => {
  simulator = await startSimulator({ world: queueWorld(2).world });
  profile = await mkdtemp(join(tmpdir(), 'breadcrumbs-worker-'));
});

afterEach(async () => {
  await browser.close();
  await simulator.close();
  await rm(profile, { recursive: true });
});

test('is there for the first worker, for the one after a death, and after a restart of the browser', async () => {
  browser = await ExtensionBrowser.launch({ profile });
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { process_checklist_frequency_seconds: 86_400 });
  await simulator.world.until('all items done', () => simulator.world.issue('SUP-1').done === 2);
  await expectAllThere();
  await browser.killWorker();
  await expectAllThere();
  await browser.close();
  browser = await ExtensionBrowser.launch({ profile });
  await expectAllThere();
});

test('is damaged: the popup says that the worker does not answer', async () => {
  const extension = join(profile, 'damaged');
  await cp('dist-demo', extension, { recursive: true });
  const damaged = 'define("next.js", () => { throw new Error("damaged"); });';
  await writeFile(join(extension, 'worker', 'next.js'), damaged);
  browser = await ExtensionBrowser.launch({ profile: join(profile, 'profile'), extension });
  const page = await browser.openOptions();
  // Until its start has tried to load the rest, nobody knows.
  const isWhole = () => page.evaluate(() => chrome.runtime.sendMessage({ type: 'ping' }));
  await expect.poll(isWhole).toEqual({ ok: false });
  const popup = await browser.openPopup();
  await popup.getByText('Not answering').waitFor();
  await popup.getByRole('button', { name: 'Reload' }).waitFor();
});

/** Has the worker do what each of its files is for; a move is in move.test.ts. */
async function expectAllThere(): Promise<void> {
  const popup = await browser.openPopup();
  await waitForState(popup, 'idle');
  await recheckDeferred(popup);
  expect(await readStored(popup, 'state')).toMatchObject({ lastRun: { kind: 'recheck' } });
  const issueKey = 'SUP-2';
  await popup.evaluate(async (key) => {
    await chrome.storage.session.remove('this_issue');
    await chrome.runtime.sendMessage({ type: 'look_at_issue', issueKey: key });
  }, issueKey);
  const looked = () =>
    popup.evaluate(async () => (await chrome.storage.session.get('this_issue')).this_issue);
  await expect.poll(looked).toMatchObject({ issueKey, failure: null });
  await popup.close();
  const options = await browser.openOptions('#connections');
  await options.getByRole('button', { name: 'Check connections' }).click();
  await options.getByText('Checked: nothing to mend.').waitFor();
  await options.close();
}
