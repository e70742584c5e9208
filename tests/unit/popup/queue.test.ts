import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { noCounts } from '../../../src/status/counts.ts';
import type { Move, QueueStatus, Run, RunKind } from '../../../src/status/status.ts';
import { Button } from '../../../src/ui/button.tsx';
import { aRun } from '../status/a-run.ts';
import { queue } from '../status/stored-status.ts';
import { elementsOf, textOf } from '../ui/drawn.ts';

vi.mock('webextension-polyfill', () => ({
  default: {
    i18n: {
      getUILanguage: () => 'en',
      getMessage: (id: string, details: string[] = []) => [id, ...details].join(' '),
    },
  },
}));
const { clock } = await import('../../../src/ui/clock.ts');
const { Queue } = await import('../../../src/popup/queue.tsx');

beforeEach(() => {
  vi.stubGlobal('location', { pathname: '/src/popup/index.html' });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const failure = { code: 'checklist_issue_not_found', details: ['SUP-1'] } as const;

function card(change: Partial<QueueStatus>, run: Run | null = null, move: Move | null = null) {
  return Queue({
    queue: queue(change),
    trackerUrl: 'https://api.tracker.yandex.net/v2',
    move,
    onMove: null,
    isPaused: false,
    run,
    onPause: async () => undefined,
  });
}

function drawn(change: Partial<QueueStatus>): string {
  return textOf(card(change));
}

test.each([
  [9089, null],
  [9090, 'queue_version_near'],
  [10_099, 'queue_version_near'],
  [10_100, 'queue_version_past'],
])('at version %i it says of the end of its issue: %s', (version, wanted) => {
  const said = /queue_version_(?:near|past)/.exec(drawn({ version }))?.[0] ?? null;
  expect(said).toBe(wanted);
});

describe('a move that is not finished', () => {
  const move: Move = { from: 'SUP-1', id: 'move-1', target: 'SUP-19', failure: null };
  const moving = (from: string) => ({ ...aRun, kind: 'move' as const, moving: { from, to: null } });

  test.each<[said: boolean, when: string, run: Run | null]>([
    [true, 'somebody stopped it', null],
    [true, 'another queue is moved', moving('SUP-2')],
    [false, 'it goes on', moving('SUP-1')],
  ])('is told, with where it leads, %s: %s', (said, _, run) => {
    const text = textOf(card({}, run, move));
    expect(text.includes('move_failed')).toBe(said);
    expect(text.includes('SUP-1 → SUP-19')).toBe(said);
  });

  test('has what ended its last try, and no promise that it is tried again by itself', () => {
    const outage = { code: 'tracker_unavailable', details: [] } as const;
    const text = textOf(card({}, null, { ...move, target: null, failure: outage }));
    expect(text).toContain('move_failed');
    expect(text).toContain('page_tracker_unavailable');
    expect(text).not.toContain('→');
  });
});

describe('a queue', () => {
  test('is where the link to its key leads', () => {
    expect(elementsOf(card({ failure }))[0]?.props.id).toBe('SUP-1');
  });

  test('has its key alone for a heading, with its button beside it', () => {
    const elements = elementsOf(card({}));
    expect(elements.filter(({ type }) => type === 'h2').map(textOf)).toEqual(['SUP-1']);
    expect(elements.filter(({ type }) => type === Button).map(textOf)).toEqual([
      'queue_pause SUP-1',
    ]);
  });

  test('that could never be read has no figures, but what is wrong with it', () => {
    const text = drawn({ version: 0, failure });
    expect(text).toContain('SUP-1');
    expect(text).toContain(failure.code);
    expect(text).not.toMatch(/queue_open|queue_version/);
  });

  test('that can’t be read any more has those that were last seen', () => {
    const text = drawn({ version: 412, open: 3, total: 40, failure });
    expect(text).toContain(failure.code);
    expect(text).toContain('queue_open_other 3 40');
    expect(text).toContain('queue_version 412');
  });

  test('that a run works on tells no number of open items, which was of before', () => {
    const during = (kind: RunKind, total: number) =>
      textOf(card({ open: 300 }, { ...aRun, kind, counts: { ...noCounts, total } }));
    expect(during('process', 300)).not.toContain('queue_open');
    expect(during('process', 300)).toContain('queue_version 412');
    // They change nothing.
    expect(during('process', 0)).toContain('queue_open_other 300');
    expect(during('preview', 300)).toContain('queue_open_other 300');
  });

  test('that goes on from another says so for a day', () => {
    const movedBefore = (ms: number) =>
      drawn({ continues: { from: 'SUP-9', at: clock.value - ms } });
    expect(movedBefore(60_000)).toContain('queue_continues SUP-9');
    expect(movedBefore(2 * 86_400_000)).not.toContain('SUP-9');
    expect(drawn({})).not.toContain('queue_continues');
  });

  test('that has deferred items says how they come back', () => {
    expect(drawn({ deferredTotal: 1 })).toContain('deferred_help');
    expect(drawn({})).not.toContain('deferred_help');
  });
});
