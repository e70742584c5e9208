import browser from 'webextension-polyfill';
import { addRun, readItems } from '../activity/history.ts';
import type { ContentReader } from '../breadcrumbs/content-reader.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import { type ItemMemories, ItemMemoryBook } from '../queue/item-memory.ts';
import { processQueues } from '../queue/process.ts';
import { recheckQueues } from '../queue/recheck.ts';
import type { RunContext, RunEnd } from '../queue/run-context.ts';
import { missingSettings, type Settings } from '../settings/schema.ts';
import { isTokenFor, loadSettings, storedToken } from '../settings/store.ts';
import {
  type Halt,
  type Host,
  noCounts,
  type Run,
  type RunCause,
  type RunKind,
  type State,
  storedQueues,
  storedRequests,
  storedRun,
  storedState,
} from '../status/status.ts';
import { finished } from '../status/view.ts';
import { sentence } from '../words/words.ts';
import { connect } from './connections.ts';
import { fetchedListener } from './fetched-data.ts';
import { RunJournal } from './run-journal.ts';
import { armResume, armResumeAt, disarmResume } from './schedule.ts';
import { storedHabits, storedMemories, storedPaces } from './worker-store.ts';

/** One run at a time in the whole profile; a lock dies with its worker. */
const runLock = 'breadcrumbs-run';
/** Scheduled tries in a halting state pause longer and longer, up to this. */
const longestPauseMs = 3_600_000;
const firstPauseMs = 30_000;

/** The run that goes on in this worker; a later worker finds the stored one. */
let current: { readonly journal: RunJournal; stopped: boolean } | null = null;
let draining: Promise<void> | null = null;
let isRungAgain = false;

/**
 * Asks for a run, which begins at once or after the run in progress. Resolves when that is stored:
 * from then on no death of the worker loses it.
 */
export async function requestRun(kind: RunKind, cause: RunCause): Promise<void> {
  await armResume();
  await storedRequests[kind].write(cause);
  void drain();
}

/** Asks for a run whose time has come by the schedule, unless a halting state pauses it. */
export async function requestScheduledRun(kind: RunKind): Promise<void> {
  const [{ halt }, { settings }, run] = await Promise.all([
    storedState.read(),
    loadSettings(),
    storedRun.read(),
  ]);
  if (settings.schedulePaused || (halt !== null && Date.now() < halt.nextTryAt)) return;
  if (halt?.offline && !navigator.onLine) return;
  if (run?.kind === kind) void drain();
  else await requestRun(kind, 'schedule');
}

/** Tries again where a halting state may be over any moment: signed out, offline. */
export async function retryAfterHalt(): Promise<void> {
  const { halt } = await storedState.read();
  if (halt !== null && isSoonOver(halt.failure, halt.offline)) await requestScheduledRun('process');
}

/** Ends the run in progress after the items in hand. */
export async function stopRun(): Promise<void> {
  if (current !== null) {
    current.stopped = true;
    await current.journal.stopping();
    return;
  }
  const run = await storedRun.read();
  if (run === null) return;
  await storedRun.write({ ...run, stopping: true, resumeAt: null });
  await drain();
}

/** Lets settings that changed take effect at once: the run in progress makes room for the next. */
export function makeRoom(): void {
  if (current !== null) current.stopped = true;
}

/** Does all that was asked for or left over by a worker that died. Resolves when nothing is left. */
export function drain(): Promise<void> {
  isRungAgain = true;
  draining ??= navigator.locks
    .request(runLock, async () => {
      while (isRungAgain) {
        isRungAgain = false;
        for (let run = await nextRun(); run !== null; run = await nextRun()) await execute(run);
        await restOrRing();
      }
    })
    .finally(() => {
      draining = null;
    });
  return draining;
}

/** The run to go on with: the stored one, or a new one that is stored by now. */
async function nextRun(): Promise<Run | null> {
  const left = await storedRun.read();
  if (left !== null) return left.resumeAt !== null && left.resumeAt > Date.now() ? null : left;
  const request = await firstRequest();
  if (request === null) return null;
  const { kind, cause } = request;
  const run: Run = {
    id: crypto.randomUUID(),
    kind,
    cause,
    startedAt: Date.now(),
    counts: noCounts,
    inHand: [],
    waits: [],
    resumeAt: null,
    stopping: false,
  };
  await armResume();
  await browser.storage.local.set({ [storedRun.key]: run, [storedRequests[kind].key]: null });
  return run;
}

async function firstRequest(): Promise<{ kind: RunKind; cause: RunCause } | null> {
  for (const kind of ['process', 'recheck'] as const) {
    const cause = await storedRequests[kind].read();
    if (cause !== null) return { kind, cause };
  }
  return null;
}

/** With nothing left to do the worker may sleep until a schedule's time, or until it can try again. */
async function restOrRing(): Promise<void> {
  const [run, { halt }] = await Promise.all([storedRun.read(), storedState.read()]);
  if (run !== null) return;
  if (halt !== null && isSoonOver(halt.failure, halt.offline)) await armResume();
  else await disarmResume();
}

async function execute(stored: Run): Promise<void> {
  const memory = new ItemMemoryBook(noteDeaths(await storedMemories.read(), stored));
  const { counts } = stored;
  const run: Run = {
    ...stored,
    inHand: [],
    waits: [],
    resumeAt: null,
    // What is still open is found anew: the tracker may have changed since.
    counts: { ...counts, total: finished(counts) },
  };
  // Together, or a death in between would count twice.
  await browser.storage.local.set({
    [storedMemories.key]: memory.toStored(),
    [storedRun.key]: run,
  });
  const journal = new RunJournal(run, memory);
  current = { journal, stopped: run.stopping };
  try {
    const end = run.stopping ? ({ outcome: 'stopped' } as const) : await perform(journal, memory);
    await journal.settle();
    await conclude(journal, end);
  } finally {
    current = null;
  }
}

/** Each item that was in hand when a worker died has one more death to its name. */
function noteDeaths(memories: ItemMemories, run: Run): ItemMemories {
  const book = new ItemMemoryBook(memories);
  for (const { queue, itemId } of run.inHand) {
    const item = { queue, id: itemId };
    book.note(item, { deaths: book.of(item).deaths + 1 });
  }
  return book.toStored();
}

type Conclusion = {
  readonly end: RunEnd;
  readonly downSince: Partial<Record<Host, number | null>>;
};

async function perform(journal: RunJournal, memory: ItemMemoryBook): Promise<RunEnd | Conclusion> {
  const [loaded, token, habits, paces, queues] = await Promise.all([
    loadSettings(),
    storedToken.read(),
    storedHabits.read(),
    storedPaces.read(),
    storedQueues.read(),
  ]);
  const { settings } = loaded;
  const missing = [...loaded.repaired, ...missingSettings(settings, isTokenFor(token, settings))];
  if (missing.length > 0 || token === null) {
    return halted({ code: 'not_configured', details: [missing.join(', ')] });
  }
  const permissionFailure = await missingPermission(settings);
  if (permissionFailure !== null) return halted(permissionFailure);

  const connections = connect(settings, token.value, habits, paces, {
    onWait: (host, wait) => journal.wait(host, wait),
    onSend: () => {
      journal.requests += 1;
    },
    onFetched: fetchedListener(settings.showFetchedData),
  });
  const { tracker, content, gates } = connections;
  if (journal.run.kind === 'process' && journal.run.cause === 'schedule') {
    const stillSignedOut = await failureOfLogin(content);
    if (stillSignedOut !== null) return halted(stillSignedOut);
  }
  const context: RunContext = {
    ...connections,
    settings,
    memory,
    journal,
    sentence,
    isStopped: () => current?.stopped ?? true,
    isOffline: () => !navigator.onLine,
    brake: journal.run.cause !== 'defer_anyway',
    dealtWith: await dealtWithBefore(journal.run),
    settledVersions: new Map(
      queues.flatMap(({ checklistIssue, settledVersion }) =>
        settledVersion === null ? [] : [[checklistIssue, settledVersion]],
      ),
    ),
  };
  const end = await (journal.run.kind === 'process' ? processQueues : recheckQueues)(context);
  await Promise.all([
    storedHabits.write(tracker.habits),
    storedPaces.write({ tracker: gates.tracker.pace, content: gates.content.pace }),
  ]);
  return {
    end,
    downSince: { tracker: gates.tracker.downSince, content: gates.content.downSince },
  };
}

/** What earlier workers of a run dealt with: the issues that items named then, by queue and id. */
async function dealtWithBefore(run: Run): Promise<RunContext['dealtWith']> {
  const dealtWith = new Map<string, Map<string, string | null>>();
  if (run.counts.total === 0) return dealtWith;
  for (const { queue, itemId, issueKey, outcome } of await readItems(run.id)) {
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

/** Without a permission a fetch fails just as without a connection: asked for first. */
async function missingPermission(settings: Settings): Promise<Failure | null> {
  const hosts = [
    ['tracker_permission_missing', settings.trackerUrl],
    ['content_permission_missing', settings.contentUrl],
  ] as const;
  for (const [code, url] of hosts) {
    const { protocol, hostname } = new URL(url);
    const origins = [`${protocol}//${hostname}/*`];
    if (!(await browser.permissions.contains({ origins }))) return { code, details: [hostname] };
  }
  return null;
}

async function conclude(journal: RunJournal, ended: RunEnd | Conclusion): Promise<void> {
  const { run } = journal;
  const { end, downSince } = 'end' in ended ? ended : { end: ended, downSince: {} };
  if (end.outcome === 'waiting') {
    await armResumeAt(end.until);
    await storedRun.write({ ...run, inHand: [], resumeAt: end.until });
    return;
  }
  const state = await storedState.read();
  const endedAt = Date.now();
  const { id, kind, cause, startedAt, counts } = run;
  const { outcome } = end;
  const { requests } = journal;
  const failure = 'failure' in end ? end.failure : null;
  let { historyFailed } = journal;
  // A pass that found nothing to do every 30 s would bury the runs that people look for.
  const isIdle = counts.total === 0 && outcome === 'completed' && cause === 'schedule';
  if (!isIdle) {
    try {
      await addRun({ id, kind, cause, startedAt, endedAt, counts, requests, outcome, failure });
    } catch {
      // As with the items: said in the popup, and no reason to leave work undone.
      historyFailed = true;
    }
  }
  const isComplete = outcome === 'completed';
  const halt = nextHalt(state, end, kind, endedAt);
  await storedState.write({
    ...state,
    // What was done last stays in sight while later passes find nothing to do.
    lastRun: isIdle
      ? state.lastRun
      : { id, kind, cause, startedAt, endedAt, counts, requests, outcome },
    lastSuccessAt: isComplete ? endedAt : state.lastSuccessAt,
    halt,
    outages: nextOutages(state, downSince),
    historyFailed,
  });
  await storedRun.write(null);
}

function nextHalt(state: State, end: RunEnd, kind: RunKind, now: number): Halt | null {
  if (end.outcome !== 'halted') {
    // A recheck does not touch the content API, so it can't tell that a halting state is over.
    return kind === 'recheck' ? state.halt : null;
  }
  const { failure, offline, held } = end;
  const before = state.halt?.failure.code === failure.code ? state.halt : null;
  const tries = (before?.tries ?? 0) + 1;
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (tries - 1));
  return {
    failure,
    offline,
    since: before?.since ?? now,
    tries,
    nextTryAt: isSoonOver(failure, offline) ? now : now + pauseMs,
    ...(failure.code === 'many_alike'
      ? {
          alike: {
            count: held.length,
            items: held.map(({ plan }) => ({
              issueKey: plan.item.issueKey,
              failure: plan.failure ?? failure,
            })),
          },
        }
      : {}),
  };
}

/** Signing in and going online are noticed by trying, for little, and people wait for it. */
function isSoonOver(failure: Failure, offline: boolean): boolean {
  return offline || failure.code === 'content_login_required';
}

function nextOutages(state: State, downSince: Conclusion['downSince']): State['outages'] {
  const hosts: Host[] = ['tracker', 'content'];
  return hosts.flatMap((host) => {
    const since = downSince[host];
    const before = state.outages.find((outage) => outage.host === host);
    if (since === undefined) return before ?? [];
    return since === null ? [] : [{ host, since: before?.since ?? since }];
  });
}
