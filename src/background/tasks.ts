import { type Chosen, failureOf, type RunEnd } from '../queue/run-context.ts';
import { emptyPreview, storedPreview } from '../status/preview.ts';
import { type Run, storedRun } from '../status/status.ts';
import type { ItemRef, TaskWork } from '../status/task-work.ts';
import { storedTasks, type Task } from '../status/tasks.ts';
import { nothingKnown, storedThisIssue } from '../status/this-issue.ts';

/** Stores a task. From then on no death of the worker loses it. */
export function addTask(work: TaskWork, brake: boolean): Promise<void> {
  return storedTasks.update((tasks) => [
    ...tasks.filter((task) => !takesPlaceOf(work, task.work)),
    { id: crypto.randomUUID(), work, brake },
  ]);
}

/** Only the last preview is kept, so one that nobody waits for any more need not be made. */
export function takesPlaceOf(work: TaskWork, earlier: TaskWork): boolean {
  return work.type === earlier.type && (work.type === 'preview' || work.type === 'look_at_issue');
}

/** Lets go of a run that has ended, and with it of the task that it was for. */
export function endRun({ id }: Run): Promise<void> {
  return storedTasks.update((tasks) => tasks.filter((task) => task.id !== id), {
    [storedRun.key]: null,
  });
}

/** The task of a run, if it has one. */
export async function taskOf({ id }: Run): Promise<Task | null> {
  return (await storedTasks.read()).find((task) => task.id === id) ?? null;
}

/** Whether a run halts where many fail alike: not where somebody asked for them to be deferred. */
export function hasBrake({ cause }: Run, task: Task | null): boolean {
  return cause !== 'defer_anyway' && (task?.brake ?? true);
}

/** Tells the page that waits for it how a task ended, also where it could not even begin. */
export async function noteTaskEnd(work: TaskWork, run: Run, end: RunEnd): Promise<void> {
  if (end.outcome === 'waiting') return;
  const { outcome } = end;
  const at = Date.now();
  const failure = failureOf(end);
  if ('previewId' in work) {
    const stored = await storedPreview.read();
    const present = stored?.id === work.previewId ? stored : null;
    if (work.type === 'preview') {
      const preview = present ?? emptyPreview(work.previewId, work.of);
      await storedPreview.write({ ...preview, endedAt: at, outcome, failure });
    } else if (present !== null) {
      await storedPreview.write({ ...present, applied: { at, outcome, failure } });
    }
  }
  // Of one that was stopped nothing is known.
  if ('issueKey' in work && failure !== null) {
    const isShown = ((await storedThisIssue.read())?.at ?? 0) >= run.startedAt;
    if (!isShown) await storedThisIssue.write({ ...nothingKnown(work.issueKey), at, failure });
  }
}

/** What a task's run is recorded as. */
export function runOfTask({ id, work }: Task): Pick<Run, 'id' | 'kind' | 'cause' | 'moving'> {
  if (work.type === 'move_checklist') {
    return { id, kind: 'move', cause: 'click', moving: { from: work.checklistIssue, to: null } };
  }
  return { id, kind: kinds[work.type], cause: 'chosen', moving: null };
}

const kinds: Readonly<Record<Exclude<TaskWork['type'], 'move_checklist'>, Run['kind']>> = {
  process_only: 'process',
  annotate_issue: 'process',
  apply: 'process',
  undo: 'undo',
  preview: 'preview',
  look_at_issue: 'preview',
  add_to_checklist: 'add',
};

/** These items, and no others. */
export function chosenItems(items: readonly ItemRef[]): Chosen {
  const byQueue = new Map<string, Set<string>>();
  for (const { queue, itemId } of items) {
    byQueue.set(queue, (byQueue.get(queue) ?? new Set()).add(itemId));
  }
  return { items: byQueue, issueKey: null, shown: null };
}

/** That issue, with the items that name it. */
export function chosenIssue(issueKey: string): Chosen {
  return { ...chosenItems([]), issueKey };
}
