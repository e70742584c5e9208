import { parseTrackerDate } from '../tracker/dates.ts';
import type { ChecklistItem } from '../tracker/shapes.ts';

/** Whether an item is deferred: checked, with a deadline on or after the deferral date. */
export function isDeferred(item: ChecklistItem, deferralDate: string): boolean {
  const deadline = item.deadline?.date;
  if (!item.checked || deadline === undefined || deadline === null) return false;
  return parseTrackerDate(deadline) >= parseTrackerDate(deferralDate);
}
