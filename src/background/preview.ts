import { readItems, readItemsById } from '../activity/history.ts';
import { clearPlans, readPlans } from '../plans/store.ts';
import { type PreviewSink, previewLink, previewQueues } from '../queue/preview.ts';
import type { RunContext, RunEnd } from '../queue/run-context.ts';
import { type UndoGroup, undoGroups } from '../queue/undo.ts';
import { previewUndo } from '../queue/undo-run.ts';
import { queuesAtWork, type Settings } from '../settings/schema.ts';
import { emptyPreview, storedPreview } from '../status/preview.ts';
import type { PreviewScope, WorkOf } from '../status/task-work.ts';
import { withPlans } from './plan-writer.ts';
import type { RunJournal } from './run-journal.ts';
import { chosenIssue, chosenItems } from './tasks.ts';

/**
 * Makes a preview, or goes on with the one of a worker that died. Pages see it fill: plans are
 * written together as they come, and what is stored beside them tells how far it is.
 */
export async function performPreview(
  context: RunContext,
  journal: RunJournal,
  { previewId, of }: WorkOf<'preview'>,
): Promise<RunEnd> {
  const before = await storedPreview.read();
  // Where none of its plans was written, those that are stored may still be another preview's.
  const isBegun = before?.id === previewId && before.revision > 0;
  const preview = {
    ...(isBegun ? before : emptyPreview(previewId, of)),
    leftAlone: queuesLeftAlone(of, context.settings),
  };
  return withPlans(preview, async (writer) => {
    if (!isBegun) {
      // First: whatever comes in between, no other preview is left with this one's plans as its own.
      await storedPreview.write(preview);
      await clearPlans();
    }
    const known = new Set((await readPlans()).map(({ name }) => name));
    const sink: PreviewSink = {
      found: (counts) => {
        // Counted anew: the plans of a worker that died are there as far as they were written.
        const { looked } = journal.run.counts;
        journal.found(counts.total - looked);
        journal.looked(known.size - looked);
        writer.note({ ...counts, planned: known.size });
      },
      has: (name) => known.has(name),
      add: (planned) => {
        journal.looked(1);
        writer.add(planned);
      },
      alike: (alike) => writer.note({ alike }),
    };
    return previewOf(context, of, sink);
  });
}

/** The checklist issues that a preview is asked for and does not read. */
export function queuesLeftAlone(of: PreviewScope, settings: Settings): string[] {
  const { checklistIssues, pausedQueues } = settings;
  // As a run of the schedule leaves them alone.
  if (of.type === 'all') return checklistIssues.filter((key) => pausedQueues.includes(key));
  const isUnknown = of.type === 'queue' && !checklistIssues.includes(of.checklistIssue);
  return isUnknown ? [of.checklistIssue] : [];
}

async function previewOf(
  context: RunContext,
  of: PreviewScope,
  sink: PreviewSink,
): Promise<RunEnd> {
  const { settings } = context;
  switch (of.type) {
    case 'all':
      return previewQueues({ ...context, queues: queuesAtWork(settings) }, sink);
    case 'queue': {
      const queues = settings.checklistIssues.filter((key) => key === of.checklistIssue);
      return previewQueues({ ...context, queues }, sink);
    }
    case 'items':
      return previewQueues({ ...context, chosen: chosenItems(of.items) }, sink);
    case 'issue':
      return previewQueues({ ...context, chosen: chosenIssue(of.issueKey) }, sink);
    case 'link':
      return previewLink(context, of.link, sink);
    case 'undo_run':
    case 'undo_items':
      return previewUndo(context, await groupsOf(of), sink);
  }
}

/** What the history tells that was written, of what a preview is about. */
export async function groupsOf(of: PreviewScope): Promise<UndoGroup[]> {
  if (of.type === 'undo_run') return undoGroups(await readItems(of.runId));
  if (of.type === 'undo_items') {
    // A person chooses them in any order; an undo goes from the newest back.
    return undoGroups(await readItemsById([...new Set(of.ids)].sort((a, b) => a - b)));
  }
  return [];
}
