import type { Bench } from './part.ts';
import { Rig } from './rig.ts';

/** A profile as the DevTools protocol has it, as far as it is used. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas?: readonly number[];
}

const issues = 256;
const linesShown = 25;

/** Where the worker's time goes: 256 distinct tasks, 50 ms, HTTP/2, in the second run of a profile. */
export async function profile(bench: Bench): Promise<void> {
  const rig = await Rig.open(await bench.builds.readable());
  try {
    const spec = {
      protocol: 'http2',
      latencyMs: 50,
      scenario: { kind: 'queue', size: issues },
    } as const;
    await rig.use(spec);
    await rig.run();
    await rig.use(spec);
    const worker = await rig.worker();
    await worker.send('Profiler.enable');
    await worker.send('Profiler.setSamplingInterval', { interval: 250 });
    await worker.send('Profiler.start');
    await rig.run();
    // As the protocol says.
    const result = (await worker.send('Profiler.stop')) as { profile: CpuProfile };
    await worker.detach();
    bench.report.profile.push(...linesOf(result.profile));
  } finally {
    await rig.close();
  }
}

function linesOf({ nodes, samples = [], timeDeltas = [] }: CpuProfile): string[] {
  const self = new Map<number, number>();
  for (const [at, id] of samples.entries()) {
    // A sample stands for the time until the next one.
    self.set(id, (self.get(id) ?? 0) + (timeDeltas[at + 1] ?? 0) / 1000);
  }
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const selfByName = new Map<string, number>();
  const wholeByName = new Map<string, number>();
  let all = 0;
  for (const { id } of nodes) {
    const ms = self.get(id) ?? 0;
    const names = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { functionName = '', url = '' } = byId.get(at)?.callFrame ?? {};
      names.add(`${functionName || '(anonymous)'} ${url.slice(url.lastIndexOf('/') + 1)}`.trim());
    }
    const [own = ''] = names;
    if (own !== '(idle)') all += ms;
    selfByName.set(own, (selfByName.get(own) ?? 0) + ms);
    for (const name of names) wholeByName.set(name, (wholeByName.get(name) ?? 0) + ms);
  }
  const top = [...selfByName].filter(([name]) => name !== '(idle)').sort((a, b) => b[1] - a[1]);
  return [
    `The worker's CPU profile, ${issues} issues: ${all.toFixed(0)} ms busy`,
    '   self     of all  with what it calls',
    ...top.slice(0, linesShown).map(([name, ms]) => {
      const share = `${((100 * ms) / all).toFixed(1)} %`.padStart(7);
      const whole = `${(wholeByName.get(name) ?? 0).toFixed(0)} ms`.padStart(9);
      return `${`${ms.toFixed(0)} ms`.padStart(7)}  ${share}  ${whole}  ${name}`;
    }),
  ];
}
