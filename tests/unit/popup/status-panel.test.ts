import { describe, expect, test, vi } from 'vitest';
import { noCounts } from '../../../src/status/counts.ts';
import type { LastRun } from '../../../src/status/status.ts';
import { viewOf } from '../../../src/status/view.ts';
import { setup, state, status } from '../status/stored-status.ts';
import { textOf } from '../ui/drawn.ts';

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

function drawn(last: Partial<LastRun>, isPaused = false): string {
  const stored = status({
    setup: { ...setup, isPaused },
    state: { ...state, lastRun: { ...lastRun, ...last } },
  });
  return textOf(
    StatusPanel({
      view: viewOf(stored),
      state: stored.state,
      missing: [],
      leaveFailedUnchecked: false,
      isPaused,
      isPauseManaged: false,
    }),
  );
}

describe('the last run', () => {
  const summary = 'run_summary count_done_other 3 duration_seconds 9';

  test.each([false, true])('is said to have been stopped, while paused %s', (isPaused) => {
    expect(drawn({ outcome: 'stopped' }, isPaused)).toContain(`run_stopped: ${summary}`);
    expect(drawn({}, isPaused)).toContain(summary);
    expect(drawn({}, isPaused)).not.toContain('run_stopped');
  });

  test('is so too where it was stopped before it did anything', () => {
    expect(drawn({ outcome: 'stopped', counts: noCounts })).toMatch(/run_stopped$/);
  });
});
