import type { LogEntry, SimulatorSpec } from '../simulator/index.ts';
import { type MatrixRow, spreadOf } from './report.ts';
import type { CpuSeconds, Rig } from './rig.ts';

/** What one run of the extension took. */
export interface Measured {
  readonly ms: number;
  readonly requests: number;
  readonly refused: number;
  /** Bodies only: that is what a program has in its hand. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Of the checklist issue. */
  readonly versions: number;
  readonly issuePatches: number;
  readonly cpu: CpuSeconds;
}

/** Runs the extension once and counts what it took. */
export async function measureRun(
  rig: Rig,
  kind: 'process' | 'recheck' = 'process',
): Promise<Measured> {
  const { simulator } = rig;
  await simulator.ask('resetRequests');
  const { version } = await simulator.ask('issue', 'SUP-1');
  let ms = 0;
  const cpu = await rig.cpuOf(async () => {
    ms = await rig.run(kind);
  });
  const tally = await simulator.ask('tally');
  const sum = (value: (one: (typeof tally)[number]) => number) =>
    tally.reduce((total, one) => total + value(one), 0);
  return {
    ms,
    requests: sum(({ count }) => count),
    refused: sum(({ count, status }) => (status === 429 ? count : 0)),
    bytesUp: sum(({ requestBytes }) => requestBytes),
    bytesDown: sum(({ responseBytes }) => responseBytes),
    versions: (await simulator.ask('issue', 'SUP-1')).version - version,
    issuePatches: sum(({ count, method, path }) =>
      method === 'PATCH' && path.endsWith('/issues/{key}') ? count : 0,
    ),
    cpu,
  };
}

/** The most requests that were under way at the same time. */
function mostAtOnce(requests: readonly LogEntry[]): number {
  const edges = requests.flatMap(({ time, ms }) => [
    { at: time, change: 1 },
    { at: time + ms, change: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const { change } of edges) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}

/** What is measured beside each run, while its simulator still stands. */
type Beside = (measured: Measured, atOnce: number) => Promise<void>;

/**
 * Runs the extension over new queues of the same kind: once knowing nothing of the hosts, then
 * several times with what it has found out.
 */
export async function measureCell(
  rig: Rig,
  name: string,
  spec: Omit<SimulatorSpec, 'scenario'> & {
    readonly scenario: Extract<SimulatorSpec['scenario'], { kind: 'queue' }>;
    readonly limit?: number | undefined;
  },
  runs: number,
  beside: Beside = async () => undefined,
): Promise<MatrixRow> {
  const { limit, ...simulatorSpec } = spec;
  const issues = spec.scenario.size;
  const once = async () => {
    const simulator = await rig.use(simulatorSpec);
    if (limit !== undefined) await simulator.ask('setRateLimit', { perSecond: limit });
    return measureRun(rig);
  };
  await rig.forgetPaces();
  const first = await once();
  const measured: Measured[] = [];
  let atOnce = 0;
  for (let at = 0; at < runs; at += 1) {
    const one = await once();
    atOnce = mostAtOnce(await rig.simulator.ask('requests'));
    measured.push(one);
    await beside(one, atOnce);
  }
  const median = (value: (one: Measured) => number) => spreadOf(measured.map(value)).median;
  return {
    name,
    issues,
    firstMs: first.ms,
    ms: spreadOf(measured.map(({ ms }) => ms)),
    requestsAnIssue: median(({ requests }) => requests) / issues,
    refusedPercent: median(({ refused, requests }) => (100 * refused) / requests),
    bytesUpAnIssue: median(({ bytesUp }) => bytesUp) / issues,
    bytesDownAnIssue: median(({ bytesDown }) => bytesDown) / issues,
    versions: median(({ versions }) => versions),
    mostAtOnce: atOnce,
    heapBytes: await rig.heapBytes(),
    cpuSeconds: {
      worker: median(({ cpu }) => cpu.worker),
      browser: median(({ cpu }) => cpu.browser),
    },
  };
}
