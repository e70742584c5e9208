import type { Page } from 'playwright-core';
import type { State } from '../../src/status/status.ts';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import { importOldFiles, signIn, waitForStored } from '../e2e/steps.ts';
import type { DemoScenario, Simulator } from '../simulator/index.ts';

/** All that one demo is made of. */
export interface Demo {
  readonly browser: ExtensionBrowser;
  readonly simulator: Simulator;
  readonly scenario: DemoScenario;
  /** The popup, in a tab. */
  readonly popup: Page;
}

/** The key of the checklist issue that is the demo's queue. */
export function queueKey({ world }: Simulator): string {
  const [key] = world.checklistKeys;
  if (key === undefined) throw new Error('the simulator has no checklist issue');
  return key;
}

/**
 * Signs in and imports the old program's files, as a person does.
 * @returns the popup in a tab, with nothing done yet and the whole queue to be done.
 */
export async function setUp(browser: ExtensionBrowser, simulator: Simulator): Promise<Page> {
  const { world } = simulator;
  const key = queueKey(simulator);
  // Settings take effect at once: a queue that is there by then would be done before one looks.
  const items = [...world.issue(key).items.values()];
  world.replaceItems(key, []);
  await signIn(browser, simulator);
  // For the same reason the schedule leaves an hour; the old file's 30 s are the real thing.
  await importOldFiles(browser, simulator, { process_checklist_frequency_seconds: 3600 });
  const popup = await browser.openPopup();
  await waitForStored(popup, 'state', (stored) => {
    // Written by the worker, which knows no other shape; not there before its first run.
    const state = stored as State | undefined;
    return state?.lastRun?.outcome === 'completed';
  });
  world.replaceItems(key, items);
  return popup;
}
