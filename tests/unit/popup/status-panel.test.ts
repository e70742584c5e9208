import { describe, expect, test, vi } from 'vitest';
import { noCounts } from '../../../src/status/counts.ts';
import type { LastRun } from '../../../src/status/status.ts';
import { type StoredStatus, viewOf } from '../../../src/status/view.ts';
import { aRun } from '../status/a-run.ts';
import { queue, setup, state, status } from '../status/stored-status.ts';
import { elementsOf, textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[] = []) => [id, ...details].join(' '),
    },
  },
}));
const { StatusPanel } = await import('../../../src/popup/status-panel.tsx');

const lastRun: LastRun = {
  id: 'run-1',
  kind: 'process',
  cause: 'click',
  startedAt: 0,
  endedAt: 9000,
  counts: { ...noCounts, total: 40, done: 3 },
  requests: 12,
  outcome: 'completed',
  failure: null,
};

function panel(stored: StoredStatus, unusable: string[] = []) {
  return StatusPanel({
    view: viewOf(stored),
    state: stored.state,
    unusable,
    missing: stored.setup.missing,
    leaveFailedUnchecked: false,
    isPaused: stored.setup.isPaused,
    isPauseManaged: false,
  });
}

function drawn(last: Partial<LastRun>, isPaused = false): string {
  const stored = status({
    setup: { ...setup, isPaused },
    state: { ...state, lastRun: { ...lastRun, ...last } },
  });
  return textOf(panel(stored));
}

describe('the last run', () => {
  const summary = 'run_summary count_done_other 3 duration_seconds 9';

  test.each([false, true])('is said to have been stopped, while paused %s', (isPaused) => {
    expect(drawn({ outcome: 'stopped' }, isPaused)).toContain(`run_stopped: ${summary}`);
    expect(drawn({}, isPaused)).toContain(summary);
    expect(drawn({}, isPaused)).not.toContain('run_stopped');
  });

  test('is so too where it was stopped before it did anything', () => {
    expect(drawn({ outcome: 'stopped', counts: noCounts })).toMatch(/run_stopped\s/);
  });

  test.each<[Partial<LastRun>, RegExp]>([
    [{}, /(?<!recheck_)found_nothing/],
    [{ kind: 'recheck' }, /recheck_found_nothing/],
    [{ outcome: 'interrupted' }, /^(?!.*found_nothing)/],
  ])('that did nothing says so where it got to its end: %o', (last, said) => {
    expect(drawn({ ...last, counts: noCounts })).toMatch(said);
  });

  test('has its own time: passes that found nothing since have left it in sight', () => {
    expect(drawn({ endedAt: new Date().setHours(14, 2) })).toMatch(/\( 2:02\sPM \)$/);
  });
});

test('what is missing is said while paused as well: no run has met it, which would halt', () => {
  const worked = { ...state, lastRun, lastSuccessAt: 1 };
  const paused = (missing: string[]) =>
    textOf(panel(status({ state: worked, setup: { ...setup, isPaused: true, missing } })));
  expect(paused(['token'])).toMatch(/^ *state_paused .*still_missing setting_token/);
  expect(paused([])).not.toContain('still_missing');
});

describe('a queue that can’t be used', () => {
  test.each<[StoredStatus, string]>([
    [status({ state: { ...state, lastRun } }), 'state_idle_else'],
    [status({ queues: [queue({ deferredTotal: 3 })] }), 'state_deferred_other 3'],
    [status({ run: aRun }), 'state_running_process'],
    [status({ setup: { ...setup, isPaused: true } }), 'state_paused'],
  ])('is named before the state, and leads to its card: %#', (stored, state) => {
    const drawn = panel(stored, ['SUP-2', 'SUP-3']);
    expect(textOf(drawn)).toMatch(
      new RegExp(`^state_unusable_other 2 +SUP-2 +SUP-3 +${state}( |$)`),
    );
    const links = elementsOf(drawn).flatMap(({ type, props }) => (type === 'a' ? props.href : []));
    expect(links).toEqual(['#SUP-2', '#SUP-3']);
  });

  test('is said by the halting state where that is why all work has stopped', () => {
    const failure = { code: 'checklist_issue_locked', details: ['SUP-1'] } as const;
    const halt = { failure, offline: false, since: 0, tries: 1, nextTryAt: 0, alike: null };
    const stored = status({ state: { ...state, halt } });
    expect(textOf(panel(stored, ['SUP-1']))).toMatch(/^ *state_halted/);
  });
});
