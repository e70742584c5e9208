import type { ApiRequest, Reply } from './exchange.ts';
import { jsonReply, serialisedReply } from './exchange.ts';
import type { IssueView } from './issues.ts';
import { issueNumber } from './issues.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';
import type { Call } from './tracker-call.ts';
import { existingQueue, objectBodyOf, Refusal } from './tracker-call.ts';
import { issueParts, listParts } from './tracker-shapes.ts';

/** Whether a request is one of those with the lower rate limit. */
export function isSearch(path: string): boolean {
  return /^\/v[23]\/issues\/_(search|count)\/?$/.test(path);
}

/** `POST /issues/_search` */
export function search(call: Call): Reply {
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

/** `POST /issues/_count` */
export function count(call: Call): Reply {
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
