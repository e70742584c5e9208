import type { Chosen } from '../queue/chosen.ts';
import type { Run } from '../status/status.ts';
import { type ItemRef, storedTasks, type Task, type TaskWork } from '../status/tasks.ts';
import { store } from '../storage/stored.ts';

/** Stores a task. From then on no death of the worker loses it. */
export function addTask(work: TaskWork): Promise<void> {
  return exclusively(async () => {
    const tasks = await storedTasks.read();
    await storedTasks.write([...tasks, { id: crypto.randomUUID(), work }]);
  });
}

/** Lets go of a task together with what else is to be stored: its run has ended. */
export function endTask(id: string, along: Readonly<Record<string, unknown>>): Promise<void> {
  return exclusively(async () => {
    const tasks = await storedTasks.read();
    const others = tasks.filter((task) => task.id !== id);
    await store({
      ...along,
      ...(others.length < tasks.length ? { [storedTasks.key]: others } : {}),
    });
  });
}

/** The task of a run, if it has one. */
export async function taskOf({ id }: Run): Promise<Task | null> {
  return (await storedTasks.read()).find((task) => task.id === id) ?? null;
}

/** What a task's run is recorded as. */
export function runOfTask({ id }: Task): Pick<Run, 'id' | 'kind' | 'cause'> {
  return { id, kind: 'process', cause: 'chosen' };
}

/** What a run for a task is about; null: all that is open. */
export function chosenBy(task: Task | null): Chosen | null {
  return task === null ? null : { items: idsByQueue(task.work.items) };
}

function idsByQueue(items: readonly ItemRef[]): Map<string, Set<string>> {
  const byQueue = new Map<string, Set<string>>();
  for (const { queue, itemId } of items) {
    byQueue.set(queue, (byQueue.get(queue) ?? new Set()).add(itemId));
  }
  return byQueue;
}

/** Tasks are read and written in turn: none is lost to another that comes at the same time. */
function exclusively(work: () => Promise<void>): Promise<void> {
  return navigator.locks.request('breadcrumbs-tasks', work);
}
