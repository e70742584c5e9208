import * as z from 'zod/mini';
import { failureSchema } from '../errors/failure.ts';
import { timeSchema } from '../storage/time.ts';
import { announceNews, database } from './database.ts';

/**
 * The log: what went on, line by line, where the history has only what came of it. It survives the
 * worker, and is bounded by itself.
 */

export const logLevels = ['error', 'warning', 'info', 'detail'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logEvents = [
  'run_began',
  'run_ended',
  'item_ended',
  'wait_began',
  'wait_ended',
  'request',
  'storage_failed',
] as const;

const lineSchema = z.object({
  at: timeSchema,
  level: z.enum(logLevels),
  /** Its text is `log_<event>`, filled with the details. */
  event: z.enum(logEvents),
  /** Never hold a secret: ids of texts, keys, numbers, paths without their query. */
  details: z.array(z.string()),
  runId: z.optional(z.string()),
  issueKey: z.optional(z.string()),
  failure: z.optional(failureSchema),
});
export type LogLine = z.infer<typeof lineSchema>;

/** A line with its number; later ones have higher numbers. */
export interface KeptLine extends LogLine {
  readonly id: number;
}

/** Later ones push out those before them. */
export const linesKept = 10_000;
/** Trimmed in steps: each costs about as much as writing a line. */
const linesOver = 500;

/** Adds lines, all in one, and lets go of the oldest past the bound. */
export async function addLines(lines: readonly LogLine[]): Promise<void> {
  if (lines.length === 0) return;
  const transaction = (await database()).transaction('log', 'readwrite');
  const before = (await transaction.store.openKeyCursor(null, 'prev'))?.key ?? 0;
  const newest = before + lines.length;
  await transaction.store.add(lines, newest);
  if (newest % linesOver < lines.length && newest > linesKept) {
    await transaction.store.delete(IDBKeyRange.upperBound(newest - linesKept));
  }
  await transaction.done;
  announceNews('log');
}

/** The lines that came after one, newest first: all of them, since there is a bound. */
export async function readLinesAfter(id: number): Promise<KeptLine[]> {
  const { store } = (await database()).transaction('log');
  const range = IDBKeyRange.lowerBound(id, true);
  const [ids, records] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
  const read = records.flatMap((record, at): KeptLine[] => {
    const lines = [record].flat();
    const first = (ids[at] ?? 0) - lines.length + 1;
    return lines.flatMap((value, place): KeptLine[] => {
      const line = lineSchema.safeParse(value);
      return line.success && first + place > id ? [{ ...line.data, id: first + place }] : [];
    });
  });
  return read.reverse();
}
