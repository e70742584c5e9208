import * as z from 'zod/mini';

/**
 * The version that this code writes and understands. Where a later one gives a value another
 * meaning, those of older versions are to be turned into it here and in `import/json.ts`.
 */
export const currentVersion = 1;

const envelopeSchema = z.object({
  version: z.int().check(z.refine((version) => version >= 1)),
  values: z.unknown(),
});
export const membersSchema = z.record(z.string(), z.unknown());

/** What is stored as settings, as it stands there; this version's names, values that need not parse. */
interface Kept {
  /** Null where nothing is stored that could be settings of this version. */
  readonly values: unknown;
  /** A newer version of this extension has stored them. */
  readonly isNewer: boolean;
}

/** What is stored as settings, taken out of what tells its version. */
export function openEnvelope(stored: unknown): Kept {
  const envelope = envelopeSchema.safeParse(stored).data;
  if (envelope === undefined) return { values: null, isNewer: false };
  if (envelope.version > currentVersion) return { values: null, isNewer: true };
  return { values: envelope.values, isNewer: false };
}

/**
 * Stored values with some others in their place. The rest is left as it is stored, even where it can't
 * be read: no default is to take the place of what a person had set.
 * @returns null where what is stored is nothing that could be kept.
 */
export function valuesWith(
  stored: unknown,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> | null {
  if (stored === undefined) return { ...changes };
  const members = membersSchema.safeParse(openEnvelope(stored).values);
  return members.success ? { ...members.data, ...changes } : null;
}
