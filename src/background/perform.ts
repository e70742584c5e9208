import type { ContentReader } from '../breadcrumbs/content-reader.ts';
import { FailureError } from '../errors/failure.ts';
import { LongWaitError } from '../http/host-gate.ts';
import { deathsUntilAlone, type ItemMemoryBook } from '../queue/item-memory.ts';
import { processQueues } from '../queue/process.ts';
import { recheckQueues } from '../queue/recheck.ts';
import { haltedBy, type RunContext, type RunEnd } from '../queue/run-context.ts';
import { loadSettings, storedToken } from '../settings/store.ts';
import { type Host, storedQueues, storedState } from '../status/status.ts';
import type { Task } from '../status/tasks.ts';
import { StorageError } from '../storage/stored.ts';
import { noHabits } from '../tracker/client.ts';
import { sentence } from '../words/words.ts';
import { connect } from './connections.ts';
import { fetchedListener } from './fetched-data.ts';
import { knownQueues, queuesOfPass } from './queue-status.ts';
import type { RunJournal } from './run-journal.ts';
import { failureOfSetup } from './setup.ts';
import { hasBrake } from './tasks.ts';
import { keepDetails } from './worker-log.ts';
import { storedHabits, storedPaces } from './worker-store.ts';

/** Tries for a login come every 30 s: a whole pass in five minutes costs little. */
const triesUntilPass = 10;

/** A run that goes on in this worker. */
export interface OngoingRun {
  readonly journal: RunJournal;
  readonly memory: ItemMemoryBook;
  readonly task: Task | null;
  /** No further item is to be taken: somebody stopped it, or something else takes its place. */
  stopped: boolean;
  /** The settings changed since it began: if it was stopped, then for them, and not by a person. */
  isOutdated: boolean;
}

/**
 * How the work of a run ended, and since when (milliseconds since 1970) each host that it asked does
 * not answer; null: it does.
 */
export interface Performed {
  readonly end: RunEnd;
  readonly downSince: Partial<Record<Host, number | null>>;
}

/**
 * Does the work of a run. What nobody foresaw ends it, and is said: taken up for ever, it would hold
 * up all other work.
 * @throws StorageError where something can't be stored.
 */
export async function perform(going: OngoingRun): Promise<Performed> {
  const { journal, memory } = going;
  try {
    return await attempt(going);
  } catch (error) {
    if (error instanceof StorageError) throw error;
    if (error instanceof LongWaitError) return ended({ outcome: 'waiting', until: error.until });
    return ended(haltedBy({ code: 'unexpected_error', details: [String(error)] }));
  } finally {
    // What was in hand without being in a list is this run's alone: with the next click it is tried anew.
    memory.keepOnly('', new Set());
    await journal.flush();
  }
}

async function attempt(going: OngoingRun): Promise<Performed> {
  const { journal, memory, task } = going;
  if (journal.run.stopping) return ended({ outcome: 'stopped' });
  const { id, counts } = journal.run;
  if (memory.of({ queue: '', id }).deaths > deathsUntilAlone) {
    const failure = { code: 'unexpected_error', details: ['reason_died'] } as const;
    return ended({ outcome: 'interrupted', failure });
  }
  // Somebody asked for another one in its stead.
  const isOfTask = journal.run.cause === 'chosen' || journal.run.kind === 'move';
  if (isOfTask && task === null) return ended({ outcome: 'completed' });
  const [loaded, token, learned, paces, queues] = await Promise.all([
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
  if (failure !== null) return ended(haltedBy(failure));

  const habits = learned.trackerUrl === settings.trackerUrl ? learned.habits : noHabits;
  const connections = connect(
    settings,
    token?.value ?? '',
    habits,
    paces,
    (host) => journal.onlooker(host),
    fetchedListener(settings),
  );
  const { tracker, content, gates } = connections;
  if (journal.run.kind === 'process' && journal.run.cause === 'schedule') {
    const stillSignedOut = await lookForLogin(content);
    if (stillSignedOut !== null) return stillSignedOut;
  }
  const context: RunContext = {
    ...connections,
    known: knownQueues(queues, journal.run.cause),
    settings,
    // Whoever chose an item, or a queue to move, means it, paused or not.
    queues:
      task === null
        ? queuesOfPass(settings, journal.run.cause, queues, Date.now())
        : settings.checklistIssues,
    memory,
    journal,
    sentence,
    isStopped: () => going.stopped,
    isOffline: () => !navigator.onLine,
    brake: hasBrake(journal.run, task),
    dealtWith: await dealtWithBefore(journal),
    hasSucceeded: counts.done + counts.unchanged > 0,
    chosen: null,
  };
  const end = await performKind(context, going);
  await Promise.all([
    storedHabits.write({ trackerUrl: settings.trackerUrl, habits: tracker.habits }),
    storedPaces.write({ tracker: gates.tracker.pace, content: gates.content.pace }),
  ]);
  const downSince = [...journal.asked].map((host) => [host, gates[host].downSince]);
  return { end, downSince: Object.fromEntries(downSince) };
}

/** What only a click asks for is loaded when it is. */
async function performKind(context: RunContext, { journal, task }: OngoingRun): Promise<RunEnd> {
  if (task !== null) {
    const { performTask } = await import('./perform-task.ts');
    return performTask(context, journal, task.work);
  }
  return journal.run.kind === 'recheck' ? recheckQueues(context) : processQueues(context);
}

/** What earlier workers of a run dealt with: the issues that items named then, by queue and id. */
async function dealtWithBefore(journal: RunJournal): Promise<RunContext['dealtWith']> {
  const { run } = journal;
  const dealtWith = new Map<string, Map<string, string | null>>();
  // Only a pass asks: the others find in the tracker, or in what they go by, what is left.
  if (run.kind !== 'process' || run.counts.total === 0) return dealtWith;
  for (const { queue, itemId, issueKey, outcome } of await journal.itemsBefore()) {
    if (outcome === 'postponed') continue;
    const items = dealtWith.get(queue) ?? new Map<string, string | null>();
    dealtWith.set(queue, items.set(itemId, issueKey));
  }
  return dealtWith;
}

/**
 * Signed out the last time: a request or two tell whether that is over, and spare a run for nothing.
 * @returns how the run ends where it is not.
 */
async function lookForLogin(content: ContentReader): Promise<Performed | null> {
  const { halt } = await storedState.read();
  if (halt?.failure.code !== 'content_login_required') return null;
  const { failure, tries } = halt;
  const [, path = '', refusal] = failure.details;
  const isForbidden = refusal === '403';
  // What was refused so may be for good: now and then all else is tried too.
  if (isForbidden && tries % triesUntilPass === 0) return null;
  try {
    if (await content.isSignedIn(path, isForbidden)) return null;
    return { end: haltedBy(failure), downSince: { content: null } };
  } catch (error) {
    // The API does not answer: as far as anybody knows, the login is still missing.
    if (error instanceof FailureError) return ended(haltedBy(failure));
    throw error;
  }
}

function ended(end: RunEnd): Performed {
  return { end, downSince: {} };
}
