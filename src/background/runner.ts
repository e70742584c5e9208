import { addRun, trimHistory } from '../activity/history.ts';
import type { ContentReader } from '../breadcrumbs/content-reader.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import { deathsUntilAlone, type ItemMemories, ItemMemoryBook } from '../queue/item-memory.ts';
import { processQueues } from '../queue/process.ts';
import type { RunContext, RunEnd } from '../queue/run-context.ts';
import { queuesAtWork } from '../settings/schema.ts';
import { loadSettings, storedToken } from '../settings/store.ts';
import { armResume } from '../status/bell.ts';
import { longestHostWaitMs, pauseLeft, waitLeft } from '../status/pause.ts';
import { storedPreview } from '../status/preview.ts';
import {
  type Host,
  noCounts,
  type PassKind,
  type Run,
  type RunCause,
  storedMoveRequest,
  storedQueues,
  storedRequests,
  storedRun,
  storedState,
} from '../status/status.ts';
import type { TaskWork } from '../status/task-work.ts';
import { storedBraked, storedTasks, type Task } from '../status/tasks.ts';
import { finished } from '../status/view.ts';
import { StorageError, store } from '../storage/stored.ts';
import { sentence } from '../words/words.ts';
import { connect } from './connections.ts';
import { fetchedListener } from './fetched-data.ts';
import { isSoonOver, nextHalt, nextOutages } from './halt.ts';
import { RunJournal } from './run-journal.ts';
import { armResumeAt, disarmResume } from './schedule.ts';
import { failureOfSetup } from './setup.ts';
import { endTrouble, minding } from './storage-trouble.ts';
import { addTask, endTask, noteTaskEnd, runOfTask, takesPlaceOf, taskOf } from './tasks.ts';
import { flushLog, keepDetails, log } from './worker-log.ts';
import { storedHabits, storedMemories, storedPaces, storedTrimming } from './worker-store.ts';

/** One run at a time in the whole profile; a lock dies with its worker. */
const runLock = 'breadcrumbs-run';

interface Current {
  readonly journal: RunJournal;
  readonly task: Task | null;
  stopped: boolean;
  /** The settings changed meanwhile: if it was stopped, then for them, and not by a person. */
  makesRoom: boolean;
}

/** The run that goes on in this worker; a later worker finds the stored one. */
let current: Current | null = null;
let draining: Promise<void> | null = null;
let isRungAgain = false;
/** Something has come into the history since it was last trimmed. */
let hasAdded = false;

const trimmingLastsMs = 3_600_000;

/**
 * Asks for a run, which begins at once or after the run in progress. Resolves when that is stored:
 * from then on no death of the worker loses it.
 * @returns false where it could not be stored.
 */
export function requestRun(kind: PassKind, cause: RunCause): Promise<boolean> {
  return request(() => storedRequests[cause === 'defer_anyway' ? cause : kind].write(cause));
}

/** Asks for the open and deferred items of a checklist issue to be moved to a fresh one; as `requestRun`. */
export function requestMove(checklistIssue: string): Promise<boolean> {
  return request(() => storedMoveRequest.write(checklistIssue));
}

/** Asks for what somebody chose to have done; as `requestRun`. */
export function requestTask(work: TaskWork, brake = true): Promise<boolean> {
  return request(async () => {
    await addTask(work, brake);
    if (current?.task && takesPlaceOf(work, current.task.work)) current.stopped = true;
  });
}

/** Asks for what the brake has halted to be done without it, and for nothing that nobody was asked about. */
export async function requestDeferral(): Promise<boolean> {
  const { halt } = await storedState.read();
  const id = halt?.alike?.task ?? null;
  if (id === null) return requestRun('process', 'defer_anyway');
  const [braked, preview] = await Promise.all([storedBraked.read(), storedPreview.read()]);
  if (braked?.id !== id) return false;
  const { work, items } = braked;
  // With another preview in its place nothing tells what else was to be applied.
  const isShown = !('previewId' in work) || work.previewId === preview?.id;
  return requestTask(isShown ? work : { type: 'process_only', items }, false);
}

async function request(storeIt: () => Promise<void>): Promise<boolean> {
  await armResume();
  const isStored = await minding(storeIt);
  void drain();
  return isStored;
}

/** Asks for a run whose time has come by the schedule, unless a halting state pauses it. */
export async function requestScheduledRun(kind: PassKind): Promise<void> {
  const [{ halt }, { settings }, run] = await Promise.all([
    storedState.read(),
    loadSettings(),
    storedRun.read(),
  ]);
  if (settings.schedulePaused || (halt !== null && pauseLeft(halt, Date.now()) > 0)) return;
  if (halt?.offline && !navigator.onLine) return;
  if (run?.kind === kind) void drain();
  else await requestRun(kind, 'schedule');
}

/** Tries again where a halting state may be over any moment: signed out, offline. */
export async function retryAfterHalt(): Promise<void> {
  const { halt } = await storedState.read();
  if (halt !== null && isSoonOver(halt)) await requestScheduledRun('process');
}

/** Ends the run in progress after the items in hand. */
export async function stopRun(): Promise<void> {
  const isLeft = await betweenSteps(async () => {
    if (current !== null) {
      current.stopped = true;
      await current.journal.stopping();
      return false;
    }
    const run = await storedRun.read();
    if (run === null) return false;
    await storedRun.write({ ...run, stopping: true, resumeAt: null });
    return true;
  });
  if (isLeft) await drain();
}

/**
 * Lets settings that changed take effect at once: the run in progress makes room for the next, and
 * one that waits for a host waits no longer, since it may be another host by now. A move does not
 * make room: it looks at the settings again before it changes them, and does so itself.
 */
export async function makeRoom(): Promise<void> {
  if (current !== null) {
    current.stopped ||= current.journal.run.kind !== 'move';
    current.makesRoom = true;
  }
  await betweenSteps(async () => {
    // One that began meanwhile has the settings as they are.
    if (current !== null) return;
    const run = await storedRun.read();
    if (run === null || run.resumeAt === null) return;
    await armResume();
    await storeToMakeRoom(run);
  });
}

/** The rest is done with the settings as they are now, a preview all anew; what another run does as well ends. */
async function storeToMakeRoom(run: Run): Promise<void> {
  if (run.kind === 'preview') await storedPreview.write(null);
  const stopping = run.stopping || !(isDoneByNoOther(run) || run.kind === 'move');
  await storedRun.write({ ...run, inHand: [], resumeAt: null, stopping });
}

/** Does all that was asked for or left over by a worker that died. Resolves when nothing is left. */
export function drain(): Promise<void> {
  isRungAgain = true;
  draining ??= navigator.locks
    .request(runLock, async () => {
      while (isRungAgain) {
        isRungAgain = false;
        await minding(async () => {
          await endTrouble();
          for (let begun = await beginNext(); begun !== null; begun = await beginNext()) {
            await execute(begun);
          }
          await restOrRing();
          void minding(letGoOfHistory);
        });
      }
    })
    .finally(() => {
      draining = null;
    });
  return draining;
}

/**
 * Does something with the stored run while none begins or ends: either it is this worker's, and its
 * journal alone stores it, or it is nobody's. What was stored in between would be written over.
 */
function betweenSteps<Result>(work: () => Promise<Result>): Promise<Result> {
  return navigator.locks.request('breadcrumbs-run-step', work);
}

/** Begins what is to be done next, which is the current run from then on; null where nothing is. */
function beginNext(): Promise<Begun | null> {
  return betweenSteps(async () => {
    const run = await nextRun();
    return run === null ? null : begin(run);
  });
}

/** The run to go on with: the stored one, or a new one that is stored by now. */
async function nextRun(): Promise<Run | null> {
  const left = await storedRun.read();
  if (left !== null) {
    const now = Date.now();
    const wait = waitLeft(left.resumeAt ?? now, now, longestHostWaitMs);
    if (wait === 0) return left;
    // The alarm may be gone, as alarms are after an update.
    await armResumeAt(now + wait);
    return null;
  }
  const request = await firstRequest();
  if (request === null) return null;
  const { bell, ...asked } = request;
  const run: Run = {
    ...asked,
    startedAt: Date.now(),
    counts: noCounts,
    inHand: [],
    waits: [],
    resumeAt: null,
    stopping: false,
  };
  await armResume();
  await store({ [storedRun.key]: run, ...(bell === null ? {} : { [bell]: null }) });
  return run;
}

/** What a run is asked for, and the key to be cleared once it is stored; a task stays until its run's end. */
type Request = Pick<Run, 'id' | 'kind' | 'cause' | 'moving'> & { readonly bell: string | null };

async function firstRequest(): Promise<Request | null> {
  const id = crypto.randomUUID();
  const from = await storedMoveRequest.read();
  if (from !== null) {
    const moving = { from, to: null };
    return { id, kind: 'move', cause: 'click', moving, bell: storedMoveRequest.key };
  }
  // Somebody waits for these.
  const [task] = await storedTasks.read();
  if (task !== undefined) return { ...runOfTask(task), moving: null, bell: null };
  for (const name of ['defer_anyway', 'process', 'recheck'] as const) {
    const kind = name === 'recheck' ? name : 'process';
    const cause = await storedRequests[name].read();
    if (cause !== null) return { id, kind, cause, moving: null, bell: storedRequests[name].key };
  }
  return null;
}

/**
 * The history is kept for as long as the settings say, whether or not there is anything to do. No
 * run waits for it, and a worker that woke for nothing does not open it.
 */
async function letGoOfHistory(): Promise<void> {
  const [{ settings }, last] = await Promise.all([loadSettings(), storedTrimming.read()]);
  const { historyDays: days, historyItems: items } = settings;
  const now = Date.now();
  const isSame = last?.days === days && last.items === items;
  // A clock may have been set back since.
  if (!hasAdded && isSame && Math.abs(now - last.at) < trimmingLastsMs) return;
  hasAdded = false;
  try {
    await trimHistory({ days, items }, now);
  } catch {
    // A history that can't be used is said by the runs that add to it; the next time does this as well.
    return;
  }
  await storedTrimming.write({ at: now, days, items });
}

/** With nothing left to do the worker may sleep until a schedule's time, or until it can try again. */
async function restOrRing(): Promise<void> {
  const [run, { halt }] = await Promise.all([storedRun.read(), storedState.read()]);
  if (run !== null) return;
  if (halt !== null && isSoonOver(halt)) await armResume();
  else await disarmResume();
}

interface Begun {
  readonly run: Run;
  readonly memory: ItemMemoryBook;
  readonly going: Current;
}

async function begin(stored: Run): Promise<Begun> {
  const memory = new ItemMemoryBook(noteDeaths(await storedMemories.read(), stored));
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
  // Before what is open is forgotten: a worker that died in between would leave it to none.
  if (counts.total > 0) await journal.takeUp();
  // Together, or a death in between would count twice.
  await store({ [storedMemories.key]: memory.toStored(), [storedRun.key]: run });
  const task = await taskOf(run);
  current = { journal, task, stopped: run.stopping, makesRoom: false };
  return { run, memory, going: current };
}

async function execute({ run, memory, going }: Begun): Promise<void> {
  const { journal, task } = going;
  const itself = { queue: '', id: run.id };
  log({ level: 'info', event: 'run_began', details: [run.kind, run.cause], runId: run.id });
  try {
    const end = run.stopping
      ? ({ outcome: 'stopped' } as const)
      : await perform(journal, memory, task)
          .catch(unforeseen)
          .finally(() => {
            memory.forget(itself);
            return journal.settle();
          });
    if (task !== null) await noteTaskEnd(task.work, run, 'end' in end ? end.end : end);
    await betweenSteps(async () => {
      await conclude(journal, end);
      // Whoever comes next finds what is stored, and that nobody stores over it.
      current = null;
    });
  } catch (error) {
    if (error instanceof StorageError) await clearHands(journal.run);
    throw error;
  } finally {
    current = null;
  }
}

/** What nobody foresaw ends its run, and is said: taken up for ever, it would hold up all other work. */
function unforeseen(error: unknown): RunEnd {
  if (error instanceof StorageError) throw error;
  return halted({ code: 'unexpected_error', details: [String(error)] });
}

/** This worker lives: what it has stored as in hand is not to count as a death of each item. */
async function clearHands(run: Run): Promise<void> {
  try {
    await storedRun.write({ ...run, inHand: [] });
  } catch (error) {
    // Where not even less than before can be stored, each of them counts one death too many.
    if (!(error instanceof StorageError)) throw error;
  }
}

/** Each item that was in hand when a worker died has one more death to its name. */
function noteDeaths(memories: ItemMemories, run: Run): ItemMemories {
  const book = new ItemMemoryBook(memories);
  // An undo reads nothing of the content: no item can be what took the worker down.
  const suspects = run.kind === 'undo' ? [] : run.inHand;
  for (const { queue, itemId } of suspects) {
    const item = { queue, id: itemId };
    book.note(item, { deaths: book.of(item).deaths + 1 });
  }
  return book.toStored();
}

type Conclusion = {
  readonly end: RunEnd;
  readonly downSince: Partial<Record<Host, number | null>>;
};

async function perform(
  journal: RunJournal,
  memory: ItemMemoryBook,
  task: Task | null,
): Promise<RunEnd | Conclusion> {
  const { id } = journal.run;
  if (memory.of({ queue: '', id }).deaths > deathsUntilAlone) {
    const failure = { code: 'unexpected_error', details: ['reason_died'] } as const;
    return { outcome: 'interrupted', failure };
  }
  // Somebody asked for another one in its stead.
  if (journal.run.cause === 'chosen' && task === null) return { outcome: 'completed' };
  const [loaded, token, habits, paces, queues] = await Promise.all([
    loadSettings(),
    storedToken.read(),
    storedHabits.read(),
    storedPaces.read(),
    storedQueues.read(),
  ]);
  const { settings } = loaded;
  keepDetails(settings.detailedLog);
  const isOfLink = task?.work.type === 'preview' && task.work.of.type === 'link';
  const failure = await failureOfSetup(loaded, token, isOfLink);
  if (failure !== null) return halted(failure);

  const connections = connect(settings, token?.value ?? '', habits, paces, {
    onWait: (host, wait) => journal.wait(host, wait),
    onSend: () => {
      journal.requests += 1;
    },
    onOutcome: (host, request, outcome, span) => journal.outcome(host, request, outcome, span),
    onFetched: fetchedListener(settings.showFetchedData),
  });
  const { tracker, content, gates } = connections;
  if (journal.run.kind === 'process' && journal.run.cause === 'schedule') {
    const stillSignedOut = await failureOfLogin(content);
    if (stillSignedOut !== null) return halted(stillSignedOut);
  }
  // Whoever chooses an item, or moves a queue, means it though that is paused.
  const isPass = task === null && journal.run.kind !== 'move';
  const context: RunContext = {
    ...connections,
    settings: isPass ? { ...settings, checklistIssues: queuesAtWork(settings) } : settings,
    memory,
    journal,
    sentence,
    isStopped: () => current?.stopped ?? true,
    isOffline: () => !navigator.onLine,
    brake: hasBrake(journal.run, task),
    dealtWith: await dealtWithBefore(journal),
    settledVersions: new Map(
      queues.flatMap(({ checklistIssue, settledVersion }) =>
        settledVersion === null ? [] : [[checklistIssue, settledVersion]],
      ),
    ),
    chosen: null,
  };
  const end = await performKind(context, journal, task);
  await Promise.all([
    storedHabits.write(tracker.habits),
    storedPaces.write({ tracker: gates.tracker.pace, content: gates.content.pace }),
  ]);
  return {
    end,
    downSince: { tracker: gates.tracker.downSince, content: gates.content.downSince },
  };
}

function hasBrake({ cause }: Run, task: Task | null): boolean {
  return cause !== 'defer_anyway' && (task?.brake ?? true);
}

/** What only a click asks for, and the recheck, is loaded when it is. */
async function performKind(
  context: RunContext,
  journal: RunJournal,
  task: Task | null,
): Promise<RunEnd> {
  if (task !== null) {
    const { performTask } = await import('./perform-task.ts');
    return performTask(context, journal, task.work);
  }
  switch (journal.run.kind) {
    case 'recheck':
      return (await import('../queue/recheck.ts')).recheckQueues(context);
    case 'move':
      return (await import('./move.ts')).performMove(context, journal);
    default:
      return processQueues(context);
  }
}

/** What earlier workers of a run dealt with: the issues that items named then, by queue and id. */
async function dealtWithBefore(journal: RunJournal): Promise<RunContext['dealtWith']> {
  const { run } = journal;
  const dealtWith = new Map<string, Map<string, string | null>>();
  if (run.counts.total === 0) return dealtWith;
  for (const { queue, itemId, issueKey, outcome } of await journal.itemsBefore()) {
    if (outcome === 'postponed') continue;
    const items = dealtWith.get(queue) ?? new Map<string, string | null>();
    dealtWith.set(queue, items.set(itemId, issueKey));
  }
  return dealtWith;
}

/** Signed out the last time: one request tells whether that is over, and spares a run for nothing. */
async function failureOfLogin(content: ContentReader): Promise<Failure | null> {
  const failure = (await storedState.read()).halt?.failure;
  if (failure?.code !== 'content_login_required') return null;
  try {
    return (await content.isSignedIn(failure.details[1] ?? '')) ? null : failure;
  } catch (error) {
    // The API does not answer: as far as anybody knows, the login is still missing.
    if (error instanceof FailureError) return failure;
    throw error;
  }
}

function halted(failure: Failure): RunEnd {
  return { outcome: 'halted', failure, offline: false, held: [] };
}

/** Somebody asked for it, and the run that follows new settings is another. */
function isDoneByNoOther({ kind, cause }: Run): boolean {
  return (
    cause === 'chosen' || cause === 'defer_anyway' || (kind === 'recheck' && cause === 'click')
  );
}

async function conclude(journal: RunJournal, ended: RunEnd | Conclusion): Promise<void> {
  const { run } = journal;
  const { end, downSince } = 'end' in ended ? ended : { end: ended, downSince: {} };
  const isToGoOn = end.outcome === 'stopped' && isDoneByNoOther(run) && !run.stopping;
  // Nobody stopped it.
  if (current?.makesRoom && (isToGoOn || end.outcome === 'waiting')) return storeToMakeRoom(run);
  if (end.outcome === 'waiting') {
    // Whoever stopped it in the last moment is not to wait for its end.
    const resumeAt = run.stopping ? null : end.until;
    if (resumeAt !== null) await armResumeAt(resumeAt);
    await storedRun.write({ ...run, inHand: [], resumeAt });
    return;
  }
  // Nothing was done that anybody would look for: who asked for it sees what it found.
  if (run.kind === 'preview') return endTask(run.id, { [storedRun.key]: null });
  const failed = 'failure' in end ? { failure: end.failure } : {};
  log({
    level: end.outcome === 'halted' || end.outcome === 'interrupted' ? 'error' : 'info',
    event: 'run_ended',
    details: [run.kind, end.outcome, String(journal.requests)],
    runId: run.id,
    ...failed,
  });
  await flushLog();
  const endedAt = Date.now();
  const { id, kind, cause, moving, startedAt, counts } = run;
  const { outcome } = end;
  const { requests } = journal;
  const failure = 'failure' in end ? end.failure : null;
  let { historyFailed } = journal;
  // A pass that found nothing to do every 30 s would bury the runs that people look for.
  const isUnasked = cause === 'schedule' || kind === 'move';
  const isIdle = counts.total === 0 && outcome === 'completed' && isUnasked;
  if (!isIdle) {
    try {
      const move = moving === null ? {} : { move: moving };
      const entry = { id, kind, cause, startedAt, endedAt, counts, requests, outcome, failure };
      const queues = await storedQueues.read();
      const versions = Object.fromEntries(
        queues.map(({ checklistIssue, version }) => [checklistIssue, version]),
      );
      await addRun({ ...entry, ...move, versions });
      hasAdded = true;
    } catch {
      // As with the items: said in the popup, and no reason to leave work undone.
      historyFailed = true;
    }
  }
  const isComplete = outcome === 'completed';
  const task = current?.task ?? null;
  if (task !== null && end.outcome === 'halted' && end.held.length > 0) {
    const items = end.held.map(({ plan: { item } }) => ({ queue: item.queue, itemId: item.id }));
    // Before the state that offers to do it anyway.
    await storedBraked.write({ id, work: task.work, items });
  }
  const brake = hasBrake(run, task);
  await storedState.update((state) => ({
    ...state,
    // What was done last stays in sight while later passes find nothing to do.
    lastRun: isIdle
      ? state.lastRun
      : { id, kind, cause, startedAt, endedAt, counts, requests, outcome },
    lastSuccessAt: isComplete ? endedAt : state.lastSuccessAt,
    halt: nextHalt(state.halt, end, { ...run, brake }, endedAt),
    outages: nextOutages(state.outages, downSince),
    historyFailed,
  }));
  await endTask(run.id, { [storedRun.key]: null });
}
