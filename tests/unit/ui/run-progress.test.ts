import type { ComponentChild, ComponentChildren } from 'preact';
import { describe, expect, test, vi } from 'vitest';
import type { Run } from '../../../src/status/status.ts';
import { aRun } from '../status/a-run.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[]) => [id, ...details].join(' '),
    },
  },
}));
const { clock } = await import('../../../src/ui/clock.ts');
const { RunProgress } = await import('../../../src/ui/run-progress.tsx');

/** The titles in what is drawn, with the words that they stand on. */
function titled(drawn: ComponentChildren): unknown[] {
  if (Array.isArray(drawn)) return drawn.flatMap(titled);
  if (typeof drawn !== 'object' || drawn === null || !('props' in drawn)) return [];
  const { type, props } = drawn;
  // No component here has state: what one draws is what it returns.
  if (typeof type === 'function') return titled((type as (props: object) => ComponentChild)(props));
  const inside = titled(props.children);
  return 'title' in props ? [{ text: props.children, title: props.title }, ...inside] : inside;
}

describe('a wait has the clock time of its end in its title', () => {
  const clockTimes = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

  const asked = { host: 'tracker', reason: 'asked', attempt: 1 } as const;
  const waits: [string, (until: number) => Partial<Run>, string][] = [
    ['asked for', (until) => ({ waits: [{ ...asked, until }] }), 'wait_asked_tracker'],
    ['not sat out', (until) => ({ resumeAt: until }), 'wait_long'],
  ];

  test.each(waits)('%s', (_, waiting, id) => {
    // Nothing lets the clock move before it is drawn.
    const until = clock.value + 20_000;
    const text = `${id} duration_seconds 20`;
    const change = waiting(until);
    const drawn = RunProgress({ run: { ...aRun, ...change }, leaveFailedUnchecked: false });
    expect(titled(drawn)).toEqual([
      { text: expect.stringContaining(text), title: clockTimes.format(until) },
    ]);
  });
});
