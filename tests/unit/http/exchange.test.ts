import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../../../src/http/exchange.ts';
import {
  type Fault,
  faults,
  type Simulator,
  standardWorld,
  startSimulator,
} from '../../simulator/index.ts';
import { requestTo } from './requests.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ world: standardWorld() });
});
afterAll(() => simulator.close());
afterEach(() => {
  simulator.faults.clear();
  simulator.requests.reset();
});

function answer(status: number, body: string, headers: Record<string, string> = {}): Fault {
  return { kind: 'answer', applied: false, status, headers, body };
}

const json = { 'content-type': 'application/json' };
const page = '<!doctype html><title>Sign in</title>';

describe('an answer', () => {
  test('is its status, its headers and its JSON', async () => {
    const outcome = await exchange(requestTo(simulator));
    expect(outcome).toMatchObject({
      kind: 'answer',
      status: 200,
      json: { key: 'SUP-1', version: 1 },
    });
    const headers = outcome.kind === 'answer' ? outcome.headers : null;
    expect(headers?.get('content-type')).toMatch(/json/);
  });

  test.each<[about: string, fault: Fault, outcome: object]>([
    ['null is JSON', answer(200, 'null', json), { kind: 'answer', status: 200, json: null }],
    ['JSON without its type', answer(200, '[1]'), { kind: 'answer', status: 200, json: [1] }],
    ['JSON behind a byte order mark', answer(200, '\ufeff{}', json), { kind: 'answer', json: {} }],
    ['an empty 200', faults.emptyOk, { kind: 'not_json' }],
    ['a 200 that is text', answer(200, 'OK'), { kind: 'not_json' }],
    ['a 200 that breaks off as a text', answer(200, '{"a": ', json), { kind: 'not_json' }],
    ['a 200 that is a page', answer(200, page), { kind: 'html' }],
    ['a page that says it is JSON', answer(200, `\n ${page}`, json), { kind: 'html' }],
    ['a 204', answer(204, ''), { kind: 'answer', status: 204, json: undefined }],
    ['an error as JSON', answer(422, '{"errors":{}}', json), { status: 422, json: { errors: {} } }],
    ['an error as a page', faults.proxyPage(502), { kind: 'answer', status: 502, json: undefined }],
    ['an error without a body', answer(404, ''), { kind: 'answer', status: 404, json: undefined }],
    ['401 as a page', answer(401, page), { kind: 'answer', status: 401, json: undefined }],
    ['a cut-off body', faults.cutOff, { kind: 'failed', reason: 'network' }],
    ['a dropped connection', faults.drop, { kind: 'failed', reason: 'network' }],
    ['a reset connection', faults.reset, { kind: 'failed', reason: 'network' }],
  ])('%s', async (_about, fault, outcome) => {
    simulator.faults.add({ fault });
    expect(await exchange(requestTo(simulator))).toMatchObject(outcome);
  });

  test('does not come from a port where nobody listens', async () => {
    const gone = await startSimulator();
    const { trackerUrl } = gone;
    await gone.close();
    const outcome = await exchange(requestTo(simulator, { url: `${trackerUrl}/myself` }));
    expect(outcome).toEqual({ kind: 'failed', reason: 'network' });
  });
});

describe('the time-out', () => {
  test.each<[about: string, fault: Fault]>([
    ['no answer', faults.silence],
    ['headers and then nothing', faults.headersOnly],
    ['a byte a second', faults.trickle],
    ['a late answer', faults.delay(2000)],
  ])('covers %s', async (_about, fault) => {
    simulator.faults.add({ fault });
    const begun = performance.now();
    const outcome = await exchange(requestTo(simulator, { timeoutMs: 150 }));
    expect(outcome).toEqual({ kind: 'failed', reason: 'timeout' });
    expect(performance.now() - begun).toBeLessThan(1500);
  });
});

describe('a body', () => {
  const body = `"${'x'.repeat(998)}"`;

  test.each([
    [1000, { kind: 'answer', status: 200 }],
    [999, { kind: 'too_large' }],
  ])('of 1,000 bytes, with %i allowed', async (maxBytes, outcome) => {
    simulator.faults.add({ fault: answer(200, body, json) });
    expect(await exchange(requestTo(simulator, { maxBytes }))).toMatchObject(outcome);
  });

  test('counts in bytes, not in characters', async () => {
    simulator.faults.add({ fault: answer(200, `"${'ж'.repeat(499)}"`, json) });
    expect(await exchange(requestTo(simulator, { maxBytes: 999 }))).toEqual({ kind: 'too_large' });
  });

  test('that is too large leaves an error its status', async () => {
    simulator.faults.add({ fault: answer(503, body) });
    const outcome = await exchange(requestTo(simulator, { maxBytes: 100 }));
    expect(outcome).toMatchObject({ kind: 'answer', status: 503, json: undefined });
  });

  test('that is endless is not read to its end', async () => {
    let isGone = false;
    const server = await serve((_request, response) => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', pour).on('close', () => {
        isGone = true;
      });
      pour();
    });
    const outcome = await exchange(requestTo(simulator, { url: server.url }));
    expect(outcome).toEqual({ kind: 'too_large' });
    await expect.poll(() => isGone).toBe(true);
    await server.close();
  });

  test.each<[about: string, fault: Fault]>([
    ['never comes', faults.headersOnly],
    ['trickles', faults.trickle],
    ['breaks off', faults.cutOff],
    ['is no JSON', answer(200, page)],
    ['is too large', answer(200, `"${'x'.repeat(100_000)}"`, json)],
  ])('that is not needed does not matter where it %s', async (_about, fault) => {
    simulator.faults.add({ fault });
    const outcome = await exchange(requestTo(simulator, { ignoreBody: true, timeoutMs: 300 }));
    expect(outcome).toMatchObject({ kind: 'answer', status: 200, json: undefined });
  });

  test('that is not needed is given where it is there', async () => {
    const outcome = await exchange(requestTo(simulator, { ignoreBody: true }));
    expect(outcome).toMatchObject({ kind: 'answer', status: 200, json: { version: 1 } });
  });

  test('of an error is read even so', async () => {
    simulator.faults.add({ fault: answer(422, '{"errorMessages":["No"]}', json) });
    const outcome = await exchange(requestTo(simulator, { ignoreBody: true }));
    expect(outcome).toMatchObject({ status: 422, json: { errorMessages: ['No'] } });
  });
});

describe('a redirect', () => {
  test.each([[301], [302], [303], [307], [308]])('%i is told and not followed', async (status) => {
    const target = `${simulator.trackerWebUrl}/v2/target`;
    simulator.faults.add({ on: { path: /SUP-1$/ }, fault: faults.redirect(target, status) });
    expect(await exchange(requestTo(simulator))).toEqual({ kind: 'redirect' });
    expect(simulator.requests.count({ path: /target/ })).toBe(0);
    expect(simulator.requests.count()).toBe(1);
  });
});

describe('a request', () => {
  test('carries its headers and its body as JSON', async () => {
    const body = { summary: 'Ёлка "1"' };
    await exchange(requestTo(simulator, { method: 'PATCH', body }));
    const [entry] = simulator.requests.entries;
    expect(entry).toMatchObject({
      method: 'PATCH',
      body,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
    });
  });

  test('without a body says nothing about one', async () => {
    await exchange(requestTo(simulator));
    const [entry] = simulator.requests.entries;
    expect(entry?.requestBytes).toBe(0);
    expect(entry?.headers['content-type']).toBeUndefined();
    expect(entry?.headers.referer).toBeUndefined();
  });
});

async function serve(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on a TCP port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
