import { afterAll, expect, test, vi } from 'vitest';
import { elementsOf, textOf } from './drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
// Before the clock is there, which is not to move.
vi.useFakeTimers();
const { clock } = await import('../../../src/ui/clock.ts');
const { ClockTime, durationWords, fullTimeWords, RelativeTime } = await import(
  '../../../src/ui/time.tsx'
);

afterAll(() => {
  vi.useRealTimers();
});

test.each([
  [999, 'time_now', 'time_now'],
  [59_000, 'time_ahead duration_seconds 59', 'time_ago duration_seconds 59'],
  [59_600, 'time_ahead duration_minutes 1', 'time_ago duration_minutes 1'],
  [68_000, 'time_ahead duration_minutes 1', 'time_ago duration_minutes 1'],
  [150_000, 'time_ahead duration_minutes 3', 'time_ago duration_minutes 3'],
])('a moment %i ms away has minutes from one minute on', (distance, ahead, ago) => {
  const told = (at: number) => textOf(RelativeTime({ at }));
  expect(told(clock.value + distance)).toBe(ahead);
  expect(told(clock.value - distance)).toBe(ago);
});

test('what took 68 s did not take a minute', () => {
  expect(durationWords(68_000)).toBe('duration_seconds 68');
});

test.each([['RelativeTime', RelativeTime] as const, ['ClockTime', ClockTime] as const])(
  'the clock time in full is in the title of %s',
  (_, Time) => {
    const at = new Date(2026, 10, 30, 14, 2, 7).getTime();
    const [time] = elementsOf(Time({ at }));
    expect(time?.props.title).toBe(fullTimeWords(at));
    expect(fullTimeWords(at)).toMatch(/Nov 30, 2026.*2:02:07/);
  },
);
