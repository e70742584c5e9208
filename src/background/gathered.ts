/** A write of all that has gathered since it was done last. */
export interface GatheredWrite {
  /** Has it done within the time that it may wait. What goes wrong is thrown by `now`. */
  soon(): void;
  /** Resolves when all is written that has gathered by now; it waits for no more than a write that goes on. */
  now(): Promise<void>;
}

/**
 * Does a write again and again, one at a time: whatever asks for it while it is done, or soon after,
 * shares the next. After one that has failed no other is tried.
 * @param restMs how long what nobody waits for may wait to be written with what comes after it.
 */
export function gathered(write: () => Promise<void>, restMs = 0): GatheredWrite {
  let writing = Promise.resolve();
  let next: Promise<void> | null = null;
  let isAwaited = false;
  let endRest: () => void = () => undefined;
  const rest = () =>
    new Promise<void>((resolve) => {
      endRest = resolve;
      if (isAwaited) resolve();
      else setTimeout(resolve, restMs);
    });
  const ask = () => {
    next ??= writing.then(rest).then(() => {
      next = null;
      isAwaited = false;
      writing = write();
      return writing;
    });
    return next;
  };
  return {
    soon() {
      ask().catch(() => {
        // Nobody waits for this one: `now` throws it, whenever it is asked.
      });
    },
    now() {
      const written = ask();
      isAwaited = true;
      endRest();
      return written;
    },
  };
}
