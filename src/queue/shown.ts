import type { Change } from '../activity/entries.ts';
import type { Planned } from '../plans/entries.ts';
import { fieldText } from '../tracker/client.ts';
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
