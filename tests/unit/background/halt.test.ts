import { describe, expect, test } from 'vitest';
import {
  haltBySetup,
  isRepeated,
  isSoonOver,
  nextHalt,
  nextOutages,
} from '../../../src/background/halt.ts';
import type { Code } from '../../../src/errors/codes.ts';
import { type HeldFailure, heldFailure } from '../../../src/queue/brake.ts';
import type { RunEnd } from '../../../src/queue/run-context.ts';
import { noCounts } from '../../../src/status/counts.ts';
import { pauseLeft } from '../../../src/status/pause.ts';
import type { Halt, Host } from '../../../src/status/status.ts';
import { failedPlanOf, issueOf } from '../queue/plans.ts';
import { aRun } from '../status/a-run.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;

type RunLike = Parameters<typeof nextHalt>[2];
const scheduled: RunLike = {
  id: 'run',
  kind: 'process',
  cause: 'schedule',
  moving: null,
  counts: noCounts,
  leftOpen: [],
  brake: true,
  answered: new Set(),
  canUseList: false,
};
const clicked: RunLike = { ...scheduled, cause: 'click' };

function halted(code: Code, offline = false, held: readonly HeldFailure[] = []): RunEnd {
  return { outcome: 'halted', failure: { code, details: ['SUP-1'] }, offline, held };
}

/** Failures of issues of their own, about the tasks of these numbers. */
function heldAbout(tasks: readonly number[]): HeldFailure[] {
  return tasks.flatMap((task, at) => {
    const key = `SUP-${at + 10}`;
    const plan = failedPlanOf({
      item: { id: key, text: key, issueKey: key },
      issue: { ...issueOf(), key },
      resource: { type: 'task', id: String(task) },
      failure: { code: 'resource_not_found', details: [String(task)] },
    });
    return heldFailure(plan, at, false) ?? [];
  });
}

/** The halting state after so many runs with the same end, each as soon as its time has come. */
function haltAfter(runs: readonly RunLike[], end: RunEnd): Halt {
  let halt: Halt | null = null;
  for (const run of runs) halt = nextHalt(halt, end, run, halt?.nextTryAt ?? noon);
  if (halt === null) throw new Error('no halting state');
  return halt;
}

describe('a halting state', () => {
  test('has its tries by the schedule rest longer and longer, to an hour', () => {
    const rests = Array.from({ length: 12 }, (_, more) => {
      const runs = Array.from({ length: more + 1 }, () => scheduled);
      const halt = haltAfter(runs, halted('tracker_token_rejected'));
      const before =
        more === 0 ? noon : haltAfter(runs.slice(1), halted('tracker_token_rejected')).nextTryAt;
      return halt.nextTryAt - before;
    });
    expect(rests.map((ms) => ms / minute)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  });

  test('does not make anybody wait longer who tries by hand', () => {
    const once = haltAfter([scheduled], halted('tracker_token_rejected'));
    const often = haltAfter(
      [scheduled, clicked, clicked, clicked],
      halted('tracker_token_rejected'),
    );
    expect(often.tries).toBe(once.tries);
    expect(often.since).toBe(noon);
  });

  test.each([
    ['signed out', halted('content_login_required')],
    ['offline', halted('tracker_unavailable', true)],
  ])('that may be over any moment is not paused: %s', (_, end) => {
    const halt = haltAfter([scheduled, scheduled, scheduled, scheduled], end);
    expect(isSoonOver(halt)).toBe(true);
    expect(pauseLeft(halt, halt.nextTryAt)).toBe(0);
  });

  test('begins anew with another reason', () => {
    const before = haltAfter([scheduled, scheduled, scheduled], halted('tracker_token_rejected'));
    const later = noon + 60 * minute;
    expect(nextHalt(before, halted('checklist_issue_not_found'), scheduled, later)).toMatchObject({
      tries: 1,
      since: later,
      nextTryAt: later + minute / 2,
    });
  });

  test('is over with a run that is completed', () => {
    const before = haltAfter([scheduled], halted('content_login_required'));
    expect(nextHalt(before, { outcome: 'completed' }, scheduled, noon)).toBeNull();
  });

  describe('is over with a run that is cut short only where that has disproved it:', () => {
    const failure = { code: 'content_unavailable', details: ['reason_network'] } as const;
    const ends: Record<'stopped' | 'interrupted', RunEnd> = {
      stopped: { outcome: 'stopped' },
      interrupted: { outcome: 'interrupted', failure },
    };

    test.each<[code: Code, end: keyof typeof ends, answered: Host[], isOver: boolean]>([
      ['content_login_required', 'stopped', [], false],
      ['content_login_required', 'stopped', ['tracker'], false],
      ['content_login_required', 'interrupted', ['tracker'], false],
      ['content_login_required', 'stopped', ['tracker', 'content'], true],
      ['tracker_token_rejected', 'stopped', [], false],
      ['tracker_token_rejected', 'interrupted', ['tracker'], true],
      ['checklist_issue_not_found', 'stopped', ['tracker'], true],
      // It could be read all the time.
      ['checklist_issue_locked', 'stopped', ['tracker'], false],
      ['many_alike', 'stopped', ['tracker', 'content'], false],
      // Offline.
      ['tracker_unavailable', 'stopped', [], false],
      ['tracker_unavailable', 'stopped', ['tracker'], true],
      ['tracker_unavailable', 'interrupted', [], true],
    ])('%s, %s, answered by %j: %s', (code, end, answered, isOver) => {
      const before = haltAfter([scheduled], halted(code, code === 'tracker_unavailable'));
      const run: RunLike = { ...clicked, answered: new Set(answered) };
      expect(nextHalt(before, ends[end], run, noon)).toEqual(isOver ? null : before);
    });

    test.each(['done', 'unchanged'] as const)('an item is %s', (became) => {
      const run: RunLike = { ...clicked, counts: { ...noCounts, [became]: 1 } };
      for (const code of ['many_alike', 'checklist_issue_locked'] as const) {
        expect(nextHalt(haltAfter([scheduled], halted(code)), ends.stopped, run, noon)).toBeNull();
      }
    });

    test.each<[what: string, counts: object, left: RunLike['leftOpen'], isOver: boolean]>([
      ['was deferred', { failed: 2 }, [{ queue: 'SUP-1', outcome: 'failed', count: 1 }], true],
      [
        'was left unchecked',
        { failed: 1 },
        [{ queue: 'SUP-1', outcome: 'failed', count: 1 }],
        false,
      ],
      [
        'was deferred, and another put off',
        { failed: 1, postponed: 1 },
        [{ queue: 'SUP-1', outcome: 'postponed', count: 1 }],
        true,
      ],
    ])('a locked list, whose item %s: %j', (_, counts, leftOpen, isOver) => {
      const run: RunLike = { ...clicked, counts: { ...noCounts, ...counts }, leftOpen };
      const before = haltAfter([scheduled], halted('checklist_issue_locked'));
      expect(nextHalt(before, ends.interrupted, run, noon) === null).toBe(isOver);
      const other = haltAfter([scheduled], halted('many_alike'));
      expect(nextHalt(other, ends.interrupted, run, noon)).not.toBeNull();
    });

    test('and is a try as any where not: the next one is later', () => {
      const before = haltAfter([scheduled], halted('tracker_token_rejected'));
      const after = nextHalt(before, ends.interrupted, scheduled, noon + minute);
      expect(after).toEqual({ ...before, tries: 2, nextTryAt: noon + 2 * minute });
    });
  });

  test('is not over with a recheck, which asks the tracker alone', () => {
    const before = haltAfter([scheduled], halted('content_login_required'));
    const recheck: RunLike = { ...scheduled, kind: 'recheck' };
    expect(nextHalt(before, { outcome: 'completed' }, recheck, noon)).toBe(before);
  });

  test.each<[kind: RunLike['kind'], answered: Host[], isOver: boolean]>([
    ['recheck', ['tracker'], true],
    ['undo', ['tracker'], true],
    ['process', ['tracker', 'content'], true],
    // It had nothing to ask.
    ['undo', [], false],
  ])(
    'offline, after a chosen %s that was answered by %j: is over: %s',
    (kind, answered, isOver) => {
      const before = haltAfter([scheduled], halted('tracker_unavailable', true));
      const run: RunLike = { ...clicked, kind, cause: 'chosen', answered: new Set(answered) };
      expect(nextHalt(before, { outcome: 'completed' }, run, noon)).toBe(isOver ? null : before);
    },
  );

  test.each<[code: Code, canUseList: boolean, isOver: boolean]>([
    ['checklist_issue_locked', true, true],
    ['checklist_issue_forbidden', true, true],
    ['checklist_issue_locked', false, false],
    ['tracker_token_rejected', true, false],
  ])('%s, after an undo that found a list to use, %s, is over: %s', (code, canUseList, isOver) => {
    const undo: RunLike = { ...clicked, kind: 'undo', cause: 'chosen', canUseList };
    const before = haltAfter([{ ...undo, canUseList: false }], halted(code));
    expect(nextHalt(before, { outcome: 'stopped' }, undo, noon)).toBe(before);
    expect(nextHalt(before, { outcome: 'completed' }, undo, noon)).toBe(isOver ? null : before);
  });

  test.each([
    ['SUP-1', null],
    ['SUP-2', 'kept'],
  ])('of a locked checklist issue is over with its move: of %s', (from, kept) => {
    const before = haltAfter([scheduled], halted('checklist_issue_locked'));
    const move: RunLike = { ...clicked, kind: 'move', moving: { from, to: 'SUP-9' } };
    const after = nextHalt(before, { outcome: 'completed' }, move, noon);
    expect(after).toBe(kept === null ? null : before);
  });

  test.each([
    ['another one', true, 'kept'],
    ['what was done anyway', false, null],
  ])('of the brake with what somebody chose is over with %s: %s', (_, brake, kept) => {
    const chosen: RunLike = { ...clicked, cause: 'chosen' };
    const before = haltAfter([chosen], halted('many_alike'));
    expect(before.alike).toMatchObject({ task: chosen.id });
    const after = nextHalt(before, { outcome: 'completed' }, { ...chosen, brake }, noon);
    expect(after).toBe(kept === null ? null : before);
    const other = haltAfter([chosen], halted('tracker_token_rejected'));
    expect(other.alike).toBeNull();
    expect(nextHalt(other, { outcome: 'completed' }, { ...chosen, brake }, noon)).toBe(other);
    expect(haltAfter([clicked], halted('many_alike')).alike).toMatchObject({ task: null });
  });
});

test('of the brake, ten that are about different things are stored, and how many there are', () => {
  const tasks = [...Array.from({ length: 500 }, () => 0), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  const { alike } = haltAfter([scheduled], halted('many_alike', false, heldAbout(tasks)));
  expect(alike?.count).toBe(511);
  expect(alike?.items.map(({ issueKey, failure }) => [issueKey, ...failure.details])).toEqual([
    ['SUP-10', '0'],
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((task) => [`SUP-${task + 509}`, String(task)]),
  ]);
});

describe('a halting state that lies in the set-up', () => {
  const before = haltAfter([scheduled], halted('not_configured'));
  const failure = { code: 'content_permission_missing' as const, details: ['learn.example'] };

  test('is over as soon as nothing is wrong with that', () => {
    expect(haltBySetup(before, null)).toBeNull();
  });

  test('says what is wrong now', () => {
    expect(haltBySetup(before, failure)).toEqual({ ...before, failure });
    expect(haltBySetup(before, { ...before.failure })).toBe(before);
  });

  test('is none that only a run can end', () => {
    const signedOut = haltAfter([scheduled], halted('content_login_required'));
    expect(haltBySetup(signedOut, null)).toBe(signedOut);
    expect(haltBySetup(null, failure)).toBeNull();
  });
});

describe('an outage', () => {
  const before = [{ host: 'content' as const, since: noon }];

  test('begins when the first of its failures did, and keeps that time', () => {
    expect(nextOutages([], { tracker: null, content: noon })).toEqual(before);
    expect(nextOutages(before, { tracker: null, content: noon + minute })).toEqual(before);
  });

  test('ends when the host answers', () => {
    expect(nextOutages(before, { tracker: null, content: null })).toEqual([]);
  });

  test('is left as it is by a run that did not ask the host', () => {
    expect(nextOutages(before, {})).toEqual(before);
  });
});

describe('a run that came to nothing', () => {
  const unanswered = {
    outcome: 'interrupted',
    failure: { code: 'tracker_unavailable', details: ['reason_network'] },
  } as const;
  const nothing = { ...aRun, endedAt: noon, requests: 1, failure: null };
  const interrupted = {
    lastRun: { ...nothing, ...unanswered },
    lastSuccessAt: noon - minute,
  };

  test('is told of once, as long as nothing goes well', () => {
    expect(isRepeated(unanswered, aRun, interrupted)).toBe(true);
    expect(isRepeated(unanswered, aRun, { ...interrupted, lastSuccessAt: noon + minute })).toBe(
      false,
    );
    expect(isRepeated(unanswered, aRun, { ...interrupted, lastRun: null })).toBe(false);
  });

  test('is told of once, whichever kind it is of, but where items were in it', () => {
    const recheck = { ...aRun, kind: 'recheck' as const };
    const counts = { ...aRun.counts, total: 1, postponed: 1 };
    expect(isRepeated(unanswered, recheck, interrupted)).toBe(true);
    expect(isRepeated(unanswered, { ...recheck, counts }, interrupted)).toBe(false);
    const lastRun = { ...interrupted.lastRun, counts };
    expect(isRepeated(unanswered, recheck, { ...interrupted, lastRun })).toBe(false);
  });

  test('is told of where the one before did something, or had another end', () => {
    const counts = { ...aRun.counts, total: 3, done: 3 };
    const busy = { ...interrupted.lastRun, counts };
    expect(isRepeated(unanswered, aRun, { ...interrupted, lastRun: busy })).toBe(false);
    expect(isRepeated(halted('tracker_token_rejected'), aRun, interrupted)).toBe(false);
    expect(isRepeated({ outcome: 'stopped' }, aRun, interrupted)).toBe(false);
  });

  test('is told of again where another thing interrupts or halts it', () => {
    const content = { ...unanswered.failure, code: 'content_unavailable' as const };
    expect(isRepeated({ ...unanswered, failure: content }, aRun, interrupted)).toBe(false);
    const failure = { code: 'tracker_token_rejected' as const, details: [] };
    const lastRun = { ...nothing, outcome: 'halted' as const, failure };
    const before = { lastRun, lastSuccessAt: null };
    expect(isRepeated(halted('tracker_token_rejected'), aRun, before)).toBe(true);
    expect(isRepeated(halted('content_login_required'), aRun, before)).toBe(false);
  });

  test('is told of once, too, where items were in it that only said again what they had said', () => {
    const counts = { ...aRun.counts, total: 4, postponed: 1, failed: 3 };
    const lastRun = { ...nothing, outcome: 'completed' as const, counts };
    const before = { lastRun, lastSuccessAt: noon };
    const completed: RunEnd = { outcome: 'completed' };
    expect(isRepeated(completed, { ...aRun, counts }, before)).toBe(true);
    // A recheck that went well in between is none of them.
    expect(isRepeated(completed, { ...aRun, counts }, { ...before, lastSuccessAt: noon + 1 })).toBe(
      true,
    );
    const undo = { ...lastRun, kind: 'undo' as const };
    expect(isRepeated(completed, { ...aRun, counts }, { ...before, lastRun: undo })).toBe(false);
    const one = { ...aRun.counts, total: 1, failed: 1 };
    const oneBefore = { ...before, lastRun: { ...lastRun, counts: one } };
    expect(isRepeated(completed, { ...aRun, counts: one }, oneBefore)).toBe(true);
    // It, or the one before, found nothing at all; or the one before did something.
    expect(isRepeated(completed, aRun, before)).toBe(false);
    const idle = { ...before, lastRun: { ...lastRun, counts: aRun.counts } };
    expect(isRepeated(completed, { ...aRun, counts }, idle)).toBe(false);
    const done = { ...lastRun, counts: { ...counts, total: 5, done: 1 } };
    expect(isRepeated(completed, { ...aRun, counts }, { ...before, lastRun: done })).toBe(false);
  });
});
