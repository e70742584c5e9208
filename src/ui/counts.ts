import type { RunKind } from '../status/status.ts';
import { countWords } from '../words/words.ts';

const outcomes = [
  'done',
  'failed',
  'unchanged',
  'postponed',
  'unchecked',
  'moved',
  'undone',
  'left_alone',
  'added',
] as const;

/**
 * What a run did, "40 done, 2 deferred, 1 unchanged"; empty where it had nothing to do.
 * @param leaveFailedUnchecked the setting: whether what failed was deferred or left as it was.
 */
export function countsWords(
  { kind, counts }: { readonly kind: RunKind; readonly counts: Readonly<Record<string, number>> },
  leaveFailedUnchecked: boolean,
): string {
  const isDeferred = kind === 'process' && !leaveFailedUnchecked;
  return outcomes
    .filter((outcome) => (counts[outcome] ?? 0) > 0)
    .map((outcome) => {
      const id = outcome === 'failed' && isDeferred ? 'deferred' : outcome;
      return countWords(`count_${id}`, counts[outcome] ?? 0);
    })
    .join(', ');
}
