import type { Page } from 'playwright-core';
import type { ping } from '../../src/messages/ping.ts';
import type { Command } from '../../src/messages/protocol.ts';
import type { Settings } from '../../src/settings/schema.ts';
import type { State } from '../../src/status/status.ts';
import { type BrowserOptions, ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  importOldFiles,
  isQuiet,
  lastRunId,
  readStored,
  sendToWorker,
  signIn,
} from '../e2e/steps.ts';
import type { ChecklistItem, Simulator, World } from '../simulator/index.ts';
import { watchRequests } from './egress.ts';

/** Commands that say all by their name. */
type PlainCommand = 'ping' | 'process' | 'recheck' | 'stop' | 'defer_anyway' | 'resume';

interface SeatOptions {
  readonly browser?: BrowserOptions;
  /** Different from what the original program's files say. */
  readonly settings?: Partial<Settings>;
  /** The process schedule; a day by default, which is to say never. */
  readonly processEverySeconds?: number;
}

/** Seats whose browser was not closed yet. */
const openSeats = new Set<Seat>();

/** Closes what a torture that failed has left open: whatever of it still waits then fails, too. */
export async function closeAllSeats(): Promise<void> {
  await Promise.all([...openSeats].map((seat) => seat.close()));
}

/** One person's browser, signed in and with the extension set up for a simulator. */
export class Seat {
  readonly browser: ExtensionBrowser;
  readonly simulator: Simulator;
  /** A page of the extension that never sends anything by itself. */
  private page: Page | null = null;

  private constructor(browser: ExtensionBrowser, simulator: Simulator) {
    this.browser = browser;
    this.simulator = simulator;
    watchRequests(browser, simulator);
    openSeats.add(this);
  }

  /** Sets up a browser as a person does. The queue has to be empty: settings take effect at once. */
  static async open(simulator: Simulator, options: SeatOptions = {}): Promise<Seat> {
    const seat = await Seat.resume(simulator, options.browser);
    await signIn(seat.browser, simulator);
    await importOldFiles(seat.browser, simulator, {
      process_checklist_frequency_seconds: options.processEverySeconds ?? 86_400,
      uncheck_deferred_issues_frequency_seconds: 86_400,
    });
    await seat.untilRunEnded(null);
    if (options.settings !== undefined) await seat.changeSettings(options.settings);
    return seat;
  }

  /** Starts a browser on a profile that was set up before. */
  static async resume(simulator: Simulator, options: BrowserOptions = {}): Promise<Seat> {
    return new Seat(await ExtensionBrowser.launch({ ...options, followsWorker: true }), simulator);
  }

  async quietPage(): Promise<Page> {
    this.page ??= await this.browser.openOptions();
    return this.page;
  }

  /** What is stored under a key. */
  async stored(key: string): Promise<unknown> {
    return readStored(await this.quietPage(), key);
  }

  /** The checklist issue that the settings name, the first of them. */
  async queue(): Promise<string> {
    // Written by the extension, which knows no other shape.
    const settings = (await this.stored('settings')) as { values: Settings };
    return settings.values.checklistIssues[0] ?? '';
  }

  async state(): Promise<State | undefined> {
    // Written by the worker, which knows no other shape; not there before its first run.
    return (await this.stored('state')) as State | undefined;
  }

  /** Saves settings as the options page does, and waits for the run that this sets off. */
  async changeSettings(change: Partial<Settings>): Promise<void> {
    const page = await this.quietPage();
    const before = await lastRunId(page);
    await page.evaluate(async (values) => {
      const { settings } = await chrome.storage.local.get<{ settings: { values: object } }>(
        'settings',
      );
      const changed = { ...settings, values: { ...settings.values, ...values } };
      await chrome.storage.local.set({ settings: changed, request_process: 'settings' });
    }, change);
    await this.untilRunEnded(before);
  }

  /** Says to the worker what a page would; a ping is what the popup sends when it is opened. */
  async tell(type: PlainCommand): Promise<void> {
    await this.send({ type });
  }

  async send(command: Command | typeof ping): Promise<void> {
    const page = await this.quietPage();
    const ask = () => sendToWorker(page, command);
    await within(longestReplyMs, ask, `a reply to "${command.type}"`);
  }

  /** Kills the worker and, as a person who opens the popup does, starts the next one. */
  async killAndWake(): Promise<void> {
    await this.browser.killWorker();
    await this.tell('ping');
  }

  /** Whether no run goes on, is left over or was asked for. */
  async isQuiet(): Promise<boolean> {
    return isQuiet(await this.quietPage());
  }

  /** Resolves once no run goes on, is left over or was asked for. */
  async untilQuiet(timeoutMs = 60_000): Promise<void> {
    await until('the end of all runs', () => this.isQuiet(), timeoutMs);
  }

  /** Resolves once a run has ended since the one with this id, and none follows. */
  async untilRunEnded(since: string | null, timeoutMs = 60_000): Promise<void> {
    const page = await this.quietPage();
    await until('the end of a run', async () => (await lastRunId(page)) !== since, timeoutMs);
    await this.untilQuiet(timeoutMs);
  }

  /** Has the queue processed or rechecked once, to the end. */
  async run(kind: 'process' | 'recheck', timeoutMs = 60_000): Promise<void> {
    const before = await lastRunId(await this.quietPage());
    await this.tell(kind);
    await this.untilRunEnded(before, timeoutMs);
  }

  async close(): Promise<void> {
    openSeats.delete(this);
    await this.browser.close();
  }
}

const looksEveryMs = 50;
/** A worker that starts on a busy machine takes seconds; none takes this. */
const longestReplyMs = 20_000;

/** Resolves once a test holds. For what tells nobody when it changes. */
export async function until(
  what: string,
  test: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await test())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}`);
    await sleep(looksEveryMs);
  }
}

/** What some work comes to; rejects where that takes too long. */
export async function within<Value>(
  ms: number,
  work: () => Promise<Value>,
  what = 'the end',
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  // Before the work, which may make up a time of its own.
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${ms} ms for ${what}`)), ms);
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The key of a world's queue. */
export function queueOf(world: World): string {
  const [key] = world.checklistKeys;
  if (key === undefined) throw new Error('a world without a checklist issue');
  return key;
}

/** Takes all items out of the queue and gives them, to be put back once a browser is set up. */
export function withhold(world: World): readonly ChecklistItem[] {
  const key = queueOf(world);
  const items = [...world.issue(key).items.values()];
  world.replaceItems(key, []);
  return items;
}

/** How many items are unchecked. */
export function openItems(world: World): number {
  const { items, done } = world.issue(queueOf(world));
  return items.size - done;
}
