import type { Reply } from './exchange.ts';
import { escapeHtml, serialisedReply } from './exchange.ts';
import type { ChecklistItem, IssueView } from './issues.ts';
import type { JsonObject } from './json.ts';
import type { Call } from './tracker-call.ts';
import { apiRoot } from './tracker-call.ts';
import { parseTrackerDate, trackerDate } from './tracker-dates.ts';
import type { World } from './world.ts';

/** Answers with an issue. */
export function issueReply(call: Call, issue: IssueView, status = 200): Reply {
  return serialisedReply(status, issueParts(call, issue));
}

/** A text's bytes. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** A JSON array of what is in parts itself. */
export function listParts(elements: readonly (readonly Uint8Array[])[]): Uint8Array[] {
  const separated = elements.flatMap((parts, i) => (i === 0 ? parts : [bytes(','), ...parts]));
  return [bytes('['), ...separated, bytes(']')];
}

/** An issue as JSON, narrowed where that is asked for and honoured. */
export function issueParts({ world, request, say }: Call, issue: IssueView): Uint8Array[] {
  const asked = world.trackerRules.honourFields ? request.query.get('fields') : null;
  const wanted = asked === null ? null : new Set(asked.split(',').map((name) => name.trim()));
  const root = apiRoot(request);
  const robot = { self: `${root}/users/1`, id: '1', display: 'Breadcrumbs Robot' };
  const all: JsonObject = {
    self: `${root}/issues/${issue.key}`,
    id: issue.id,
    key: issue.key,
    version: issue.version,
    ...(issue.aliases.length > 0 ? { aliases: [...issue.aliases] } : {}),
    createdAt: trackerDate(issue.createdAt),
    createdBy: robot,
    updatedAt: trackerDate(issue.updatedAt),
    updatedBy: robot,
    queue: {
      self: `${root}/queues/${issue.queue}`,
      id: world.queues.get(issue.queue)?.id ?? '',
      key: issue.queue,
      display: world.queues.get(issue.queue)?.name ?? '',
    },
    status: { self: `${root}/statuses/1`, id: '1', key: 'open', display: say('Open', 'Открыт') },
    type: { self: `${root}/issuetypes/2`, id: '2', key: 'task', display: say('Task', 'Задача') },
    priority: {
      self: `${root}/priorities/3`,
      id: '3',
      key: 'normal',
      display: say('Normal', 'Средний'),
    },
    votes: 0,
    favorite: false,
    ...Object.fromEntries(issue.fields),
  };
  if (issue.items.size > 0) {
    const { checklistDoneAs } = world.trackerRules;
    all.checklistDone = checklistDoneAs === 'string' ? String(issue.done) : issue.done;
    all.checklistTotal = issue.items.size;
  }
  const shown =
    wanted === null
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has(name)));
  const text = JSON.stringify(shown);
  if (issue.items.size === 0 || (wanted !== null && !wanted.has('checklistItems'))) {
    return [bytes(text)];
  }
  const start = `${text.slice(0, -1)}${text === '{}' ? '' : ','}"checklistItems":[`;
  return [bytes(start), ...itemParts(issue.items, world), bytes(']}')];
}

/**
 * Items as they have been answered, with a comma before, and until when that holds. Serialising all
 * of 10,000 items anew for each edit would make the simulator the slowest part of every measurement.
 */
const serialisedItems = new WeakMap<ChecklistItem, { json: Uint8Array; until: number }>();

/** Checklist items as JSON, with commas between. */
export function itemParts(items: ReadonlyMap<string, ChecklistItem>, world: World): Uint8Array[] {
  const now = world.now();
  const parts: Uint8Array[] = [];
  for (const item of items.values()) {
    const kept = serialisedItems.get(item);
    const { json } = kept !== undefined && now < kept.until ? kept : serialise(item, now);
    parts.push(parts.length === 0 ? json.subarray(1) : json);
  }
  return parts;
}

function serialise(item: ChecklistItem, now: number): { json: Uint8Array; until: number } {
  const deadline = item.deadline === null ? Number.NaN : parseTrackerDate(item.deadline);
  const isExceeded = !item.checked && deadline <= now;
  const text = JSON.stringify({
    id: item.id,
    text: item.text,
    textHtml: escapeHtml(item.text),
    checked: item.checked,
    ...(item.assignee === null ? {} : { assignee: item.assignee }),
    ...(item.deadline === null
      ? {}
      : { deadline: { date: item.deadline, deadlineType: 'date', isExceeded } }),
    checklistItemType: 'standard',
  });
  const until = !item.checked && deadline > now ? deadline : Number.POSITIVE_INFINITY;
  const serialised = { json: bytes(`,${text}`), until };
  serialisedItems.set(item, serialised);
  return serialised;
}
