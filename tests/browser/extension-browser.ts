import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './install.ts';

export interface BrowserOptions {
  /** The unpacked extension; the demo build by default. */
  readonly extension?: string;
  /** A window on a screen. */
  readonly headed?: boolean;
  /** The screen of that window; by default the one that is there. */
  readonly display?: string;
  /** The browser's language; English by default. */
  readonly language?: 'en' | 'ru';
  /** A profile to use again; by default a new one that goes with the browser. */
  readonly profile?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly args?: readonly string[];
  /**
   * Whether Playwright follows the worker's requests, for tests that watch them or cut off the
   * network. It takes a fourth of the time that a thousand items take.
   */
  readonly followsWorker?: boolean;
  /**
   * The guide opens itself in a new profile. `closed` (the default) waits for it and closes it, so
   * that it stands in no test's way; `never` is for builds whose worker opens none.
   */
  readonly guide?: 'open' | 'closed' | 'never';
}

const quietPath = 'manifest.json';

/** A Chromium with the built extension in it, as design.md found it to work. */
export class ExtensionBrowser {
  readonly context: BrowserContext;
  readonly extensionId: string;
  private readonly ownProfile: string | null;

  private constructor(context: BrowserContext, extensionId: string, ownProfile: string | null) {
    this.context = context;
    this.extensionId = extensionId;
    this.ownProfile = ownProfile;
  }

  static async launch(options: BrowserOptions = {}): Promise<ExtensionBrowser> {
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('no Chromium: run "npm test" or "npm run demo"');
    const extension = resolve(options.extension ?? 'dist-demo');
    const ownProfile =
      options.profile === undefined ? await mkdtemp(join(tmpdir(), 'breadcrumbs-')) : null;
    const language = options.language ?? 'en';
    // Playwright asks for it as each worker starts.
    process.env.PLAYWRIGHT_DISABLE_SERVICE_WORKER_NETWORK = options.followsWorker ? '' : '1';
    const context = await chromium.launchPersistentContext(options.profile ?? ownProfile ?? '', {
      executablePath,
      // Playwright's own headless mode takes no extensions; Chromium's new one does.
      headless: false,
      args: [
        ...(options.headed ? [] : ['--headless=new']),
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--disable-extensions-except=${extension}`,
        `--load-extension=${extension}`,
        `--lang=${language}`,
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
        '--ignore-certificate-errors',
        // Each new page is empty at first, in a process for web pages: one, in place of one more each.
        '--renderer-process-limit=1',
        ...(options.args ?? []),
      ],
      env: {
        ...process.env,
        LANGUAGE: language,
        ...(options.display === undefined ? {} : { DISPLAY: options.display }),
      },
      colorScheme: options.colorScheme ?? 'light',
      // A window on a screen is as large as the person makes it.
      viewport: options.headed ? null : (options.viewport ?? { width: 1200, height: 800 }),
      ignoreHTTPSErrors: true,
    });
    // Half of it is enough on a machine that does nothing else.
    context.setDefaultTimeout(60_000);
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    const launched = new ExtensionBrowser(context, new URL(worker.url()).host, ownProfile);
    const opensGuide = ownProfile !== null && options.guide !== 'never';
    if (opensGuide) {
      const guide = await launched.guide();
      if (options.guide !== 'open') await guide.close();
    }
    return launched;
  }

  /** The guide, which opens itself after the installation. */
  async guide(): Promise<Page> {
    const isGuide = (page: Page) => page.url().endsWith('/src/guide/index.html');
    const guide =
      this.context.pages().find(isGuide) ??
      (await this.context.waitForEvent('page', { predicate: isGuide }));
    await guide.locator('h1').waitFor();
    return guide;
  }

  /** Opens a page of the extension, named by its path in the build. */
  async open(path: string, size?: { width: number; height: number }): Promise<Page> {
    const page = await this.context.newPage();
    if (size !== undefined) await page.setViewportSize(size);
    await page.goto(`chrome-extension://${this.extensionId}/${path}`);
    return page;
  }

  /** A page that runs nothing of the extension's, but may do what the extension may. */
  async quietPage(): Promise<Page> {
    const url = `chrome-extension://${this.extensionId}/${quietPath}`;
    return this.context.pages().find((page) => page.url() === url) ?? (await this.open(quietPath));
  }

  /** The popup, in a tab of the popup's size: Chromium shows the real one to no test. */
  openPopup(): Promise<Page> {
    return this.open('src/popup/index.html', { width: 380, height: 600 });
  }

  openOptions(hash = ''): Promise<Page> {
    return this.open(`src/options/index.html${hash}`);
  }

  openActivity(): Promise<Page> {
    return this.open('src/activity-page/index.html');
  }

  /**
   * Clicks the toolbar's button on a page's tab, as a person does: the real popup opens, with what
   * `activeTab` gives it. Needs `--enable-unsafe-extension-debugging` among the arguments. To
   * Playwright that popup is no page: `chrome.extension.getViews` in another page reaches it.
   */
  async clickAction(page: Page): Promise<void> {
    await page.bringToFront();
    const session = await this.context.browser()?.newBrowserCDPSession();
    if (session === undefined) throw new Error('no browser to speak to');
    const filter = [{ type: 'tab', exclude: false }];
    const { targetInfos } = await session.send('Target.getTargets', { filter });
    const targetId = targetInfos.find(({ url }) => url === page.url())?.targetId;
    if (targetId === undefined) throw new Error(`no tab shows ${page.url()}`);
    // Newer than Playwright's list of commands.
    const send = session.send.bind(session) as (name: string, how: object) => Promise<unknown>;
    await send('Extensions.triggerAction', { id: this.extensionId, targetId });
    await session.detach();
  }

  /** Kills the worker where it stands: its code stops at once and its locks are released. */
  async killWorker(): Promise<void> {
    const page = this.context.pages()[0] ?? (await this.context.newPage());
    const session = await this.context.newCDPSession(page);
    const { targetInfos } = await session.send('Target.getTargets');
    for (const { targetId, type, url } of targetInfos) {
      if (type === 'service_worker' && url.includes(this.extensionId)) {
        await session.send('Target.closeTarget', { targetId });
      }
    }
    await session.detach();
  }

  /**
   * Leaves the browser as it is right after the installation, but that no guide opens: a start takes
   * three seconds of a core, this a tenth of one.
   */
  async reset(): Promise<void> {
    for (const event of ['console', 'weberror', 'dialog', 'page', 'request'] as const) {
      this.context.removeAllListeners(event);
    }
    const pages = this.context.pages();
    const quiet = await this.quietPage();
    await Promise.all(pages.filter((page) => page !== quiet).map((page) => page.close()));
    await this.context.setOffline(false);
    await this.context.clearCookies();
    // The first emptying starts a worker, which may write: the second takes that away as well.
    for (let times = 0; times < 2; times += 1) {
      await this.killWorker();
      await quiet.evaluate(async () => {
        const databases = await indexedDB.databases();
        const deleted = databases.map(({ name = '' }) => {
          return new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase(name);
            request.onsuccess = resolve;
            request.onerror = reject;
          });
        });
        await Promise.all([
          ...deleted,
          chrome.alarms.clearAll(),
          chrome.action.setBadgeText({ text: '' }),
          chrome.storage.session.clear(),
          chrome.storage.local.clear(),
        ]);
      });
    }
    const isWorkerReady = () =>
      quiet.evaluate(async () => {
        // Emptying what is empty is no event that would start a worker; this is.
        await chrome.storage.local.set({ reset: Math.random() });
        for (let times = 0; times < 1000; times += 1) {
          if ('setup' in (await chrome.storage.local.get('setup'))) return true;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return false;
      });
    // An event that reaches a worker as it dies is lost with it; and a worker that began before all
    // was empty has written already what was emptied after it.
    while (!(await isWorkerReady())) await this.killWorker();
    await quiet.evaluate(() => chrome.storage.local.remove('reset'));
  }

  async close(): Promise<void> {
    await this.context.close();
    if (this.ownProfile !== null) await rm(this.ownProfile, { recursive: true, force: true });
  }
}
