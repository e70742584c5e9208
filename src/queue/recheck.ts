import { FailureError, itemFailure } from '../errors/failure.ts';
import { LongWaitError } from '../http/host-gate.ts';
import { fieldText } from '../tracker/field-value.ts';
import type { Issue } from '../tracker/shapes.ts';
import { bearable, Ending, endWithoutAny } from './ending.ts';
import { isSearchRefused } from './issue-batches.ts';
import { itemReport } from './item-report.ts';
import { blankPlan, type WorkItem } from './plan.ts';
import { Queue } from './queue.ts';
import { isOfChecklist, type RunContext, type RunEnd } from './run-context.ts';
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
  const { settings, journal, memory } = context;
  const ending = new Ending(context);
  const queues = context.queues.map((key) => new Queue(key, settings.deferralDate, context));
  for (const queue of queues) {
    if (ending.isOver) break;
    try {
      await bringBack(context, queue, ending);
      memory.keepOnly(queue.key, queue.ids());
    } catch (error) {
      queue.failure = ending.noteOfPart(error);
    }
    // It looks at a part of the list: no pass went through it.
    if (queue.isRead || queue.failure !== null) journal.queue(queue.report(memory, false));
  }
  return endWithoutAny(queues) ?? ending.end;
}

async function bringBack(context: RunContext, queue: Queue, ending: Ending): Promise<void> {
  const { settings, tracker, journal } = context;
  const checklist = await tracker.readChecklist(queue.key, settings.errorField);
  queue.take(checklist);
  // An error is written before its item is deferred: the last of them, before the last edit here.
  const isIndexSettled = checklist.restedMs >= indexSettledMs;
  const deferred = queue.deferred();
  const keys = deferred.flatMap(({ issueKey }) => issueKey ?? []);
  if (keys.length === 0) return;
  const issues = await search(context, keys);
  const candidates = deferred.flatMap((item) => {
    const key = item.issueKey ?? '';
    const issue = issues.get(key);
    const mayBeFine =
      issue === undefined ? issues.has(key) : hasNoError(issue, settings.errorField);
    return mayBeFine ? { item, issue } : [];
  });
  let firstMissed: unknown = null;
  await workThrough(
    candidates,
    () => Math.min(mostAtATime, bearable(context)),
    () => ending.isOver,
    async ({ item, issue }) => {
      let version: number | null;
      try {
        if (!(await isToComeBack(context, item, issue, isIndexSettled))) return;
        journal.found(1);
        await journal.begin(item);
        version = await tracker.patchItem(queue.key, item, { checked: false });
      } catch (error) {
        // One that can't come back now keeps none of the others. Of what is read one by one nothing is
        // kept, so a run that goes on after a wait would begin with the same ones: the next one does.
        const isToWait = error instanceof LongWaitError && issue === undefined;
        const cause = isToWait ? tooMany : error;
        const failure = ending.noteOfPart(cause);
        if (failure !== null && isOfChecklist(failure)) throw error;
        journal.setAside(item);
        firstMissed ??= cause;
        return;
      }
      context.memory.forget(item);
      queue.unchecked(item, version);
      journal.end(itemReport(blankPlan(item), 'unchecked'));
    },
  );
  if (firstMissed !== null) throw firstMissed;
}

const tooMany = new FailureError('tracker_unavailable', 'reason_too_many_requests');

/**
 * The issues as the search's index knows them. A tracker may refuse to search for some, or for any:
 * those of which only a read by key can tell are undefined.
 */
async function search(
  { settings, tracker }: RunContext,
  keys: readonly string[],
): Promise<Map<string, Issue | undefined>> {
  const found = new Map<string, Issue | undefined>();
  const refuse = (key: string) => found.set(key, undefined);
  try {
    const issues = await tracker.searchIssues(keys, [settings.errorField], refuse);
    return new Map([...found, ...issues]);
  } catch (error) {
    if (!isSearchRefused(error)) throw error;
    return new Map(keys.map((key) => [key, undefined]));
  }
}

function hasNoError(issue: Issue, errorField: string): boolean {
  return fieldText(issue[errorField]).trim() === '';
}

/**
 * A search's index may not have the error yet that deferred the item, and an error that could not
 * be written leaves an empty field behind: neither is a reason to bring the item back.
 * @param found the issue as the search shows it; undefined where that was refused.
 */
async function isToComeBack(
  context: RunContext,
  item: WorkItem,
  found: Issue | undefined,
  isIndexSettled: boolean,
): Promise<boolean> {
  const { settings, memory } = context;
  const { errorVersion, errorWritten } = memory.of(item);
  const isEdited = (issue: Issue) => errorVersion !== undefined && issue.version > errorVersion;
  const isUnwritten = errorVersion !== undefined && errorWritten === false;
  if (found !== undefined && isUnwritten) return isEdited(found);
  if (found !== undefined && (isIndexSettled || isEdited(found))) return true;
  const issue = await readOrNone(context, item.issueKey ?? '');
  if (issue === null || !hasNoError(issue, settings.errorField)) return false;
  return !isUnwritten || isEdited(issue);
}

/** The issue as it is now; one that can't be read leaves its item where it is. */
async function readOrNone({ settings, tracker }: RunContext, key: string): Promise<Issue | null> {
  try {
    return await tracker.readIssue(key, [settings.errorField]);
  } catch (error) {
    itemFailure(error);
    return null;
  }
}
