import type { ApiRequest, Reply } from './exchange.ts';
import { jsonReply } from './exchange.ts';
import type { Queue } from './issues.ts';
import type { Json } from './json.ts';
import type { Call } from './tracker-call.ts';
import { apiRoot, existingQueue, languageOf, Refusal, trackerError } from './tracker-call.ts';
import {
  addItem,
  deleteItem,
  emptyChecklist,
  patchItem,
  readChecklist,
  rewriteChecklist,
} from './tracker-checklists.ts';
import { createIssue, patchIssue, readIssue } from './tracker-issues.ts';
import { count, search } from './tracker-searches.ts';
import type { World } from './world.ts';

/** Answers a request to the tracker's API, changing the world where it says so. */
export function answerTracker(world: World, request: ApiRequest): Reply {
  try {
    return route({ world, request, ...languageOf(request) });
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

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
