import { processQueues } from '../queue/process.ts';
import type { RunContext, RunEnd } from '../queue/run-context.ts';
import { storedPreview } from '../status/preview.ts';
import type { Run } from '../status/status.ts';
import type { TaskWork } from '../status/task-work.ts';
import { storedThisIssue } from '../status/this-issue.ts';
import { performApply } from './apply.ts';
import { emptyPreview, performPreview } from './preview.ts';
import type { RunJournal } from './run-journal.ts';
import { chosenItems } from './tasks.ts';
import { nothingKnown, performForIssue } from './this-issue.ts';

/** Does what somebody asked for. A second time finds what the first has left. */
export function performTask(
  context: RunContext,
  journal: RunJournal,
  work: TaskWork,
): Promise<RunEnd> {
  switch (work.type) {
    case 'process_only':
      return processQueues({ ...context, chosen: chosenItems(work.items) });
    case 'preview':
      return performPreview(context, journal, work);
    case 'apply':
    case 'undo':
      return performApply(context, journal, work);
    default:
      return performForIssue(context, journal, work);
  }
}

/** Tells the page that waits for it how a task ended, also where it could not even begin. */
export async function noteTaskEnd(work: TaskWork, run: Run, end: RunEnd): Promise<void> {
  if (end.outcome === 'waiting') return;
  const { outcome } = end;
  const at = Date.now();
  const failure = 'failure' in end ? end.failure : null;
  if (work.type === 'process_only') return;
  if ('previewId' in work) {
    const stored = await storedPreview.read();
    const present = stored?.id === work.previewId ? stored : null;
    if (work.type === 'preview') {
      const preview = present ?? emptyPreview(work.previewId, work.of);
      await storedPreview.write({ ...preview, endedAt: at, outcome, failure });
    } else if (present !== null) {
      await storedPreview.write({ ...present, applied: { at, outcome, failure } });
    }
    return;
  }
  const isShown = ((await storedThisIssue.read())?.at ?? 0) >= run.startedAt;
  if (!isShown) await storedThisIssue.write({ ...nothingKnown(work.issueKey), at, failure });
}
