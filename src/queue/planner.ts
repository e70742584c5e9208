import { parseLink } from '../breadcrumbs/link.ts';
import type { Resource } from '../breadcrumbs/resource.ts';
import type { Failure } from '../errors/failure.ts';
import { oneLine } from '../errors/one-line.ts';
import { fieldText } from '../tracker/client.ts';
import type { Issue } from '../tracker/shapes.ts';
import { IssueBatches } from './issue-batches.ts';
import { deathsUntilAlone } from './item-memory.ts';
import {
  type Finding,
  fieldsRead,
  mappedKeys,
  type Plan,
  planItem,
  shorten,
  type WorkItem,
} from './plan.ts';
import type { RunContext } from './run-context.ts';

/** An issue, and whether it was read by its key or comes from a search that may lag behind. */
export interface IssueRead {
  readonly issue: Issue;
  readonly isCurrent: boolean;
}

/** A link's place in the content, as far as it can be told. */
export interface Found {
  readonly resource: Resource | null;
  readonly finding: Finding;
}

/** Reads what plans are made from, and makes them. Writes nothing. */
export class Planner {
  private readonly context: Pick<
    RunContext,
    'settings' | 'tracker' | 'content' | 'memory' | 'sentence' | 'tick'
  >;
  private batches: IssueBatches;
  private readAt = 0;

  constructor(context: Planner['context']) {
    this.context = context;
    this.batches = new IssueBatches(context.tracker, [], []);
  }

  /** The tick at which the last read of one issue was sent that got a good answer. */
  get provenAt(): number {
    return this.readAt;
  }

  /** The issues of these items are about to be read. */
  expect(items: readonly WorkItem[]): void {
    const { tracker, settings } = this.context;
    this.batches = new IssueBatches(tracker, items, fieldsRead(settings));
  }

  /** An issue as cheaply as it can be had. Throws as {@link readByKey}. */
  async read(key: string): Promise<IssueRead> {
    const found = await this.batches.find(key);
    return found === undefined ? this.readByKey(key) : { issue: found, isCurrent: false };
  }

  /** An issue as it is now. Throws FailureError `issue_not_found`, `issue_forbidden`, and others. */
  async readByKey(key: string): Promise<IssueRead> {
    const { tracker, settings, tick } = this.context;
    const sentAt = tick();
    const issue = await tracker.readIssue(key, fieldsRead(settings));
    this.readAt = Math.max(this.readAt, sentAt);
    return { issue, isCurrent: true };
  }

  /** The plan of an item whose issue was read. Throws passing and halting FailureErrors. */
  async plan(item: WorkItem, issue: Issue): Promise<Plan> {
    const { settings, sentence, memory } = this.context;
    const found: Found =
      memory.of(item).deaths > deathsUntilAlone
        ? notFound({ code: 'gave_up', details: [] })
        : await this.find(fieldText(issue[settings.linkField]), item.issueKey ?? '');
    return planItem({ item, issue, ...found, settings, sentence });
  }

  planFailure(
    item: WorkItem,
    issue: Issue | null,
    resource: Resource | null,
    failure: Failure,
  ): Plan {
    const { settings, sentence } = this.context;
    const finding: Finding = { kind: 'failure', failure };
    return planItem({ item, issue, resource, finding, settings, sentence });
  }

  private async find(link: string, askedFor: string): Promise<Found> {
    const { settings, content } = this.context;
    if (link.trim() === '') {
      return notFound({ code: 'link_not_set', details: [settings.linkField] });
    }
    const parsed = parseLink(link);
    if (parsed === null) {
      const details = [shorten(oneLine(link), 200)];
      return notFound({ code: 'link_not_recognised', details });
    }
    const { resource } = parsed;
    const gathered = await content.gather(parsed, mappedKeys(settings), askedFor);
    if (gathered.kind === 'breadcrumbs') return { resource, finding: gathered };
    const { code, resource: failing, keys, text } = gathered.failure;
    const about = code === 'resource_errors' ? text : keys.join(', ');
    const failure: Failure = { code, details: [`${failing.type} ${failing.id}`, about] };
    return { resource, finding: { kind: 'failure', failure } };
  }
}

function notFound(failure: Failure): Found {
  return { resource: null, finding: { kind: 'failure', failure } };
}
