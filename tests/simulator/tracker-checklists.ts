import type { Reply } from './exchange.ts';
import { emptyReply, serialisedReply } from './exchange.ts';
import type { ChecklistItem, Issue } from './issues.ts';
import type { Json } from './json.ts';
import { isObject } from './json.ts';
import type { Call } from './tracker-call.ts';
import { bodyOf, objectBodyOf, Refusal } from './tracker-call.ts';
import { parseTrackerDate, trackerDate } from './tracker-dates.ts';
import { editableIssue, readableIssue } from './tracker-issues.ts';
import { bytes, issueReply, itemParts } from './tracker-shapes.ts';

/** `GET /issues/{key}/checklistItems` */
export function readChecklist(call: Call, key: string): Reply {
  const { world } = call;
  const { items } = readableIssue(call, key);
  if (items.size === 1 && world.trackerRules.loneItemAsObject) {
    return serialisedReply(200, itemParts(items, world));
  }
  return serialisedReply(200, [bytes('['), ...itemParts(items, world), bytes(']')]);
}

/** `POST /issues/{key}/checklistItems` */
export function addItem(call: Call, key: string): Reply {
  const { world } = call;
  const issue = editableIssue(call, key);
  const edit = itemEdit(call, objectBodyOf(call));
  if (edit.text === undefined) throw new Refusal(422, [], { text: required(call) });
  world.addItem(issue.key, { ...edit, text: edit.text }, 'token');
  return issueReply(call, issue, world.trackerRules.itemPostStatus);
}

/** `PATCH /issues/{key}/checklistItems/{id}` */
export function patchItem(call: Call, key: string, itemId: string): Reply {
  const { world } = call;
  const issue = editableIssue(call, key);
  existingItem(call, issue, itemId);
  const body = bodyOf(call);
  // The documentation shows an array, clients send the one object.
  const edit = itemEdit(call, Array.isArray(body) && body.length === 1 ? (body[0] ?? null) : body);
  const { itemPatchNeedsText } = world.trackerRules;
  if (itemPatchNeedsText !== false && edit.text === undefined) {
    throw new Refusal(itemPatchNeedsText, [], { text: required(call) });
  }
  world.editItem(issue.key, itemId, edit, 'token');
  return issueReply(call, issue);
}

/** `PATCH /issues/{key}/checklistItems` */
export function rewriteChecklist(call: Call, key: string): Reply {
  const issue = editableIssue(call, key);
  const body = bodyOf(call);
  if (!Array.isArray(body)) {
    throw new Refusal(400, [call.say('An array is expected', 'Ожидается массив')]);
  }
  const items = body.map((entry): ChecklistItem => {
    const { id, ...rest } = isObject(entry) ? entry : {};
    const edit = itemEdit(call, rest);
    if (typeof id !== 'string') throw new Refusal(422, [], { id: required(call) });
    if (edit.text === undefined) throw new Refusal(422, [], { text: required(call) });
    return { ...existingItem(call, issue, id), ...edit };
  });
  call.world.replaceItems(issue.key, items, 'token');
  return issueReply(call, issue);
}

/** `DELETE /issues/{key}/checklistItems/{id}` */
export function deleteItem(call: Call, key: string, itemId: string): Reply {
  const issue = editableIssue(call, key);
  existingItem(call, issue, itemId);
  call.world.removeItem(issue.key, itemId, 'token');
  return deletedReply(call, issue);
}

/** `DELETE /issues/{key}/checklistItems` */
export function emptyChecklist(call: Call, key: string): Reply {
  const issue = editableIssue(call, key);
  call.world.replaceItems(issue.key, [], 'token');
  return deletedReply(call, issue);
}

function deletedReply(call: Call, issue: Issue): Reply {
  return call.world.trackerRules.deleteStatus === 204 ? emptyReply(204) : issueReply(call, issue);
}

function required({ say }: Call): string {
  return say('Required', 'Обязательное поле');
}

function existingItem({ say }: Call, issue: Issue, itemId: string): ChecklistItem {
  const item = issue.items.get(itemId);
  if (item === undefined) {
    throw new Refusal(404, [
      say('Checklist item does not exist.', 'Пункт чеклиста не существует.'),
    ]);
  }
  return item;
}

/** What a body says about an item. Names that the API does not have are mistakes of the caller. */
function itemEdit({ say }: Call, body: Json): Partial<Omit<ChecklistItem, 'id'>> {
  if (!isObject(body)) {
    throw new Refusal(400, [say('An object is expected', 'Ожидается объект')]);
  }
  const errors: Record<string, string> = {};
  const { text, checked, assignee, deadline, ...unknown } = body;
  for (const name of Object.keys(unknown)) {
    errors[name] = say('Property does not exist', 'Свойство не существует');
  }
  if (text !== undefined && (typeof text !== 'string' || text === '')) {
    errors.text = say('A text is expected', 'Ожидается текст');
  }
  if (checked !== undefined && typeof checked !== 'boolean') {
    errors.checked = say('true or false is expected', 'Ожидается true или false');
  }
  const date = deadlineOf(deadline);
  if (date === 'invalid') errors.deadline = say('Invalid deadline', 'Неверный дедлайн');
  if (Object.keys(errors).length > 0) throw new Refusal(422, [], errors);
  return {
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof checked === 'boolean' ? { checked } : {}),
    ...(assignee === undefined ? {} : { assignee }),
    ...(date === undefined || date === 'invalid' ? {} : { deadline: date }),
  };
}

function deadlineOf(deadline: Json | undefined): string | null | undefined {
  if (deadline === undefined || deadline === null) return deadline;
  if (!isObject(deadline) || typeof deadline.date !== 'string') return 'invalid';
  if ((deadline.deadlineType ?? 'date') !== 'date') return 'invalid';
  const time = parseTrackerDate(deadline.date);
  return Number.isNaN(time) ? 'invalid' : trackerDate(time);
}
