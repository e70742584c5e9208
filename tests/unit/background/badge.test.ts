import { expect, test, vi } from 'vitest';
import type { Failure } from '../../../src/errors/failure.ts';
import { haltOf, queue, setup, state } from '../status/stored-status.ts';

const local: Record<string, unknown> = {};
const titles: string[] = [];

vi.mock('webextension-polyfill', () => ({
  default: {
    storage: { local: { get: async () => local }, session: { get: async () => ({}) } },
    action: {
      setBadgeText: async () => undefined,
      setBadgeBackgroundColor: async () => undefined,
      setTitle: async ({ title }: { title: string }) => titles.push(title),
    },
    i18n: { getUILanguage: () => 'en', getMessage: (id: string) => id },
  },
}));

/** The title that the toolbar's button has, drawn by a worker that has drawn nothing yet. */
async function titleWith(
  open: number,
  deferredTotal: number,
  paused = false,
  failure: Failure | null = null,
): Promise<string> {
  vi.resetModules();
  const { drawBadge } = await import('../../../src/background/badge.ts');
  local.setup = { ...setup, pausedQueues: paused ? ['SUP-1'] : [] };
  local.queues = [queue({ open, deferredTotal, failure })];
  await drawBadge();
  // The second time nothing has changed.
  await drawBadge();
  return titles.splice(0).join(', ');
}

test('the title says what waits: for a person, and else for the next run; or that none begins', async () => {
  expect(await titleWith(0, 0)).toBe('title_idle');
  expect(await titleWith(1, 0)).toBe('title_waiting');
  expect(await titleWith(12, 3)).toBe('title_deferred');
  expect(await titleWith(0, 1)).toBe('title_deferred');
  expect(await titleWith(12, 0, true)).toBe('title_idle');
  const failure = { code: 'checklist_issue_locked', details: ['SUP-1'] } as const;
  expect(await titleWith(12, 3, false, failure)).toBe('title_unusable');
  expect(await titleWith(12, 3, true, failure)).toBe('title_deferred');
  local.state = { ...state, halt: haltOf('many_alike') };
  expect(await titleWith(12, 3)).toBe('title_halted');
});
