import type { ItemReport } from '../activity/entries.ts';
import { oneLine } from '../errors/one-line.ts';
import { type Plan, shorten } from './plan.ts';

/** What the history keeps of a plan that was dealt with. */
export function itemReport(plan: Plan, outcome: ItemReport['outcome']): ItemReport {
  const { item, issue, link, resource, breadcrumbs, changes, failure } = plan;
  return {
    queue: item.queue,
    itemId: item.id,
    text: shortText(item.text),
    issueKey: item.issueKey,
    outcome,
    failure,
    issue,
    link: shortText(withoutQuery(link)),
    resource,
    breadcrumbs: Object.fromEntries(
      Object.entries(breadcrumbs).map(([key, value]) => [
        key,
        typeof value === 'string' ? shortText(value) : value,
      ]),
    ),
    changes: [...changes],
    untouched: [],
  };
}

function shortText(text: string): string {
  // Cut before it is looked at: a hostile text may be as long as it likes.
  return shorten(oneLine(text.slice(0, 1000)), 200);
}

/** A link's query may carry somebody's session, and tells nothing of the resource. */
function withoutQuery(link: string): string {
  return link.replace(/[?#].*$/su, '');
}
