import { currentVersion } from '../../src/settings/envelope.ts';
import { planImport } from '../../src/settings/import.ts';
import { defaultSettings, type Settings } from '../../src/settings/schema.ts';
import {
  type RemoteSimulator,
  type SimulatorSpec,
  startRemoteSimulator,
} from '../simulator/index.ts';
import { BareBrowser, pause, type Session } from './bare-browser.ts';

/** A run that ended, as the worker stores it; what is used of it here. */
interface EndedRun {
  readonly id: string;
  readonly endedAt: number;
  readonly outcome: string;
}

export interface CpuSeconds {
  /** Of the extension's process, which is the worker's as long as no page of it does anything. */
  readonly worker: number;
  /** Of all the browser's processes, that one too. */
  readonly browser: number;
}

/**
 * A browser with the built extension and, by turns, one simulator after another. A run is begun as
 * the popup begins it, but from a page that draws nothing, so that the worker alone is measured.
 */
export class Rig {
  readonly browser: BareBrowser;
  readonly extensionId: string;
  /** A page of the extension that draws nothing. */
  readonly page: Session;
  private current: RemoteSimulator | null = null;

  private constructor(browser: BareBrowser, extensionId: string, page: Session) {
    this.browser = browser;
    this.extensionId = extensionId;
    this.page = page;
  }

  /** Other extensions may be beside it. */
  static async open(extension: string, others: readonly string[] = []): Promise<Rig> {
    const browser = await BareBrowser.launch([extension, ...others]);
    const worker = await browser.target('the worker', ({ type, url }) => {
      return type === 'service_worker' && url.endsWith('/service-worker.js');
    });
    const { host } = new URL(worker.url);
    // It opens itself in a new profile, and would check whatever settings are stored, with requests of its own.
    const guide = await browser.target('the guide', ({ type, url }) => {
      return type === 'page' && url === `chrome-extension://${host}/src/guide/index.html`;
    });
    await browser.send('Target.closeTarget', { targetId: guide.targetId });
    const page = await browser.open(`chrome-extension://${host}/manifest.json`);
    return new Rig(browser, host, page);
  }

  get popupUrl(): string {
    return `chrome-extension://${this.extensionId}/src/popup/index.html`;
  }

  get activityUrl(): string {
    return `chrome-extension://${this.extensionId}/src/activity-page/index.html`;
  }

  get simulator(): RemoteSimulator {
    if (this.current === null) throw new Error('no simulator is in use');
    return this.current;
  }

  /** Starts a simulator in the last one's stead, signs in to it, and points the settings to it. */
  async use(spec: SimulatorSpec, settings: Partial<Settings> = {}): Promise<RemoteSimulator> {
    await this.current?.close();
    const simulator = await startRemoteSimulator(spec);
    this.current = simulator;
    await this.signIn(simulator);
    await this.storeSettings(simulator, settings);
    await simulator.ask('resetRequests');
    return simulator;
  }

  private async signIn({ loginUrl }: RemoteSimulator): Promise<void> {
    const page = await this.browser.open(loginUrl);
    await page.call(async () => {
      await fetch('/login', { method: 'POST', body: new URLSearchParams({ name: 'Support' }) });
    }, null);
    await page.close();
  }

  /**
   * Stores what an import of the old program's file stores, with the schedule paused: a run begins
   * when it is asked for. What was known of another simulator's queue is forgotten.
   */
  private async storeSettings(
    simulator: RemoteSimulator,
    changes: Partial<Settings>,
  ): Promise<void> {
    const files = [{ name: '.env', text: simulator.envFile }];
    const { settings, token } = planImport(
      files,
      { settings: defaultSettings, token: null, managed: {} },
      Date.now(),
    );
    const values: Settings = { ...settings, schedulePaused: true, ...changes };
    await this.store({
      settings: { version: currentVersion, values },
      token,
      queues: [],
      items: {},
    });
  }

  store(values: Readonly<Record<string, unknown>>): Promise<void> {
    return this.page.call((stored) => chrome.storage.local.set(stored), values);
  }

  /** What earlier runs found out of the hosts' pace is forgotten: the next run is a profile's first. */
  forgetPaces(): Promise<void> {
    return this.store({ paces: {} });
  }

  /** Runs once; how long it took from the message that asks for it to the end that is stored. */
  async run(type: 'process' | 'recheck' = 'process'): Promise<number> {
    const { before, at } = await this.begin(type);
    const ended = await this.untilEnded(before);
    if (ended.outcome !== 'completed') throw new Error(`The run ended as ${ended.outcome}`);
    return ended.endedAt - at;
  }

  /** Asks for a run; which one was the last before, and when this one was asked for. */
  async begin(type: 'process' | 'recheck'): Promise<{ before: string | null; at: number }> {
    const { before } = await this.lastRun();
    const at = await this.page.call(async (command) => {
      const now = Date.now();
      await chrome.runtime.sendMessage({ type: command });
      return now;
    }, type);
    return { before, at };
  }

  /** The last run that ended; null while one goes on. */
  async lastRun(): Promise<{ before: string | null; ended: EndedRun | null }> {
    const { state, run } = await this.page.call(
      () => chrome.storage.local.get(['state', 'run']),
      null,
    );
    // The state as the worker stores it; there is none before the first run.
    const last = (state as { lastRun?: EndedRun | null } | undefined)?.lastRun ?? null;
    const isOver = run === null || run === undefined;
    return { before: last?.id ?? null, ended: isOver ? last : null };
  }

  /** Looks by and by, not at each change: that would have the page take part in the run. */
  async untilEnded(before: string | null): Promise<EndedRun> {
    for (;;) {
      const { ended } = await this.lastRun();
      if (ended !== null && ended.id !== before) return ended;
      await pause(250);
    }
  }

  /** The worker, woken where it sleeps. To be detached from: a worker with a debugger never sleeps. */
  async worker(): Promise<Session> {
    await this.page.call(() => chrome.runtime.sendMessage({ type: 'ping' }), null);
    const target = await this.browser.target('the worker', ({ type, url }) => {
      return type === 'service_worker' && url.includes(this.extensionId);
    });
    return this.browser.attach(target);
  }

  /** Bytes of the worker's heap that are in use after a collection of what is not. */
  async heapBytes(): Promise<number> {
    const worker = await this.worker();
    await worker.send('HeapProfiler.collectGarbage');
    // As the protocol says.
    const { usedSize } = (await worker.send('Runtime.getHeapUsage')) as { usedSize: number };
    await worker.detach();
    return usedSize;
  }

  /** Does something and says what CPU it took. */
  async cpuOf(work: () => Promise<void>): Promise<CpuSeconds> {
    const before = await this.browser.cpuSeconds();
    await work();
    const used = [...(await this.browser.cpuSeconds())].map(([id, { type, seconds }]) => ({
      type,
      seconds: seconds - (before.get(id)?.seconds ?? 0),
    }));
    const renderers = used.filter(({ type }) => type === 'renderer');
    return {
      worker: Math.max(0, ...renderers.map(({ seconds }) => seconds)),
      browser: used.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  }

  async close(): Promise<void> {
    await this.current?.close();
    await this.browser.close();
  }
}
