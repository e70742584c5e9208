import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isPing, ping } from '../../../src/messages/ping.ts';

const sendMessage = vi.fn<(message: object) => Promise<unknown>>();
vi.mock('webextension-polyfill', () => ({ default: { runtime: { sendMessage } } }));
const { isWorkerAnswering } = await import('../../../src/messages/send.ts');

const onSilence = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  onSilence.mockClear();
});
afterEach(() => void vi.useRealTimers());

/** A worker whose answer takes this long. */
function answersAfter(ms: number): void {
  sendMessage.mockImplementation(
    () => new Promise((resolve) => setTimeout(resolve, ms, { ok: true })),
  );
}

describe('a worker that is pinged', () => {
  test('answers in time, and nothing is said of silence', async () => {
    answersAfter(499);
    const answer = isWorkerAnswering(onSilence);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await answer).toBe(true);
    expect(onSilence).not.toHaveBeenCalled();
  });

  test('is silent at 500 ms, and answers after all', async () => {
    answersAfter(4_000);
    const answer = isWorkerAnswering(onSilence);
    await vi.advanceTimersByTimeAsync(500);
    expect(onSilence).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(3_500);
    expect(await answer).toBe(true);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  test('is not there', async () => {
    sendMessage.mockRejectedValue(new Error('Receiving end does not exist.'));
    expect(await isWorkerAnswering(onSilence)).toBe(false);
    expect(onSilence).not.toHaveBeenCalled();
  });
});

test.each([
  [ping, true],
  [{ type: 'process' }, false],
  [{}, false],
  [null, false],
  ['ping', false],
])('%j is a ping: %s', (message, expected) => {
  expect(isPing(message)).toBe(expected);
});
