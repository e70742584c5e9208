import type { Preview } from '../status/preview.ts';
import { countWords, numberWords, words } from '../words/words.ts';
import { isUndo } from './scope.ts';

/** How much an ended preview has looked at; of one that was stopped also how much it has not. */
export function lookedWords({ outcome, planned, total }: Preview): string {
  if (outcome !== 'stopped') return countWords('preview_looked_at', planned);
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
