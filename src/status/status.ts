import { codes } from '../errors/codes.ts';
import type { Failure } from '../errors/failure.ts';
import {
  flag,
  list,
  matching,
  nullable,
  number,
  oneOf,
  record,
  type Shape,
  type Shaped,
  text,
  time,
  withDefault,
} from '../storage/shape.ts';
import { stored } from '../storage/stored.ts';
import { issueKeyPattern } from '../tracker/issue-key.ts';
import { countsShape } from './counts.ts';
import { versionSampleShape } from './write-budget.ts';

/**
 * What the worker stores for the pages to draw. All times are milliseconds since 1970.
 * Lists are bounded where they are written, so that a long queue costs the popup nothing.
 */

export const failureShape: Shape<Failure> = record({ code: oneOf(...codes), details: list(text) });

const hostShape = oneOf('tracker', 'content');
/** The two services that requests go to. */
export type Host = Shaped<typeof hostShape>;

/** What becomes part of a request's path is looked at whenever it is read. */
const issueKeyShape = matching(issueKeyPattern);

const kindShape = oneOf('process', 'recheck', 'move', 'undo', 'preview', 'add');
export type RunKind = Shaped<typeof kindShape>;
/** What the schedule does too. */
export type PassKind = Extract<RunKind, 'process' | 'recheck'>;
/** `chosen`: somebody chose what it is about. */
const causeShape = oneOf('click', 'schedule', 'settings', 'defer_anyway', 'chosen');
/** What set a run off. */
export type RunCause = Shaped<typeof causeShape>;

/**
 * Runs that were asked for and have not begun: no death of the worker loses them. Each has a key of
 * its own, so that to ask for one never takes back another. They begin in this order.
 */
export const storedAsked = {
  defer_anyway: askedRun('defer_anyway'),
  process: askedRun('process'),
  recheck: askedRun('recheck'),
};

function askedRun(name: string) {
  // The key's name is that of versions before.
  return stored<RunCause | null>(`request_${name}`, nullable(causeShape), null);
}

const waitShape = record({
  host: hostShape,
  /** `asked`: the host said how long (429, Retry-After). `unavailable`: it doesn't answer. */
  reason: oneOf('asked', 'unavailable'),
  /** Which wait in a row this is, from 1. */
  attempt: number,
  until: time,
});

/** What is told of a run while it goes on and afterwards. */
const ofRun = {
  id: text,
  kind: kindShape,
  cause: causeShape,
  startedAt: time,
  counts: countsShape,
  /** Requests sent, retries included. */
  requests: withDefault(number, 0),
};

const runShape = record({
  ...ofRun,
  /** With a move: the checklist issue whose items move, and the fresh one as soon as it is known. */
  moving: withDefault(nullable(record({ from: issueKeyShape, to: nullable(issueKeyShape) })), null),
  /** Something of it could not be written to the history. */
  historyFailed: withDefault(flag, false),
  /** Items that are counted and stay unchecked: a later part of the run meets them again. */
  leftOpen: withDefault(
    list(record({ queue: text, outcome: oneOf('failed', 'postponed'), count: number })),
    [],
  ),
  /** Items whose work has begun and not ended; after a death they are those that were in hand. */
  inHand: list(record({ queue: text, itemId: text, issueKey: nullable(text) })),
  waits: list(waitShape),
  /** Put off until then by a wait too long for a worker to sit out; null while it goes on. */
  resumeAt: nullable(time),
  /** Stop was asked for; the items in hand are finishing. */
  stopping: flag,
});
export type Run = Shaped<typeof runShape>;

/** The run in progress, or null. Written by the worker as it goes; survives its death. */
export const storedRun = stored<Run | null>('run', nullable(runShape), null);

const alikeShape = record({
  /** How many failures wait, unwritten. */
  count: number,
  /** The first ten of them that are about different things. */
  items: list(record({ issueKey: nullable(text), failure: failureShape })),
  /** The task that was halted (`storedBraked`); null with a pass over all queues. */
  task: withDefault(nullable(text), null),
});

const haltShape = record({
  failure: failureShape,
  /** The browser said that there is no connection at all. */
  offline: flag,
  since: time,
  /** Scheduled tries in a row that ended in this state. */
  tries: number,
  /** Scheduled tries before this are skipped; a click is not. */
  nextTryAt: time,
  /** What the brake holds back, with `many_alike` only. */
  alike: withDefault(nullable(alikeShape), null),
});
export type Halt = Shaped<typeof haltShape>;

const lastRunShape = record({
  ...ofRun,
  endedAt: time,
  outcome: oneOf('completed', 'stopped', 'halted', 'interrupted'),
  /** What ended it early. */
  failure: withDefault(nullable(failureShape), null),
});
export type LastRun = Shaped<typeof lastRunShape>;

const stateShape = record({
  lastRun: nullable(lastRunShape),
  /** End of the last run that completed, whatever has failed since. */
  lastSuccessAt: nullable(time),
  halt: nullable(haltShape),
  /** Hosts that do not answer, with the time of the first failure since they last did. */
  outages: list(record({ host: hostShape, since: time })),
  pausedSince: nullable(time),
  /** The history could not be written; the runs themselves go on. */
  historyFailed: withDefault(flag, false),
});
export type State = Shaped<typeof stateShape>;

/** What holds between runs. */
export const storedState = stored<State>('state', stateShape, {
  lastRun: null,
  lastSuccessAt: null,
  halt: null,
  outages: [],
  pausedSince: null,
  historyFailed: false,
});

/** The browser stores nothing; gone with the browser, which finds out anew. */
export const storedTrouble = stored<Halt | null>('trouble', nullable(haltShape), null, 'session');

const deferredItemShape = record({
  itemId: text,
  issueKey: nullable(text),
  text: text,
  /** What deferred it, where this profile knows. */
  failure: nullable(failureShape),
});
export type DeferredItem = Shaped<typeof deferredItemShape>;

const queueShape = record({
  checklistIssue: text,
  /** The checklist issue's version when last seen. */
  version: number,
  /** Where the counting of its versions began. */
  sample: withDefault(nullable(versionSampleShape), null),
  total: number,
  open: number,
  deferredTotal: number,
  /** The first of them: as many as a person would read. */
  deferred: list(deferredItemShape),
  /** At this version nothing was left to do: while it stands, an idle pass need not read the list. */
  settledVersion: nullable(number),
  /** A run that was cut short did not tell the checklist issue what waits. */
  isSummaryDue: withDefault(flag, false),
  /** The checklist issue whose items were moved to this one, and when. */
  continues: withDefault(nullable(record({ from: issueKeyShape, at: time })), null),
  /** What is wrong with this queue alone. */
  failure: nullable(failureShape),
  /** With a failure that only a person can end: scheduled passes so far, and when the next takes it up. */
  rest: withDefault(nullable(record({ tries: number, nextTryAt: time })), null),
});
export type QueueStatus = Shaped<typeof queueShape>;

/** One entry a checklist issue, in no order; those that the settings name no more go with the next run. */
export const storedQueues = stored<QueueStatus[]>('queues', list(queueShape), []);

const moveShape = record({
  /** The checklist issue that the items move from. */
  from: issueKeyShape,
  /** Stands in the fresh issue's description, so that it is found again. */
  id: text,
  /** The fresh checklist issue, as soon as its key is known. */
  target: nullable(issueKeyShape),
  /** What ended the last try. */
  failure: nullable(failureShape),
});
export type Move = Shaped<typeof moveShape>;

/** Moves that were begun and not finished, one at most a checklist issue: a later try goes on with it. */
export const storedMoves = stored<Move[]>('moves', list(moveShape), []);

/** What a notification has told, so that none tells it twice. */
const noticedShape = record({
  /** The halting state, by its code and its beginning. */
  halt: nullable(text),
  runId: nullable(text),
  failed: number,
});
export type Noticed = Readonly<Shaped<typeof noticedShape>>;

export const storedNoticed = stored<Noticed>('noticed', noticedShape, {
  halt: null,
  runId: null,
  failed: 0,
});
