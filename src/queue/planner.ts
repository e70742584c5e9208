import { asFailure } from '../breadcrumbs/gather.ts';
import { parseLink } from '../breadcrumbs/link.ts';
import { mappedKeys, type Resource } from '../breadcrumbs/resource.ts';
import { type Failure, FailureError } from '../errors/failure.ts';
import { oneLine } from '../errors/one-line.ts';
import { fieldText } from '../tracker/field-value.ts';
import type { Issue } from '../tracker/shapes.ts';
import { shorten } from './error-text.ts';
import { IssueBatches } from './issue-batches.ts';
import { deathsUntilAlone } from './item-memory.ts';
import {
  type FailedPlan,
  type Found,
  fieldsRead,
  type Plan,
  planItem,
  type WorkItem,
} from './plan.ts';
import type { RunContext } from './run-context.ts';

/** An issue, and whether it was read by its key or comes from a search that may lag behind. */
interface IssueRead {
  readonly issue: Issue;
  readonly isCurrent: boolean;
}

type PlannerContext = Pick<
  RunContext,
  'settings' | 'tracker' | 'content' | 'memory' | 'sentence' | 'tick'
>;

/** Reads what plans are made from, and makes them. Writes nothing. */
export class Planner {
  readonly #context: PlannerContext;
  #batches: IssueBatches;
  /** The tick at which the last read of one issue was sent that got a good answer. */
  provenAt = 0;

  constructor(context: PlannerContext) {
    this.#context = context;
    this.#batches = new IssueBatches(context.tracker, [], []);
  }

  /** The issues of these items are about to be read. */
  expect(items: readonly WorkItem[]): void {
    const { tracker, settings } = this.#context;
    this.#batches = new IssueBatches(tracker, items, fieldsRead(settings));
  }

  /** An item's issue as cheaply as it can be had. Throws as {@link readByKey}. */
  async #read(item: WorkItem): Promise<IssueRead> {
    const found = await this.#batches.find(item.issueKey ?? '');
    return found === undefined ? this.readByKey(item) : { issue: found, isCurrent: false };
  }

  /**
   * An item's issue as it is now. Throws FailureError `item_names_no_issue`, `issue_not_found`,
   * `issue_forbidden`, and others.
   */
  async readByKey({ issueKey, text }: WorkItem): Promise<IssueRead> {
    const { tracker, settings, tick } = this.#context;
    if (issueKey === null) {
      throw new FailureError('item_names_no_issue', shorten(oneLine(text), 60));
    }
    const sentAt = tick();
    const issue = await tracker.readIssue(issueKey, fieldsRead(settings));
    this.provenAt = Math.max(this.provenAt, sentAt);
    return { issue, isCurrent: true };
  }

  /** The plan of an item whose issue was read. Throws passing and halting FailureErrors. */
  async #plan(item: WorkItem, issue: Issue): Promise<Plan> {
    const { settings, memory } = this.#context;
    const found =
      memory.of(item).deaths > deathsUntilAlone
        ? withoutBreadcrumbs({ code: 'gave_up', details: [] })
        : await findLink(this.#context, fieldText(issue[settings.linkField]), item.issueKey ?? '');
    return planItem(item, issue, found, this.#context);
  }

  /**
   * The plan of an item, with the issue that it was made from. A search may not have somebody's last
   * edit yet: what no version guards is decided on the issue as it is now. Throws as
   * {@link readByKey}, passing and halting FailureErrors too.
   * @param isAgain the version has moved on since the plan before: no search need be asked.
   */
  async settle(item: WorkItem, isAgain = false): Promise<IssueRead & { readonly plan: Plan }> {
    let read = await (isAgain ? this.readByKey(item) : this.#read(item));
    for (; ; read = await this.readByKey(item)) {
      const plan = await this.#plan(item, read.issue);
      if (read.isCurrent || isGuarded(plan)) return { ...read, plan };
    }
  }

  planFailure(
    item: WorkItem,
    issue: Issue | null,
    resource: Resource | null,
    failure: Failure,
  ): FailedPlan {
    const found = withoutBreadcrumbs(failure, resource);
    return { ...planItem(item, issue, found, this.#context), failure };
  }
}

/** Whether it writes no error, and something: a version that has moved on since keeps it from being written. */
function isGuarded({ failure, changes }: Plan): boolean {
  return failure === null && changes.length > 0;
}

/** What a link would write into an issue that has no value in any field. Asks the content API alone. */
export async function planLink(
  context: Pick<RunContext, 'settings' | 'content' | 'sentence'>,
  link: string,
): Promise<Plan> {
  const item: WorkItem = { queue: '', id: '', text: link, issueKey: null };
  return planItem(item, null, await findLink(context, link, ''), context);
}

async function findLink(
  { settings, content }: Pick<RunContext, 'settings' | 'content'>,
  link: string,
  askedFor: string,
): Promise<Found> {
  if (link.trim() === '') {
    return withoutBreadcrumbs({ code: 'link_not_set', details: [settings.linkField] });
  }
  const parsed = parseLink(link);
  if (parsed === null) {
    const details = [shorten(oneLine(link), 200)];
    return withoutBreadcrumbs({ code: 'link_not_recognised', details });
  }
  const { resource } = parsed;
  const gathered = await content.gather(parsed, mappedKeys(settings), askedFor);
  if (gathered.kind === 'breadcrumbs') return { resource, finding: gathered };
  return withoutBreadcrumbs(asFailure(gathered.failure), resource);
}

function withoutBreadcrumbs(failure: Failure, resource: Resource | null = null): Found {
  return { resource, finding: { kind: 'failure', failure } };
}
