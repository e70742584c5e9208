import { pause } from './bare-browser.ts';
import { type Measured, measureRun } from './measure.ts';
import type { Bench } from './part.ts';
import { spreadOf } from './report.ts';
import { Rig } from './rig.ts';

const large = 10_000;
const small = 100;
/** How often the heap is looked at during the long run; each look collects garbage. */
const heapEveryMs = 5000;

/** Time, bytes and memory of a long queue against a short one, each task another one. */
export async function growth(bench: Bench): Promise<void> {
  const { report } = bench;
  const rig = await Rig.open(await bench.builds.demo());
  try {
    const use = (size: number) =>
      rig.use({ protocol: 'http2', latencyMs: 50, scenario: { kind: 'queue', size } });
    bench.say(`${small} items`);
    const shorts: Measured[] = [];
    // The first one finds out the hosts' pace for the others.
    for (let run = 0; run <= bench.runs; run += 1) {
      await use(small);
      shorts.push(await measureRun(rig));
    }
    const short = shorts.slice(1);
    bench.say(`${large} items`);
    await use(large);
    let isOver = false;
    let heap = 0;
    const watching = (async () => {
      while (!isOver) {
        heap = Math.max(heap, await rig.heapBytes());
        for (let ms = 0; ms < heapEveryMs && !isOver; ms += 100) await pause(100);
      }
    })();
    const long = await measureRun(rig);
    isOver = true;
    await watching;
    const perItem = (value: (one: Measured) => number, one: Measured, size: number) =>
      value(one) / size;
    const time = spreadOf(
      short.map(
        (one) => perItem(({ ms }) => ms, long, large) / perItem(({ ms }) => ms, one, small),
      ),
    );
    const bytes = ({ bytesUp, bytesDown }: Measured) => bytesUp + bytesDown;
    const shortBytes = spreadOf(short.map(bytes)).median / small;
    report.targets.push(
      {
        work: '10,000 items against 100: time an item',
        value: time.median,
        unit: 'times',
        bound: { is: 'at most', value: 1.1 },
        spread: time,
        note: `${(long.ms / large).toFixed(2)} ms an item, CPU of the worker ${((1000 * long.cpu.worker) / large).toFixed(2)} ms an item`,
      },
      {
        work: '10,000 items against 100: bytes an item',
        value: bytes(long) / large / shortBytes,
        unit: 'times',
        bound: { is: 'at most', value: 1.5 },
      },
      {
        work: "worker's heap at 10,000 items",
        value: heap / 1e6,
        unit: 'MB',
        bound: { is: 'below', value: 40 },
        note: 'the most in use after a collection, looked at every 5 s',
      },
    );
    await growthOfFailures(bench, rig);
  } finally {
    await rig.close();
  }
}

/** Time of a queue most of whose items fail: what is remembered of them grows with it. */
async function growthOfFailures({ report, say }: Bench, rig: Rig): Promise<void> {
  const measure = async (size: number) => {
    say(`${size} items, most of which fail`);
    const options = { unlinked: 0.85 };
    await rig.use({
      protocol: 'http2',
      latencyMs: 50,
      scenario: { kind: 'queue', size, options },
    });
    return (await measureRun(rig)).ms / size;
  };
  const [short, long] = [await measure(300), await measure(3_000)];
  report.targets.push({
    work: '3,000 items against 300, most of which fail: time an item',
    value: long / short,
    unit: 'times',
    bound: { is: 'at most', value: 1.1 },
    note: `${long.toFixed(2)} ms an item`,
  });
}

/** A cycle with nothing to do, and a recheck with little. */
export async function idle(bench: Bench): Promise<void> {
  const { report } = bench;
  const rig = await Rig.open(await bench.builds.demo());
  const queue = (done: number, options: object = {}) => ({
    protocol: 'http2' as const,
    scenario: {
      kind: 'queue' as const,
      size: 0,
      options: { done, distinctTasks: 20, ...options },
    },
  });
  try {
    for (const done of [small, large]) {
      for (const honourFields of [true, false]) {
        bench.say(`idle, ${done} items`);
        await rig.use(queue(done, { tracker: { honourFields } }));
        await rig.run();
        const { requests, bytesDown, ms, cpu } = await measureRun(rig);
        const work = `idle cycle, ${done.toLocaleString('en')} items`;
        if (!honourFields) {
          report.notes.push(
            `${work}, a tracker that narrows nothing: ${requests} request, ${(bytesDown / 1000).toFixed(0)} kB, ${ms} ms, CPU of the worker ${(1000 * cpu.worker).toFixed(0)} ms`,
          );
          continue;
        }
        report.targets.push(
          {
            work: `${work}: requests`,
            value: requests,
            unit: '',
            bound: { is: 'at most', value: 1 },
            note: `${ms} ms`,
          },
          {
            work: `${work}: answered`,
            value: bytesDown / 1000,
            unit: 'kB',
            bound: { is: 'below', value: 2 },
          },
        );
      }
    }
    const repaired = 7;
    bench.say('recheck');
    await rig.use(queue(large - 50, { deferred: 50, repaired }));
    const { requests, ms } = await measureRun(rig, 'recheck');
    report.targets.push({
      work: `recheck, 10,000 items, 50 deferred, ${repaired} brought back: requests`,
      value: requests,
      unit: '',
      bound: { is: 'at most', value: 3 + repaired },
      note: `${ms} ms`,
    });
  } finally {
    await rig.close();
  }
}
