import {
  deferralDate,
  type Fault,
  findDifferences,
  faults as kinds,
  parseTrackerDate,
  queueWorld,
  type RequestFilter,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { openItems, queueOf, Seat, sleep, withhold } from './seat.ts';
import type { Result } from './table.ts';

/** A fifth of all requests goes wrong, in every way that issues and proxies were seen to. */

export interface StormOptions {
  readonly extension?: string;
  readonly seed: number;
  readonly size: number;
  readonly probability: number;
  readonly boundMs: number;
  readonly say?: (text: string) => void;
}

/** The ways that any request can go, whoever is asked: each as often as the others. */
function generalFaults(): readonly [Fault, ...Fault[]][] {
  return [
    [kinds.drop],
    [kinds.reset],
    [kinds.dropApplied, kinds.resetApplied],
    [kinds.silence],
    [kinds.headersOnly],
    [kinds.cutOff],
    [kinds.trickle],
    [kinds.emptyOk],
    [
      kinds.tooMany(),
      kinds.tooMany('0'),
      kinds.tooMany('1'),
      kinds.tooMany(new Date(Date.now() + 2000).toUTCString()),
      kinds.tooMany('Wed, 21 Oct 2015 07:28:00 GMT'),
    ],
    [
      kinds.proxyPage(502),
      kinds.proxyPage(503, true),
      kinds.json({ message: 'Internal error' }, 500),
    ],
    [kinds.proxyPage(200)],
    [kinds.json({ data: { attributes: {} } })],
    [kinds.delay(300), kinds.delay(300, true)],
  ];
}

/** Answers in the right shape about something else. */
const aboutAnother: readonly { on: RequestFilter; fault: Fault }[] = [
  {
    on: { side: 'content', path: /\/breadcrumbs\/$/ },
    fault: kinds.json([{ type: 'task', id: 'another', name: 'Another' }]),
  },
  {
    on: { side: 'content', path: /\/tasks\/[^/]+\/$/ },
    fault: kinds.json({ id: 'another', description: 'Another', position: 1 }),
  },
  {
    on: { side: 'tracker', method: 'GET', path: /\/issues\/[^/_]+$/ },
    fault: kinds.json({ key: 'SUP-999999', version: 7 }),
  },
  {
    on: { side: 'tracker', path: /_search$/ },
    fault: kinds.json([{ key: 'SUP-999999', version: 7 }]),
  },
  {
    on: { side: 'tracker', method: 'PATCH', path: /\/issues\/[^/]+$/ },
    fault: kinds.json({ key: 'SUP-999999', version: 7 }),
  },
];

/** Makes a share of all requests go wrong. */
export function addStorm({ faults }: Simulator, seed: number, probability: number): () => number {
  faults.seed(seed);
  const general = generalFaults();
  // The first rule that is drawn hits: so many together come to the probability asked for.
  const share = 1 - (1 - probability) ** (1 / (general.length + 1));
  const rules = [
    ...aboutAnother.map(({ on, fault }) => faults.add({ on, probability: share, fault })),
    ...general.map((fault) => faults.add({ probability: share, fault })),
  ];
  return () => rules.reduce((sum, { hits }) => sum + hits, 0);
}

export async function storm(options: StormOptions): Promise<Result> {
  const { extension, seed, size, probability, boundMs, say = () => undefined } = options;
  const scenario = queueWorld(size, { seed });
  const { world } = scenario;
  const items = withhold(world);
  const protocol = seed % 2 === 0 ? 'http2' : 'http1';
  const simulator = await startSimulator({ world, latencyMs: 10, protocol });
  const seat = await Seat.open(simulator, {
    ...(extension === undefined ? {} : { browser: { extension } }),
    settings: { trackerTimeoutSeconds: 2, contentTimeoutSeconds: 2 },
  });
  try {
    world.replaceItems(queueOf(world), items);
    simulator.requests.reset();
    const hits = addStorm(simulator, seed, probability);
    const beganAt = performance.now();
    const timeLeft = () => boundMs - (performance.now() - beganAt);
    let runs = 0;
    let worstDeferred = 0;
    const watch = () => {
      worstDeferred = Math.max(worstDeferred, deferredItems(world).length);
    };
    const unwatch = world.onChange(watch);
    while (openItems(world) > 0 && timeLeft() > 0) {
      runs += 1;
      await seat.tell('process');
      await Promise.race([seat.untilQuiet(boundMs), sleep(timeLeft())]);
      const end = (await seat.state())?.lastRun?.outcome;
      say(
        `run ${runs}: ${end}, ${openItems(world)} items left, ${Math.round(timeLeft() / 1000)} s left`,
      );
    }
    unwatch();
    const seconds = (performance.now() - beganAt) / 1000;
    const faulty = hits();
    const requests = simulator.requests.count();
    simulator.faults.clear();
    const failures = [
      ...findDifferences(scenario),
      ...(worstDeferred > 0 ? [`${worstDeferred} items were deferred`] : []),
    ];
    return {
      runs,
      figures: { requests, faulty, 'slowest in s': { most: Math.round(seconds) } },
      failures: failures.map((line) => `seed ${seed}: ${line}`),
    };
  } finally {
    await seat.close();
    await simulator.close();
  }
}

function deferredItems(world: Simulator['world']) {
  return [...world.issue(queueOf(world)).items.values()].filter(
    ({ checked, deadline }) =>
      checked && parseTrackerDate(deadline ?? '') >= parseTrackerDate(deferralDate),
  );
}
