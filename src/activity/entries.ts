import * as z from 'zod/mini';
import {
  breadcrumbKeySchema,
  breadcrumbsSchema,
  breadcrumbValueSchema,
  resourceSchema,
} from '../breadcrumbs/resource.ts';
import { failureSchema } from '../errors/failure.ts';
import { timeSchema } from '../storage/time.ts';

/**
 * What the history keeps. All times are milliseconds since 1970. Members with a default came with
 * the second version: older entries are read as if they had it.
 */

export const changeSchema = z.object({
  /** The tracker's field id. */
  field: z.string(),
  /** Absent: the error field. */
  key: z.optional(breadcrumbKeySchema),
  from: z.optional(z.unknown()),
  to: breadcrumbValueSchema,
});
/** One field's old and new value. */
export type Change = z.infer<typeof changeSchema>;

export const untouchedSchema = z.object({
  field: z.string(),
  key: z.optional(breadcrumbKeySchema),
  why: z.enum([
    /** It has the value that it is to have. */
    'same',
    /** The link says nothing about it. */
    'does_not_apply',
    /** The answer that would have told of it had errors, which the settings say to ignore. */
    'errors_ignored',
    /** An undo: somebody changed it since. */
    'edited_since',
    /** An undo: what was there before is written in another form than it is read. */
    'not_plain',
  ]),
  value: z.optional(z.unknown()),
});
/** A field that a plan leaves as it is, with its value. */
export type Untouched = z.infer<typeof untouchedSchema>;

const requestSchema = z.object({
  host: z.enum(['tracker', 'content']),
  method: z.string(),
  /** Without its query. */
  path: z.string(),
  /** The last try's status, or why there was none. */
  answer: z.union([
    z.number(),
    z.enum(['network', 'timeout', 'redirect', 'html', 'not_json', 'too_large']),
  ]),
  /** Under way, all tries together. */
  ms: z.number(),
  tries: z.number(),
  /** Items that it was sent for at once, as a search is. */
  sharedBy: z.optional(z.number()),
});
/** One request that an item needed, as far as it was sent for it. */
export type SentRequest = z.infer<typeof requestSchema>;

/** Where an item's time went, in milliseconds; what is neither host's was waited. */
const timesSchema = z.object({ tracker: z.number(), content: z.number(), waiting: z.number() });
export type ItemTimes = z.infer<typeof timesSchema>;

/** The part of an entry that a list shows. */
export const itemHeadSchema = z.object({
  runId: z.string(),
  at: timeSchema,
  queue: z.string(),
  itemId: z.string(),
  /** The checklist item's text, shortened. */
  text: z.string(),
  issueKey: z.nullable(z.string()),
  outcome: z.enum([
    'done',
    'unchanged',
    'failed',
    'postponed',
    'unchecked',
    'undone',
    'left_alone',
    'added',
  ]),
  /** Failed, and its item was deferred for that; older entries don't tell. */
  isDeferred: z.optional(z.boolean()),
  failure: z.nullable(failureSchema),
  resource: z.nullable(resourceSchema),
  times: z._default(z.nullable(timesSchema), null),
});
export type ItemHead = z.infer<typeof itemHeadSchema>;

export const itemEntrySchema = z.object({
  ...itemHeadSchema.shape,
  /** The issue as the plan found it: its key may differ from the item's (moved). */
  issue: z._default(z.nullable(z.object({ key: z.string(), version: z.number() })), null),
  /** What the issue links to, without query and fragment: those may hold what is nobody's business. */
  link: z._default(z.string(), ''),
  /** What was known of the resource; long texts shortened. */
  breadcrumbs: z._default(breadcrumbsSchema, {}),
  changes: z.array(changeSchema),
  /** Fields that were left as they are; long values shortened. */
  untouched: z._default(z.array(untouchedSchema), []),
  requests: z._default(z.array(requestSchema), []),
});
/** What became of one checklist item in one run. */
export type ItemEntry = z.infer<typeof itemEntrySchema>;

/** What became of an item as people are told of it: as a run's summary does, what was deferred by that. */
export function outcomeName({
  outcome,
  isDeferred,
}: Pick<ItemEntry, 'outcome' | 'isDeferred'>): ItemEntry['outcome'] | 'deferred' {
  return isDeferred ? 'deferred' : outcome;
}

/** What a run tells of an item; who keeps it knows the rest. */
export type ItemReport = Omit<ItemEntry, 'runId' | 'at' | 'requests' | 'times'>;

const { queue, itemId, issueKey, outcome } = itemHeadSchema.shape;

/** The part of an entry that tells a run what an earlier worker of it dealt with. */
export const itemEndSchema = z.object({ queue, itemId, issueKey, outcome });
export type ItemEnd = z.infer<typeof itemEndSchema>;

const storedSchema = z.looseObject({ requests: z._default(z.string(), '[]') });

/**
 * An entry as it is stored: its requests are one text, which costs nothing to whoever reads
 * thousands of entries for something else.
 */
export function toStored({ requests, ...entry }: ItemEntry): unknown {
  return { ...entry, requests: JSON.stringify(requests) };
}

/** An entry from storage; undefined where it is none. */
export function fromStored(value: unknown): ItemEntry | undefined {
  const stored = storedSchema.safeParse(value);
  if (!stored.success) return undefined;
  const requests: unknown = JSON.parse(stored.data.requests);
  return itemEntrySchema.safeParse({ ...stored.data, requests }).data;
}

/** An entry with the number that the history knows it by; newer ones have higher numbers. */
export interface KeptItem extends ItemEntry {
  readonly id: number;
}

export const runEntrySchema = z.object({
  id: z.string(),
  kind: z.enum(['process', 'recheck', 'move', 'undo', 'add']),
  /** With a move: the checklist issues that the items moved between, as far as there are two. */
  move: z.optional(z.object({ from: z.string(), to: z.nullable(z.string()) })),
  cause: z.string(),
  startedAt: timeSchema,
  endedAt: timeSchema,
  counts: z.record(z.string(), z.number()),
  requests: z.number(),
  outcome: z.enum(['completed', 'stopped', 'halted', 'interrupted']),
  failure: z.nullable(failureSchema),
  /** The checklist issues' versions at its end. */
  versions: z._default(z.record(z.string(), z.number()), {}),
});
/** One run, as it ended. */
export type RunEntry = z.infer<typeof runEntrySchema>;
