import type { Failure } from '../errors/failure.ts';
import type { Planned } from '../plans/entries.ts';
import { Brake } from './brake.ts';
import { toDo, withoutItem } from './chosen.ts';
import { bearable, Ending } from './ending.ts';
import { itemName } from './item-memory.ts';
import { hasFailed, type Plan, type WorkItem } from './plan.ts';
import { Planner, planLink } from './planner.ts';
import { inTurn, Queue } from './queue.ts';
import type { RunContext, RunEnd } from './run-context.ts';
import { plannedOf } from './shown.ts';
import { workThrough } from './work-through.ts';

/** Where a preview puts what it finds. */
export interface PreviewSink {
  /** How much there is to look at, and how much of the lists it is not about. */
  found(counts: { total: number; done: number; deferred: number }): void;
  /** Whether an earlier worker has looked at it. */
  has(name: string): boolean;
  add(planned: Omit<Planned, 'revision'>): void;
  /** So many different failures that a run would halt. */
  alike(failures: { count: number; codes: string[] }): void;
}

/**
 * Plans what a run would do, in the same way and by the same reads, and writes nothing: neither to
 * the tracker nor to what is remembered of an item.
 */
export async function previewQueues(context: RunContext, sink: PreviewSink): Promise<RunEnd> {
  return new PreviewRun(context, sink).run();
}

class PreviewRun {
  readonly #context: RunContext;
  readonly #sink: PreviewSink;
  readonly #ending: Ending;
  readonly #planner: Planner;
  readonly #brake: Brake;
  /** What is wrong with one checklist issue alone. */
  #queueFailure: Failure | null = null;

  constructor(context: RunContext, sink: PreviewSink) {
    this.#context = context;
    this.#sink = sink;
    this.#ending = new Ending(context);
    this.#planner = new Planner(context);
    this.#brake = new Brake(context.memory);
  }

  async run(): Promise<RunEnd> {
    const items = await this.#items();
    this.#planner.expect(items);
    await workThrough(
      items.entries(),
      () => bearable(this.#context),
      () => this.#ending.isOver,
      ([position, item]) => this.#look(item, position),
    );
    const { end } = this.#ending;
    return end.outcome === 'completed' && this.#queueFailure !== null
      ? { outcome: 'interrupted', failure: this.#queueFailure }
      : end;
  }

  /** Reads a checklist. One that can't be used keeps no other from being looked at, as in a run. */
  async #open(queue: Queue): Promise<void> {
    const { settings, tracker } = this.#context;
    try {
      queue.take(await tracker.readChecklist(queue.key, settings.errorField));
    } catch (error) {
      const failure = this.#ending.noteOfPart(error);
      this.#queueFailure ??= failure;
    }
  }

  /** What there is to look at. */
  async #items(): Promise<WorkItem[]> {
    const { settings, chosen } = this.#context;
    const queues = this.#context.queues.map((key) => new Queue(key, settings.deferralDate));
    const counts = { done: 0, deferred: 0 };
    await Promise.all(queues.map((queue) => this.#open(queue)));
    if (this.#ending.isOver) return [];
    const items = inTurn(queues.map((queue) => toDo(queue, chosen)));
    if (chosen === null) {
      for (const queue of queues) {
        const deferred = queue.deferred().length;
        counts.deferred += deferred;
        counts.done += queue.ids().size - queue.open().length - deferred;
      }
    }
    const all = [...items, ...withoutItem(chosen, items)];
    this.#sink.found({ total: all.length, ...counts });
    return all;
  }

  async #look(item: WorkItem, position: number): Promise<void> {
    if (this.#sink.has(itemName(item))) return;
    const plan = await this.#plan(item);
    if (plan === null) return;
    this.#sink.add(plannedOf(plan, position));
    this.#countAlike(plan);
  }

  async #plan(item: WorkItem): Promise<Plan | null> {
    try {
      return (await this.#planner.settle(item)).plan;
    } catch (error) {
      const failure = this.#ending.note(error);
      return failure && this.#planner.planFailure(item, null, null, failure);
    }
  }

  /** As the brake counts: what later answers prove whole does not count. */
  #countAlike(plan: Plan): void {
    const { content, tick } = this.#context;
    const brake = this.#brake;
    if (hasFailed(plan)) {
      const isHeld = brake.hold(plan, tick());
      if (isHeld && brake.isDue) this.#sink.alike({ count: brake.different, codes: brake.codes });
    } else {
      brake.releaseProven({
        content: content.provenAt,
        issue_reads: this.#planner.provenAt,
        issue_writes: Number.POSITIVE_INFINITY,
      });
    }
  }
}

/** Shows what would be written for a link, whichever issue it stood in. Asks the content API alone. */
export async function previewLink(
  context: RunContext,
  link: string,
  sink: PreviewSink,
): Promise<RunEnd> {
  const ending = new Ending(context);
  sink.found({ total: 1, done: 0, deferred: 0 });
  try {
    sink.add(plannedOf(await planLink(context, link), 0));
  } catch (error) {
    ending.fail(error);
  }
  return ending.end;
}
