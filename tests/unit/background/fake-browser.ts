import { vi } from 'vitest';

/**
 * As much of the browser as the worker calls, in Node: storage, alarms, locks, events. There is no
 * IndexedDB. A worker that is killed hangs at its next call; what it has stored is what the next one
 * finds.
 */

type Values = Record<string, unknown>;
type Area = 'local' | 'session' | 'managed';
type Listener = (...args: never[]) => unknown;
interface Reply {
  readonly ok: boolean;
}
/** Node's own, whatever a worker is given. */
const inNode = setTimeout;

const id = 'extension';
const origin = `chrome-extension://${id}/`;

export class FakeBrowser {
  readonly stored: Record<Area, Values> = { local: {}, session: {}, managed: {} };
  readonly alarms = new Map<string, object>();
  readonly notified: string[] = [];
  /** Notifications that nobody has taken back. */
  readonly notifications = new Set<string>();
  /** Who may read the storage, as the worker that runs has said. */
  readonly accessLevels: Partial<Record<Area, string>> = {};
  /** Called with what is about to be stored; may throw, as a full storage does, or take its time. */
  beforeStoring: (values: Values) => void | Promise<void> = () => undefined;
  private life = { isOver: true };
  private listeners = new Map<string, Listener[]>();
  private readonly granted = new Set<string>();

  /**
   * Starts a worker, as the browser does for any event; resolves when it has begun what each start does.
   * @param wake fires the event that it is started for: before that, as the browser does.
   */
  async startWorker(wake: () => void = () => undefined): Promise<void> {
    this.kill();
    this.life = { isOver: false };
    const api = this.api(this.life);
    vi.stubGlobal('chrome', api);
    vi.stubGlobal('navigator', { onLine: true, locks: locks(this.life) });
    const { setTimeout, firstRang } = timers(this.life);
    vi.stubGlobal('setTimeout', setTimeout);
    vi.resetModules();
    // As native-browser.ts has it in the build.
    vi.doMock('webextension-polyfill', () => ({ default: api }));
    await import('../../../src/background/index.ts');
    // What it has loaded once is there at once, as with the browser.
    await import('../../../src/background/events.ts');
    await import('../../../src/background/perform-task.ts');
    wake();
    await firstRang;
  }

  kill(): void {
    this.life.isOver = true;
    this.listeners = new Map();
  }

  command(message: object): Promise<Reply> {
    const sender = { id, origin, url: `${origin}src/popup/index.html` };
    return new Promise((resolve) => this.fire('runtime.onMessage', message, sender, resolve));
  }

  ring(name: string): void {
    this.fire('alarms.onAlarm', { name });
  }

  allow(url: string): void {
    this.granted.add(pattern(url));
    this.fire('permissions.onAdded', { origins: [pattern(url)] });
  }

  /** Stores as a page of the extension does. */
  store(values: Values, area: Area = 'local'): void {
    Object.assign(this.stored[area], structuredClone(values));
    const changes = Object.fromEntries(
      Object.entries(values).map(([key, newValue]) => [key, { newValue }]),
    );
    this.fire('storage.onChanged', changes, area);
  }

  private fire(name: string, ...args: unknown[]): void {
    // Each event is fired with what its listeners take.
    for (const listener of this.listeners.get(name) ?? []) listener(...(args as never[]));
  }

  private api(life: { isOver: boolean }): object {
    const call =
      <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
      async (...args: Args): Promise<Awaited<Result>> => {
        await goesOn(life);
        const result = await work(...args);
        await goesOn(life);
        return result;
      };
    const event = (name: string) => ({
      addListener: (listener: Listener) => {
        this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
      },
    });
    const area = (name: Area) => ({
      get: call((keys: string | string[] | null) => {
        const wanted = keys === null ? Object.keys(this.stored[name]) : [keys].flat();
        const found = wanted.filter((key) => key in this.stored[name]);
        return structuredClone(
          Object.fromEntries(found.map((key) => [key, this.stored[name][key]])),
        );
      }),
      set: call(async (values: Values) => {
        if (name === 'local') await this.beforeStoring(values);
        if (!life.isOver) this.store(values, name);
      }),
      remove: call((key: string) => {
        delete this.stored[name][key];
      }),
      setAccessLevel: call(({ accessLevel }: { accessLevel: string }) => {
        this.accessLevels[name] = accessLevel;
      }),
    });
    return {
      runtime: {
        ...{ id, getURL: (path: string) => origin + path },
        onMessage: event('runtime.onMessage'),
        onInstalled: event('runtime.onInstalled'),
        onStartup: event('runtime.onStartup'),
      },
      storage: {
        ...{ local: area('local'), session: area('session'), managed: area('managed') },
        onChanged: event('storage.onChanged'),
      },
      alarms: {
        get: call((name: string) => this.alarms.get(name)),
        create: call((name: string, alarm: object) => {
          this.alarms.set(name, { scheduledTime: Date.now(), ...alarm });
        }),
        clear: call((name: string) => this.alarms.delete(name)),
        onAlarm: event('alarms.onAlarm'),
      },
      permissions: {
        contains: call(({ origins }: { origins: string[] }) =>
          origins.every((one) => this.granted.has(one)),
        ),
        onAdded: event('permissions.onAdded'),
      },
      action: {
        setBadgeText: call(() => undefined),
        setBadgeBackgroundColor: call(() => undefined),
        setTitle: call(() => undefined),
      },
      tabs: { create: call(() => undefined), onRemoved: event('tabs.onRemoved') },
      notifications: {
        create: (name: string) => {
          this.notified.push(name);
          this.notifications.add(name);
        },
        clear: (name: string) => this.notifications.delete(name),
        onClicked: event('notifications.onClicked'),
      },
      i18n: {
        getUILanguage: () => 'en',
        getMessage: (name: string) => (name === 'language' ? 'en' : name),
      },
    };
  }
}

function pattern(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${hostname}/*`;
}

/** Never, once the worker is dead. */
function goesOn(life: { isOver: boolean }): Promise<void> {
  return life.isOver ? new Promise(() => undefined) : Promise.resolve();
}

/** What index.ts waits before it begins its work. */
const startDelayMs = 50;

/** The timers of one worker. What the last one left under way may set some, and clear them, before it begins. */
function timers(life: { isOver: boolean }) {
  let hasRung: () => void = () => undefined;
  const firstRang = new Promise<void>((resolve) => {
    hasRung = resolve;
  });
  const setTimeout = (work: () => void, ms?: number) =>
    inNode(() => {
      if (!life.isOver) work();
      if (ms === startDelayMs) hasRung();
    }, ms);
  return { setTimeout, firstRang };
}

/** Web Locks of one worker: they go with it. */
function locks(life: { isOver: boolean }) {
  const last = new Map<string, Promise<unknown>>();
  return {
    request: <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
      const result = (last.get(name) ?? Promise.resolve()).then(() => goesOn(life)).then(work);
      last.set(
        name,
        result.catch(() => undefined),
      );
      return result;
    },
  };
}
