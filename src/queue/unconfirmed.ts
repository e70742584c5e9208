import type { Change } from '../activity/entries.ts';
import { fieldText } from '../tracker/field-value.ts';
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
