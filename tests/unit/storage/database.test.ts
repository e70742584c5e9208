import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inTime } from '../../../src/storage/database.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a database that is held up is given up, as one that can not be used, and closed if it opens', async () => {
  let open: (database: { close(): void }) => void = () => undefined;
  const opening = inTime(new Promise<{ close(): void }>((resolve) => (open = resolve)));
  const ended = expect(opening).rejects.toBeInstanceOf(DOMException);
  await vi.advanceTimersByTimeAsync(3000);
  await ended;
  const close = vi.fn();
  open({ close });
  await vi.advanceTimersByTimeAsync(0);
  expect(close).toHaveBeenCalledOnce();
});
