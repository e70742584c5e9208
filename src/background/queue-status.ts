import { kindOf } from '../errors/codes.ts';
import { isOfChecklist, type QueueReport, type RunContext } from '../queue/run-context.ts';
import { queuesAtWork, type Settings } from '../settings/schema.ts';
import { nextPause, pauseLeft } from '../status/pause.ts';
import type { QueueStatus, RunCause } from '../status/status.ts';
import { renewedSample } from '../status/write-budget.ts';

/** How a queue stands after a run of that cause, with what is remembered of it from before. */
export function queueStatus(
  report: QueueReport,
  before: QueueStatus | null,
  cause: RunCause,
  now: number,
): QueueStatus {
  const { wasEdited, isLast, ...known } = report;
  const failure = report.failure ?? leftFailure(report, before, cause);
  const rest = failure === null ? null : nextRest(report, before, cause, now);
  // An issue that could not be read has no version.
  const isKnown = report.version > 0;
  // What was known of it stays in sight; the next look is to be a whole one, which ends the failure.
  if (!isKnown && before !== null) {
    const isSummaryDue = before.isSummaryDue || report.isSummaryDue;
    return { ...before, settledVersion: null, isSummaryDue, failure, rest };
  }
  return {
    ...known,
    deferred: [...report.deferred],
    sample: isKnown ? renewedSample(before?.sample ?? null, report.version, now) : null,
    continues: before?.continues ?? null,
    failure,
    rest,
  };
}

/**
 * That it can't be edited is not over because the list can be read, while something in it is to be
 * edited and no pass went through it.
 */
function leftFailure(
  { open, isSummaryDue, wasEdited, isLast }: QueueReport,
  before: QueueStatus | null,
  cause: RunCause,
): QueueStatus['failure'] {
  const isToEdit = (open > 0 || isSummaryDue) && !wasEdited && (!isLast || cause === 'chosen');
  const failure = before?.failure;
  if (!failure || !isOfChecklist(failure) || !isToEdit) return null;
  // What is read is there.
  return failure.code === 'checklist_issue_not_found' ? null : failure;
}

/** A checklist that can't be used rests as the schedule does in a halting state: see `nextHalt`. */
function nextRest(
  { failure, isLast }: QueueReport,
  before: QueueStatus | null,
  cause: RunCause,
  now: number,
): QueueStatus['rest'] {
  // A run tells of its queues several times, and is one try.
  if (failure === null || !isLast) return before?.rest ?? null;
  if (kindOf(failure.code) !== 'halting') return null;
  return nextPause(before?.failure?.code === failure.code ? before.rest : null, cause, now);
}

/**
 * The checklist issues that a pass works on: the schedule's leaves out those that rest, unless all
 * do, since then the halting state says when it is to try again.
 */
export function queuesOfPass(
  settings: Settings,
  cause: RunCause,
  queues: readonly QueueStatus[],
  now: number,
): string[] {
  const atWork = queuesAtWork(settings);
  if (cause !== 'schedule') return atWork;
  const resting = new Set(
    queues.flatMap(({ checklistIssue, rest }) =>
      rest !== null && pauseLeft(rest, now) > 0 ? checklistIssue : [],
    ),
  );
  const awake = atWork.filter((key) => !resting.has(key));
  return awake.length > 0 ? awake : atWork;
}

/** What a run of that cause is to know of its queues by how they stood before. */
export function knownQueues(
  queues: readonly Pick<
    QueueReport,
    'checklistIssue' | 'settledVersion' | 'isSummaryDue' | 'failure'
  >[],
  cause: RunCause,
): RunContext['known'] {
  return new Map(
    queues.map(({ checklistIssue, settledVersion, isSummaryDue, failure }) => {
      // Of kind **item** is the error field's refusal of the summary; nothing else of a queue is.
      const refusal = failure !== null && kindOf(failure.code) === 'item' ? failure : null;
      // Whoever asks for a run may have put right what refused it.
      const isTried = cause !== 'schedule' || refusal === null;
      return [checklistIssue, { settledVersion, isSummaryDue: isSummaryDue && isTried, refusal }];
    }),
  );
}
