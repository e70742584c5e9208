import { request as httpsRequest } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { TokenBucket } from '../../simulator/rate-limit.ts';
import type { Simulator, SimulatorOptions } from '../../simulator/server.ts';
import { startSimulator } from '../../simulator/server.ts';
import { standardWorld } from '../../simulator/standard-world.ts';
import { request, trackerClient } from './client.ts';

let simulator: Simulator;
const start = async (options: SimulatorOptions = {}) => {
  const world = standardWorld({ content: { requireLogin: false } });
  simulator = await startSimulator({ world, ...options });
  return trackerClient(simulator);
};
afterEach(() => simulator.close());

describe('addresses', () => {
  test('two servers on loopback whose hosts differ', async () => {
    await start();
    const tracker = new URL(simulator.trackerUrl);
    const content = new URL(simulator.contentUrl);
    expect([tracker.hostname, tracker.pathname]).toEqual(['127.0.0.1', '/v2']);
    expect([content.hostname, content.pathname]).toEqual(['localhost', '/content']);
    expect(tracker.port).not.toBe(content.port);
    expect(simulator.loginUrl).toBe(`${content.origin}/login`);
    expect(simulator.trackerWebUrl).toBe(tracker.origin);
  });

  test('on the ports asked for', async () => {
    await start();
    const port = Number(new URL(simulator.trackerUrl).port);
    await simulator.close();
    await start({ ports: { tracker: port } });
    expect(new URL(simulator.trackerUrl).port).toBe(String(port));
  });

  test('with TLS, by a certificate for both hosts', async () => {
    await start({ protocol: 'http1-tls' });
    const { certificate, trackerUrl, loginUrl } = simulator;
    for (const url of [`${trackerUrl}/myself`, loginUrl]) {
      const status = await new Promise((resolve, reject) => {
        const sent = httpsRequest(url, { ca: certificate }, (answer) => {
          resolve(answer.resume().statusCode);
        });
        sent.on('error', reject);
        sent.end();
      });
      expect(status).toBe(url === loginUrl ? 200 : 401);
    }
  });
});

describe('latency', () => {
  test('for both or for one', async () => {
    const tracker = await start({ latencyMs: 100 });
    // Each half may come a millisecond early: that is how exact timers are.
    const lastTook = () => (simulator.requests.entries.at(-1)?.ms ?? 0) + 2;
    await tracker.get('/myself');
    expect(lastTook()).toBeGreaterThanOrEqual(100);
    simulator.setLatency(0, 'tracker');
    simulator.setLatency(40, 'content');
    await request(`${simulator.contentUrl}/tasks/1/`);
    expect(lastTook()).toBeGreaterThanOrEqual(40);
    await tracker.get('/myself');
    expect(lastTook()).toBeLessThan(100);
  });
});

describe('rate limit', () => {
  test('searches have one of their own; it can be changed and taken away', async () => {
    const tracker = await start();
    const statuses = async (count: number, ask: () => Promise<{ status: number }>) =>
      (await Promise.all(Array.from({ length: count }, ask))).map(({ status }) => status).sort();
    const read = () => tracker.get('/myself');
    const search = () => tracker.post('/issues/_search', { keys: ['SUP-1'] });
    simulator.setRateLimit({ perSecond: 0.001, burst: 2, retryAfter: '7' });
    expect(await statuses(4, read)).toEqual([200, 200, 429, 429]);
    expect(await statuses(3, search)).toEqual([200, 200, 429]);
    const refused = await read();
    expect(refused.headers.get('retry-after')).toBe('7');
    expect(refused.json).toMatchObject({ statusCode: 429 });
    expect(simulator.requests.count({ status: 429 })).toBe(4);
    expect(simulator.requests.entries.at(-1)?.outcome).toBe('limited');
    simulator.setRateLimit({ perSecond: 1000, burst: 3 });
    expect((await read()).status).toBe(200);
    simulator.setRateLimit(null);
    expect(await statuses(20, read)).toEqual(Array(20).fill(200));
    simulator.setRateLimit({ perSecond: 0.001, burst: 1 }, 'content');
    expect((await request(`${simulator.contentUrl}/tasks/1/`)).status).toBe(404);
    const tooMany = await request(`${simulator.contentUrl}/tasks/1/`);
    expect(tooMany.status).toBe(429);
    expect(tooMany.headers.get('retry-after')).toBeNull();
    expect((await read()).status).toBe(200);
  });

  test('a bucket lets through its rate and no more', () => {
    const bucket = new TokenBucket(10, 2, 0);
    let through = 0;
    for (let ms = 0; ms < 10_000; ms += 5) through += Number(bucket.take(ms));
    expect(through).toBeGreaterThanOrEqual(100);
    expect(through).toBeLessThanOrEqual(102);
  });
});

describe('request log', () => {
  test('has what tests ask about', async () => {
    const tracker = await start();
    const cookie = { cookie: 'tracker_session=bait' };
    await tracker.patch('/issues/SUP-1?version=1', { summary: 'New' }, cookie);
    await request(`${simulator.contentUrl}/tasks/1/`, { headers: { authorization: 'OAuth leak' } });
    const [patch, read] = simulator.requests.entries;
    expect(patch).toMatchObject({
      n: 1,
      side: 'tracker',
      method: 'PATCH',
      path: '/v2/issues/SUP-1',
      query: '?version=1',
      status: 200,
      outcome: 'answered',
      cookie: 'tracker_session=bait',
      authorization: `OAuth ${simulator.world.trackerRules.token}`,
      body: { summary: 'New' },
      requestBytes: 17,
    });
    expect(patch?.responseBytes).toBeGreaterThan(100);
    expect(read).toMatchObject({
      n: 2,
      side: 'content',
      cookie: null,
      authorization: 'OAuth leak',
    });
    expect(simulator.requests.count()).toBe(2);
    expect(simulator.requests.count({ side: 'tracker', method: 'PATCH', path: /SUP-1$/ })).toBe(1);
    expect(simulator.requests.tally()).toMatchObject([
      { method: 'PATCH', path: '/v2/issues/{key}', status: 200, count: 1, requestBytes: 17 },
      { method: 'GET', path: '/content/tasks/{id}/', status: 404, count: 1 },
    ]);
    simulator.requests.reset();
    await tracker.get('/myself');
    expect(simulator.requests.entries).toMatchObject([{ n: 1, path: '/v2/myself' }]);
  });

  test('can be waited for', async () => {
    const tracker = await start();
    const waiting = simulator.requests.waitFor('a 404', ({ status }) => status === 404);
    const two = simulator.requests.waitForCount({ side: 'tracker' }, 2);
    await tracker.get('/myself');
    await tracker.get('/nothing');
    expect((await waiting).path).toBe('/v2/nothing');
    await two;
    await simulator.requests.waitFor('one from before', ({ n }) => n === 1);
    await expect(simulator.requests.waitFor('a miracle', () => false, 5)).rejects.toThrow(
      'Waited 5 ms for a miracle',
    );
    const other = simulator.requests.waitForCount({ side: 'content', method: 'GET' }, 3, 5);
    await expect(other).rejects.toThrow('3 requests like content GET');
  });

  test('tells of clients that went away', async () => {
    const tracker = await start({ latencyMs: 20 });
    const aborter = new AbortController();
    const { trackerUrl, world } = simulator;
    const asked = fetch(`${trackerUrl}/issues/SUP-1`, {
      method: 'PATCH',
      headers: {
        authorization: `OAuth ${world.trackerRules.token}`,
        'content-type': 'application/json',
      },
      body: '{"summary":"Applied all the same"}',
      signal: aborter.signal,
    });
    await simulator.requests.waitFor('the request', ({ n }) => n === 1);
    aborter.abort();
    await expect(asked).rejects.toThrow('aborted');
    await simulator.requests.waitFor('its end', ({ outcome }) => outcome === 'gone');
    expect(world.issue('SUP-1').version).toBe(2);
    expect((await tracker.get('/myself')).status).toBe(200);
  });
});

describe('the world', () => {
  test('can be waited for', async () => {
    const tracker = await start();
    const { world } = simulator;
    let changes = 0;
    const stop = world.onChange(() => {
      changes += 1;
    });
    const changed = world.until(
      'a new summary',
      () => world.issue('SUP-1').fields.get('summary') === 'New',
    );
    await tracker.patch('/issues/SUP-1', { summary: 'Old' });
    await tracker.patch('/issues/SUP-1', { summary: 'New' });
    await changed;
    stop();
    await tracker.patch('/issues/SUP-1', { summary: 'Newer' });
    expect(changes).toBe(2);
    await expect(world.until('the end', () => false, 5)).rejects.toThrow('Waited 5 ms for the end');
    const broken = world.until('an error', () => world.issue('X-1') !== null || true);
    await expect(broken).rejects.toThrow('No issue X-1');
    const later = expect(
      world.until(
        'an error',
        () => world.issue('SUP-1').version > 4 && world.issue('X-1') !== null,
      ),
    ).rejects.toThrow('No issue X-1');
    expect((await tracker.patch('/issues/SUP-1', { summary: 'Newest' })).status).toBe(200);
    await later;
  });
});

test('a mistake in a hook is seen by the client and in the log', async () => {
  const tracker = await start();
  simulator.faults.afterApplied = () => {
    throw new Error('hook is broken');
  };
  const answer = await tracker.get('/myself');
  expect(answer.status).toBe(500);
  expect(answer.text).toContain('hook is broken');
  expect(simulator.requests.entries[0]?.outcome).toBe('crashed');
});
