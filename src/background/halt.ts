import type { Code } from '../errors/codes.ts';
import type { Failure } from '../errors/failure.ts';
import { differentFailures, failuresThatHalt } from '../queue/brake.ts';
import { failureOf, isOfChecklist, type RunEnd } from '../queue/run-context.ts';
import { nextPause } from '../status/pause.ts';
import type { Halt, Host, Run, State } from '../status/status.ts';
import { finished } from '../status/view.ts';

/** What a run's end leaves behind for the next: a halting state, and hosts that do not answer. */

interface EndedRun extends Pick<Run, 'id' | 'kind' | 'cause' | 'moving' | 'counts' | 'leftOpen'> {
  /** Whether the brake could have halted it. */
  readonly brake: boolean;
  /** Hosts that gave it a good answer. */
  readonly answered: ReadonlySet<Host>;
  /** It found a checklist that can be used. */
  readonly canUseList: boolean;
}

/** The halting state after a run; null where there is none. */
export function nextHalt(
  present: Halt | null,
  end: RunEnd,
  run: EndedRun,
  now: number,
): Halt | null {
  const { kind, cause, moving, brake, answered, canUseList } = run;
  if (end.outcome === 'halted') return haltOf(end, present, run, now);
  // The browser would have said so again of a host that does not answer.
  const isBackOnline = answered.size > 0 || end.outcome === 'interrupted';
  if (present === null || (present.offline && isBackOnline)) return null;
  if (kind === 'process' && cause !== 'chosen') {
    const isOver = end.outcome === 'completed' || isDisproved(present, run);
    return isOver ? null : { ...present, ...nextTry(present, present, cause, now) };
  }
  // The others do not look at all that is open: few of the halting states can be told to be over.
  const { code, details } = present.failure;
  const isDecided = !brake && code === 'many_alike';
  const isUsable = canUseList && isOfChecklist(present.failure);
  // The queue that was locked is not the one of the settings any more.
  const isMoved = code === 'checklist_issue_locked' && moving?.from === details[0];
  return end.outcome === 'completed' && (isDecided || isUsable || isMoved) ? null : present;
}

/** The halting state that a run has ended in. */
function haltOf(
  end: Extract<RunEnd, { outcome: 'halted' }>,
  present: Halt | null,
  { id, cause }: EndedRun,
  now: number,
): Halt {
  const { failure, offline, held } = end;
  const before = present?.failure.code === failure.code ? present : null;
  return {
    failure,
    offline,
    since: before?.since ?? now,
    ...nextTry(end, before, cause, now),
    alike:
      failure.code === 'many_alike'
        ? {
            count: held.length,
            task: cause === 'chosen' ? id : null,
            items: differentFailures(held)
              .slice(0, failuresThatHalt)
              .map(({ plan }) => ({ issueKey: plan.item.issueKey, failure: plan.failure })),
          }
        : null,
  };
}

/** When the schedule tries next, after one more try; it was the first where nothing was so before. */
function nextTry(
  halt: Pick<Halt, 'failure' | 'offline'>,
  before: Halt | null,
  cause: Run['cause'],
  now: number,
): Pick<Halt, 'tries' | 'nextTryAt'> {
  const next = nextPause(before, cause, now);
  return isSoonOver(halt) ? { ...next, nextTryAt: now } : next;
}

/** Who has answered well is what a halting state of this code said that it would not be. */
const hostsOfCodes: Partial<Record<Code, Host>> = {
  content_login_required: 'content',
  tracker_token_rejected: 'tracker',
  checklist_issue_not_found: 'tracker',
  checklist_issue_forbidden: 'tracker',
};

/** Whether a pass that was cut short has shown all the same that a halting state is over. */
function isDisproved(halt: Halt, { counts, leftOpen, answered }: EndedRun): boolean {
  if (counts.done + counts.unchanged > 0) return true;
  // Items were edited: those that were deferred.
  const notDeferred = leftOpen.reduce(
    (sum, { outcome, count }) => (outcome === 'failed' ? sum + count : sum),
    0,
  );
  if (halt.failure.code === 'checklist_issue_locked') return counts.failed > notDeferred;
  const host = hostsOfCodes[halt.failure.code];
  return host !== undefined && answered.has(host);
}

const codesOfSetup: readonly Code[] = [
  'not_configured',
  'tracker_permission_missing',
  'content_permission_missing',
];

/** A halting state that lies in the set-up says what is wrong with that now: no run has to find out. */
export function haltBySetup(halt: Halt | null, failure: Failure | null): Halt | null {
  if (halt === null || !codesOfSetup.includes(halt.failure.code)) return halt;
  if (JSON.stringify(failure) === JSON.stringify(halt.failure)) return halt;
  return failure && { ...halt, failure };
}

/** Signing in and going online are noticed by trying, for little, and people wait for it. */
export function isSoonOver(halt: Pick<Halt, 'failure' | 'offline'>): boolean {
  return halt.offline || halt.failure.code === 'content_login_required';
}

/** Since when each host fails to answer; one that this run did not ask is left as it was. */
export function nextOutages(
  present: State['outages'],
  downSince: Partial<Record<Host, number | null>>,
): State['outages'] {
  const hosts: Host[] = ['tracker', 'content'];
  return hosts.flatMap((host) => {
    const since = downSince[host];
    const before = present.find((outage) => outage.host === host);
    if (since === undefined) return before ?? [];
    return since === null ? [] : [{ host, since: before?.since ?? since }];
  });
}

/**
 * Whether the last run came to nothing as this one without news did, for the same reason, and where
 * that is a failure, nothing has gone well since.
 */
export function isRepeated(
  end: RunEnd,
  { kind, counts }: Pick<Run, 'kind' | 'counts'>,
  { lastRun, lastSuccessAt }: Pick<State, 'lastRun' | 'lastSuccessAt'>,
): boolean {
  if (lastRun === null || lastRun.outcome !== end.outcome) return false;
  const { counts: last } = lastRun;
  // Where there were items in it, what an undo came to says nothing of a pass.
  if ((counts.total > 0 || last.total > 0) && lastRun.kind !== kind) return false;
  if (finished(last) > last.postponed + last.failed) return false;
  // One that found nothing at all is not told of either way.
  if (end.outcome === 'completed') return counts.total > 0 && last.total > 0;
  const failure = failureOf(end);
  if (failure === null || (lastSuccessAt ?? 0) > lastRun.endedAt) return false;
  return lastRun.failure?.code === failure.code;
}
