import { isPassing } from '../errors/failure.ts';
import { addItem } from '../tracker/additions.ts';
import { Ending } from './ending.ts';
import { itemReport } from './item-report.ts';
import { blankPlan } from './plan.ts';
import { Queue } from './queue.ts';
import type { RunContext, RunEnd } from './run-context.ts';

const triesOfAnAddition = 5;

/**
 * Adds an issue to the end of a checklist, unless an item names it that is open or deferred. Whether
 * one does is read anew before each try: neither an answer that was lost nor a worker's death adds
 * one twice.
 */
export async function addToChecklist(
  context: RunContext,
  wanted: { readonly issueKey: string; readonly checklistIssue: string },
): Promise<RunEnd> {
  const { journal } = context;
  const ending = new Ending(context);
  const { issueKey, checklistIssue } = wanted;
  // Its id is the tracker's to give, and nobody asks for it here.
  const added = itemReport(
    blankPlan({ queue: checklistIssue, id: '', text: issueKey, issueKey }),
    'added',
  );
  let isSent = false;
  for (let tries = 1; ; tries += 1) {
    try {
      if (!(await isWaiting(context, wanted))) {
        if (!isSent) journal.found(1);
        isSent = true;
        await addItem(context.tracker, checklistIssue, { text: issueKey, checked: false });
      }
      // Also where it is there by the second try: the answer to the first was lost.
      if (isSent) journal.end(added);
      return ending.end;
    } catch (error) {
      if (tries < triesOfAnAddition && isPassing(error) && !ending.isOver) continue;
      ending.fail(error);
      return ending.end;
    }
  }
}

async function isWaiting(
  { tracker, settings }: RunContext,
  { issueKey, checklistIssue }: { readonly issueKey: string; readonly checklistIssue: string },
): Promise<boolean> {
  const queue = new Queue(checklistIssue, settings.deferralDate);
  queue.take(await tracker.readChecklist(checklistIssue, settings.errorField));
  const waiting = [...queue.open(), ...queue.deferred()];
  return waiting.some((item) => item.issueKey === issueKey);
}
