import type { Change } from '../activity/entries.ts';
import { kindOf } from '../errors/codes.ts';
import type { Planned, Verdict } from '../plans/entries.ts';
import { fieldText } from '../tracker/field-value.ts';
import { itemName } from './item-memory.ts';
import { keptOf } from './item-report.ts';
import type { Plan } from './plan.ts';

/** What a person was shown before they had it applied. */
export interface Shown {
  /** The plan of that name; undefined where none was shown. */
  of(name: string): Planned | undefined;
  /** The plan is another by now: it is shown in the other's place, and not applied. */
  isNow(planned: Omit<Planned, 'revision'>): void;
}

/** Whether a plan does nothing but what was shown; a part of that may be done by now. */
export function isWithin(
  plan: Pick<Plan, 'changes' | 'failure' | 'itemAction'>,
  shown: Pick<Planned, 'changes' | 'failure' | 'itemAction'>,
): boolean {
  return (
    plan.failure?.code === shown.failure?.code &&
    plan.itemAction === shown.itemAction &&
    plan.changes.every((change) => shown.changes.some((one) => isSame(one, change)))
  );
}

function isSame(one: Change, other: Change): boolean {
  return (
    one.field === other.field &&
    fieldText(one.from) === fieldText(other.from) &&
    fieldText(one.to) === fieldText(other.to)
  );
}

/** A plan as it is kept for people to look at. */
export function plannedOf(plan: Plan, position: number): Omit<Planned, 'revision'> {
  const verdict = verdictOf(plan);
  return {
    ...keptOf(plan),
    name: itemName(plan.item),
    position,
    breadcrumbs: plan.breadcrumbs,
    verdict,
    itemAction: verdict === 'postpone' ? 'leave' : plan.itemAction,
    became: null,
    touchedBy: null,
  };
}

function verdictOf({ failure, changes }: Plan): Verdict {
  if (failure !== null) return kindOf(failure.code) === 'passing' ? 'postpone' : 'defer';
  return changes.length > 0 ? 'write' : 'unchanged';
}
