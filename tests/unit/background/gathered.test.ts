import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gathered } from '../../../src/background/gathered.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('what nobody waits for is written together, and not before its time', async () => {
  const write = vi.fn(() => Promise.resolve());
  const { soon } = gathered(write, 100);
  soon();
  await vi.advanceTimersByTimeAsync(99);
  soon();
  expect(write).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(500);
  expect(write).toHaveBeenCalledTimes(1);
});

test('what somebody waits for takes along what rests, and waits for one write at most', async () => {
  const ends: (() => void)[] = [];
  const write = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const { soon, now } = gathered(write, 100);
  soon();
  await vi.advanceTimersByTimeAsync(50);
  void now();
  await vi.advanceTimersByTimeAsync(0);
  expect(write).toHaveBeenCalledTimes(1);
  const others = Promise.all([now(), now()]);
  await vi.advanceTimersByTimeAsync(500);
  expect(write).toHaveBeenCalledTimes(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(write).toHaveBeenCalledTimes(2);
  ends[1]?.();
  await others;
  // What nobody waits for rests again.
  soon();
  await vi.advanceTimersByTimeAsync(99);
  expect(write).toHaveBeenCalledTimes(2);
});

test('a failure is thrown whenever it is waited for, and ends the writing', async () => {
  const failure = new Error('full');
  const write = vi.fn(() => Promise.reject(failure));
  const { soon, now } = gathered(write, 100);
  soon();
  await vi.advanceTimersByTimeAsync(100);
  await expect(now()).rejects.toBe(failure);
  await expect(now()).rejects.toBe(failure);
  expect(write).toHaveBeenCalledTimes(1);
});
