import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { constants } from 'node:http2';
import type { Socket } from 'node:net';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reply } from './exchange.ts';
import { bytesOf } from './exchange.ts';

/** A request over either protocol. */
export type AnyRequest = IncomingMessage | Http2ServerRequest;

/** An answer over either protocol. */
export type AnyResponse = ServerResponse | Http2ServerResponse;

/** Whether an answer goes out over HTTP/2. */
export function isHttp2(response: AnyResponse): response is Http2ServerResponse {
  return 'stream' in response;
}

/** Ends the exchange without a (further) byte: the stream on HTTP/2, the connection on HTTP/1.1. */
export function drop(response: AnyResponse): void {
  if (isHttp2(response)) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.socket?.destroy();
}

/** Resets the TCP connection, and with it all that goes on over it. */
export function reset(connection: Socket | undefined): void {
  connection?.resetAndDestroy();
}

/** Whether there is nobody left to answer. */
function isOver(response: AnyResponse): boolean {
  return isHttp2(response)
    ? response.stream.destroyed || response.stream.closed
    : response.destroyed || response.socket === null || response.socket.destroyed;
}

/** Sends an answer; gives the size of its body, or null where nobody was left to take it. */
export async function send(response: AnyResponse, reply: Reply): Promise<number | null> {
  if (isOver(response)) return null;
  const body = bytesOf(reply.body);
  if (Buffer.isBuffer(body)) {
    writeHead(response, reply, body.length);
    return await new Promise((resolve) => {
      // `finish` comes first if the client still listens, `close` in any case.
      response.once('finish', () => resolve(body.length));
      response.once('close', () => resolve(null));
      response.end(body);
    });
  }
  let bytes = 0;
  const counted = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of body) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  writeHead(response, reply, null);
  try {
    await pipeline(Readable.from(counted()), response);
    return bytes;
  } catch {
    // The client went away in the middle, which is what a client should do with a huge answer.
    return null;
  }
}

/** Sends the headers of an answer and nothing more. */
export function sendHeadersOnly(response: AnyResponse, reply: Reply): void {
  if (isOver(response)) return;
  writeHead(response, reply, null);
  if (!isHttp2(response)) response.flushHeaders();
}

/** Sends an answer, broken off in the middle of its body. */
export function sendCutOff(response: AnyResponse, reply: Reply): Promise<number> {
  const whole = knownBytes(reply);
  const part = whole.subarray(0, Math.floor(whole.length / 2));
  if (isOver(response)) return Promise.resolve(0);
  // One byte more than there is, so that even an empty body breaks off.
  writeHead(response, reply, whole.length + 1);
  return new Promise((resolve) => {
    response.once('close', () => resolve(part.length));
    if (part.length > 0) {
      writable(response).write(part, () => drop(response));
    } else {
      if (!isHttp2(response)) response.flushHeaders();
      drop(response);
    }
  });
}

/** Sends an answer byte by byte until it is out or the client is gone. */
export async function sendTrickling(
  response: AnyResponse,
  reply: Reply,
  pause: () => Promise<void>,
): Promise<number> {
  const body = knownBytes(reply);
  if (isOver(response)) return 0;
  writeHead(response, reply, body.length);
  if (!isHttp2(response)) response.flushHeaders();
  for (let sent = 0; sent < body.length; sent += 1) {
    await pause();
    if (isOver(response)) return sent;
    writable(response).write(body.subarray(sent, sent + 1));
  }
  response.end();
  return body.length;
}

/** A reply's bytes; none where they are not known in advance. */
function knownBytes(reply: Reply): Buffer {
  const body = bytesOf(reply.body);
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Both are writable streams; only their own overloads of `write` don't unite. */
function writable(response: AnyResponse): Writable {
  return response;
}

function writeHead(response: AnyResponse, reply: Reply, length: number | null): void {
  const headers = {
    'cache-control': 'no-store',
    ...reply.headers,
    ...(length === null || reply.status === 204 ? {} : { 'content-length': String(length) }),
  };
  // The same call on both, but their overloads don't unite.
  if (isHttp2(response)) response.writeHead(reply.status, headers);
  else response.writeHead(reply.status, headers);
}
