import type { Change, Untouched } from '../activity/entries.ts';
import {
  type BreadcrumbKey,
  type Breadcrumbs,
  type MappedKey,
  mappedKeys,
  type Resource,
} from '../breadcrumbs/resource.ts';
import type { Failure } from '../errors/failure.ts';
import type { Settings } from '../settings/schema.ts';
import { fieldText } from '../tracker/field-value.ts';
import type { Issue } from '../tracker/shapes.ts';
import { errorLine, isTelling } from './error-text.ts';
import { itemName } from './item-memory.ts';

/** One entry of a checklist that is to be dealt with. */
export interface WorkItem {
  /** The checklist issue's key; empty for an issue that is annotated without an item. */
  readonly queue: string;
  readonly id: string;
  readonly text: string;
  /** The issue that the text names. */
  readonly issueKey: string | null;
}

/** Tells what is to be done apart: an item that is given another issue to name is other work. */
export function workName(item: Pick<WorkItem, 'queue' | 'id' | 'issueKey'>): string {
  return `${itemName(item)} ${item.issueKey}`;
}

/** What is known of a link's place in the content, or why it isn't. */
export type Finding =
  | {
      readonly kind: 'breadcrumbs';
      readonly breadcrumbs: Breadcrumbs;
      readonly ignored: ReadonlySet<BreadcrumbKey>;
    }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * What is to happen with one item, as data: a preview shows it, a run applies it, the history
 * keeps it.
 */
export interface Plan {
  readonly item: WorkItem;
  /** The issue as it was read, where there is one: its key may differ from the item's (moved). */
  readonly issue: Pick<Issue, 'key' | 'version'> | null;
  /** What the issue links to, as it stands there. */
  readonly link: string;
  readonly resource: Resource | null;
  /** Empty where they could not be had. */
  readonly breadcrumbs: Breadcrumbs;
  /** What one PATCH of the issue is to change; empty: no PATCH. */
  readonly changes: readonly Change[];
  /** The mapped fields that it leaves as they are. */
  readonly untouched: readonly Untouched[];
  /** What happens to the item after the issue is written. */
  readonly itemAction: 'check' | 'delete' | 'defer' | 'leave';
  readonly failure: Failure | null;
}

/** A plan that comes to an error: what waits for the brake, and what is written. */
export type FailedPlan = Plan & { readonly failure: Failure };

export function hasFailed(plan: Plan): plan is FailedPlan {
  return plan.failure !== null;
}

/** The plan to do nothing with an item, of which nothing is known. */
export function blankPlan(item: WorkItem): Plan {
  return {
    item,
    issue: null,
    link: '',
    resource: null,
    breadcrumbs: {},
    changes: [],
    untouched: [],
    itemAction: 'leave',
    failure: null,
  };
}

/** A link's place in the content, as far as it can be told. */
export interface Found {
  readonly resource: Resource | null;
  readonly finding: Finding;
}

/** What all plans of a run are made by. */
interface PlanContext {
  readonly settings: Settings;
  /** The failure in words, in the language of whoever reads the tracker. */
  readonly sentence: (failure: Failure) => string;
}

/** The plan of one item: pure, so the same answers always give the same plan. */
export function planItem(
  item: WorkItem,
  issue: Issue | null,
  { resource, finding }: Found,
  context: PlanContext,
): Plan {
  const { settings } = context;
  const known = {
    ...blankPlan(item),
    issue: issue && { key: issue.key, version: issue.version },
    link: fieldText(issue?.[settings.linkField]),
    resource,
    itemAction: itemActionOf(item, finding, settings),
  };
  if (finding.kind === 'failure') {
    const { failure } = finding;
    return { ...known, changes: errorChange(issue, failure, context), failure };
  }
  const fields = mappedKeys(settings).map((mapped) => fieldPlan(mapped, finding, issue, settings));
  return {
    ...known,
    breadcrumbs: finding.breadcrumbs,
    changes: [
      ...fields.flatMap((field) => ('to' in field ? field : [])),
      ...errorChange(issue, null, context),
    ],
    untouched: fields.flatMap((field) => ('why' in field ? field : [])),
  };
}

function itemActionOf(item: WorkItem, { kind }: Finding, settings: Settings): Plan['itemAction'] {
  if (item.queue === '') return 'leave';
  if (kind === 'failure') return settings.leaveFailedUnchecked ? 'leave' : 'defer';
  return settings.deleteDoneItems ? 'delete' : 'check';
}

function fieldPlan(
  { key, field }: MappedKey,
  { breadcrumbs, ignored }: Extract<Finding, { kind: 'breadcrumbs' }>,
  issue: Issue | null,
  settings: Settings,
): Change | Untouched {
  const from = issue?.[field] ?? null;
  if (!Object.hasOwn(breadcrumbs, key)) {
    if (ignored.has(key)) return { field, key, why: 'errors_ignored', value: from };
    if (!settings.clearFieldsThatDoNotApply) {
      return { field, key, why: 'does_not_apply', value: from };
    }
  }
  const to = breadcrumbs[key] ?? null;
  return fieldText(from) === fieldText(to)
    ? { field, key, why: 'same', value: from }
    : { field, key, from, to };
}

function errorChange(
  issue: Issue | null,
  failure: Failure | null,
  { settings, sentence }: PlanContext,
): Change[] {
  // A checklist issue's error field has its summary, with a line for its own item too.
  if (issue === null || settings.checklistIssues.includes(issue.key)) return [];
  const field = settings.errorField;
  const from = issue[field];
  const to = failure === null ? null : errorLine(failure, sentence(failure));
  // An item that stays open fails again in every pass.
  const mayRepeat = failure !== null && to !== null && settings.leaveFailedUnchecked;
  if (mayRepeat && isTelling(fieldText(from), failure, to)) return [];
  return fieldText(from) === fieldText(to) ? [] : [{ field, from: from ?? null, to }];
}

/** The fields of an issue that a plan is made from. */
export function fieldsRead(settings: Settings): string[] {
  return [
    settings.linkField,
    settings.errorField,
    ...mappedKeys(settings).map(({ field }) => field),
  ];
}
