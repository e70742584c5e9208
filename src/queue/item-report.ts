import type { ItemReport, Untouched } from '../activity/entries.ts';
import { oneLine } from '../errors/one-line.ts';
import { fieldText } from '../tracker/field-value.ts';
import { shorten } from './error-text.ts';
import type { Plan } from './plan.ts';

/** What the history keeps of a plan that was dealt with. */
export function itemReport(plan: Plan, outcome: ItemReport['outcome']): ItemReport {
  const { issue, link, breadcrumbs, itemAction } = plan;
  return {
    ...keptOf(plan),
    outcome,
    ...(outcome === 'failed' && { isDeferred: itemAction === 'defer' }),
    issue,
    link: shortText(withoutQuery(link)),
    breadcrumbs: Object.fromEntries(
      Object.entries(breadcrumbs).map(([key, value]) => [
        key,
        typeof value === 'string' ? shortText(value) : value,
      ]),
    ),
  };
}

/** What the history and a preview keep of a plan in the same way. */
export function keptOf({ item, resource, changes, untouched, failure }: Plan) {
  return {
    queue: item.queue,
    itemId: item.id,
    text: shortText(item.text),
    issueKey: item.issueKey,
    resource,
    changes: [...changes],
    untouched: untouched.map((one) => ({ ...one, value: shortValue(one.value) })),
    failure,
  };
}

/** Nobody writes it back: unlike a change's old value it need not be whole. */
function shortValue(value: Untouched['value']): string | number | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'number' ? value : shortText(fieldText(value));
}

function shortText(text: string): string {
  // Cut before it is looked at: a hostile text may be as long as it likes.
  return shorten(oneLine(text.slice(0, 1000)), 200);
}

/** A link's query may carry somebody's session, and tells nothing of the resource. */
function withoutQuery(link: string): string {
  return link.replace(/[?#].*$/su, '');
}
