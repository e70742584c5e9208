import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import type { KeptLine } from '../../../src/activity/log.ts';
import { fakeChannel } from './fake-channel.ts';

/** The log, of which the oldest lines stay a while past the bound. */
let newest = 10_400;
const line = (id: number): KeptLine => ({
  id,
  at: id,
  level: 'info',
  event: 'request',
  details: [],
});
const readLinesAfter = vi.fn(async (after: number) =>
  Array.from({ length: newest - after }, (_, at) => line(newest - at)),
);
vi.mock('webextension-polyfill', () => ({
  default: { i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id } },
}));
vi.mock('../../../src/activity/log.ts', async (original) => ({
  ...(await original<object>()),
  readLinesAfter,
}));
const { tell } = fakeChannel();
const { followLog } = await import('../../../src/activity-page/follow-log.ts');

test('the log is followed by its own news, and as many lines are kept as it keeps', async () => {
  const lines = signal<readonly KeptLine[] | null>(null);
  const stop = followLog(lines, signal<string | null>(null));
  const read = async (times: number) => {
    await vi.waitFor(() => expect(readLinesAfter.mock.settledResults).toHaveLength(times));
    return lines.value ?? [];
  };
  const first = await read(1);
  expect([first.length, first[0]?.id]).toEqual([10_000, 10_400]);
  tell('items');
  tell('runs');
  expect(readLinesAfter).toHaveBeenCalledTimes(1);
  newest += 5;
  tell('log');
  const second = await read(2);
  expect([second.length, second[0]?.id, second.at(-1)?.id]).toEqual([10_000, 10_405, 406]);
  // Nothing new, from a version that does not say what it wrote.
  tell(null);
  expect(await read(3)).toBe(second);
  stop();
  tell('log');
  expect(readLinesAfter).toHaveBeenCalledTimes(3);
});

test('of a log that was not read nobody knows that it is empty', async () => {
  const lines = signal<readonly KeptLine[] | null>(null);
  const trouble = signal<string | null>(null);
  readLinesAfter.mockRejectedValueOnce(new Error('Not now'));
  const stop = followLog(lines, trouble);
  await vi.waitFor(() => expect(trouble.value).not.toBe(null));
  expect(lines.value).toBe(null);
  readLinesAfter.mockResolvedValueOnce([]);
  tell('log');
  await vi.waitFor(() => expect(lines.value).toEqual([]));
  expect(trouble.value).toBe(null);
  stop();
});
