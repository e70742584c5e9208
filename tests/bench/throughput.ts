import type { Protocol } from '../simulator/index.ts';
import { measureCell, measureRun } from './measure.ts';
import type { Bench } from './part.ts';
import { percentile, spreadOf } from './report.ts';
import { Rig } from './rig.ts';
import { bareLoop, oldProgram, planFor } from './yardsticks.ts';

const issues = 256;
/** Under ten requests a second each issue takes a fifth of one: fewer, or it takes all day. */
const issuesUnderLimit = 64;
/** An issue, at 50 ms latency, as the old program was timed. */
const documentedMs = 1690;

/** All protocols, latencies and limits; at 50 ms over HTTP/2 the yardsticks beside them. */
export async function matrix(bench: Bench): Promise<void> {
  const rig = await Rig.open(await bench.builds.demo());
  try {
    const protocols: readonly Protocol[] = ['http2', 'http1-tls'];
    for (const protocol of protocols) {
      for (const latencyMs of [0, 50, 200]) {
        const name = `${protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1'}, ${latencyMs} ms`;
        bench.say(name);
        if (protocol === 'http2' && latencyMs === 50) await againstYardsticks(bench, rig, name);
        else await cell(bench, rig, name, { protocol, latencyMs });
        bench.say(`${name}, 10 requests/s`);
        await cell(bench, rig, `${name}, 10 requests/s`, { protocol, latencyMs, limit: 10 });
      }
    }
  } finally {
    await rig.close();
  }
}

async function cell(
  bench: Bench,
  rig: Rig,
  name: string,
  options: { protocol: Protocol; latencyMs: number; limit?: number },
): Promise<void> {
  const isLimited = options.limit !== undefined;
  const size = isLimited ? issuesUnderLimit : issues;
  const runs = isLimited ? Math.min(2, bench.runs) : bench.runs;
  const scenario = { kind: 'queue', size } as const;
  bench.report.matrix.push(await measureCell(rig, name, { ...options, scenario }, runs));
}

/** The one cell that the targets speak of. Each yardstick is taken right after the run it is for. */
async function againstYardsticks(bench: Bench, rig: Rig, name: string): Promise<void> {
  const { report } = bench;
  const times: { ours: number; bare: number; old: number }[] = [];
  const scenario = { kind: 'queue', size: issues } as const;
  const spec = { protocol: 'http2', latencyMs: 50, scenario } as const;
  const row = await measureCell(rig, name, spec, bench.runs, async ({ ms }, atOnce) => {
    const plan = planFor(rig.simulator, issues);
    const worker = await rig.worker();
    const bare = await bareLoop(worker, plan, atOnce);
    const old = await oldProgram(worker, plan);
    await worker.detach();
    times.push({ ours: ms, bare, old });
  });
  report.matrix.push(row);
  const faster = (old: number) => spreadOf(times.map(({ ours }) => old / (ours / issues)));
  const documented = faster(documentedMs);
  const played = spreadOf(times.map(({ ours, old }) => old / (ours / issues)));
  const ratio = spreadOf(times.map(({ ours, bare }) => ours / bare));
  const work = `${issues} distinct tasks, 50 ms, HTTP/2`;
  report.targets.push(
    {
      work: `${work}: faster than the old program's 1.69 s an issue`,
      value: documented.median,
      unit: 'times',
      bound: { is: 'at least', value: 100 },
      spread: documented,
    },
    {
      work: `${work}: faster than the old program's requests played back`,
      value: played.median,
      unit: 'times',
      bound: { is: 'at least', value: 100 },
      spread: played,
      note: `15.7 requests one after another, ${spreadOf(times.map(({ old }) => old)).median.toFixed(0)} ms an issue; its browser driver, about as much again, is not in it`,
    },
    {
      work: `${work}: time against the fewest requests`,
      value: ratio.median,
      unit: 'times',
      bound: { is: 'at most', value: 1.3 },
      spread: ratio,
      note: `the bare loop took ${spreadOf(times.map(({ bare }) => bare)).median.toFixed(0)} ms, ${row.mostAtOnce} at once`,
    },
    {
      work: 'requests per distinct task',
      value: row.requestsAnIssue,
      unit: '',
      bound: { is: 'at most', value: 4.1 },
    },
  );
}

/** What doesn't depend on time: requests, versions, writes. `npm test` holds the same. */
export async function requests(bench: Bench): Promise<void> {
  const { report } = bench;
  const rig = await Rig.open(await bench.builds.demo());
  try {
    const content = { tasksNameLesson: true };
    await rig.use({
      protocol: 'http2',
      scenario: { kind: 'queue', size: issues, options: { content } },
    });
    const named = await measureRun(rig);
    report.targets.push({
      work: 'requests per distinct task that names its lesson',
      value: named.requests / issues,
      unit: '',
      bound: { is: 'at most', value: 3.2 },
    });
    const options = { lessons: 20, distinctTasks: 20 };
    await rig.use({ protocol: 'http2', scenario: { kind: 'queue', size: 1000, options } });
    const many = await measureRun(rig);
    const { version } = await rig.simulator.ask('issue', 'SUP-2');
    report.targets.push(
      {
        work: 'requests per issue, 1,000 issues in 20 lessons',
        value: many.requests / 1000,
        unit: '',
        bound: { is: 'at most', value: 2.2 },
      },
      {
        work: 'versions of the checklist issue per 1,000 items',
        value: many.versions,
        unit: '',
        bound: { is: 'at most', value: 1002 },
      },
      {
        work: 'versions of each issue',
        // Issues are made at version 1.
        value: version - 1,
        unit: '',
        bound: { is: 'at most', value: 1 },
      },
    );
    await rig.simulator.ask('uncheckAll');
    const again = await measureRun(rig);
    report.targets.push({
      work: 'PATCHes of issues in a second pass',
      value: again.issuePatches,
      unit: '',
      bound: { is: 'at most', value: 0 },
    });
  } finally {
    await rig.close();
  }
}

/** Whether the sending rate finds a limit, and follows one that moves. */
export async function limits(bench: Bench): Promise<void> {
  const rig = await Rig.open(await bench.builds.demo());
  try {
    await steadyLimit(bench, rig);
    await movingLimit(bench, rig);
  } finally {
    await rig.close();
  }
}

/** A request to the tracker that its limit counts; searches have one of their own. */
interface Counted {
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly isRefused: boolean;
}

async function countedRequests(rig: Rig, began: number): Promise<Counted[]> {
  const entries = await rig.simulator.ask('requests', { side: 'tracker' });
  return entries
    .filter(({ path }) => !path.endsWith('/_search'))
    .map(({ time, status }) => ({ at: time - began, isRefused: status === 429 }));
}

async function steadyLimit(bench: Bench, rig: Rig): Promise<void> {
  const perSecond = 10;
  const used: number[] = [];
  const refused: number[] = [];
  for (let run = 0; run < Math.min(3, bench.runs); run += 1) {
    bench.say(`300 issues under ${perSecond} requests/s`);
    await rig.use({ protocol: 'http2', latencyMs: 50, scenario: { kind: 'queue', size: 300 } });
    await rig.simulator.ask('setRateLimit', { perSecond });
    await rig.forgetPaces();
    const { before, at } = await rig.begin('process');
    await rig.untilEnded(before);
    const requests = await countedRequests(rig, at);
    // The last request is the closing read of the queue, with nothing beside it.
    const end = percentile(
      requests.map((one) => one.at),
      99,
    );
    const counted = requests.filter((one) => one.at >= 5000 && one.at < end);
    const good = counted.filter(({ isRefused }) => !isRefused).length;
    used.push((100 * good) / ((perSecond * (end - 5000)) / 1000));
    refused.push((100 * (counted.length - good)) / counted.length);
  }
  const work = `300 issues under ${perSecond} requests/s, after 5 s`;
  bench.report.targets.push(
    {
      work: `${work}: share of it used`,
      value: spreadOf(used).median,
      unit: '%',
      bound: { is: 'at least', value: 95 },
      spread: spreadOf(used),
    },
    {
      work: `${work}: requests refused`,
      value: spreadOf(refused).median,
      unit: '%',
      bound: { is: 'at most', value: 1 },
      spread: spreadOf(refused),
    },
  );
}

const phases = [10, 40, 5];
const phaseMs = 20_000;
const windowMs = 2000;

/** A limit counts as found from when nine tenths of it are used for two seconds, all but unrefused. */
async function movingLimit(bench: Bench, rig: Rig): Promise<void> {
  const found: number[] = [];
  const refused: number[] = [];
  for (let run = 0; run < Math.min(3, bench.runs); run += 1) {
    bench.say('a limit that goes from 10 to 40 to 5 requests/s');
    await rig.use({ protocol: 'http2', latencyMs: 50, scenario: { kind: 'queue', size: 700 } });
    await rig.forgetPaces();
    await rig.simulator.ask('setRateLimit', { perSecond: phases[0] ?? 0 });
    const { before, at } = await rig.begin('process');
    for (const [phase, perSecond] of phases.entries()) {
      await rig.simulator.ask('setRateLimit', { perSecond });
      const left = at + (phase + 1) * phaseMs - Date.now();
      await new Promise((resolve) => setTimeout(resolve, left));
    }
    const requests = await countedRequests(rig, at);
    await rig.simulator.ask('setRateLimit', null);
    await rig.untilEnded(before);
    const seconds = phases.map((limit, phase) => foundAfter(requests, limit, phase * phaseMs));
    bench.report.notes.push(
      `limit 10, 40, 5 requests/s: found after ${seconds.map((one) => one.toFixed(1)).join(', ')} s (${phaseMs / 1000}: not found)`,
    );
    found.push(Math.max(...seconds));
    const refusals = requests.filter(({ isRefused }) => isRefused).length;
    refused.push((100 * refusals) / requests.length);
  }
  const work = 'a limit that goes from 10 to 40 to 5 requests/s';
  bench.report.targets.push(
    {
      work: `${work}: found within`,
      value: spreadOf(found).median,
      unit: 's',
      bound: { is: 'at most', value: 10 },
      spread: spreadOf(found),
    },
    {
      work: `${work}: requests refused`,
      value: spreadOf(refused).median,
      unit: '%',
      bound: { is: 'at most', value: 2 },
      spread: spreadOf(refused),
    },
  );
}

/** Seconds from a phase's begin until its limit was used; a whole phase where it never was. */
function foundAfter(requests: readonly Counted[], perSecond: number, began: number): number {
  for (let from = began; from + windowMs <= began + phaseMs; from += 250) {
    const seen = requests.filter(({ at }) => at >= from && at < from + windowMs);
    const good = seen.filter(({ isRefused }) => !isRefused).length;
    const isUsed = good >= 0.9 * perSecond * (windowMs / 1000);
    if (isUsed && seen.length - good <= 0.05 * seen.length) return (from - began) / 1000;
  }
  return phaseMs / 1000;
}
