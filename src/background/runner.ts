import type { ItemMemoryBook } from '../queue/item-memory.ts';
import { loadSettings } from '../settings/store.ts';
import { armBell } from '../status/bell.ts';
import { noCounts } from '../status/counts.ts';
import { longestHostWaitMs, pauseLeft, waitLeft } from '../status/pause.ts';
import { storedPreview } from '../status/preview.ts';
import {
  type PassKind,
  type QueueStatus,
  type Run,
  type RunCause,
  storedAsked,
  storedQueues,
  storedRun,
  storedState,
} from '../status/status.ts';
import type { TaskWork } from '../status/task-work.ts';
import { storedBraked, storedTasks } from '../status/tasks.ts';
import { finished, queuesOf } from '../status/view.ts';
import { StorageError, store } from '../storage/stored.ts';
import { conclude, storeToGiveWay } from './conclude.ts';
import { isSoonOver } from './halt.ts';
import { type OngoingRun, perform } from './perform.ts';
import { RunJournal } from './run-journal.ts';
import { armBellAt, disarmBell } from './schedule.ts';
import { endTrouble, notingTrouble } from './storage-trouble.ts';
import { addTask, noteTaskEnd, runOfTask, takesPlaceOf, taskOf } from './tasks.ts';
import { letGoOfHistory } from './trimming.ts';
import { log } from './worker-log.ts';
import { memoriesToStore, readMemories } from './worker-store.ts';

/** One run at a time in the whole profile; a lock dies with its worker. */
const runLock = 'run';

/** The run that goes on in this worker; a later worker finds the stored one. */
let current: OngoingRun | null = null;
let draining: Promise<void> | null = null;
let isRungAgain = false;

/**
 * Asks for a run, which begins at once or after the run in progress. Resolves when that is stored:
 * from then on no death of the worker loses it.
 * @returns false where it could not be stored.
 */
export function askForRun(kind: PassKind, cause: RunCause): Promise<boolean> {
  // What was asked for before keeps its cause.
  const causeAfter = (before: RunCause | null) => (cause === 'schedule' && before) || cause;
  return ask(() => storedAsked[kind].update(causeAfter));
}

/** Asks for what somebody chose to have done; as `askForRun`. */
export function askForTask(work: TaskWork, brake = true): Promise<boolean> {
  return ask(async () => {
    await addTask(work, brake);
    if (current?.task && takesPlaceOf(work, current.task.work)) current.stopped = true;
  });
}

/** Asks for what the brake has halted to be done without it, and for nothing that nobody was asked about. */
export async function askForDeferral(): Promise<boolean> {
  const { halt } = await storedState.read();
  const id = halt?.alike?.task ?? null;
  if (id === null) return ask(() => storedAsked.defer_anyway.write('defer_anyway'));
  const [braked, preview] = await Promise.all([storedBraked.read(), storedPreview.read()]);
  if (braked?.id !== id) return false;
  const { work, items } = braked;
  // With another preview in its place nothing tells what else was to be applied.
  const isShown = !('previewId' in work) || work.previewId === preview?.id;
  return askForTask(isShown ? work : { type: 'process_only', items }, false);
}

async function ask(storeIt: () => Promise<void>): Promise<boolean> {
  await armBell();
  const isStored = await notingTrouble(storeIt);
  void drain();
  return isStored;
}

/** Asks for a run whose time has come by the schedule, unless a halting state pauses it. */
export async function askForScheduledRun(kind: PassKind): Promise<void> {
  const [{ halt }, { settings }, run] = await Promise.all([
    storedState.read(),
    loadSettings(),
    storedRun.read(),
  ]);
  // A recheck touches nothing that the brake holds, and pauses of up to an hour could keep it out for ever.
  const isHeld = halt !== null && (kind === 'process' || halt.failure.code !== 'many_alike');
  if (settings.schedulePaused || (isHeld && pauseLeft(halt, Date.now()) > 0)) return;
  if (halt?.offline && !navigator.onLine) return;
  if (run?.kind === kind && run.cause !== 'chosen') void drain();
  else await askForRun(kind, 'schedule');
}

/** Tries again where a halting state may be over any moment: signed out, offline. */
export async function retryAfterHalt(): Promise<void> {
  const { halt } = await storedState.read();
  if (halt !== null && isSoonOver(halt)) await askForScheduledRun('process');
}

/** Ends the run in progress after the items in hand. */
export async function stopRun(): Promise<void> {
  await betweenSteps(async () => {
    if (current === null) {
      return storedRun.update((run) => run && { ...run, stopping: true, resumeAt: null });
    }
    current.stopped = true;
    return current.journal.stopping();
  });
  void drain();
}

/**
 * Lets settings that changed take effect at once: the run in progress gives way to the next, and
 * one that waits for a host waits no longer, since it may be another host by now. A move does not
 * give way: it looks at the settings again before it changes them, and does so itself.
 */
export async function giveWay(): Promise<void> {
  if (current !== null) {
    current.stopped ||= current.journal.run.kind !== 'move';
    current.isOutdated = true;
  }
  await betweenSteps(async () => {
    // One that began meanwhile has the settings as they are.
    if (current !== null) return;
    const run = await storedRun.read();
    if (run === null || run.resumeAt === null) return;
    await armBell();
    await storeToGiveWay(run, await taskOf(run));
  });
}

/** Does all that was asked for or left over by a worker that died. Resolves when nothing is left. */
export function drain(): Promise<void> {
  isRungAgain = true;
  draining ??= navigator.locks.request(runLock, async () => {
    try {
      while (isRungAgain) {
        isRungAgain = false;
        await notingTrouble(async () => {
          await endTrouble();
          for (let begun = await beginNext(); begun !== null; begun = await beginNext()) {
            await execute(begun);
          }
          await restOrRing();
          void notingTrouble(letGoOfHistory);
        });
      }
    } finally {
      // While the lock is held still: who rings from here on waits for it, and is heard.
      draining = null;
    }
  });
  return draining;
}

/**
 * Does something with the stored run while none begins or ends: either it is this worker's, and its
 * journal alone stores it, or it is nobody's. What was stored in between would be written over.
 */
function betweenSteps<Result>(work: () => Promise<Result>): Promise<Result> {
  return navigator.locks.request('run-step', work);
}

/** Begins what is to be done next, which is the current run from then on; null where nothing is. */
function beginNext(): Promise<OngoingRun | null> {
  return betweenSteps(async () => {
    const left = await storedRun.read();
    if (left === null) return beginAsked();
    const now = Date.now();
    const wait = waitLeft(left.resumeAt ?? now, now, longestHostWaitMs);
    if (wait === 0) return begin(left);
    // The alarm may be gone, as alarms are after an update.
    await armBellAt(now + wait);
    return null;
  });
}

/** Begins what was asked for first; null where nothing is. */
async function beginAsked(): Promise<OngoingRun | null> {
  const fresh = {
    startedAt: Date.now(),
    counts: noCounts,
    requests: 0,
    historyFailed: false,
    leftOpen: [],
    inHand: [],
    waits: [],
    resumeAt: null,
    stopping: false,
  };
  // Somebody waits for these. A task stays stored until its run's end.
  const [task] = await storedTasks.read();
  if (task !== undefined) return begin({ ...fresh, ...runOfTask(task) });
  for (const [name, { key, read }] of Object.entries(storedAsked)) {
    const cause = await read();
    if (cause === null) continue;
    const kind = name === 'recheck' ? name : 'process';
    const id = crypto.randomUUID();
    return begin({ ...fresh, id, kind, cause, moving: null }, { [key]: null });
  }
  return null;
}

/** With nothing left to do the worker may sleep until a schedule's time, or until it can try again. */
async function restOrRing(): Promise<void> {
  const [run, { halt }, { settings }] = await Promise.all([
    storedRun.read(),
    storedState.read(),
    loadSettings(),
  ]);
  if (run !== null) return;
  if (halt !== null && isSoonOver(halt) && !settings.schedulePaused) await armBell();
  else await disarmBell();
}

/**
 * Makes a run the current one: a new one, or what a worker that died has left.
 * @param along what is stored together with it: that it is asked for no more.
 */
async function begin(
  stored: Run,
  along: Readonly<Record<string, unknown>> = {},
): Promise<OngoingRun> {
  // The alarm that rang when a wait was over rings once; an update clears them all.
  await armBell();
  const memory = await readMemories();
  noteDeaths(memory, stored);
  const queues = await storedQueues.read();
  const kept = await queuesToKeep(queues);
  for (const queue of queues) {
    if (!kept.includes(queue)) memory.keepOnly(queue.checklistIssue, new Set());
  }
  const { counts, id } = stored;
  // A preview takes nothing in hand: what a worker dies over is the preview itself.
  const run: Run = {
    ...stored,
    inHand: stored.kind === 'preview' ? [{ queue: '', itemId: id, issueKey: null }] : [],
    waits: [],
    resumeAt: null,
    // What is still open is found anew: the tracker may have changed since.
    counts: { ...counts, total: finished(counts) },
  };
  const journal = new RunJournal(run, memory);
  const isTakenUp = counts.total > 0;
  // Before what is open is forgotten: a worker that died in between would leave it to none.
  if (isTakenUp) await journal.takeUp();
  // Together, or a death in between would count twice, or leave it to none to tell what waits.
  await store({
    ...along,
    ...memoriesToStore(memory),
    [storedRun.key]: journal.run,
    // No history may have what was done last, and they may not have been told of it.
    ...(isTakenUp || kept.length < queues.length
      ? {
          [storedQueues.key]: kept.map((one) => ({
            ...one,
            isSummaryDue: isTakenUp || one.isSummaryDue,
          })),
        }
      : {}),
  });
  const task = await taskOf(run);
  current = { journal, memory, task, stopped: run.stopping, isOutdated: false };
  return current;
}

/** What is known of queues that some layer of the settings still names; the rest is to be forgotten. */
async function queuesToKeep(queues: readonly QueueStatus[]): Promise<readonly QueueStatus[]> {
  const { stored, settings } = await loadSettings();
  // Stored settings that can't be read name none, and are not to have all of them forgotten.
  if (stored.checklistIssues.length === 0) return queues;
  return queuesOf([...new Set([...stored.checklistIssues, ...settings.checklistIssues])], queues);
}

async function execute(going: OngoingRun): Promise<void> {
  const { journal, task } = going;
  const { id, kind, cause } = journal.run;
  log({ level: 'info', event: 'run_began', details: [kind, cause], runId: id });
  try {
    const performed = await perform(going);
    if (task !== null) await noteTaskEnd(task.work, journal.run, performed.end);
    const { halt } = await storedState.read();
    // Whichever run found the connection back: what was left without one goes on. Asked for before it
    // is said to be back, or a death in between would leave it to the schedule.
    if (halt?.offline) await askForScheduledRun('process');
    await betweenSteps(async () => {
      await conclude(going, performed);
      // Whoever comes next finds what is stored, and that nobody stores over it.
      current = null;
    });
  } catch (error) {
    if (error instanceof StorageError) {
      // This worker lives: what it has stored as in hand is not to count as a death of each item.
      await storedRun.write({ ...journal.run, inHand: [] }).catch(() => {
        // Where not even less than before can be stored, each of them counts one death too many.
      });
    }
    throw error;
  } finally {
    current = null;
  }
}

/** Each item that was in hand when a worker died has one more death to its name. */
function noteDeaths(memory: ItemMemoryBook, run: Run): void {
  // An undo reads nothing of the content: no item can be what took the worker down.
  const suspects = run.kind === 'undo' ? [] : run.inHand;
  for (const { queue, itemId } of suspects) {
    const item = { queue, id: itemId };
    memory.note(item, { deaths: memory.of(item).deaths + 1 });
  }
}
