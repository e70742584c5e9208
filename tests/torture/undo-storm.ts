import { queueWorld, startSimulator, type World } from '../simulator/index.ts';
import { queueOf, Seat, withhold } from './seat.ts';
import { addStorm, type StormOptions } from './storm.ts';
import type { Result } from './table.ts';

/** A preview and an undo while a fifth of all requests goes wrong: repeated until nothing is left. */
export async function undoStorm(options: StormOptions): Promise<Result> {
  const { extension, seed, size, probability, boundMs, say = () => undefined } = options;
  const { world, expectations } = queueWorld(size, { seed });
  const keys = expectations.flatMap(({ key }) => key ?? []);
  const items = withhold(world);
  const simulator = await startSimulator({ world, latencyMs: 10 });
  const seat = await Seat.open(simulator, {
    ...(extension === undefined ? {} : { browser: { extension } }),
    settings: { trackerTimeoutSeconds: 2, contentTimeoutSeconds: 2 },
  });
  try {
    world.replaceItems(queueOf(world), items);
    const before = fieldsOf(world, keys);
    await seat.run('process');
    const runId = (await seat.state())?.lastRun?.id ?? '';
    simulator.requests.reset();
    const hits = addStorm(simulator, seed, probability);
    const beganAt = performance.now();
    let runs = 0;
    while (fieldsOf(world, keys) !== before && performance.now() - beganAt < boundMs) {
      runs += 1;
      const previewId = crypto.randomUUID();
      await seat.send({ type: 'preview', previewId, of: { type: 'undo_run', runId } });
      await seat.untilQuiet(boundMs);
      await seat.send({ type: 'undo', previewId, names: null, uncheckToo: false });
      await seat.untilQuiet(boundMs);
      say(`undo ${runs}: ${Math.round((performance.now() - beganAt) / 1000)} s`);
    }
    const faulty = hits();
    const requests = simulator.requests.count();
    simulator.faults.clear();
    const isBack = fieldsOf(world, keys) === before;
    return {
      runs,
      figures: { requests, faulty },
      failures: isBack ? [] : [`seed ${seed}: issues are not as before`],
    };
  } finally {
    await seat.close();
    await simulator.close();
  }
}

/** The fields of issues as one text. */
function fieldsOf(world: World, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => [key, [...world.issue(key).fields].sort()]));
}
