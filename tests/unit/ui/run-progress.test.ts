import type { ComponentChildren } from 'preact';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { noCounts } from '../../../src/status/counts.ts';
import type { Run } from '../../../src/status/status.ts';
import { aRun } from '../status/a-run.ts';
import { elementsOf, textOf } from './drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
// Before the clock is there, which is to move when it is told to.
vi.useFakeTimers();
const { clock } = await import('../../../src/ui/clock.ts');
const { RunProgress } = await import('../../../src/ui/run-progress.tsx');

/** The titles in what is drawn, with the words that they stand on. */
function titled(drawn: ComponentChildren): unknown[] {
  return elementsOf(drawn).flatMap(({ props: { title, children } }) =>
    title === undefined ? [] : { text: children, title },
  );
}

afterAll(() => {
  vi.useRealTimers();
});

const asked = { host: 'tracker', reason: 'asked', attempt: 1 } as const;
const waits: [string, (until: number) => Partial<Run>, string][] = [
  ['asked for', (until) => ({ waits: [{ ...asked, until }] }), 'wait_asked_tracker'],
  ['not sat out', (until) => ({ resumeAt: until }), 'wait_long'],
];

function drawnIn(change: Partial<Run>): ComponentChildren {
  return RunProgress({ run: { ...aRun, ...change }, leaveFailedUnchecked: false });
}

describe('what is in hand', () => {
  function inHand(...keys: (string | null)[]): string {
    const run = keys.map((issueKey, index) => ({ queue: 'SUP-1', itemId: `${index}`, issueKey }));
    return textOf(drawnIn({ inHand: run }));
  }

  test('is named, and of the others there is their number, with no comma before it', () => {
    expect(inHand('SUP-2', 'SUP-3')).toMatch(/in_hand SUP-2, SUP-3$/);
    expect(inHand('SUP-2', 'SUP-3', 'SUP-4', 'SUP-5')).toMatch(
      /in_hand SUP-2, SUP-3, SUP-4 and_more_one 1$/,
    );
    expect(inHand(null, null)).toMatch(/in_hand and_more_other 2$/);
  });
});

test.each([
  [4, /time_left duration_minutes 2/],
  [10, /time_left duration_seconds 30/],
  // "About 0 s left" of something that goes on is no comfort.
  [39, /^(?!.*time_left)/],
])(
  'the time that is left is told roughly, and while it is a second, after %i of 40 items',
  (done, told) => {
    const run = { startedAt: clock.value - 10_000, counts: { ...aRun.counts, total: 40, done } };
    expect(textOf(drawnIn(run))).toMatch(told);
  },
);

describe('a wait has the clock time of its end in its title', () => {
  const clockTimes = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

  test.each(waits)('%s', (_, waiting, id) => {
    const until = clock.value + 20_000;
    const text = `${id} duration_seconds 20`;
    expect(titled(drawnIn(waiting(until)))).toEqual([
      { text: expect.stringContaining(text), title: clockTimes.format(until) },
    ]);
  });
});

describe('a wait that counts down is read out once, and not each second', () => {
  /** What is in sight, and what is there for those who hear the page. */
  function told(change: Partial<Run>): { seen: string; heard: string } {
    const lines = elementsOf(drawnIn(change)).filter(({ type }) => type === 'p');
    const isHeard = (line: (typeof lines)[number]) => line.props.class === 'visually-hidden';
    const quiet = lines.filter((line) => !isHeard(line) && line.props['aria-live'] === 'off');
    return {
      seen: textOf(quiet.map(({ props }) => props.children)),
      heard: textOf(lines.filter(isHeard).map(({ props }) => props.children)),
    };
  }

  test.each(waits)('%s', (_, waiting, id) => {
    const run = waiting(clock.value + 20_000);
    const first = told(run);
    expect(first.seen).toContain(`${id} duration_seconds 20`);
    expect(first.heard).toMatch(/^wait_until /);
    // To its end and past it, where the worker is late.
    for (let second = 1; second <= 22; second += 1) {
      vi.advanceTimersByTime(1000);
      const left = Math.max(0, 20 - second);
      expect(told(run).seen).toContain(`${id} duration_seconds ${left}`);
      expect(told(run).heard).toBe(first.heard);
    }
  });
});

test('a pass that does not know yet how much there is says what it does', () => {
  expect(textOf(drawnIn({}))).toContain('run_reading');
  expect(textOf(drawnIn({ kind: 'recheck' }))).toContain('run_reading');
  expect(textOf(drawnIn({ kind: 'undo' }))).not.toContain('run_reading');
  const found = textOf(drawnIn({ counts: { ...noCounts, total: 3 } }));
  expect(found).toContain('run_progress');
  expect(found).not.toContain('run_reading');
});
