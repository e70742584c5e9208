import { kindOf } from '../errors/codes.ts';
import { FailureError } from '../errors/failure.ts';
import { fieldText } from '../tracker/field-value.ts';
import type { Issue } from '../tracker/shapes.ts';
import { Ending, endWithoutAny } from './ending.ts';
import { itemReport } from './item-report.ts';
import { blankPlan, type WorkItem } from './plan.ts';
import { Queue } from './queue.ts';
import type { RunContext, RunEnd } from './run-context.ts';
import { workThrough } from './work-through.ts';

const mostAtATime = 4;
/** By then a search's index has what was edited before: it lags behind by seconds (tracker-api.md). */
const indexSettledMs = 120_000;

/**
 * Brings back the deferred items whose issue's error field somebody emptied. Everything else is
 * left alone (behaviour.md, "Deferred items"). A checklist issue that can't be used keeps no other
 * from being looked at.
 */
export async function recheckQueues(context: RunContext): Promise<RunEnd> {
  const { settings, journal, memory, summariesDue, refusals } = context;
  const ending = new Ending(context);
  const queues = settings.checklistIssues.map(
    (key) => new Queue(key, undefined, summariesDue.has(key), refusals.get(key)),
  );
  for (const queue of queues) {
    if (ending.isOver) break;
    try {
      await bringBack(context, queue, ending);
      memory.keepOnly(queue.key, queue.ids());
    } catch (error) {
      queue.failure = ending.noteOfPart(error);
      if (queue.failure === null) return ending.end;
    }
    // It looks at a part of the list: no pass went through it.
    journal.queue(queue.report(settings.deferralDate, memory, false));
  }
  return endWithoutAny(queues) ?? ending.end;
}

async function bringBack(context: RunContext, queue: Queue, ending: Ending): Promise<void> {
  const { settings, tracker, journal } = context;
  const checklist = await tracker.readChecklist(queue.key, settings.errorField);
  queue.take(checklist);
  // An error is written before its item is deferred: the last of them, before the last edit here.
  const isIndexSettled = checklist.restedMs >= indexSettledMs;
  const deferred = queue
    .deferred(settings.deferralDate)
    .filter(({ issueKey }) => issueKey !== null);
  const keys = deferred.flatMap(({ issueKey }) => issueKey ?? []);
  if (keys.length === 0) return;
  const issues = await tracker.searchIssues(keys, [settings.errorField]);
  const candidates = deferred.filter((item) => {
    const issue = issues.get(item.issueKey ?? '');
    return issue !== undefined && hasNoError(issue, settings.errorField);
  });
  const atATime =
    settings.itemsAtATime === 'automatic'
      ? mostAtATime
      : Math.min(mostAtATime, settings.itemsAtATime);
  let firstMissed: unknown = null;
  await workThrough(
    candidates,
    () => atATime,
    () => ending.isOver,
    async (item) => {
      const issue = issues.get(item.issueKey ?? '');
      try {
        if (issue === undefined || !(await isToComeBack(context, item, issue, isIndexSettled)))
          return;
        journal.found(1);
        await journal.begin(item);
        await tracker.patchItem(queue.key, item, { checked: false });
      } catch (error) {
        // One that can't come back now keeps none of the others.
        const failure = ending.noteOfPart(error);
        if (failure !== null && kindOf(failure.code) === 'halting') throw error;
        journal.setAside(item);
        firstMissed ??= error;
        return;
      }
      context.memory.forget(item);
      queue.unchecked(item);
      journal.end(itemReport(blankPlan(item), 'unchecked'));
    },
  );
  if (firstMissed !== null) throw firstMissed;
}

function hasNoError(issue: Issue, errorField: string): boolean {
  return fieldText(issue[errorField]).trim() === '';
}

/**
 * A search's index may not have the error yet that deferred the item, and an error that could not
 * be written leaves an empty field behind: neither is a reason to bring the item back.
 */
async function isToComeBack(
  context: RunContext,
  item: WorkItem,
  found: Issue,
  isIndexSettled: boolean,
): Promise<boolean> {
  const { settings, tracker, memory } = context;
  const { errorVersion, errorWritten } = memory.of(item);
  if (errorVersion !== undefined && errorWritten === false) return found.version > errorVersion;
  if (isIndexSettled || (errorVersion !== undefined && found.version > errorVersion)) return true;
  try {
    const issue = await tracker.readIssue(item.issueKey ?? '', [settings.errorField]);
    return hasNoError(issue, settings.errorField);
  } catch (error) {
    // An issue that can't be read leaves its item where it is.
    if (error instanceof FailureError && kindOf(error.failure.code) === 'item') return false;
    throw error;
  }
}
