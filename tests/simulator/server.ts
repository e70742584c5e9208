import { createServer as createHttpServer } from 'node:http';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { testCertificate, testKey } from './certificate.ts';
import { answerContent, answerLogin, contentPath, isLoginPath } from './content.ts';
import type { AnyRequest, AnyResponse } from './delivery.ts';
import {
  drop,
  isHttp2,
  reset,
  send,
  sendCutOff,
  sendHeadersOnly,
  sendTrickling,
} from './delivery.ts';
import type { ApiRequest, Reply } from './exchange.ts';
import { jsonReply } from './exchange.ts';
import type { Fault } from './faults.ts';
import { Faults } from './faults.ts';
import { parseJson } from './json.ts';
import type { RateLimit } from './rate-limit.ts';
import { Limiter } from './rate-limit.ts';
import type { LogEntry, Side } from './request-log.ts';
import { RequestLog } from './request-log.ts';
import { answerTracker } from './tracker.ts';
import { trackerError } from './tracker-call.ts';
import { isSearch } from './tracker-searches.ts';
import { answerWebFace, isLiveUpdate } from './web-face.ts';
import { World } from './world.ts';

/** What a simulator speaks. */
export type Protocol = 'http1' | 'http1-tls' | 'http2';

/** One of the two APIs. */
export type ApiSide = Exclude<Side, 'web'>;

/** What can be set of a simulator. */
export interface SimulatorOptions {
  /** Default: an empty one. */
  world?: World;
  /** Default: plain HTTP/1.1. With TLS, the certificate is the simulator's own. */
  protocol?: Protocol;
  /** How long each request to an API takes, half of it before the request is applied. */
  latencyMs?: number;
  /** Default: free ones. */
  ports?: { tracker?: number; content?: number };
}

/** A running tracker and content API on loopback. */
export interface Simulator {
  /** The tracker's API, with its version: `…/v2`. */
  readonly trackerUrl: string;
  /** The tracker's pages for people. An issue is at `{trackerWebUrl}/KEY-1`. */
  readonly trackerWebUrl: string;
  /** The content API: `…/content`. */
  readonly contentUrl: string;
  /** The page to sign in to the content API. */
  readonly loginUrl: string;
  /** What to trust for TLS. */
  readonly certificate: string;
  readonly world: World;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Sets how long each request takes, for both APIs or for one. */
  setLatency(ms: number, side?: ApiSide): void;
  /** Sets the rate limit of the tracker, or of the content API; null for none. */
  setRateLimit(limit: RateLimit | null, side?: ApiSide): void;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Starts a simulator. The two servers' hosts differ, so cookies can't cross. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = options.world ?? new World();
  const protocol = options.protocol ?? 'http1';
  const requests = new RequestLog();
  const faultsToCome = new Faults();
  const timers = new Timers();
  const latency = { tracker: options.latencyMs ?? 0, content: options.latencyMs ?? 0 };
  const limiters: { [side in ApiSide]: Limiter | null } = { tracker: null, content: null };
  const shared = { world, requests, faults: faultsToCome, timers, latency, limiters };
  const tracker = await listen(
    { ...shared, side: 'tracker', host: '127.0.0.1' },
    protocol,
    options.ports?.tracker ?? 0,
  );
  const content = await listen(
    { ...shared, side: 'content', host: 'localhost' },
    protocol,
    options.ports?.content ?? 0,
  );
  return {
    trackerUrl: `${tracker.origin}/v2`,
    trackerWebUrl: tracker.origin,
    contentUrl: `${content.origin}${contentPath}`,
    loginUrl: `${content.origin}/login`,
    certificate: testCertificate,
    world,
    requests,
    faults: faultsToCome,
    setLatency(ms, side) {
      if (side !== 'content') latency.tracker = ms;
      if (side !== 'tracker') latency.content = ms;
    },
    setRateLimit(limit, side = 'tracker') {
      limiters[side] = limit === null ? null : new Limiter(limit, performance.now());
    },
    async close() {
      timers.clear();
      await Promise.all([tracker.close(), content.close()]);
    },
  };
}

/** Waits that end with the simulator, by never ending: what waited is simply forgotten. */
class Timers {
  readonly #running = new Set<NodeJS.Timeout>();
  #closed = false;

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return;
      const timer = setTimeout(() => {
        this.#running.delete(timer);
        resolve();
      }, ms);
      this.#running.add(timer);
    });
  }

  clear(): void {
    this.#closed = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}

interface Context {
  side: ApiSide;
  host: string;
  world: World;
  requests: RequestLog;
  faults: Faults;
  timers: Timers;
  latency: { [side in ApiSide]: number };
  limiters: { [side in ApiSide]: Limiter | null };
}

interface Listening {
  origin: string;
  close(): Promise<void>;
}

async function listen(context: Context, protocol: Protocol, port: number): Promise<Listening> {
  /** The TCP connections by the client's port: what lies below a TLS socket can't be had from it. */
  const connections = new Map<number, Socket>();
  let origin = '';
  const serve = (request: AnyRequest, response: AnyResponse): void => {
    const connection = connections.get(request.socket.remotePort ?? 0);
    const exchange = { context, origin, request, response, connection };
    answer(exchange).catch((error: unknown) => {
      // Whatever is wrong with the simulator itself has to be seen by the test that ran into it.
      if (!response.headersSent) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        void send(response, jsonReply(500, { simulatorCrashed: text }));
      } else {
        drop(response);
      }
    });
  };
  const server = createServer(protocol, serve);
  server.on('connection', (socket) => {
    const { remotePort = 0 } = socket;
    connections.set(remotePort, socket);
    socket.on('close', () => connections.delete(remotePort));
    // A client that ends a connection at an awkward moment is its own business.
    socket.on('error', () => {});
  });
  // For the same, on the TLS layer.
  server.on('tlsClientError', () => {});
  server.on('sessionError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // A server that listens on a TCP port has an address of this kind.
  const address = server.address() as AddressInfo;
  origin = `${protocol === 'http1' ? 'http' : 'https'}://${context.host}:${address.port}`;
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections.values()) socket.destroy();
      }),
  };
}

function createServer(
  protocol: Protocol,
  serve: (request: AnyRequest, response: AnyResponse) => void,
): Server {
  // Kept open for longer than any test pauses: a server that closes an idle connection in the very
  // moment in which a request goes out over it makes tests fail once in a thousand runs.
  const keepAliveTimeout = 10 * 60_000;
  const tls = { key: testKey, cert: testCertificate };
  switch (protocol) {
    case 'http1':
      return createHttpServer({ keepAliveTimeout }, serve);
    case 'http1-tls':
      return createHttpsServer({ ...tls, keepAliveTimeout }, serve);
    case 'http2':
      return createHttp2Server({ ...tls, allowHTTP1: true }, serve);
  }
}

interface Exchange {
  context: Context;
  origin: string;
  request: AnyRequest;
  response: AnyResponse;
  connection: Socket | undefined;
}

/** Notes the end of an exchange; bytes are null where the client was gone. */
type End = (
  outcome: LogEntry['outcome'],
  status: number | null,
  responseBytes: number | null,
) => void;

async function answer(exchange: Exchange): Promise<void> {
  const { context, response } = exchange;
  const began = performance.now();
  const apiRequest = await readRequest(exchange);
  if (apiRequest === null) return;
  const side = sideOf(context.side, apiRequest.path);
  if (side === 'web' && isLiveUpdate(apiRequest.path)) {
    // Asked for every second by each open page: it would only fill the log.
    await send(response, answerWebFace(context.world, apiRequest));
    return;
  }
  const entry = context.requests.arrived({
    time: Date.now(),
    side,
    method: apiRequest.method,
    path: apiRequest.path,
    query: apiRequest.query.size === 0 ? '' : `?${apiRequest.query}`,
    headers: apiRequest.headers,
    cookie: apiRequest.headers.cookie ?? null,
    authorization: apiRequest.headers.authorization ?? null,
    protocol: isHttp2(response) ? 'http2' : 'http1',
    requestBytes: Buffer.byteLength(apiRequest.body),
    body: apiRequest.body === '' ? undefined : parseJson(apiRequest.body),
  });
  const end: End = (outcome, status, responseBytes) =>
    context.requests.update(entry, {
      outcome: responseBytes === null ? 'gone' : outcome,
      status,
      responseBytes: responseBytes ?? 0,
      ms: performance.now() - began,
    });
  try {
    await answerLogged(exchange, apiRequest, entry, end);
  } catch (error) {
    end('crashed', 500, 0);
    throw error;
  }
}

async function answerLogged(
  exchange: Exchange,
  apiRequest: ApiRequest,
  entry: LogEntry,
  end: End,
): Promise<void> {
  const { context, response, connection } = exchange;
  const { faults, timers, requests } = context;
  const latency = entry.side === 'web' ? 0 : context.latency[entry.side];
  if (latency > 0) await timers.wait(latency / 2);
  if ((await faults.beforeRequest?.(entry)) === 'drop') {
    drop(response);
    return end('faulty', null, 0);
  }
  const fault = faults.draw(entry);
  if (fault?.kind === 'delay' && !fault.applied) await timers.wait(fault.ms);
  if (fault !== null && 'applied' in fault && !fault.applied && fault.kind !== 'delay') {
    return await endEarly(fault, response, connection, end);
  }

  const reply = limitedReply(context, entry) ?? handle(context, entry.side, apiRequest);
  const limited = reply.status === 429;
  requests.update(entry, { outcome: limited ? 'limited' : 'applied' });
  if (!limited && (await faults.afterApplied?.(entry)) === 'drop') {
    drop(response);
    return end('faulty', null, 0);
  }

  if (fault?.kind === 'delay' && fault.applied) await timers.wait(fault.ms);
  if (latency > 0) await timers.wait(latency / 2);
  if (fault === null || fault.kind === 'delay') {
    return end(limited ? 'limited' : 'answered', reply.status, await send(response, reply));
  }
  switch (fault.kind) {
    case 'headers-only':
      sendHeadersOnly(response, reply);
      return end('faulty', reply.status, 0);
    case 'cut-off':
      return end('faulty', reply.status, await sendCutOff(response, reply));
    case 'trickle': {
      const pause = (): Promise<void> => timers.wait(1000 / fault.bytesPerSecond);
      return end('faulty', reply.status, await sendTrickling(response, reply, pause));
    }
    default:
      return await endEarly(fault, response, connection, end);
  }
}

/** Carries out a fault that has nothing to do with the right answer. */
async function endEarly(
  fault: Extract<Fault, { kind: 'drop' | 'reset' | 'silence' | 'answer' }>,
  response: AnyResponse,
  connection: Socket | undefined,
  end: End,
): Promise<void> {
  switch (fault.kind) {
    case 'drop':
      drop(response);
      return end('faulty', null, 0);
    case 'reset':
      reset(connection);
      return end('faulty', null, 0);
    case 'silence':
      return end('faulty', null, 0);
    case 'answer':
      return end('faulty', fault.status, await send(response, fault));
  }
}

function limitedReply({ limiters }: Context, entry: LogEntry): Reply | null {
  if (entry.side === 'web') return null;
  const limiter = limiters[entry.side];
  if (limiter === null || limiter.take(isSearch(entry.path), performance.now())) return null;
  const headers: Record<string, string> =
    limiter.retryAfter === null ? {} : { 'retry-after': limiter.retryAfter };
  return trackerError(429, ['Too many requests'], headers);
}

function handle(context: Context, side: Side, request: ApiRequest): Reply {
  if (side === 'tracker') return answerTracker(context.world, request);
  if (side === 'content') return answerContent(context.world, request);
  if (context.side === 'tracker') return answerWebFace(context.world, request);
  return answerLogin(context.world, request);
}

function sideOf(server: ApiSide, path: string): Side {
  if (server === 'tracker') return /^\/v[23]\//.test(path) ? 'tracker' : 'web';
  return isLoginPath(path) ? 'web' : 'content';
}

/** Reads a request to its end; null where the client went away before that. */
async function readRequest({ request, origin }: Exchange): Promise<ApiRequest | null> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of request) {
      // Without an encoding set, a request's chunks are bytes.
      chunks.push(chunk as Uint8Array);
    }
  } catch {
    return null;
  }
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark)),
    headers,
    body: Buffer.concat(chunks).toString(),
    origin,
  };
}
