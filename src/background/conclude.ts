import type { RunEntry } from '../activity/entries.ts';
import { addRun } from '../activity/history.ts';
import { failureOf, type RunEnd } from '../queue/run-context.ts';
import { loadSettings } from '../settings/store.ts';
import { storedPreview } from '../status/preview.ts';
import { type LastRun, type Run, storedQueues, storedRun, storedState } from '../status/status.ts';
import { storedBraked, type Task } from '../status/tasks.ts';
import { queuesOf } from '../status/view.ts';
import { isRepeated, nextHalt, nextOutages } from './halt.ts';
import type { OngoingRun, Performed } from './perform.ts';
import { armBellAt } from './schedule.ts';
import { endRun, hasBrake } from './tasks.ts';
import { noteAddition } from './trimming.ts';
import { flushLog, log } from './worker-log.ts';

/**
 * Stores what a run came to, and lets go of it last: where the worker dies before, the next takes it
 * up again. One that is to go on later stays stored.
 */
export async function conclude(going: OngoingRun, { end, downSince }: Performed): Promise<void> {
  const { journal, task, isOutdated } = going;
  // A try of the schedule that comes to nothing as the last one did: every 30 s one would push out of
  // the history what people look for there.
  const mayRepeat = journal.run.cause === 'schedule' && !journal.hasNews;
  const isRepeat = mayRepeat && isRepeated(end, journal.run, await storedState.read());
  if (!isRepeat) await journal.keepOldNews();
  const { run } = journal;
  if (isOutdated && (await isToGoOn(run, end))) return storeToGiveWay(run, task);
  if (end.outcome === 'waiting') return storeToWait(run, end.until);
  await logEnd(going, end);
  await tell(going, end, downSince, isRepeat);
  await endRun(run);
}

/** Tells what a run came to in the history and in the state. */
async function tell(
  { journal, task }: OngoingRun,
  end: Exclude<RunEnd, { outcome: 'waiting' }>,
  downSince: Performed['downSince'],
  isRepeat: boolean,
): Promise<void> {
  const { run, answered, canUseList } = journal;
  const { id, kind, cause, startedAt, counts, requests, historyFailed } = run;
  // Nothing was done that anybody would look for: who asked for it sees what it found.
  if (kind === 'preview') return;
  const { outcome } = end;
  const endedAt = Date.now();
  const failure = failureOf(end);
  const ran = { id, kind, cause, startedAt, endedAt, counts, requests, outcome, failure };
  // A pass that found nothing to do would push them out as well.
  const isUnasked = cause === 'schedule' || kind === 'move';
  const isIdle = isRepeat || (counts.total === 0 && isUnasked && outcome === 'completed');
  const isMissing = !isIdle && !(await addToHistory(ran, run));
  if (task !== null && end.outcome === 'halted' && end.held.length > 0) {
    const items = end.held.map(({ plan: { item } }) => ({ queue: item.queue, itemId: item.id }));
    // Before the state that offers to do it anyway.
    await storedBraked.write({ id, work: task.work, items });
  }
  // What was done last stays in sight while later passes find nothing to do.
  const lastSeen = (last: LastRun | null) =>
    isRepeat && last !== null ? { ...last, startedAt, endedAt, counts } : last;
  const brake = hasBrake(run, task);
  await storedState.update((state) => {
    const halt = nextHalt(state.halt, end, { ...run, brake, answered, canUseList }, endedAt);
    // A recheck beside what is halted says nothing of that.
    const isSuccess = outcome === 'completed' && (kind !== 'recheck' || halt === null);
    return {
      ...state,
      lastRun: isIdle ? lastSeen(state.lastRun) : ran,
      lastSuccessAt: isSuccess ? endedAt : state.lastSuccessAt,
      halt,
      outages: nextOutages(state.outages, downSince),
      historyFailed: historyFailed || isMissing,
    };
  });
}

/** Settings were saved under it: no person stopped it, and they may have been what was wrong. */
async function isToGoOn(run: Run, { outcome }: RunEnd): Promise<boolean> {
  if (outcome === 'waiting') return true;
  const isCut = outcome === 'stopped' || outcome === 'interrupted';
  return isCut && !run.stopping && (await isStillWanted(run));
}

/**
 * Stores a run so that the rest is done with the settings as they are now. A preview begins anew, and
 * what the pass that new settings ask for does as well is stopped.
 */
export async function storeToGiveWay(run: Run, task: Task | null): Promise<void> {
  if (task?.work.type === 'preview') await storedPreview.write(null);
  const stopping = run.stopping || !(run.kind === 'move' || (await isStillWanted(run)));
  await storedRun.write({ ...run, inHand: [], resumeAt: null, stopping });
}

/**
 * Whether what is left of a run is to be done under new settings as well. They ask for a pass over all
 * that is open, which does neither what somebody chose nor a recheck.
 */
async function isStillWanted({ kind, cause }: Run): Promise<boolean> {
  if (cause === 'chosen' || cause === 'defer_anyway') return true;
  if (kind === 'recheck' && cause === 'click') return true;
  const { schedulePaused } = (await loadSettings()).settings;
  // While the schedule is paused they ask for none, and what the schedule had begun is to end.
  return kind === 'recheck' ? !schedulePaused : cause === 'click' && schedulePaused;
}

async function storeToWait(run: Run, until: number): Promise<void> {
  // Whoever stopped it in the last moment is not to wait for its end.
  const resumeAt = run.stopping ? null : until;
  if (resumeAt !== null) await armBellAt(resumeAt);
  await storedRun.write({ ...run, inHand: [], resumeAt });
}

async function logEnd({ journal }: OngoingRun, end: RunEnd): Promise<void> {
  const { run } = journal;
  log({
    level: end.outcome === 'halted' || end.outcome === 'interrupted' ? 'error' : 'info',
    event: 'run_ended',
    details: [run.kind, end.outcome, String(run.requests)],
    runId: run.id,
    failure: failureOf(end) ?? undefined,
  });
  await flushLog();
}

/** Whether the history has the run now. */
async function addToHistory(
  ran: Omit<RunEntry, 'move' | 'versions'>,
  { moving }: Run,
): Promise<boolean> {
  const [queues, { settings }] = await Promise.all([storedQueues.read(), loadSettings()]);
  const versions = Object.fromEntries(
    queuesOf(settings.checklistIssues, queues)
      .filter(({ version }) => version > 0)
      .map(({ checklistIssue, version }) => [checklistIssue, version]),
  );
  try {
    await addRun({ ...ran, move: moving ?? undefined, versions });
    noteAddition();
    return true;
  } catch {
    // As with the items: said in the popup, and no reason to leave work undone.
    return false;
  }
}
