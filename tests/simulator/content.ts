import type { ApiRequest, Reply } from './exchange.ts';
import { emptyReply, htmlReply, jsonReply } from './exchange.ts';
import type { Json, JsonObject } from './json.ts';
import { loginPage, signedInPage } from './login-pages.ts';
import type { Resource, ResourceType } from './resources.ts';
import { ancestorsOf, plurals, resourceTypes } from './resources.ts';
import type { World } from './world.ts';

/** Where the content API begins. */
export const contentPath = '/content';

/** Whether a path is one of the login's pages, which are no part of the content API. */
export function isLoginPath(path: string): boolean {
  return /^\/(login|signed-in|sign-out|favicon\.ico)?$/.test(path);
}

/** Answers a request to the login's pages. */
export function answerLogin(world: World, request: ApiRequest): Reply {
  const { method, path, body, query } = request;
  if (method === 'GET' && (path === '/login' || path === '/')) {
    return htmlReply(200, loginPage(query.get('next') ?? ''));
  }
  if (method === 'POST' && path === '/login') {
    const name = new URLSearchParams(body).get('name')?.trim() ?? '';
    if (name === '') return htmlReply(400, loginPage('', 'Enter any name.'));
    const cookie = `session=${world.signIn()}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000`;
    const secure = request.origin.startsWith('https:') ? '; Secure' : '';
    return emptyReply(303, { location: '/signed-in', 'set-cookie': cookie + secure });
  }
  if (method === 'GET' && path === '/signed-in') {
    if (world.isSignedIn(sessionOf(request))) return htmlReply(200, signedInPage());
    return emptyReply(303, { location: '/login' });
  }
  if (method === 'POST' && path === '/sign-out') {
    world.signOut();
    return emptyReply(303, { location: '/login' });
  }
  return emptyReply(404);
}

function sessionOf(request: ApiRequest): string | undefined {
  return /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
}

/** Answers a request to the content API. */
export function answerContent(world: World, request: ApiRequest): Reply {
  const { method, path } = request;
  const { requireLogin } = world.contentRules;
  // A preflight carries no cookie, and no page of any origin gets permission.
  if (method === 'OPTIONS') return jsonReply(405, { detail: 'Method not allowed' });
  if (requireLogin && !world.isSignedIn(sessionOf(request))) return signedOutReply(world, path);
  if (method !== 'GET') return jsonReply(405, { detail: 'Method not allowed' });
  const asked = resourceAsked(path);
  if (asked === null) return notFound;
  return moodReply(world) ?? resourceReply(world, asked);
}

const notFound: Reply = jsonReply(404, { detail: 'Not found.' });
const forbidden: Reply = jsonReply(403, { detail: 'You do not have permission to do this.' });

function signedOutReply(world: World, path: string): Reply {
  switch (world.contentRules.signedOut) {
    case '401':
      return jsonReply(401, { detail: 'Authentication credentials were not provided.' });
    case '403':
      return forbidden;
    case 'html':
      return htmlReply(200, loginPage(path));
    case 'redirect':
      return emptyReply(302, { location: `/login?next=${encodeURIComponent(path)}` });
  }
}

function moodReply(world: World): Reply | null {
  switch (world.contentRules.mood) {
    case 'normal':
      return null;
    case 'all-missing':
      return notFound;
    case 'all-forbidden':
      return forbidden;
    case 'all-errors':
      return errorsReply(['Internal service error']);
    case 'another-shape':
      return jsonReply(200, { data: { attributes: { title: 'Untitled' }, relationships: [] } });
  }
}

interface Asked {
  type: ResourceType;
  id: string;
  breadcrumbs: boolean;
}

const typesByPlural = new Map(resourceTypes.map((type) => [plurals[type], type]));

function resourceAsked(path: string): Asked | null {
  const match = /^\/content\/([a-z]+)\/([A-Za-z0-9_-]+)\/(breadcrumbs\/)?$/.exec(path);
  if (match === null) return null;
  const [, plural = '', id = '', tail] = match;
  const type = typesByPlural.get(plural);
  if (type === undefined) return null;
  const breadcrumbs = tail !== undefined;
  if (breadcrumbs && type !== 'task' && type !== 'lesson') return null;
  return { type, id, breadcrumbs };
}

function resourceReply(world: World, { type, id, breadcrumbs }: Asked): Reply {
  const resource = world.findResource(type, id);
  if (resource === undefined) return notFound;
  const idOf = (one: string): Json =>
    world.contentRules.numericIds && /^\d{1,15}$/.test(one) ? Number(one) : one;
  const { tasksNameLesson, vanished } = world.contentRules;
  const shape = (about: Resource): Json =>
    breadcrumbs
      ? [...ancestorsOf(about), about].map((level) => without(vanished, levelJson(level, idOf)))
      : without(vanished, objectJson(about, idOf, tasksNameLesson));
  const { trouble, troubleAt } = resource;
  const concerned = troubleAt === 'both' || (troubleAt === 'breadcrumbs') === breadcrumbs;
  if (trouble === null || !concerned) return jsonReply(200, shape(resource));
  switch (trouble.kind) {
    case 'missing':
      return notFound;
    case 'forbidden':
      return forbidden;
    case 'errors':
      return errorsReply(trouble.errors);
    case 'answer':
      return jsonReply(200, trouble.json);
    case 'another':
      return jsonReply(200, shape({ ...resource, id: trouble.id }));
    case 'huge': {
      const reply = jsonReply(200, shape(resource));
      return { ...reply, body: padded(JSON.stringify(shape(resource)), trouble.bytes) };
    }
  }
}

function without(member: string | null, json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name]) => name !== member));
}

function errorsReply(errors: Json[]): Reply {
  return jsonReply(200, { errors });
}

function levelJson(level: Resource, idOf: (id: string) => Json): JsonObject {
  const id = idOf(level.id);
  const name = level.type === 'task' ? level.description : level.name;
  switch (level.nameInBreadcrumbs) {
    case 'given':
      return { type: level.type, id, name };
    case 'absent':
      return { type: level.type, id };
    case 'null':
      return { type: level.type, id, name: null };
    case 'empty':
      return { type: level.type, id, name: '' };
  }
}

function objectJson(
  resource: Resource,
  idOf: (id: string) => Json,
  tasksNameLesson: boolean,
): JsonObject {
  const { type, id, name, description, position } = resource;
  const shape: JsonObject = { id: idOf(id) };
  if (type === 'task') shape.description = description;
  else shape.name = name;
  if (position !== undefined) shape.position = position;
  for (const ancestor of ancestorsOf(resource)) {
    if (type === 'task' && !(tasksNameLesson && ancestor.type === 'lesson')) continue;
    shape[`${ancestor.type}_id`] = idOf(ancestor.id);
  }
  return shape;
}

/** A body of any size that costs no memory: blanks, which JSON allows, and then the text. */
async function* padded(text: string, bytes: number): AsyncIterable<Uint8Array> {
  const blanks = Buffer.alloc(64 * 1024, ' ');
  for (let left = bytes; left > 0; left -= blanks.length) {
    yield left >= blanks.length ? blanks : blanks.subarray(0, left);
  }
  yield Buffer.from(text);
}
