/**
 * The main job, to look at: builds the extension, starts the simulator with a queue of about 40
 * issues, and shows both in a Chromium. With `--headless`, or where there is no screen, it goes
 * through the job by itself and exits 0 only if every field of every issue is as expected.
 *
 *     npm run demo [-- --headless]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import { ensureChromium } from '../browser/install.ts';
import { demoWorld, startSimulator } from '../simulator/index.ts';
import { runByItself } from './by-itself.ts';
import { leaveToPerson } from './for-a-person.ts';
import { setUp } from './set-up.ts';

/** Slow enough for progress to be seen; real servers take longer. */
const latencyMs = 60;

function hasScreen(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return Boolean(DISPLAY || WAYLAND_DISPLAY) || ['darwin', 'win32'].includes(process.platform);
}

/** Shows the demo. @returns whether all was as expected. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { headless: { type: 'boolean', default: false } } });
  const headed = !values.headless && hasScreen();
  ensureChromium();
  console.log('Building the extension into dist-demo/ ...');
  await build({ mode: 'demo', logLevel: 'warn' });
  const scenario = demoWorld();
  const simulator = await startSimulator({ world: scenario.world, latencyMs });
  try {
    const browser = await launch(headed);
    try {
      // tsx gives functions their names with a helper, which pages that are sent functions lack.
      await browser.context.addInitScript('globalThis.__name = (named) => named');
      console.log('Signing in, and importing the .env and settings.json of the old program ...');
      const demo = { browser, simulator, scenario };
      await setUp(demo);
      return headed ? await leaveToPerson(demo) : await runByItself(demo);
    } finally {
      await browser.close();
    }
  } finally {
    await simulator.close();
  }
}

async function launch(headed: boolean): Promise<ExtensionBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'breadcrumbs-demo-'));
  // At the very end of the process, so that Ctrl+C leaves nothing behind either.
  process.once('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  try {
    return await ExtensionBrowser.launch({ headed, profile });
  } catch (error) {
    const hint = headed ? ' Without a usable screen: npm run demo -- --headless' : '';
    throw new Error(`Chromium does not start.${hint}\n${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().then(
  (isAsExpected) => {
    process.exitCode = isAsExpected ? 0 : 1;
  },
  (error: unknown) => {
    console.error(`\nThe demo could not be shown: ${messageOf(error)}`);
    process.exitCode = 1;
  },
);
