import type { Change } from '../activity/entries.ts';
import { FailureError, isPassing } from '../errors/failure.ts';
import { type FieldValue, fieldText } from '../tracker/field-value.ts';
import type { Issue } from '../tracker/shapes.ts';

/**
 * A write that was applied and whose confirmation was lost makes the next try a conflict with
 * itself. Nothing tells it from somebody else's write of the same: what of it stands in the issue is
 * taken for the run's own doing, since an undo has to know of it.
 */

/** Those of the changes sent that stand in the issue. */
export function standing(sent: readonly Change[], issue: Issue): Change[] {
  return sent.filter(({ field, to }) => fieldText(issue[field]) === fieldText(to));
}

/** Changes with those made before them, one a field. */
export function inSequence(before: readonly Change[], changes: readonly Change[]): Change[] {
  const all = new Map(before.map((change) => [change.field, change]));
  for (const change of changes) {
    const { from } = all.get(change.field) ?? change;
    all.set(change.field, { ...change, from });
  }
  return [...all.values()];
}

/**
 * Sends changes once it is kept that they are about to be written: without an answer that tells, an
 * undo has to look for them. Where they are refused, what was sent before is kept alone.
 * @param before what was sent before, and stands or may.
 * @param intend keeps changes as what is about to be written; see {@link Journal.intend}.
 */
export async function sendIntended<Answer>(
  before: readonly Change[],
  changes: readonly Change[],
  intend: (changes: readonly Change[]) => Promise<void>,
  send: (values: ReadonlyMap<string, FieldValue>) => Promise<Answer>,
): Promise<Answer> {
  await intend(inSequence(before, changes));
  try {
    return await send(new Map(changes.map(({ field, to }) => [field, to])));
  } catch (error) {
    if (error instanceof FailureError && !isPassing(error)) await intend(before);
    throw error;
  }
}
