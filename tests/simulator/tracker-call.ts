import type { ApiRequest, Reply } from './exchange.ts';
import { jsonReply } from './exchange.ts';
import type { Queue } from './issues.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, parseJson } from './json.ts';
import type { World } from './world.ts';

/** What a handler works with. */
export interface Call {
  world: World;
  request: ApiRequest;
  /** The asker's language. */
  language: 'en' | 'ru';
  /** The one of two texts that is in it. */
  say: (en: string, ru: string) => string;
}

/** The language of a request's answer. */
export function languageOf(request: ApiRequest): Pick<Call, 'language' | 'say'> {
  const language = /^\s*ru\b/i.test(request.headers['accept-language'] ?? '') ? 'ru' : 'en';
  return { language, say: (en, ru) => (language === 'ru' ? ru : en) };
}

/** An answer that ends the handling of a request. */
export class Refusal extends Error {
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

/** The request's body, which has to be JSON and to say so. */
export function bodyOf({ request, say }: Call): Json {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, [say('Content type is not supported', 'Тип данных не поддерживается')]);
  }
  const body = parseJson(request.body);
  if (body === undefined) {
    throw new Refusal(400, [say('Invalid JSON in the body', 'Тело запроса не является JSON')]);
  }
  return body;
}

/** The request's body, which has to be a JSON object. */
export function objectBodyOf(call: Call): JsonObject {
  const body = bodyOf(call);
  if (!isObject(body)) {
    throw new Refusal(400, [call.say('An object is expected', 'Ожидается объект')]);
  }
  return body;
}

/** The address of the API with its version, as it was asked. */
export function apiRoot({ origin, path }: ApiRequest): string {
  return `${origin}${path.slice(0, 3)}`;
}

/** The queue with that key; refuses the request where there is none. */
export function existingQueue({ world, say }: Call, key: string): Queue {
  const queue = world.queues.get(key);
  if (queue === undefined) {
    throw new Refusal(404, [say('Queue does not exist.', 'Очередь не существует.')]);
  }
  return queue;
}
