import { request as plainRequest } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { connect } from 'node:http2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault, FaultRule } from '../../simulator/faults.ts';
import { Faults, faults } from '../../simulator/faults.ts';
import type { LogEntry } from '../../simulator/request-log.ts';
import type { Protocol, Simulator } from '../../simulator/server.ts';
import { startSimulator } from '../../simulator/server.ts';
import { mappedFields, standardWorld } from '../../simulator/standard-world.ts';
import { objectOf, trackerClient } from './client.ts';

let simulator: Simulator;
let tracker: ReturnType<typeof trackerClient>;

beforeEach(async () => {
  simulator = await startSimulator({ world: standardWorld({ content: { requireLogin: false } }) });
  tracker = trackerClient(simulator);
});
afterEach(() => simulator.close());

const version = () => simulator.world.issue('SUP-1').version;
const patch = () => tracker.patch('/issues/SUP-1', { [mappedFields['course.name']]: 'SQL' });
const hit = (fault: Fault, rest: FaultRule = { fault }) =>
  simulator.faults.add({ ...rest, times: 1, fault });

describe('what goes wrong', () => {
  test.each([
    ['drop', 0],
    ['reset', 0],
    ['dropApplied', 1],
    ['resetApplied', 1],
    ['cutOff', 1],
  ] as const)('%s: no whole answer', async (name, edits) => {
    hit(faults[name]);
    await expect(patch()).rejects.toThrow(/fetch failed|terminated/);
    expect(version()).toBe(1 + edits);
    expect(simulator.requests.entries[0]?.outcome).toBe('faulty');
    expect((await patch()).status).toBe(200);
  });

  /** The status that came, and that nothing came after it, for as long as it takes to know. */
  const statusOfHanging = async () => {
    const { trackerUrl, world } = simulator;
    const authorization = `OAuth ${world.trackerRules.token}`;
    return await new Promise<number>((resolve, reject) => {
      const sent = plainRequest(
        `${trackerUrl}/issues/SUP-1`,
        { headers: { authorization } },
        (answer) => {
          resolve(answer.statusCode ?? 0);
          answer.on('error', () => {});
          sent.destroy();
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  };

  test('headers and then nothing', async () => {
    hit(faults.headersOnly);
    expect(await statusOfHanging()).toBe(200);
    expect(simulator.requests.entries[0]).toMatchObject({ status: 200, responseBytes: 0 });
  });

  test('byte after byte', async () => {
    hit({ kind: 'trickle', bytesPerSecond: 10_000 });
    expect(objectOf(await tracker.get('/issues/SUP-1?fields=key')).key).toBe('SUP-1');
    hit(faults.trickle);
    expect(await statusOfHanging()).toBe(200);
  });

  test('no answer at all', async () => {
    hit(faults.silence);
    const aborter = new AbortController();
    const asked = fetch(`${simulator.trackerUrl}/myself`, { signal: aborter.signal });
    await simulator.requests.waitFor('silence', ({ outcome }) => outcome === 'faulty');
    aborter.abort();
    await expect(asked).rejects.toThrow('aborted');
  });

  test('other answers', async () => {
    hit(faults.tooMany('Wed, 21 Oct 2015 07:28:00 GMT'));
    const tooMany = await patch();
    expect(tooMany.status).toBe(429);
    expect(tooMany.headers.get('retry-after')).toBe('Wed, 21 Oct 2015 07:28:00 GMT');
    hit(faults.tooMany());
    expect((await patch()).headers.get('retry-after')).toBeNull();
    hit(faults.proxyPage(503));
    expect((await patch()).text).toContain('nginx');
    hit(faults.emptyOk);
    expect(await patch()).toMatchObject({ status: 200, text: '' });
    hit(faults.json({ surprise: true }));
    expect((await patch()).json).toEqual({ surprise: true });
    hit(faults.redirect('http://127.0.0.1:9/elsewhere'));
    expect((await patch()).headers.get('location')).toBe('http://127.0.0.1:9/elsewhere');
    expect(version()).toBe(1);
    hit(faults.proxyPage(502, true));
    expect((await patch()).status).toBe(502);
    expect(version()).toBe(2);
  });

  test('the right answer, later', async () => {
    hit(faults.delay(20));
    expect((await patch()).status).toBe(200);
    hit(faults.delay(20, true));
    expect((await patch()).status).toBe(200);
    expect(Math.min(...simulator.requests.entries.map(({ ms }) => ms))).toBeGreaterThanOrEqual(18);
  });
});

describe('when it goes wrong', () => {
  test('on what is meant, with the nth, so many times', async () => {
    const rule = simulator.faults.add({
      on: { side: 'tracker', method: 'PATCH', path: /\/issues\/SUP-1$/ },
      nth: 2,
      fault: faults.proxyPage(500),
    });
    expect((await tracker.get('/issues/SUP-1')).status).toBe(200);
    expect([(await patch()).status, (await patch()).status, (await patch()).status]).toEqual([
      200, 500, 200,
    ]);
    expect(rule).toMatchObject({ seen: 3, hits: 1 });
    rule.remove();
    simulator.faults.add({ times: 2, fault: faults.emptyOk });
    expect([(await patch()).text, (await patch()).text]).toEqual(['', '']);
    expect((await patch()).text).not.toBe('');
    simulator.faults.add({ fault: faults.emptyOk });
    expect((await fetch(simulator.loginUrl)).headers.get('content-type')).toContain('html');
    simulator.faults.clear();
    expect((await patch()).text).not.toBe('');
  });

  test('by lot, the same with the same seed', () => {
    // Of an entry, drawing looks only at what rules name.
    const entry = { side: 'tracker', method: 'GET', path: '/' } as LogEntry;
    const drawn = (seed: number): string => {
      const some = new Faults();
      some.seed(seed);
      some.add({ probability: 0.2, fault: [faults.drop, faults.emptyOk, faults.cutOff] });
      return Array.from({ length: 2000 }, () => some.draw(entry)?.kind ?? '.').join(' ');
    };
    expect(drawn(7)).toBe(drawn(7));
    expect(drawn(7)).not.toBe(drawn(8));
    const hits = drawn(7).match(/drop|answer|cut-off/g) ?? [];
    expect(hits.length).toBeGreaterThan(340);
    expect(hits.length).toBeLessThan(460);
    expect(new Set(hits).size).toBe(3);
  });
});

describe('hooks', () => {
  test('before a request is looked at, and after it is applied', async () => {
    const seen: string[] = [];
    simulator.faults.beforeRequest = async ({ n, outcome }) => {
      seen.push(`before ${n} ${outcome} ${version()}`);
      await Promise.resolve();
      return undefined;
    };
    simulator.faults.afterApplied = ({ n, outcome }) => {
      seen.push(`after ${n} ${outcome} ${version()}`);
      return undefined;
    };
    await patch();
    await patch();
    expect(seen).toEqual([
      'before 1 arrived 1',
      'after 1 applied 2',
      'before 2 arrived 2',
      'after 2 applied 3',
    ]);
  });

  test('may drop the connection', async () => {
    simulator.faults.beforeRequest = () => 'drop';
    await expect(patch()).rejects.toThrow('fetch failed');
    expect(version()).toBe(1);
    simulator.faults.beforeRequest = null;
    simulator.faults.afterApplied = () => 'drop';
    await expect(patch()).rejects.toThrow('fetch failed');
    expect(version()).toBe(2);
  });
});

describe('with TLS', () => {
  const start = async (protocol: Protocol): Promise<ClientHttp2Session> => {
    await simulator.close();
    simulator = await startSimulator({ world: standardWorld(), protocol });
    const session = connect(new URL(simulator.trackerUrl).origin, { ca: simulator.certificate });
    session.on('error', () => {});
    return session;
  };

  const get = (session: ClientHttp2Session, path: string): Promise<string> =>
    new Promise((resolve) => {
      const authorization = `OAuth ${simulator.world.trackerRules.token}`;
      const stream = session.request({ ':path': path, authorization });
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('end', () => resolve(text));
      stream.on('error', ({ message }) => resolve(message));
    });

  test('HTTP/2: a drop ends one stream, a reset the connection', async () => {
    const session = await start('http2');
    const path = '/v2/issues/SUP-1?fields=key';
    expect(await get(session, path)).toBe('{"key":"SUP-1"}');
    expect(simulator.requests.entries[0]?.protocol).toBe('http2');
    hit(faults.drop);
    expect(await get(session, path)).toContain('NGHTTP2_INTERNAL_ERROR');
    hit(faults.cutOff);
    expect(await get(session, path)).toContain('NGHTTP2_INTERNAL_ERROR');
    expect(session.destroyed).toBe(false);
    expect(await get(session, path)).toBe('{"key":"SUP-1"}');
    hit(faults.reset);
    expect(await get(session, path)).toMatch(/ECONNRESET|closed|destroyed/);
    session.destroy();
  });

  test('HTTP/2: many requests at once over one connection', async () => {
    const session = await start('http2');
    simulator.setLatency(20);
    const path = '/v2/issues/SUP-1?fields=key';
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 50 }, () => get(session, path)));
    expect(new Set(answers)).toEqual(new Set(['{"key":"SUP-1"}']));
    expect(performance.now() - began).toBeLessThan(50 * 20);
    session.destroy();
  });
});
