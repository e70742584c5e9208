import { isToApply, type Planned } from '../plans/entries.ts';
import type { Preview } from '../status/preview.ts';
import { countWords, numberWords, words } from '../words/words.ts';
import { isUndo } from './scope.ts';

/** How much an ended preview has looked at; of one that was cut short also how much it has not. */
export function lookedWords({ outcome, planned, total }: Preview): string {
  const isThrough = outcome === 'completed' || (total > 0 && planned === total);
  if (isThrough) return countWords('preview_looked_at', planned);
  // Before the checklists were read nobody knows of how many.
  if (total === 0) return words('preview_stopped_at_once');
  return words('preview_stopped', numberWords(planned), numberWords(total));
}

/** Why a preview shows nothing; null where it shows something, or was not through with its looking. */
export function emptyWords({ of, outcome, planned, leftAlone }: Preview): string | null {
  if (outcome !== 'completed' || planned > 0) return null;
  if (isUndo(of)) return words('preview_undo_empty');
  if (leftAlone.length === 0) return words('preview_empty');
  return words(
    of.type === 'queue' ? 'preview_of_no_queue' : 'preview_paused',
    leftAlone.join(', '),
  );
}

const outcomes = ['done', 'undone', 'deferred', 'failed', 'unchanged', 'left_alone'] as const;

/** What a plan came to, as the history calls it; null where that is still to come. */
export function outcomeOf(plan: Planned, isOfUndo: boolean): (typeof outcomes)[number] | null {
  const { became, verdict, itemAction } = plan;
  if (became === null || isToApply(plan)) return null;
  // An error that was shown and applied is one in the history.
  if (became === 'failed' || (became === 'applied' && verdict === 'defer')) {
    return itemAction === 'defer' ? 'deferred' : 'failed';
  }
  if (became !== 'applied') return 'left_alone';
  if (verdict === 'unchanged') return 'unchanged';
  return isOfUndo ? 'undone' : 'done';
}

/** What all plans came to, and how many are left; empty where nothing was applied yet. */
export function cameToWords(plans: readonly Planned[], isOfUndo: boolean): string {
  const came = plans.map((plan) => outcomeOf(plan, isOfUndo));
  const left = plans.filter(isToApply).length;
  const parts = outcomes.flatMap((outcome) => {
    const count = came.filter((one) => one === outcome).length;
    return count === 0 ? [] : [countWords(`count_${outcome}`, count)];
  });
  if (parts.length === 0) return '';
  const all = left === 0 ? parts : [...parts, countWords('count_to_do', left)];
  return words('preview_came_to', all.join(', '));
}
