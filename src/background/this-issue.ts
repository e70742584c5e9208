import { outcomeName } from '../activity/entries.ts';
import { readLastOfIssue } from '../activity/history.ts';
import { hierarchy } from '../breadcrumbs/resource.ts';
import type { Planned } from '../plans/entries.ts';
import { addToChecklist } from '../queue/add-to-checklist.ts';
import { previewQueues } from '../queue/preview.ts';
import { processQueues } from '../queue/process.ts';
import { failureOf, type RunContext, type RunEnd } from '../queue/run-context.ts';
import type { WorkOf } from '../status/task-work.ts';
import { nothingKnown, storedThisIssue, type ThisIssue } from '../status/this-issue.ts';
import { fieldText } from '../tracker/field-value.ts';
import type { RunJournal } from './run-journal.ts';
import { chosenIssue } from './tasks.ts';

/** As many as a popup has room for. */
const historyShown = 5;

/** Does what the popup offers for the issue of the tab, and then shows how that issue is. */
export async function performForIssue(
  context: RunContext,
  journal: Pick<RunJournal, 'flush'>,
  work: WorkOf<'look_at_issue' | 'annotate_issue' | 'add_to_checklist'>,
): Promise<RunEnd> {
  const chosen = chosenIssue(work.issueKey);
  let end: RunEnd = { outcome: 'completed' };
  if (work.type === 'annotate_issue') end = await processQueues({ ...context, chosen });
  if (work.type === 'add_to_checklist') end = await addToChecklist(context, work);
  if (end.outcome === 'waiting') return end;
  // What was just done is to be seen in its history.
  await journal.flush();
  const plans: Omit<Planned, 'revision'>[] = [];
  const sink = {
    found: () => undefined,
    has: () => false,
    add: (plan: Omit<Planned, 'revision'>) => plans.push(plan),
    alike: () => undefined,
  };
  const look = await previewQueues({ ...context, chosen }, sink);
  const [plan] = plans;
  const failure = failureOf(end) ?? (plan === undefined ? failureOf(look) : plan.failure);
  // Stopped, or put off: nothing is known of it.
  if (plan === undefined && failure === null) return end.outcome === 'completed' ? look : end;
  await storedThisIssue.write({
    ...nothingKnown(work.issueKey),
    ...(plan && shownOf(plan)),
    at: Date.now(),
    failure,
    history: await historyOf(work.issueKey),
  });
  return work.type === 'look_at_issue' ? look : end;
}

function shownOf({
  queue,
  breadcrumbs,
  changes,
}: Pick<Planned, 'queue' | 'breadcrumbs' | 'changes'>): Partial<ThisIssue> {
  const trail = hierarchy.flatMap((type) => {
    const name =
      breadcrumbs[`${type}.name`] ?? (type === 'task' ? breadcrumbs['task.description'] : null);
    return name === undefined || name === null ? [] : [fieldText(name).slice(0, 200)];
  });
  return {
    queue,
    trail,
    changes: changes.map(({ key, to }) => ({ key: key ?? 'error', to: fieldText(to) })),
  };
}

async function historyOf(issueKey: string): Promise<ThisIssue['history']> {
  try {
    const entries = await readLastOfIssue(issueKey, historyShown);
    return entries.map((entry) => ({
      at: entry.at,
      outcome: outcomeName(entry),
      code: entry.failure?.code ?? null,
    }));
  } catch {
    // The activity page says why it can't be read; the rest of the popup does without.
    return [];
  }
}
