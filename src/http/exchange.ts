/** One request and its whole answer, under one time-out and a limit of size. */

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What it is sent for, by its key or name. Told to onlookers, never sent. */
  readonly about?: readonly string[];
  /** `include`: with the profile's cookies, so that a page in JSON's place is the login's. */
  readonly credentials: 'include' | 'omit';
  /** For the whole answer, its body included. Under 30 s: longer fetches cost the worker's life. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** The status of a good answer is all that counts; its body is read only while it is small. */
  readonly ignoreBody?: boolean;
}

/**
 * What came back. An `answer` with a good status has JSON in it; with another status the status is
 * what counts, and its JSON is undefined where the body is none. The rest are ways not to get any.
 */
export type HttpOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly json: unknown;
    }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'html' }
  | { readonly kind: 'not_json' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'failed'; readonly reason: 'network' | 'timeout' };

/** Whether a status is a good one. */
export function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * Sends a request. Redirects are not followed: an opaque answer tells that there was one, and
 * nothing leaks to its target. Never throws for what a server or the network does.
 */
export async function exchange(request: HttpRequest): Promise<HttpOutcome> {
  const { method, url, headers, body, credentials, timeoutMs } = request;
  const json = 'application/json';
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        Accept: json,
        ...(body !== undefined && { 'Content-Type': json }),
        ...headers,
      },
      // Of none it makes none.
      body: JSON.stringify(body),
      credentials,
      redirect: 'manual',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal,
    });
    return await readAnswer(response, request);
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', reason: 'timeout' };
    // `fetch` and the body's reader throw TypeErrors for connections; anything else is our bug.
    if (error instanceof TypeError) return { kind: 'failed', reason: 'network' };
    throw error;
  }
}

async function readAnswer(response: Response, request: HttpRequest): Promise<HttpOutcome> {
  const { status, headers } = response;
  // A browser gives status 0 for a redirect, Node the status itself.
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    return { kind: 'redirect' };
  }
  const answer = (json: unknown): HttpOutcome => ({ kind: 'answer', status, headers, json });
  if (response.ok && (request.ignoreBody || status === 204)) {
    return answer(await readSmallJson(response));
  }
  const text = await readText(response, request.maxBytes);
  if (text === null) return response.ok ? { kind: 'too_large' } : answer(undefined);
  const json = parseJson(text);
  if (json !== undefined || !response.ok) return answer(json);
  return /^\s*</.test(text) ? { kind: 'html' } : { kind: 'not_json' };
}

/** The value of a JSON text; undefined, which JSON has no text for, where it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Up to this, reading a body to its end costs less than giving its connection up. */
const smallBytes = 65_536;

/** The JSON of a body that nobody needs; undefined where it is large, broken or none. */
async function readSmallJson(response: Response): Promise<unknown> {
  try {
    const text = await readText(response, smallBytes);
    return text === null ? undefined : parseJson(text);
  } catch (error) {
    // The status has said all that was asked: a body that breaks off or never ends changes nothing.
    if (error instanceof TypeError || error instanceof DOMException) return undefined;
    throw error;
  }
}

/** The body as text; null where it is larger than allowed, in which case the rest is not read. */
async function readText(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return '';
  const { headers } = response;
  const length = headers.get('Content-Length');
  // A length that is known, and that of the body itself, spares counting the bytes as they come.
  if (length !== null && headers.get('Content-Encoding') === null && Number(length) <= maxBytes) {
    return response.text();
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
