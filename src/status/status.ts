import * as z from 'zod/mini';
import { failureSchema } from '../errors/failure.ts';
import { stored } from '../storage/stored.ts';
import { timeSchema } from '../storage/time.ts';
import { issueKeyPattern } from '../tracker/issue-key.ts';
import { versionSampleSchema } from './write-budget.ts';

/**
 * What the worker stores for the pages to draw. All times are milliseconds since 1970.
 * Lists are bounded where they are written, so that a long queue costs the popup nothing.
 */

const hostSchema = z.enum(['tracker', 'content']);
/** The two services that requests go to. */
export type Host = z.infer<typeof hostSchema>;

/** What becomes part of a request's path is looked at whenever it is read. */
const issueKeySchema = z.string().check(z.regex(issueKeyPattern));

const countsSchema = z.object({
  /** Items that the pass found unchecked. */
  total: z.number(),
  /** Annotated and checked off. */
  done: z.number(),
  /** Checked off with nothing to write. */
  unchanged: z.number(),
  /** Failed and deferred, or failed and left unchecked where the settings say so. */
  failed: z.number(),
  /** Left for a later run: a passing failure. */
  postponed: z.number(),
  /** Recheck only: brought back to the queue. */
  unchecked: z.number(),
  /** Move only: in the fresh checklist by now. */
  moved: z._default(z.number(), 0),
  /** Undo only: brought back to what was there before. */
  undone: z._default(z.number(), 0),
  /** Not as it was when a person looked at it: nothing was written. */
  left_alone: z._default(z.number(), 0),
});
export type Counts = z.infer<typeof countsSchema>;
export const noCounts: Counts = {
  total: 0,
  done: 0,
  unchanged: 0,
  failed: 0,
  postponed: 0,
  unchecked: 0,
  moved: 0,
  undone: 0,
  left_alone: 0,
};

const kindSchema = z.enum(['process', 'recheck', 'move', 'undo']);
export type RunKind = z.infer<typeof kindSchema>;
/** What the schedule does too. */
export type PassKind = Extract<RunKind, 'process' | 'recheck'>;
/** `chosen`: somebody chose what it is about. */
const causeSchema = z.enum(['click', 'schedule', 'settings', 'defer_anyway', 'chosen']);
/** What set a run off. */
export type RunCause = z.infer<typeof causeSchema>;

/**
 * Runs that were asked for and have not begun: bells that a worker's death does not silence. Each
 * has a key of its own, so that ringing one never stills another.
 */
export const storedRequests = {
  process: stored<RunCause | null>('request_process', z.nullable(causeSchema), null),
  recheck: stored<RunCause | null>('request_recheck', z.nullable(causeSchema), null),
};

/** The checklist issue whose items were asked to be moved to a fresh one. */
export const storedMoveRequest = stored<string | null>(
  'request_move',
  z.nullable(issueKeySchema),
  null,
);

const waitSchema = z.object({
  host: hostSchema,
  /** `asked`: the host said how long (429, Retry-After). `unavailable`: it doesn't answer. */
  reason: z.enum(['asked', 'unavailable']),
  /** Which wait in a row this is, from 1. */
  attempt: z.number(),
  until: timeSchema,
});
export type Wait = z.infer<typeof waitSchema>;

const runSchema = z.object({
  id: z.string(),
  kind: kindSchema,
  cause: causeSchema,
  /** With a move: the checklist issue whose items move, and the fresh one as soon as it is known. */
  moving: z._default(
    z.nullable(z.object({ from: issueKeySchema, to: z.nullable(issueKeySchema) })),
    null,
  ),
  startedAt: timeSchema,
  counts: countsSchema,
  /** Items whose work has begun and not ended; after a death they are those that were in hand. */
  inHand: z.array(
    z.object({ queue: z.string(), itemId: z.string(), issueKey: z.nullable(z.string()) }),
  ),
  waits: z.array(waitSchema),
  /** Put off until then by a wait too long for a worker to sit out; null while it goes on. */
  resumeAt: z.nullable(timeSchema),
  /** Stop was asked for; the items in hand are finishing. */
  stopping: z.boolean(),
});
export type Run = z.infer<typeof runSchema>;

/** The run in progress, or null. Written by the worker as it goes; survives its death. */
export const storedRun = stored<Run | null>('run', z.nullable(runSchema), null);

const alikeSchema = z.object({
  /** How many failures wait, unwritten. */
  count: z.number(),
  items: z.array(z.object({ issueKey: z.nullable(z.string()), failure: failureSchema })),
});

const haltSchema = z.object({
  failure: failureSchema,
  /** The browser said that there is no connection at all. */
  offline: z.boolean(),
  since: timeSchema,
  /** Scheduled tries in a row that ended in this state. */
  tries: z.number(),
  /** Scheduled tries before this are skipped; a click is not. */
  nextTryAt: timeSchema,
  /** The brake's ten, with `many_alike` only. */
  alike: z.optional(alikeSchema),
});
export type Halt = z.infer<typeof haltSchema>;

const lastRunSchema = z.object({
  id: z.string(),
  kind: kindSchema,
  cause: causeSchema,
  startedAt: timeSchema,
  endedAt: timeSchema,
  counts: countsSchema,
  /** Requests sent, retries included. */
  requests: z.number(),
  outcome: z.enum(['completed', 'stopped', 'halted', 'interrupted']),
});
export type LastRun = z.infer<typeof lastRunSchema>;

const stateSchema = z.object({
  lastRun: z.nullable(lastRunSchema),
  /** End of the last run that completed, whatever has failed since. */
  lastSuccessAt: z.nullable(timeSchema),
  halt: z.nullable(haltSchema),
  /** Hosts that do not answer, with the time of the first failure since they last did. */
  outages: z.array(z.object({ host: hostSchema, since: timeSchema })),
  pausedSince: z.nullable(timeSchema),
  /** The history could not be written; the runs themselves go on. */
  historyFailed: z._default(z.boolean(), false),
});
export type State = z.infer<typeof stateSchema>;

/** What holds between runs. */
export const storedState = stored<State>('state', stateSchema, {
  lastRun: null,
  lastSuccessAt: null,
  halt: null,
  outages: [],
  pausedSince: null,
  historyFailed: false,
});

/** The browser stores nothing; gone with the browser, which finds out anew. */
export const storedTrouble = stored<Halt | null>(
  'trouble',
  z.nullable(haltSchema),
  null,
  'session',
);

const deferredItemSchema = z.object({
  itemId: z.string(),
  issueKey: z.nullable(z.string()),
  text: z.string(),
  /** What deferred it, where this profile knows. */
  failure: z.nullable(failureSchema),
});
export type DeferredItem = z.infer<typeof deferredItemSchema>;

const queueSchema = z.object({
  checklistIssue: z.string(),
  /** The checklist issue's version when last seen. */
  version: z.number(),
  /** Where the counting of its versions began. */
  sample: z._default(z.nullable(versionSampleSchema), null),
  seenAt: timeSchema,
  total: z.number(),
  open: z.number(),
  deferredTotal: z.number(),
  /** The first of them: as many as a person would read. */
  deferred: z.array(deferredItemSchema),
  /** At this version nothing was left to do: while it stands, an idle pass need not read the list. */
  settledVersion: z.nullable(z.number()),
  /** What is wrong with this queue alone. */
  failure: z.nullable(failureSchema),
});
export type QueueStatus = z.infer<typeof queueSchema>;

/** One entry a checklist issue, in the settings' order. */
export const storedQueues = stored<QueueStatus[]>('queues', z.array(queueSchema), []);

const moveSchema = z.object({
  /** The checklist issue that the items move from. */
  from: issueKeySchema,
  /** Stands in the fresh issue's description, so that it is found again. */
  id: z.string(),
  /** The fresh checklist issue, as soon as its key is known. */
  target: z.nullable(issueKeySchema),
  /** What ended the last try. */
  failure: z.nullable(failureSchema),
});
export type Move = z.infer<typeof moveSchema>;

/** Moves that were begun and not finished, one at most a checklist issue: a later try goes on with it. */
export const storedMoves = stored<Move[]>('moves', z.array(moveSchema), []);
