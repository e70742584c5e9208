import type { Reply } from './exchange.ts';
import type { FieldDefinition, FieldType, Issue } from './issues.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';
import type { Call } from './tracker-call.ts';
import { objectBodyOf, Refusal } from './tracker-call.ts';
import { parseTrackerDate } from './tracker-dates.ts';
import { issueReply } from './tracker-shapes.ts';

/** Finds an issue that the token may read. */
export function readableIssue({ world, say }: Call, key: string): Issue {
  const issue = world.findIssue(key);
  if (issue === undefined) {
    throw new Refusal(404, [say('Issue does not exist.', 'Задача не существует.')]);
  }
  if (issue.access === 'none') {
    throw new Refusal(403, [
      say('You have no permission to read this issue.', 'Недостаточно прав для чтения задачи.'),
    ]);
  }
  return issue;
}

/** Finds an issue that the token may edit. */
export function editableIssue(call: Call, key: string): Issue {
  const issue = readableIssue(call, key);
  if (issue.access === 'read-only') {
    throw new Refusal(403, [
      call.say('You have no permission to edit this issue.', 'Недостаточно прав для изменения.'),
    ]);
  }
  if (issue.locked || issue.version > call.world.trackerRules.versionLimit) {
    throw new Refusal(423, [
      call.say(
        'Editing is blocked: the issue has too many versions.',
        'Редактирование заблокировано: у задачи слишком много версий.',
      ),
    ]);
  }
  return issue;
}

/** `GET /issues/{key}` */
export function readIssue(call: Call, key: string): Reply {
  return issueReply(call, readableIssue(call, key));
}

/** `PATCH /issues/{key}` */
export function patchIssue(call: Call, key: string): Reply {
  const { world, request, say } = call;
  const issue = editableIssue(call, key);
  const values = objectBodyOf(call);
  const version = request.query.get('version');
  if (version !== null && !/^\d{1,15}$/.test(version)) {
    throw new Refusal(400, [say('Invalid version', 'Неверная версия')]);
  }
  if (version !== null && Number(version) !== issue.version) {
    throw new Refusal(world.trackerRules.conflictStatus, [
      say(
        `Edit conflict: the issue is at version ${issue.version}.`,
        `Конфликт редактирования: версия задачи ${issue.version}.`,
      ),
    ]);
  }
  checkFields(call, values, issue.queue, issue.rejects);
  return issueReply(call, world.editIssue(issue.key, values, 'token'));
}

/** `POST /issues` */
export function createIssue(call: Call): Reply {
  const { world, say } = call;
  const { queue: queueName, ...values } = objectBodyOf(call);
  const queue = world.queues.get(String((isObject(queueName) ? queueName.key : queueName) ?? ''));
  const errors: Record<string, string> = {};
  if (queue === undefined) errors.queue = say('Queue does not exist', 'Очередь не существует');
  if (typeof values.summary !== 'string' || values.summary === '') {
    errors.summary = say('Required', 'Обязательное поле');
  }
  if (queue === undefined || Object.keys(errors).length > 0) throw new Refusal(422, [], errors);
  checkFields(call, values, queue.key, new Map());
  const { summary, ...fields } = values;
  const issue = world.addIssue({
    queue: queue.key,
    // Checked above.
    summary: summary as string,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
    createdAt: world.now(),
  });
  return issueReply(call, issue, 201);
}

/** Refuses values for fields that the queue does not have, that can't be set, or of a wrong type. */
function checkFields(
  { world, say }: Call,
  values: JsonObject,
  queue: string,
  rejects: ReadonlyMap<string, string>,
): void {
  const errors: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const field = world.fields.get(name);
    const rejected = rejects.get(name);
    if (field === undefined || (field.queue !== null && field.queue !== queue)) {
      errors[name] = say('Field does not exist', 'Поле не существует');
    } else if (field.readonly) {
      errors[name] = say('Field is read-only', 'Поле доступно только для чтения');
    } else if (field.required && (value === null || value === '')) {
      errors[name] = say('Required', 'Обязательное поле');
    } else if (value !== null && !isOfType(value, field)) {
      errors[name] = say(`Not a value of type ${field.type}`, `Значение не типа ${field.type}`);
    } else if (value !== null && rejected !== undefined) {
      errors[name] = rejected;
    }
  }
  if (Object.keys(errors).length > 0) {
    throw new Refusal(world.trackerRules.fieldErrorStatus, [], errors);
  }
}

const typeTests: Readonly<Record<Exclude<FieldType, 'array'>, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  text: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  float: (value) => typeof value === 'number',
  date: (value) => typeof value === 'string' && /^(\d{4}-\d\d-\d\d)?$/.test(value),
  datetime: (value) =>
    typeof value === 'string' && (value === '' || !Number.isNaN(parseTrackerDate(value))),
  user: (value) =>
    typeof value === 'string' ||
    typeof value === 'number' ||
    (isObject(value) && ('id' in value || 'login' in value)),
};

function isOfType(value: Json, field: FieldDefinition): boolean {
  if (field.type !== 'array') return typeTests[field.type](value);
  const itemTest = typeTests[field.items ?? 'string'];
  return Array.isArray(value) && value.every(itemTest);
}
