import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findChromium } from '../browser/install.ts';

/** A message of the DevTools protocol: an answer to a command, or an event. */
interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Target {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

/**
 * A Chromium with extensions in it and nothing attached to them. Playwright attaches to every worker
 * and follows its requests, which was measured to double what a request costs, keeps the worker from
 * falling asleep, and holds up its start; so the benchmark speaks the protocol itself, over a pipe,
 * and attaches to what it wants to ask only for as long as it asks.
 */
export class BareBrowser {
  private readonly child: ChildProcess;
  private readonly profile: string;
  private readonly input: Writable;
  private readonly pending = new Map<number, (message: Message) => void>();
  private readonly listeners = new Set<(message: Message) => void>();
  private lastId = 0;

  private constructor(child: ChildProcess, profile: string) {
    this.child = child;
    this.profile = profile;
    // Asked for as pipes when the process was started.
    this.input = child.stdio[3] as Writable;
    const output = child.stdio[4] as Readable;
    let text = '';
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      const parts = (text + chunk).split('\0');
      text = parts.pop() ?? '';
      for (const part of parts) this.receive(part);
    });
  }

  /** Starts a Chromium with a new profile and these unpacked extensions. */
  static async launch(extensions: readonly string[]): Promise<BareBrowser> {
    const program = findChromium();
    if (program === null) throw new Error('no Chromium: run "npm test" or "npm run demo"');
    const profile = await mkdtemp(join(tmpdir(), 'breadcrumbs-bench-'));
    const child = spawn(
      program,
      [
        '--headless=new',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--remote-debugging-pipe',
        `--user-data-dir=${profile}`,
        `--disable-extensions-except=${extensions.join(',')}`,
        `--load-extension=${extensions.join(',')}`,
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
        '--ignore-certificate-errors',
        '--window-size=1200,800',
        'about:blank',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        env: { ...process.env, LANGUAGE: 'en' },
      },
    );
    const browser = new BareBrowser(child, profile);
    await browser.send('Target.setDiscoverTargets', { discover: true });
    return browser;
  }

  private receive(text: string): void {
    // The browser sends nothing but such messages.
    const message = JSON.parse(text) as Message;
    if (message.id === undefined) {
      for (const listener of this.listeners) listener(message);
      return;
    }
    this.pending.get(message.id)?.(message);
    this.pending.delete(message.id);
  }

  /** Sends a command, to the browser or to a session, and gives its result. */
  send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      const session = sessionId === undefined ? {} : { sessionId };
      this.input.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
  }

  /** Whatever runs in the browser now. */
  async targets(): Promise<readonly Target[]> {
    // As the protocol says.
    const result = (await this.send('Target.getTargets')) as { targetInfos: Target[] };
    return result.targetInfos;
  }

  /** Resolves with the running target that a test picks; looks again as long as there is none. */
  async target(what: string, test: (target: Target) => boolean): Promise<Target> {
    for (let tries = 0; tries < 500; tries += 1) {
      const found = (await this.targets()).find(test);
      if (found !== undefined) return found;
      await pause(20);
    }
    throw new Error(`Waited in vain for ${what}`);
  }

  /** Attaches to a target until the session is detached. */
  async attach({ targetId }: Pick<Target, 'targetId'>): Promise<Session> {
    const params = { targetId, flatten: true };
    // As the protocol says.
    const result = (await this.send('Target.attachToTarget', params)) as { sessionId: string };
    return new Session(this, result.sessionId, targetId);
  }

  /** Opens a tab on a URL, attaches to it and waits until it is loaded. */
  async open(url: string): Promise<Session> {
    const blank = { url: 'about:blank' };
    // As the protocol says.
    const target = (await this.send('Target.createTarget', blank)) as { targetId: string };
    const page = await this.attach(target);
    await page.send('Page.enable');
    const loaded = page.event('Page.loadEventFired');
    await page.send('Page.navigate', { url });
    await loaded;
    return page;
  }

  /** Resolves with the next event of a kind in a session. */
  event(method: string, sessionId: string): Promise<unknown> {
    return new Promise((resolve) => {
      const listener = (message: Message) => {
        if (message.method !== method || message.sessionId !== sessionId) return;
        this.listeners.delete(listener);
        resolve(message.params);
      };
      this.listeners.add(listener);
    });
  }

  /** Kills a worker where it stands, and waits until it is gone. Nothing happens where it sleeps. */
  async killWorker(isMeant: (url: string) => boolean): Promise<void> {
    const meant = ({ type, url }: Target) => type === 'service_worker' && isMeant(url);
    const running = (await this.targets()).find(meant);
    if (running === undefined) return;
    await this.send('Target.closeTarget', { targetId: running.targetId });
    while ((await this.targets()).some(meant)) await pause(10);
  }

  /** Seconds of CPU that each process has used since it began. */
  async cpuSeconds(): Promise<ReadonlyMap<number, { type: string; seconds: number }>> {
    // As the protocol says.
    const { processInfo } = (await this.send('SystemInfo.getProcessInfo')) as {
      processInfo: { id: number; type: string; cpuTime: number }[];
    };
    return new Map(processInfo.map(({ id, type, cpuTime }) => [id, { type, seconds: cpuTime }]));
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    await this.send('Browser.close');
    await gone;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** A debugger's line to a page or worker. */
export class Session {
  readonly targetId: string;
  private readonly browser: BareBrowser;
  private readonly sessionId: string;

  constructor(browser: BareBrowser, sessionId: string, targetId: string) {
    this.browser = browser;
    this.sessionId = sessionId;
    this.targetId = targetId;
  }

  send(method: string, params: object = {}): Promise<unknown> {
    return this.browser.send(method, params, this.sessionId);
  }

  /** Resolves with the next event of a kind. */
  event(method: string): Promise<unknown> {
    return this.browser.event(method, this.sessionId);
  }

  /**
   * Calls a function there, with one argument as JSON, and gives what it resolves with. The
   * function sees nothing of this file.
   */
  async call<Result, Argument>(
    work: (argument: Argument) => Result,
    argument: Argument,
  ): Promise<Awaited<Result>> {
    // tsx wraps named functions in a helper of its own, which isn't there.
    const helper = 'globalThis.__name ??= (work) => work;';
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression: `${helper}(${work.toString()})(${JSON.stringify(argument) ?? 'undefined'})`,
      awaitPromise: true,
      returnByValue: true,
    })) as {
      // As the protocol says.
      result: { value: Awaited<Result> };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  detach(): Promise<unknown> {
    const { sessionId } = this;
    return this.browser.send('Target.detachFromTarget', { sessionId });
  }

  close(): Promise<unknown> {
    return this.browser.send('Target.closeTarget', { targetId: this.targetId });
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
