import { beforeEach, vi } from 'vitest';

/**
 * Lets each test of a file, or of a `describe`, wait that many times shorter: what sits out back-offs
 * by the clock sits them out in a moment, over real sockets. `Date` goes on as it does.
 */
export function hurry(times: number): void {
  beforeEach(() => {
    const wait = setTimeout;
    const now = performance.now.bind(performance);
    vi.stubGlobal('setTimeout', (then: () => void, ms = 0) => wait(then, ms / times));
    const hurried = vi.spyOn(performance, 'now').mockImplementation(() => now() * times);
    return () => {
      hurried.mockRestore();
      vi.unstubAllGlobals();
    };
  });
}
