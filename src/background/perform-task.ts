import { processQueues } from '../queue/process.ts';
import type { RunContext, RunEnd } from '../queue/run-context.ts';
import type { TaskWork } from '../status/task-work.ts';
import { performApply } from './apply.ts';
import { performMove } from './move.ts';
import { performPreview } from './preview.ts';
import type { RunJournal } from './run-journal.ts';
import { chosenItems } from './tasks.ts';
import { performForIssue } from './this-issue.ts';

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
    case 'move_checklist':
      return performMove(context, journal, work);
    default:
      return performForIssue(context, journal, work);
  }
}
