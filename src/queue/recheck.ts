import { kindOf } from '../errors/codes.ts';
import { FailureError } from '../errors/failure.ts';
import { LongWaitError } from '../http/host-gate.ts';
import { fieldText } from '../tracker/client.ts';
import type { Issue } from '../tracker/shapes.ts';
import type { WorkItem } from './plan.ts';
import { Queue } from './queue.ts';
import type { RunContext, RunEnd } from './run-context.ts';
import { workThrough } from './work-through.ts';

const itemsAtATime = 4;

/**
 * Brings back the deferred items whose issue's error field somebody emptied. Everything else is
 * left alone (behaviour.md, "Deferred items").
 */
export async function recheckQueues(context: RunContext): Promise<RunEnd> {
  const { settings, journal, memory } = context;
  try {
    for (const key of settings.checklistIssues) {
      const queue = new Queue(key);
      await recheckQueue(context, queue);
      memory.keepOnly(key, queue.ids());
      journal.queue(queue.report(settings.deferralDate, memory));
    }
    return { outcome: context.isStopped() ? 'stopped' : 'completed' };
  } catch (error) {
    if (error instanceof LongWaitError) return { outcome: 'waiting', until: error.until };
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    if (kindOf(failure.code) !== 'halting' && !context.isOffline()) {
      return { outcome: 'interrupted', failure };
    }
    return { outcome: 'halted', failure, offline: context.isOffline(), held: [] };
  }
}

async function recheckQueue(context: RunContext, queue: Queue): Promise<void> {
  const { settings, tracker, journal } = context;
  queue.take(await tracker.readChecklist(queue.key, settings.errorField));
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
  journal.found(candidates.length);
  await workThrough(
    candidates,
    () => itemsAtATime,
    context.isStopped,
    async (item) => {
      const issue = issues.get(item.issueKey ?? '');
      if (issue === undefined || !(await isToComeBack(context, item, issue))) return;
      await journal.begin(item);
      await tracker.patchItem(queue.key, item, { checked: false });
      context.memory.forget(item);
      queue.unchecked(item);
      journal.end({
        queue: item.queue,
        itemId: item.id,
        text: item.text,
        issueKey: item.issueKey,
        outcome: 'unchecked',
        failure: null,
        resource: null,
        changes: [],
      });
    },
  );
}

function hasNoError(issue: Issue, errorField: string): boolean {
  return fieldText(issue[errorField]).trim() === '';
}

/**
 * A search's index may not have the error yet that deferred the item, and an error that could not
 * be written leaves an empty field behind: neither is a reason to bring the item back.
 */
async function isToComeBack(context: RunContext, item: WorkItem, found: Issue): Promise<boolean> {
  const { settings, tracker, memory } = context;
  const { errorVersion, errorWritten } = memory.of(item);
  if (errorVersion !== undefined && errorWritten === false) return found.version > errorVersion;
  if (errorVersion !== undefined && found.version > errorVersion) return true;
  try {
    const issue = await tracker.readIssue(item.issueKey ?? '', [settings.errorField]);
    return hasNoError(issue, settings.errorField);
  } catch (error) {
    // An issue that can't be read leaves its item where it is.
    if (error instanceof FailureError && kindOf(error.failure.code) === 'item') return false;
    throw error;
  }
}
