import type { Json } from './json.ts';

/** A request as the handlers see it: whole, and with its path exactly as it was sent. */
export interface ApiRequest {
  method: string;
  /** Without the query, neither decoded nor normalised. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  /** Scheme, host and port the request came to. */
  origin: string;
}

/** What a handler answers. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** Text, bytes in parts, or bytes as they come. */
  body: string | readonly Uint8Array[] | AsyncIterable<Uint8Array>;
}

/** An answer in JSON. */
export function jsonReply(
  status: number,
  value: Json,
  headers: Record<string, string> = {},
): Reply {
  return serialisedReply(status, JSON.stringify(value), headers);
}

/** An answer in JSON that has been serialised already. */
export function serialisedReply(
  status: number,
  json: string | readonly Uint8Array[],
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', ...headers },
    body: json,
  };
}

/** A body's bytes, at once where they are known. */
export function bytesOf(body: Reply['body']): Buffer | AsyncIterable<Uint8Array> {
  if (typeof body === 'string') return Buffer.from(body);
  return Symbol.asyncIterator in body ? body : Buffer.concat(body);
}

/** An answer in HTML. */
export function htmlReply(
  status: number,
  html: string,
  headers: Record<string, string> = {},
): Reply {
  return { status, headers: { 'content-type': 'text/html;charset=utf-8', ...headers }, body: html };
}

/** An answer without a body. */
export function emptyReply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: '' };
}

/** Text made safe for element content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
