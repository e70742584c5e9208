import type { Page } from 'playwright-core';
import { planImport } from '../../src/settings/import.ts';
import { defaultSettings, type Settings } from '../../src/settings/schema.ts';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  type RemoteSimulator,
  type SimulatorSpec,
  startRemoteSimulator,
} from '../simulator/index.ts';

/** What the popup's state says of a run that ended, as far as it is used here. */
export interface EndedRun {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
}

/**
 * A browser with the built extension and, by turns, one simulator after another. A run is begun as
 * the popup begins it, from a page that draws nothing, so that the worker alone is measured.
 */
export class Rig {
  readonly browser: ExtensionBrowser;
  readonly page: Page;
  simulator: RemoteSimulator | null = null;

  private constructor(browser: ExtensionBrowser, page: Page) {
    this.browser = browser;
    this.page = page;
  }

  static async open(extension: string): Promise<Rig> {
    const browser = await ExtensionBrowser.launch({ extension });
    const page = await browser.open('manifest.json');
    return new Rig(browser, page);
  }

  /** Starts a simulator in the last one's stead, signs in to it, and points the settings to it. */
  async use(spec: SimulatorSpec, settings: Partial<Settings> = {}): Promise<RemoteSimulator> {
    await this.simulator?.close();
    const simulator = await startRemoteSimulator(spec);
    this.simulator = simulator;
    await this.signIn(simulator);
    await this.store(simulator, settings);
    await simulator.ask('resetRequests');
    return simulator;
  }

  private async signIn(simulator: RemoteSimulator): Promise<void> {
    const page = await this.browser.context.newPage();
    await page.goto(simulator.loginUrl);
    await page.getByLabel('Name').fill('Support');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in').first().waitFor();
    await page.close();
  }

  /** Stores what an import of the old program's files stores, with the schedule paused. */
  private async store(simulator: RemoteSimulator, changes: Partial<Settings>): Promise<void> {
    const files = [{ name: '.env', text: simulator.envFile }];
    const { settings, token } = planImport(files, defaultSettings, null, Date.now());
    const values: Settings = { ...settings, schedulePaused: true, ...changes };
    await this.page.evaluate(
      (stored) => chrome.storage.local.set(stored),
      { settings: { version: 1, values }, token, run: null, queues: [], items: {} },
    );
  }

  /** Runs once and waits for the end; the milliseconds between, as a person would count them. */
  async run(type: 'process' | 'recheck' = 'process'): Promise<{ ms: number; ended: EndedRun }> {
    const began = await this.begin(type);
    const ended = await this.untilEnded(began.before);
    return { ms: ended.endedAt - began.at, ended };
  }

  begin(type: 'process' | 'recheck'): Promise<{ before: string | null; at: number }> {
    return this.page.evaluate(async (command) => {
      const { state } = await chrome.storage.local.get('state');
      const at = Date.now();
      await chrome.runtime.sendMessage({ type: command });
      // The state as the worker stores it; there is none before the first run.
      return { before: (state as { lastRun?: { id: string } })?.lastRun?.id ?? null, at };
    }, type);
  }

  /** Asked for by and by, not by each change: that would have the page take part in the run. */
  async untilEnded(before: string | null): Promise<EndedRun> {
    for (;;) {
      const ended = await this.page.evaluate(async () => {
        const { state, run } = await chrome.storage.local.get(['state', 'run']);
        // As above.
        const last = (state as { lastRun?: EndedRun | null })?.lastRun ?? null;
        return run === null ? last : null;
      });
      if (ended !== null && ended.id !== before) return ended;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stored(key: string): Promise<unknown> {
    return this.page.evaluate(async (name) => (await chrome.storage.local.get(name))[name], key);
  }

  async close(): Promise<void> {
    await this.simulator?.close();
    await this.browser.close();
  }
}
