import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  HostGate,
  type HostGateOptions,
  type HostWait,
  LongWaitError,
  UnavailableError,
} from '../../../src/http/host-gate.ts';
import { startPace } from '../../../src/http/pace.ts';
import {
  type Fault,
  faults,
  type Simulator,
  standardWorld,
  startSimulator,
} from '../../simulator/index.ts';
import { hurry } from '../hurried-time.ts';
import { requestTo } from './requests.ts';

let simulator: Simulator;
let waits: (HostWait | null)[];

beforeEach(async () => {
  simulator = await startSimulator({ world: standardWorld() });
  waits = [];
});
afterEach(() => simulator.close());

function newGate(options: Partial<HostGateOptions> = {}): HostGate {
  return new HostGate({ onWait: (wait) => waits.push(wait), ...options });
}

/** What each of so many requests at once came to. */
async function sendAll(gate: HostGate, count: number, timeoutMs = 5000): Promise<string[]> {
  const results = await Promise.allSettled(
    Array.from({ length: count }, () => gate.send(requestTo(simulator, { timeoutMs }))),
  );
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value.kind;
    return result.reason instanceof Error ? `${result.reason.name}: ${result.reason.message}` : '?';
  });
}

function times(outcome: string, count: number): string[] {
  return Array.from({ length: count }, () => outcome);
}

const window = (size: number) => ({ ...startPace(), window: size, fastStart: false });

describe('a passing fault', () => {
  hurry(10);

  const passing: [about: string, fault: Fault][] = [
    ['no connection', faults.drop],
    ['a reset', faults.reset],
    ['a cut-off body', faults.cutOff],
    ['headers and then nothing', faults.headersOnly],
    ['no answer', faults.silence],
    ['an empty 200', faults.emptyOk],
    ['a page from a proxy', faults.proxyPage(200)],
    ['500', faults.json({}, 500)],
    ['502 as a page', faults.proxyPage(502)],
    ['408', faults.json({}, 408)],
    ['429', faults.tooMany()],
    ['429 that is over by now', faults.tooMany('Mon, 23 Nov 2020 18:00:00 GMT')],
  ];

  test('is tried again', async () => {
    // All at once, each at a host of its own: most of the time they wait.
    const tried = passing.map(async ([about, fault]) => {
      const host = await startSimulator({ world: standardWorld() });
      host.faults.add({ fault, times: 1 });
      const { kind } = await newGate().send(requestTo(host, { timeoutMs: 1000 }));
      const requests = host.requests.count();
      await host.close();
      return [about, kind, requests];
    });
    expect(await Promise.all(tried)).toEqual(passing.map(([about]) => [about, 'answer', 2]));
  });

  test.each<[about: string, fault: Fault, kind: string]>([
    ['400', faults.json({}, 400), 'answer'],
    ['401', faults.json({}, 401), 'answer'],
    ['403', faults.json({}, 403), 'answer'],
    ['404', faults.json({}, 404), 'answer'],
    ['409', faults.json({}, 409), 'answer'],
    ['423', faults.json({}, 423), 'answer'],
    ['a redirect', faults.redirect('https://elsewhere.example/'), 'redirect'],
  ])('is something else than %s', async (_about, fault, kind) => {
    simulator.faults.add({ fault });
    expect(await sendAll(newGate(), 1)).toEqual([kind]);
    expect(simulator.requests.count()).toBe(1);
    expect(waits).toEqual([]);
  });

  test('is not a page where there is a login to ask for', async () => {
    simulator.faults.add({ fault: faults.proxyPage(200) });
    const request = requestTo(simulator, { credentials: 'include' });
    expect((await newGate().send(request)).kind).toBe('html');
    expect(simulator.requests.count()).toBe(1);
  });

  test('that stays is given up after five tries, but not the host that answers others', async () => {
    const gate = newGate();
    const poison = simulator.faults.add({ on: { path: /SUP-1$/ }, fault: unavailableNow });
    simulator.faults.beforeRequest = async ({ path }) => {
      if (path.endsWith('SUP-1')) await gate.send(other());
      return undefined;
    };
    expect(await sendAll(gate, 1)).toEqual(['UnavailableError: server_error']);
    expect(poison.hits).toBe(5);
    expect(gate.downSince).toBeNull();
    expect(gate.lastReason).toBe('server_error');
  });
});

test('what must not be done twice is sent once', async () => {
  simulator.faults.add({ fault: unavailableNow });
  await expect(newGate().send(other(), { isSentOnce: true })).rejects.toBeInstanceOf(
    UnavailableError,
  );
  expect(simulator.requests.count()).toBe(1);
});

test('but again after a refusal, which says that nothing was done', async () => {
  simulator.faults.add({ nth: 1, fault: faults.tooMany('0') });
  simulator.faults.add({ nth: 2, fault: unavailableNow });
  const sent = newGate().send(other(), { isSentOnce: true });
  await expect(sent).rejects.toMatchObject({ reason: 'server_error' });
  expect(simulator.requests.count()).toBe(2);
});

test('an answer that is not what was asked for passes as other trouble does', async () => {
  simulator.faults.add({ times: 1, fault: faults.json({ of: 'another shape' }) });
  const isGood = (json: unknown) => Object.hasOwn(json as object, 'self');
  const outcome = await newGate().send(other(), { isGood });
  expect(outcome).toMatchObject({ kind: 'answer', status: 200 });
  expect(simulator.requests.count()).toBe(2);
  expect(waits).toMatchObject([{ reason: 'unavailable', attempt: 1 }, null]);
});

/** Passes without a wait the first time in a row. */
const unavailableNow: Fault = {
  kind: 'answer',
  applied: false,
  status: 503,
  headers: { 'retry-after': '0' },
  body: '',
};

function other() {
  return requestTo(simulator, { url: `${simulator.trackerUrl}/myself` });
}

describe('a wait', () => {
  test('is shared: while it lasts nothing is sent', async () => {
    const gate = newGate();
    simulator.faults.add({ fault: faults.drop, times: 1 });
    const first = gate.send(requestTo(simulator));
    await simulator.requests.waitFor('the failure', ({ outcome }) => outcome === 'faulty');
    await expect.poll(() => waits.length).toBe(1);
    await Promise.all([first, ...Array.from({ length: 5 }, () => gate.send(other()))]);
    const [failed, ...later] = simulator.requests.entries.map(({ time }) => time);
    expect(later.length).toBe(6);
    // Half of the first back-off is the least that jitter leaves of it.
    expect(Math.min(...later) - (failed ?? 0)).toBeGreaterThanOrEqual(240);
  });

  test('is told with its reason, its number and its end, and that it is over', async () => {
    simulator.faults.add({ fault: faults.proxyPage(503), times: 2 });
    const begun = Date.now();
    await sendAll(newGate(), 1);
    expect(waits).toEqual([
      { reason: 'unavailable', attempt: 1, until: expect.any(Number) },
      { reason: 'unavailable', attempt: 2, until: expect.any(Number) },
      null,
    ]);
    const ends = waits.map((wait) => (wait?.until ?? 0) - begun);
    expect(ends[0]).toBeGreaterThanOrEqual(250);
    expect(ends[1]).toBeGreaterThanOrEqual(750);
  });

  test('is no two times the same, so that two browsers do not knock in step', async () => {
    simulator.faults.add({ fault: faults.proxyPage(503) });
    const lengths: number[] = [];
    const onWait = (wait: HostWait | null) => lengths.push((wait?.until ?? 0) - Date.now());
    const gates = Array.from({ length: 12 }, () => newGate({ onWait }));
    await Promise.allSettled(gates.map((gate) => gate.send(other(), { isSentOnce: true })));
    expect(lengths.length).toBe(12);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(240);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(501);
    expect(new Set(lengths).size).toBeGreaterThan(6);
  });

  test('is as long as the host asks for', async () => {
    simulator.faults.add({ fault: faults.tooMany('0.4'), times: 1 });
    await sendAll(newGate(), 1);
    const [first, second] = simulator.requests.entries.map(({ time }) => time);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(390);
    expect(waits[0]).toMatchObject({ reason: 'asked', attempt: 1 });
  });

  test('is the longest that was asked for, whichever answer comes first', async () => {
    const gate = newGate({ pace: window(2) });
    simulator.faults.add({ nth: 1, fault: faults.drop });
    simulator.faults.add({ nth: 2, fault: faults.tooMany('60') });
    expect(await sendAll(gate, 2)).toEqual(times('LongWaitError: long wait', 2));
    expect(waits.map((wait) => wait?.reason)).toEqual(['unavailable', 'asked']);
  });

  test('is not over because of an answer to what was sent before it', async () => {
    const told: number[] = [];
    const gate = newGate({ pace: window(2), onWait: () => told.push(Date.now()) });
    simulator.faults.add({ nth: 1, fault: faults.tooMany('0.5') });
    simulator.faults.add({ nth: 2, fault: faults.delay(100) });
    await sendAll(gate, 2);
    expect(told.length).toBe(2);
    expect((told[1] ?? 0) - (told[0] ?? 0)).toBeGreaterThanOrEqual(490);
    const times = simulator.requests.entries.map(({ time }) => time);
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(490);
  });

  test('that is not longer than the one that lasts is not told', async () => {
    const gate = newGate({ pace: window(2) });
    // A refusal takes half of it.
    simulator.setLatency(1200, 'content');
    const slow = () => {
      const request = requestTo(simulator, { url: `${simulator.contentUrl}/tasks/task-1/` });
      return gate.send(request, { isSentOnce: true });
    };
    const shortly: Fault = { ...unavailableNow, headers: { 'retry-after': '0.3' } };
    simulator.faults.add({ on: { side: 'tracker' }, fault: shortly, times: 1 });
    const longer: Fault = { ...unavailableNow, headers: { 'retry-after': '3' } };
    simulator.faults.add({ on: { side: 'content' }, nth: 1, fault: longer });
    simulator.faults.add({ on: { side: 'content' }, nth: 2, fault: faults.proxyPage(503) });
    // The third is sent at the end of the first's wait, and fails after the second's began.
    const sent = [gate.send(other(), { isSentOnce: true }), slow(), slow()];
    for (const one of sent) await expect(one).rejects.toBeInstanceOf(UnavailableError);
    expect(waits.map((wait) => wait?.reason)).toEqual(['asked', 'asked']);
  });

  test('of the past is none once, and then a back-off as any', async () => {
    simulator.faults.add({ fault: unavailableNow, times: 2 });
    await sendAll(newGate(), 1);
    const [first, second, third] = simulator.requests.entries.map(({ time }) => time);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(200);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(490);
  });
});

describe('a wait too long to be sat out', () => {
  test.each([['21'], ['86400'], [new Date(Date.now() + 3_600_000).toUTCString()]])(
    'ends all requests, those queued behind too: %s',
    async (retryAfter) => {
      const gate = newGate({ pace: window(1) });
      simulator.faults.add({ fault: faults.tooMany(retryAfter) });
      const begun = Date.now();
      const outcomes = await Promise.allSettled(
        [1, 2, 3].map(() => gate.send(requestTo(simulator))),
      );
      const reasons = outcomes.map((outcome) =>
        outcome.status === 'rejected' ? outcome.reason : null,
      );
      for (const reason of reasons) {
        expect(reason).toBeInstanceOf(LongWaitError);
        // Checked the line before; vitest doesn't narrow.
        const { until } = reason as LongWaitError;
        expect(until - begun).toBeGreaterThan(20_000);
        expect(until - begun).toBeLessThanOrEqual(15 * 60_000 + 2000);
      }
      expect(simulator.requests.count()).toBe(1);
      await expect(gate.send(other())).rejects.toBeInstanceOf(LongWaitError);
      expect(simulator.requests.count()).toBe(1);
    },
  );
});

describe('a host that is down', () => {
  /** Waits are as short as a host can ask for. */
  const unavailable: Fault = { ...unavailableNow, headers: { 'retry-after': '0.01' } };

  test('is found out after four waits in a row, and then left alone', async () => {
    const gate = newGate({ pace: window(6) });
    simulator.faults.add({ fault: unavailable });
    const begun = Date.now();
    expect(gate.downSince).toBeNull();
    expect(await sendAll(gate, 20)).toEqual(times('UnavailableError: server_error', 20));
    const sent = simulator.requests.count();
    // Three rounds and the first of the fourth; what else was under way by then came to its end.
    expect(sent).toBeGreaterThan(18);
    expect(sent).toBeLessThan(40);
    expect(waits.length).toBeGreaterThanOrEqual(4);
    expect(gate.downSince).toBeGreaterThanOrEqual(begun - 1);
    expect(gate.downSince).toBeLessThanOrEqual(Date.now() + 1);
    await expect(gate.send(other())).rejects.toBeInstanceOf(UnavailableError);
    expect(simulator.requests.count()).toBe(sent);
  });

  test('is found out after twelve failures in a row, however few at a time', async () => {
    const gate = newGate({ pace: window(1) });
    simulator.faults.add({ fault: unavailable });
    for (const total of [5, 10]) {
      expect(await sendAll(gate, 1)).toEqual(['UnavailableError: server_error']);
      expect(simulator.requests.count()).toBe(total);
      expect(gate.downSince).toBeNull();
    }
    expect(await sendAll(gate, 1)).toEqual(['UnavailableError: server_error']);
    expect(simulator.requests.count()).toBe(12);
    expect(gate.downSince).not.toBeNull();
  });

  describe('that takes minutes', () => {
    hurry(50);

    test.each<[about: string, fault: Fault]>([
      ['429', faults.tooMany()],
      ['429 and a wait', faults.tooMany('1')],
      ['503', faults.proxyPage(503)],
    ])('is found out however long it takes to say so: %s', async (_, fault) => {
      // A refusal takes half of it, which is longer than the slowest pace has between two requests.
      simulator.setLatency(12_000);
      simulator.faults.add({ fault });
      const gate = newGate({ pace: window(2) });
      // Not in step: there is always one under way.
      const late = new Promise((resolve) => setTimeout(resolve, 3000));
      await Promise.all([sendAll(gate, 1), late.then(() => sendAll(gate, 20))]);
      expect(gate.downSince).not.toBeNull();
      expect(waits.length).toBeGreaterThanOrEqual(4);
      expect(waits.at(-1)?.attempt).toBeGreaterThanOrEqual(4);
    });
  });

  test('is not one that answers in between', async () => {
    const gate = newGate({ pace: window(1) });
    const poison = simulator.faults.add({ on: { path: /SUP-1$/ }, fault: unavailable });
    for (let n = 0; n < 4; n += 1) {
      expect(await sendAll(gate, 1)).toEqual(['UnavailableError: server_error']);
      expect((await gate.send(other())).kind).toBe('answer');
      expect(gate.downSince).toBeNull();
    }
    expect(poison.hits).toBe(20);
  });

  test('is asked once for what it answered last, however many fail meanwhile', async () => {
    const gate = newGate({ pace: window(32) });
    await gate.send(other());
    simulator.faults.add({ fault: unavailable });
    expect(await sendAll(gate, 64)).toEqual(times('UnavailableError: server_error', 64));
    expect(gate.downSince).not.toBeNull();
    expect(simulator.requests.count({ path: /myself$/ })).toBe(2);
  });

  test('is found out again after an answer that came late', async () => {
    const gate = newGate({ pace: window(32) });
    simulator.faults.add({ on: { path: /SUP-1$/ }, fault: unavailable });
    let answer = () => {};
    const held = new Promise<undefined>((resolve) => {
      answer = () => resolve(undefined);
    });
    simulator.faults.beforeRequest = ({ path }) => (/myself$/.test(path) ? held : undefined);
    const late = gate.send(other());
    await sendAll(gate, 31);
    expect(gate.downSince).not.toBeNull();
    answer();
    await late;
    expect(gate.downSince).toBeNull();
    simulator.faults.add({ fault: unavailable });
    await sendAll(gate, 31);
    expect(gate.downSince).not.toBeNull();
  });

  test('is not one that answers another while it is asked for the last time', async () => {
    const gate = newGate({ pace: window(2) });
    const quickly = requestTo(simulator, {
      url: `${simulator.trackerUrl}/myself`,
      timeoutMs: 300,
    });
    await gate.send(quickly);
    simulator.faults.add({ on: { path: /SUP-1$/ }, fault: unavailable });
    const silent = simulator.faults.add({ on: { path: /myself$/ }, fault: faults.silence });
    const failing = (async () => {
      for (let n = 0; n < 3; n += 1) await sendAll(gate, 1);
    })();
    await simulator.requests.waitForCount({ path: /myself$/ }, 2);
    const fields = requestTo(simulator, { url: `${simulator.trackerUrl}/fields` });
    expect((await gate.send(fields)).kind).toBe('answer');
    await failing;
    expect(silent.hits).toBe(1);
    expect(gate.downSince).toBeNull();
  });

  test('is not one whose connection was reset under all that went on over it', async () => {
    const gate = newGate({ pace: window(32) });
    simulator.faults.add({ fault: faults.reset, times: 32 });
    expect(await sendAll(gate, 32)).toEqual(times('answer', 32));
    expect(gate.downSince).toBeNull();
  });

  test('is not one that answers in between', async () => {
    const gate = newGate({ pace: window(12) });
    simulator.faults.add({ on: { path: /SUP-1$/ }, fault: faults.reset, times: 11 });
    simulator.faults.add({ on: { path: /myself$/ }, fault: faults.delay(50) });
    const answered = gate.send(other());
    expect(await sendAll(gate, 11)).toEqual(times('answer', 11));
    expect((await answered).kind).toBe('answer');
    expect(gate.downSince).toBeNull();
  });

  test('is not one that refuses many requests at once', async () => {
    const gate = newGate({ pace: { ...window(32), rate: 1000 } });
    simulator.faults.add({ fault: faults.tooMany('0.1'), times: 31 });
    // None is answered before all are there.
    simulator.faults.beforeRequest = async () => {
      await simulator.requests.waitForCount({}, 32);
      return undefined;
    };
    expect(await sendAll(gate, 32)).toEqual(times('answer', 32));
    expect(gate.downSince).toBeNull();
  });
});

describe('the pace', () => {
  test('holds requests back to the window', async () => {
    const gate = newGate({ pace: window(3) });
    let underWay = 0;
    let most = 0;
    simulator.setLatency(10);
    simulator.faults.beforeRequest = () => {
      underWay += 1;
      most = Math.max(most, underWay);
      return undefined;
    };
    simulator.faults.afterApplied = () => {
      underWay -= 1;
      return undefined;
    };
    // Where the host is never busy answers raise nothing, but these twelve do raise the window.
    await sendAll(gate, 12);
    expect(simulator.requests.count()).toBe(12);
    expect(gate.pace.window).toBeGreaterThan(3);
    expect(most).toBeLessThanOrEqual(Math.floor(gate.pace.window));
  });

  test('holds requests back to the rate', async () => {
    const gate = newGate({ pace: { ...window(10), rate: 50 } });
    await sendAll(gate, 11);
    const sent = simulator.requests.entries.map(({ time }) => time);
    expect(Math.max(...sent) - Math.min(...sent)).toBeGreaterThanOrEqual(180);
  });

  test('does not rise where it holds nothing back', async () => {
    const gate = newGate({ pace: { ...window(10), rate: 100_000 } });
    for (let n = 0; n < 5; n += 1) await sendAll(gate, 1);
    expect(gate.pace).toMatchObject({ window: 10, rate: 100_000 });
  });

  test('falls with refusals and time-outs, and begins where an earlier run left off', async () => {
    const gate = newGate({ pace: { ...window(8), rate: 40 } });
    simulator.faults.add({ nth: 1, fault: faults.tooMany('0') });
    simulator.faults.add({ nth: 2, fault: faults.silence });
    expect(await sendAll(gate, 1, 300)).toEqual(['answer']);
    expect(gate.pace.rate).toBeLessThan(40);
    expect(gate.pace.window).toBeCloseTo(4, 0);
  });

  test('after a refusal rests until what was under way has been heard', async () => {
    const sent: number[] = [];
    let refusedAt = 0;
    const gate = newGate({
      pace: { ...window(8), rate: 20 },
      onSend: () => sent.push(performance.now()),
      onOutcome: (_, outcome, { to }) => {
        if (outcome.kind === 'answer' && outcome.status === 429) refusedAt = to;
      },
    });
    simulator.setLatency(140);
    simulator.faults.add({ nth: 6, fault: faults.tooMany() });
    await sendAll(gate, 12);
    // A request and a half at this rate is 75 ms; a round trip is longer.
    const next = sent.find((at) => at > refusedAt) ?? 0;
    expect(next - refusedAt).toBeGreaterThanOrEqual(140);
  });

  test('lets a limit be found out without failing anything', async () => {
    simulator.setRateLimit({ perSecond: 20, burst: 5 });
    // None is answered before all are there: more than the limit bears.
    simulator.faults.beforeRequest = async () => {
      await simulator.requests.waitForCount({}, 12);
      return undefined;
    };
    const gate = newGate({ pace: { ...window(12), rate: 300 } });
    expect(await sendAll(gate, 12)).toEqual(times('answer', 12));
    expect(simulator.requests.count({ status: 429 })).toBeGreaterThan(0);
    expect(gate.pace.rate).toBeLessThan(300);
  });
});

test('each sending is told', async () => {
  let sent = 0;
  const gate = newGate({
    onSend: () => {
      sent += 1;
    },
  });
  simulator.faults.add({ fault: faults.tooMany('0'), times: 1 });
  await sendAll(gate, 2);
  expect(sent).toBe(3);
});
