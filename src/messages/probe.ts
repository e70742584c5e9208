import * as z from 'zod/mini';
import { settingsSchema } from '../settings/schema.ts';
import { tokenSchema } from '../settings/token.ts';
import { checkNames, findingsSchema } from '../setup/checks.ts';
import { stored } from '../storage/stored.ts';

/**
 * How a page has settings tried out that are not stored: it puts a candidate down, sends `probe` with
 * its id, and draws the findings as they come. Both lie in memory only and go with the browser; no
 * message carries the token.
 */

const candidateSchema = z.object({
  checks: z.array(z.enum(checkNames)),
  settings: settingsSchema,
  /** Null: the stored token, where it is for this tracker. It is sent to its own origin alone. */
  token: tokenSchema,
});
export type Candidate = z.infer<typeof candidateSchema>;

/** Where a candidate lies until the worker takes it. */
export function storedCandidate(id: string) {
  return stored<Candidate | null>(`candidate-${id}`, z.nullable(candidateSchema), null, 'session');
}

/** Findings of the latest probes, by their ids. */
export const storedFindings = stored(
  'findings',
  z.record(z.string(), findingsSchema),
  {},
  'session',
);
