/** A clock that goes on only when everybody waits for it: days pass in seconds. */

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** What is replaced while time is made up, as it is in truth. */
const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  dateNow: Date.now,
  performanceNow: performance.now,
  abortTimeout: AbortSignal.timeout,
};

/** Promises settle in between; a stream's parts take several turns of the event loop. */
const turnsUntilStill = 3;

export class MadeUpTime {
  private nowMs: number;
  private readonly startMs: number;
  private readonly timers = new Map<number, Timer>();
  private lastId = 0;

  constructor(startMs = Date.UTC(2026, 10, 23, 9)) {
    this.startMs = startMs;
    this.nowMs = startMs;
  }

  get now(): number {
    return this.nowMs;
  }

  /** Replaces the clocks and timers of this process until {@link giveBack}. */
  takeOver(): void {
    const set = (callback: () => void, ms = 0): number => {
      this.lastId += 1;
      // As real ones: whole milliseconds, and never none.
      this.timers.set(this.lastId, { at: this.nowMs + Math.max(1, Math.ceil(ms)), callback });
      return this.lastId;
    };
    const clear = (id: number | undefined): void => {
      if (id !== undefined) this.timers.delete(id);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    Date.now = () => Math.round(this.nowMs);
    performance.now = () => this.nowMs - this.startMs;
    AbortSignal.timeout = (ms) => {
      const controller = new AbortController();
      set(() => controller.abort(new DOMException('Timed out', 'TimeoutError')), ms);
      return controller.signal;
    };
  }

  giveBack(): void {
    const { setTimeout, clearTimeout, dateNow, performanceNow, abortTimeout } = real;
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Date.now = dateNow;
    performance.now = performanceNow;
    AbortSignal.timeout = abortTimeout;
  }

  /** What was to happen later never will: its worker died. */
  forgetTimers(): void {
    this.timers.clear();
  }

  /** Lets time pass, with whatever happens in it. */
  async pass(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    for (;;) {
      await still();
      const next = this.nextTimer();
      if (next === null || this.timerOf(next).at > end) break;
      this.fire(next);
    }
    this.nowMs = end;
  }

  /** Lets time pass until a promise is settled, and gives what it resolves to. */
  async until<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (;;) {
      await still();
      if (isSettled) return promise;
      const next = this.nextTimer();
      if (next === null) throw new Error('everybody waits, and for nothing that is to come');
      this.fire(next);
    }
  }

  private nextTimer(): number | null {
    let next: number | null = null;
    let at = Number.POSITIVE_INFINITY;
    for (const [id, timer] of this.timers) {
      if (timer.at >= at) continue;
      next = id;
      at = timer.at;
    }
    return next;
  }

  private timerOf(id: number): Timer {
    const timer = this.timers.get(id);
    if (timer === undefined) throw new Error('a timer that is not there');
    return timer;
  }

  private fire(id: number): void {
    const { at, callback } = this.timerOf(id);
    this.timers.delete(id);
    this.nowMs = Math.max(this.nowMs, at);
    callback();
  }
}

async function still(): Promise<void> {
  for (let turn = 0; turn < turnsUntilStill; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
