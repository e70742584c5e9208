import { addItem } from '../tracker/additions.ts';
import { Ending } from './ending.ts';
import { itemReport } from './item-report.ts';
import { blankPlan } from './plan.ts';
import { Queue } from './queue.ts';
import type { RunContext, RunEnd } from './run-context.ts';

/**
 * Adds an issue to the end of a checklist, unless an item names it that is open or deferred. Whether
 * one does is read anew each time: a worker's death adds none twice.
 */
export async function addToChecklist(
  context: RunContext,
  { issueKey, checklistIssue }: { readonly issueKey: string; readonly checklistIssue: string },
): Promise<RunEnd> {
  const { tracker, settings, journal } = context;
  const ending = new Ending(context);
  const queue = new Queue(checklistIssue);
  try {
    queue.take(await tracker.readChecklist(checklistIssue, settings.errorField));
    const waiting = [...queue.open(), ...queue.deferred(settings.deferralDate)];
    if (waiting.every((item) => item.issueKey !== issueKey)) {
      journal.found(1);
      await addItem(tracker, checklistIssue, { text: issueKey, checked: false });
      // Its id is the tracker's to give, and nobody asks for it here.
      const item = { queue: checklistIssue, id: '', text: issueKey, issueKey };
      journal.end(itemReport(blankPlan(item), 'added'));
    }
  } catch (error) {
    ending.fail(error);
  }
  return ending.end;
}
