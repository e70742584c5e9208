import type { State } from '../../src/status/status.ts';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import { importOldFiles, signInByPage, waitForStored } from '../e2e/steps.ts';
import type { DemoScenario, Simulator } from '../simulator/index.ts';

/** All that one demo is made of. */
export interface Demo {
  readonly browser: ExtensionBrowser;
  readonly simulator: Simulator;
  readonly scenario: DemoScenario;
}

/** The key of the checklist issue that is the demo's queue. */
export function queueKey({ world }: Simulator): string {
  const [key] = world.checklistKeys;
  if (key === undefined) throw new Error('the simulator has no checklist issue');
  return key;
}

/**
 * Signs in and imports the old program's files, as a person does. Nothing has been done when this
 * resolves, and the whole queue is there to be done.
 */
export async function setUp({ browser, simulator }: Demo): Promise<void> {
  const { world } = simulator;
  const key = queueKey(simulator);
  // Settings take effect at once: a queue that is there by then would be done before one looks.
  const items = [...world.issue(key).items.values()];
  world.replaceItems(key, []);
  await signInByPage(browser, simulator);
  // For the same reason the schedule leaves an hour; the old file's 30 s are the real thing.
  await importOldFiles(browser, simulator, { process_checklist_frequency_seconds: 3600 });
  const page = await browser.openActivity();
  await waitForStored(page, 'state', (stored) => {
    // Written by the worker, which knows no other shape; not there before its first run.
    const state = stored as State | undefined;
    return state?.lastRun?.outcome === 'completed';
  });
  await page.close();
  world.replaceItems(key, items);
}
