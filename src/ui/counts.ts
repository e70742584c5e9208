import type { RunKind } from '../status/status.ts';
import { countWords } from '../words/words.ts';

const outcomes = [
  'done',
  'deferred',
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
  const { failed = 0, withoutItem = 0 } = counts;
  const deferred = kind === 'process' && !leaveFailedUnchecked ? failed - withoutItem : 0;
  const told: Readonly<Record<string, number>> = { ...counts, deferred, failed: failed - deferred };
  return outcomes
    .filter((outcome) => (told[outcome] ?? 0) > 0)
    .map((outcome) => countWords(`count_${outcome}`, told[outcome] ?? 0))
    .join(', ');
}
