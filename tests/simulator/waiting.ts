interface Waiter {
  test: () => boolean;
  settle: (error?: unknown) => void;
}

/** Promises that wait for something to become true, tested whenever it may have, never by the clock. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();

  /** Resolves once `test` holds; rejects after `timeoutMs`, saying what was waited for. */
  async wait(what: string, test: () => boolean, timeoutMs: number): Promise<void> {
    if (test()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => waiter.settle(new Error(`Waited ${timeoutMs} ms for ${what}`)),
        timeoutMs,
      );
      const waiter: Waiter = {
        test,
        settle: (error) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** To be called whenever a test's answer may have changed. */
  check(): void {
    for (const waiter of this.#waiters) {
      try {
        if (waiter.test()) waiter.settle();
      } catch (error) {
        // A test that throws fails its own waiter, not the request that happened to be served.
        waiter.settle(error);
      }
    }
  }
}
