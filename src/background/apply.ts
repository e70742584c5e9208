import type { ItemReport } from '../activity/entries.ts';
import { isToApply, type Planned } from '../plans/entries.ts';
import { readPlans } from '../plans/store.ts';
import { itemName } from '../queue/item-memory.ts';
import { processQueues } from '../queue/process.ts';
import type { Chosen, Journal, RunContext, RunEnd } from '../queue/run-context.ts';
import type { Shown } from '../queue/shown.ts';
import { undoName } from '../queue/undo.ts';
import { undo } from '../queue/undo-run.ts';
import { storedPreview } from '../status/preview.ts';
import type { WorkOf } from '../status/task-work.ts';
import { withPlans } from './plan-writer.ts';
import { groupsOf } from './preview.ts';
import type { RunJournal } from './run-journal.ts';
import { chosenItems } from './tasks.ts';

/**
 * Does what the last preview shows, as far as it still holds: each item is planned anew, and what
 * has become another plan is shown in the old one's place.
 */
export async function performApply(
  context: RunContext,
  journal: RunJournal,
  work: WorkOf<'apply'> | WorkOf<'undo'>,
): Promise<RunEnd> {
  const preview = await storedPreview.read();
  // Another preview was asked for since: what is stored is not what was looked at. Nor is it where
  // this one has written no plans: it could not begin, and those of another are still there.
  if (preview?.id !== work.previewId || preview.revision === 0) return { outcome: 'stopped' };
  return withPlans(preview, async (writer) => {
    const { id } = journal.run;
    const names = work.names === null ? null : new Set(work.names);
    const wanted = (await readPlans()).filter(
      (plan) => isToApply(plan) && plan.touchedBy !== id && (names?.has(plan.name) ?? true),
    );
    const shownPlans = new Map(wanted.map((plan) => [plan.name, plan]));
    const left = new Map(shownPlans);
    const became = (name: string, change: Partial<Planned>) => {
      const plan = left.get(name);
      if (plan === undefined) return;
      left.delete(name);
      // Whatever it has become, it stays in its place.
      writer.put({ ...plan, ...change, position: plan.position, touchedBy: id });
    };
    const shown = {
      of: (name: string) => shownPlans.get(name),
      isNow: (now: Omit<Planned, 'revision'>) => became(now.name, { ...now, became: 'changed' }),
    };
    const marking = alsoTelling(journal, (entry) => {
      const name =
        work.type === 'undo' ? undoName(entry) : itemName({ queue: entry.queue, id: entry.itemId });
      became(name, comeOf(entry, left.get(name)));
    });
    const end =
      work.type === 'apply'
        ? await processQueues({ ...context, journal: marking, chosen: chosenPlans(wanted, shown) })
        : await undo(
            { ...context, journal: marking },
            (await groupsOf(preview.of)).filter(({ name }) => left.has(name)),
            { uncheckToo: work.uncheckToo, shown },
          );
    // Done by somebody else meanwhile, or deleted.
    if (end.outcome === 'completed')
      for (const name of left.keys()) became(name, { became: 'gone' });
    return end;
  });
}

/** What is shown of an item once it was dealt with. */
function comeOf(
  { outcome, isDeferred, failure, changes, untouched }: ItemReport,
  shown: Planned | undefined,
): Partial<Planned> {
  switch (outcome) {
    case 'failed':
      // An error that was shown is what was to be applied.
      if (shown?.verdict === 'defer') return { became: 'applied' };
      return { became: 'failed', itemAction: isDeferred ? 'defer' : 'leave', failure };
    case 'postponed':
      return { became: 'postponed', failure };
    case 'left_alone':
      return { became: 'changed', verdict: 'left_alone', changes, untouched };
    case 'undone':
      return { became: 'applied', changes, untouched };
    default:
      return { became: 'applied' };
  }
}

/** What was shown of items, and of issues that no item names. */
function chosenPlans(plans: readonly Planned[], shown: Shown): Chosen {
  const issueKey = plans.find(({ queue }) => queue === '')?.issueKey ?? null;
  return { ...chosenItems(plans), issueKey, shown };
}

/** The journal, with somebody else who is told what became of each item. */
function alsoTelling(journal: Journal, tell: (report: ItemReport) => void): Journal {
  return {
    // What was put off or failed in an earlier part of the run is not tried again in this one.
    found: (count) => journal.found(count),
    begin: (item) => journal.begin(item),
    intend: (report) => journal.intend(report),
    remember: () => journal.remember(),
    setAside: (item) => journal.setAside(item),
    queue: (report) => journal.queue(report),
    end: (report) => {
      journal.end(report);
      tell(report);
    },
  };
}
