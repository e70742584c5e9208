import type { Json, JsonObject } from '../../simulator/json.ts';
import { isObject, parseJson } from '../../simulator/json.ts';
import type { Simulator } from '../../simulator/server.ts';

/** An answer, read to its end. */
interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Json | undefined;
}

/** Sends a request and reads the answer to its end; redirects are not followed. */
export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parseJson(text) };
}

/** A client of the simulated tracker with a good token. */
export function trackerClient(simulator: Simulator, scheme: 'OAuth' | 'Bearer' = 'OAuth') {
  const { trackerUrl, world } = simulator;
  const send =
    (method: string) =>
    (path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> =>
      request(`${trackerUrl}${path}`, {
        method,
        headers: {
          authorization: `${scheme} ${world.trackerRules.token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
  return { get: send('GET'), post: send('POST'), patch: send('PATCH'), delete: send('DELETE') };
}

/** The answer as an object; fails the test where it is none. */
export function objectOf({ json, text }: Answer): JsonObject {
  if (!isObject(json)) throw new Error(`Not an object: ${text}`);
  return json;
}

/** The answer as a list of objects; fails the test where it is none. */
export function listOf({ json, text }: Answer): JsonObject[] {
  if (!Array.isArray(json) || !json.every(isObject)) throw new Error(`Not a list: ${text}`);
  return json;
}
