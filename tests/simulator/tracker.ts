import type { ApiRequest, Reply } from './exchange.ts';
import { emptyReply, escapeHtml, jsonReply, serialisedReply } from './exchange.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, parseJson } from './json.ts';
import type {
  ChecklistItem,
  FieldDefinition,
  FieldType,
  Issue,
  IssueView,
  Queue,
  World,
} from './world.ts';
import { issueNumber } from './world.ts';

/** A date as the tracker writes it. */
export function trackerDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

/** A date as the tracker reads it, in milliseconds since 1970; NaN for anything else. */
export function parseTrackerDate(text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})([+-]\d\d)(\d\d)$/.exec(text);
  return match === null ? Number.NaN : Date.parse(`${match[1]}${match[2]}:${match[3]}`);
}

/** Whether a request is one of those with the lower rate limit. */
export function isSearch(path: string): boolean {
  return /^\/v[23]\/issues\/_(search|count)\/?$/.test(path);
}

/** Answers a request to the tracker's API, changing the world where it says so. */
export function answerTracker(world: World, request: ApiRequest): Reply {
  try {
    return route({ world, request, ...languageOf(request) });
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

/** What a handler works with. */
interface Call {
  world: World;
  request: ApiRequest;
  /** The asker's language. */
  language: 'en' | 'ru';
  /** The one of two texts that is in it. */
  say: (en: string, ru: string) => string;
}

function languageOf(request: ApiRequest): Pick<Call, 'language' | 'say'> {
  const language = /^\s*ru\b/i.test(request.headers['accept-language'] ?? '') ? 'ru' : 'en';
  return { language, say: (en, ru) => (language === 'ru' ? ru : en) };
}

// Refusals

/** An answer that ends the handling of a request. */
class Refusal extends Error {
  readonly reply: Reply;

  constructor(status: number, messages: string[], errors: Record<string, string> = {}) {
    super(`${status}`);
    this.reply = jsonReply(status, { errors, errorMessages: messages, statusCode: status });
  }
}

/** An answer in the tracker's error shape. */
export function trackerError(
  status: number,
  messages: string[],
  headers: Record<string, string> = {},
): Reply {
  return jsonReply(status, { errors: {}, errorMessages: messages, statusCode: status }, headers);
}

// Routes

interface Route {
  method: string;
  path: RegExp;
  answer: (call: Call, name: string, itemId: string) => Reply;
}

const routes: readonly Route[] = [
  { method: 'GET', path: /^myself$/, answer: myself },
  { method: 'GET', path: /^fields$/, answer: globalFields },
  { method: 'GET', path: /^queues$/, answer: queues },
  { method: 'GET', path: /^queues\/([^/]+)$/, answer: oneQueue },
  { method: 'GET', path: /^queues\/([^/]+)\/localFields$/, answer: localFields },
  { method: 'POST', path: /^issues$/, answer: createIssue },
  { method: 'POST', path: /^issues\/_search$/, answer: search },
  { method: 'POST', path: /^issues\/_count$/, answer: count },
  { method: 'GET', path: /^issues\/([^/]+)$/, answer: readIssue },
  { method: 'PATCH', path: /^issues\/([^/]+)$/, answer: patchIssue },
  { method: 'GET', path: /^issues\/([^/]+)\/checklistItems$/, answer: readChecklist },
  { method: 'POST', path: /^issues\/([^/]+)\/checklistItems$/, answer: addItem },
  { method: 'PATCH', path: /^issues\/([^/]+)\/checklistItems$/, answer: rewriteChecklist },
  { method: 'DELETE', path: /^issues\/([^/]+)\/checklistItems$/, answer: emptyChecklist },
  { method: 'PATCH', path: /^issues\/([^/]+)\/checklistItems\/([^/]+)$/, answer: patchItem },
  { method: 'DELETE', path: /^issues\/([^/]+)\/checklistItems\/([^/]+)$/, answer: deleteItem },
];

function route(call: Call): Reply {
  const { method, path } = call.request;
  // Before the login, as a preflight carries none. No permission is given to pages of any origin.
  if (method === 'OPTIONS') return trackerError(405, ['Method Not Allowed']);
  authenticate(call);
  const below = path.replace(/^\/v[23]\//, '').replace(/\/$/, '');
  let methodIsWrong = false;
  for (const { method: routeMethod, path: pattern, answer } of routes) {
    const match = pattern.exec(below);
    if (match === null) continue;
    if (routeMethod === method) return answer(call, decoded(match[1]), decoded(match[2]));
    methodIsWrong = true;
  }
  if (methodIsWrong) return trackerError(405, ['Method Not Allowed']);
  return trackerError(404, [call.say('Not found', 'Не найдено')]);
}

function decoded(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment ?? '');
  } catch {
    // Not an escape that means anything: the name of nothing.
    return '';
  }
}

function authenticate({ world, request, say }: Call): void {
  const { token, schemes, organisation } = world.trackerRules;
  const { authorization } = request.headers;
  if (!schemes.some((scheme) => authorization === `${scheme} ${token}`)) {
    throw new Refusal(401, [
      authorization === undefined
        ? say('Authorization is required', 'Требуется авторизация')
        : say('The token is invalid or has expired', 'Токен недействителен или истёк'),
    ]);
  }
  if (organisation === null) return;
  if (request.headers[organisation.header.toLowerCase()] !== organisation.id) {
    throw new Refusal(403, [
      say(
        'Organisation is not available, not ready or not found',
        'Организация недоступна, не готова или не найдена',
      ),
    ]);
  }
}

/** The request's body, which has to be JSON and to say so. */
function bodyOf({ request, say }: Call): Json {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, [say('Content type is not supported', 'Тип данных не поддерживается')]);
  }
  const body = parseJson(request.body);
  if (body === undefined) {
    throw new Refusal(400, [say('Invalid JSON in the body', 'Тело запроса не является JSON')]);
  }
  return body;
}

function objectBodyOf(call: Call): JsonObject {
  const body = bodyOf(call);
  if (!isObject(body)) {
    throw new Refusal(400, [call.say('An object is expected', 'Ожидается объект')]);
  }
  return body;
}

// Who, where

function myself({ request }: Call): Reply {
  const self = `${apiRoot(request)}/users/1130000000000001`;
  return jsonReply(200, {
    self,
    uid: 1_130_000_000_000_001,
    login: 'breadcrumbs-robot',
    trackerUid: 1_130_000_000_000_001,
    firstName: 'Breadcrumbs',
    lastName: 'Robot',
    display: 'Breadcrumbs Robot',
    email: 'breadcrumbs-robot@tracker.example',
    external: false,
    hasLicense: true,
    dismissed: false,
  });
}

function apiRoot({ origin, path }: ApiRequest): string {
  return `${origin}${path.slice(0, 3)}`;
}

function queues({ world, request }: Call): Reply {
  return jsonReply(
    200,
    [...world.queues.values()].map((queue) => queueJson(queue, request)),
  );
}

function oneQueue(call: Call, key: string): Reply {
  return jsonReply(200, queueJson(existingQueue(call, key), call.request));
}

function queueJson({ key, id, name }: Queue, request: ApiRequest): Json {
  return { self: `${apiRoot(request)}/queues/${key}`, id, key, version: 1, name };
}

function existingQueue({ world, say }: Call, key: string): Queue {
  const queue = world.queues.get(key);
  if (queue === undefined) {
    throw new Refusal(404, [say('Queue does not exist.', 'Очередь не существует.')]);
  }
  return queue;
}

function globalFields(call: Call): Reply {
  return fieldList(call, null);
}

function localFields(call: Call, queue: string): Reply {
  return fieldList(call, existingQueue(call, queue).key);
}

function fieldList({ world, request, language }: Call, queue: string | null): Reply {
  const list = [...world.fields.values()].filter((field) => field.queue === queue);
  return jsonReply(
    200,
    list.map((field) => ({
      self: `${apiRoot(request)}/${queue === null ? '' : `queues/${queue}/`}${
        queue === null ? 'fields' : 'localFields'
      }/${field.key}`,
      id: field.id,
      key: field.key,
      name: field.name[language],
      version: 1,
      schema: {
        type: field.type,
        required: field.required,
        ...(field.items === null ? {} : { items: field.items }),
      },
      readonly: field.readonly,
      options: false,
      suggest: false,
      order: 1,
      type: queue === null ? 'standard' : 'local',
      category: { id: '000000000000000000000003', display: 'Agile' },
      ...(queue === null ? {} : { queue: { key: queue, display: queue } }),
    })),
  );
}

// Issues

/** Finds an issue that the token may read. */
function readableIssue({ world, say }: Call, key: string): Issue {
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
function editableIssue(call: Call, key: string): Issue {
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

function readIssue(call: Call, key: string): Reply {
  return issueReply(call, readableIssue(call, key));
}

function patchIssue(call: Call, key: string): Reply {
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

function createIssue(call: Call): Reply {
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

// Searches

function search(call: Call): Reply {
  const { world, request, say } = call;
  const { maxPerPage, tooMuchStatus } = world.trackerRules;
  const perPage = pageNumber(call, 'perPage', 50);
  const page = pageNumber(call, 'page', 1);
  if (perPage > maxPerPage) {
    throw new Refusal(tooMuchStatus, [
      say(`At most ${maxPerPage} per page`, `Не больше ${maxPerPage} на странице`),
    ]);
  }
  const body = objectBodyOf(call);
  if ('keys' in body && request.query.has('scrollType')) {
    throw new Refusal(400, [say('Keys can not be scrolled', 'Прокрутка по ключам невозможна')]);
  }
  const found = indexed(call, body);
  const pages = Math.ceil(found.length / perPage);
  const shown = found.slice((page - 1) * perPage, page * perPage);
  return serialisedReply(200, listParts(shown.map((issue) => issueParts(call, issue))), {
    'x-total-count': String(found.length),
    'x-total-pages': String(pages),
    ...(page < pages ? { link: nextLink(request, page + 1) } : {}),
  });
}

function nextLink({ origin, path, query }: ApiRequest, page: number): string {
  const next = new URLSearchParams(query);
  next.set('page', String(page));
  return `<${origin}${path}?${next}>; rel="next"`;
}

function pageNumber({ request, say }: Call, name: string, whenAbsent: number): number {
  const text = request.query.get(name);
  if (text === null) return whenAbsent;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new Refusal(400, [say(`Invalid ${name}`, `Неверное значение ${name}`)]);
  }
  return Number(text);
}

function count(call: Call): Reply {
  return jsonReply(200, indexed(call, objectBodyOf(call)).length);
}

/** What a search's body asks for, as the index has it, sorted by key. */
function indexed(call: Call, body: JsonObject): IssueView[] {
  const { world, say } = call;
  const ways = ['queue', 'keys', 'filter', 'query'].filter((way) => way in body);
  const [way] = ways;
  if (way === undefined || ways.length > 1) {
    throw new Refusal(400, [
      say(
        'Exactly one of queue, keys, filter, query is expected',
        'Ожидается ровно одно из queue, keys, filter, query',
      ),
    ]);
  }
  const asOf = world.now() - world.trackerRules.searchLagMs;
  const views: IssueView[] = [];
  for (const key of candidates(call, way, body[way] ?? null)) {
    const view = world.issueAsOf(key, asOf);
    if (view !== undefined && world.findIssue(key)?.access !== 'none') views.push(view);
  }
  const filter = body.filter;
  const kept = isObject(filter) ? views.filter((view) => matchesFilter(view, filter)) : views;
  return kept.sort(
    (a, b) => a.queue.localeCompare(b.queue) || issueNumber(a.key) - issueNumber(b.key),
  );
}

/** The keys that a search has to look at. */
function candidates(call: Call, way: string, wanted: Json): Iterable<string> {
  const { world, say } = call;
  const { maxKeys, tooMuchStatus, searchFindsMoved } = world.trackerRules;
  if (way === 'keys') {
    const keys = Array.isArray(wanted) ? wanted : [wanted];
    if (keys.length === 0 || !keys.every((key) => typeof key === 'string')) {
      throw new Refusal(400, [], { keys: say('Keys are expected', 'Ожидаются ключи') });
    }
    if (keys.length > maxKeys) {
      throw new Refusal(tooMuchStatus, [
        say(`At most ${maxKeys} keys`, `Не больше ${maxKeys} ключей`),
      ]);
    }
    const present = searchFindsMoved ? keys.map((key) => world.findIssue(key)?.key ?? key) : keys;
    return new Set(present);
  }
  if (way === 'filter') {
    if (!isObject(wanted)) throw new Refusal(400, [], { filter: 'An object is expected' });
    const { queue } = wanted;
    if (typeof queue === 'string') return keysOfQueue(call, queue);
    return [...world.issues()].map(({ key }) => key);
  }
  const queue = way === 'query' ? /^\s*queue:\s*"?(\w+)"?\s*$/i.exec(String(wanted))?.[1] : wanted;
  if (typeof queue !== 'string') {
    throw new Refusal(400, [
      say('The simulator knows no query but "Queue: KEY"', 'Запрос непонятен симулятору'),
    ]);
  }
  return keysOfQueue(call, queue);
}

function keysOfQueue(call: Call, queue: string): string[] {
  const keys: string[] = [];
  for (const { key } of call.world.issuesOfQueue(existingQueue(call, queue).key)) keys.push(key);
  return keys;
}

function matchesFilter(view: IssueView, filter: JsonObject): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const values = Array.isArray(wanted) ? wanted : [wanted];
    const value = name === 'key' ? view.key : name === 'queue' ? view.queue : view.fields.get(name);
    if (values.includes('empty()')) return value === undefined;
    if (values.includes('notEmpty()')) return value !== undefined;
    return value !== undefined && values.some((one) => one === value);
  });
}

// Checklists

function readChecklist(call: Call, key: string): Reply {
  const { world } = call;
  const { items } = readableIssue(call, key);
  if (items.size === 1 && world.trackerRules.loneItemAsObject) {
    return serialisedReply(200, itemParts(items, world));
  }
  return serialisedReply(200, [bytes('['), ...itemParts(items, world), bytes(']')]);
}

function addItem(call: Call, key: string): Reply {
  const { world } = call;
  const issue = editableIssue(call, key);
  const edit = itemEdit(call, objectBodyOf(call));
  if (edit.text === undefined) throw new Refusal(422, [], { text: required(call) });
  world.addItem(issue.key, { ...edit, text: edit.text }, 'token');
  return issueReply(call, issue, world.trackerRules.itemPostStatus);
}

function patchItem(call: Call, key: string, itemId: string): Reply {
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

function rewriteChecklist(call: Call, key: string): Reply {
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

function deleteItem(call: Call, key: string, itemId: string): Reply {
  const issue = editableIssue(call, key);
  existingItem(call, issue, itemId);
  call.world.removeItem(issue.key, itemId, 'token');
  return deletedReply(call, issue);
}

function emptyChecklist(call: Call, key: string): Reply {
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

// Shapes

function issueReply(call: Call, issue: IssueView, status = 200): Reply {
  return serialisedReply(status, issueParts(call, issue));
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** A JSON array of what is in parts itself. */
function listParts(elements: readonly (readonly Uint8Array[])[]): Uint8Array[] {
  const separated = elements.flatMap((parts, i) => (i === 0 ? parts : [bytes(','), ...parts]));
  return [bytes('['), ...separated, bytes(']')];
}

/** An issue as JSON, narrowed where that is asked for and honoured. */
function issueParts({ world, request, say }: Call, issue: IssueView): Uint8Array[] {
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
function itemParts(items: ReadonlyMap<string, ChecklistItem>, world: World): Uint8Array[] {
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
