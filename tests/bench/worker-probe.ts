import type { BrowserContext, CDPSession } from 'playwright-core';

/** Where a profile's sample was taken, as the protocol has it (CDP, `Profiler.Profile`). */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas?: readonly number[];
}

/** A message of the protocol, either way. */
interface Message {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/**
 * A debugger's line to an extension's worker, for what only V8 can tell. The worker's own session
 * belongs to Playwright; this is a second one, spoken through the browser's.
 */
export class WorkerProbe {
  private readonly session: CDPSession;
  private readonly sessionId: string;
  private readonly pending = new Map<number, (message: Message) => void>();
  private lastId = 0;

  private constructor(session: CDPSession, sessionId: string) {
    this.session = session;
    this.sessionId = sessionId;
    session.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId !== sessionId) return;
      // The protocol answers each command with a message of this form.
      const message = JSON.parse(event.message) as Message;
      this.pending.get(message.id)?.(message);
      this.pending.delete(message.id);
    });
  }

  /** Attaches to the worker of an extension; throws where it does not run. */
  static async attach(context: BrowserContext, extensionId: string): Promise<WorkerProbe> {
    const browser = context.browser();
    if (browser === null) throw new Error('the context has no browser of its own');
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets');
    const target = targetInfos.find(
      ({ type, url }) => type === 'service_worker' && url.includes(extensionId),
    );
    if (target === undefined) throw new Error('the worker is not running');
    const { targetId } = target;
    const attached = await session.send('Target.attachToTarget', { targetId, flatten: false });
    return new WorkerProbe(session, attached.sessionId);
  }

  /** Bytes of the heap that are in use; after a collection of what is not, unless told otherwise. */
  async heapBytes({ collect = true } = {}): Promise<number> {
    if (collect) await this.send('HeapProfiler.collectGarbage');
    // As the protocol says.
    const { usedSize } = (await this.send('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  }

  async startProfile(): Promise<void> {
    await this.send('Profiler.enable');
    await this.send('Profiler.setSamplingInterval', { interval: 200 });
    await this.send('Profiler.start');
  }

  async stopProfile(): Promise<CpuProfile> {
    // As the protocol says.
    const { profile } = (await this.send('Profiler.stop')) as { profile: CpuProfile };
    await this.send('Profiler.disable');
    return profile;
  }

  async detach(): Promise<void> {
    await this.session.detach();
  }

  private send(method: string, params: object = {}): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    const answered = new Promise<unknown>((resolve, reject) => {
      this.pending.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
    const message = JSON.stringify({ id, method, params });
    const sent = this.session.send('Target.sendMessageToTarget', {
      message,
      sessionId: this.sessionId,
    });
    return sent.then(() => answered);
  }
}

/** Seconds of CPU that each kind of the browser's processes has used since it began. */
export async function cpuSecondsByProcess(
  context: BrowserContext,
): Promise<ReadonlyMap<number, { readonly type: string; readonly seconds: number }>> {
  const session = await context.browser()?.newBrowserCDPSession();
  if (session === undefined) return new Map();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return new Map(processInfo.map(({ id, type, cpuTime }) => [id, { type, seconds: cpuTime }]));
}
