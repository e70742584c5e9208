import { faults as kinds, queueWorld, startSimulator, type World } from '../simulator/index.ts';
import { openItems, queueOf, Seat, withhold } from './seat.ts';
import { addStorm, type StormOptions } from './storm.ts';
import type { Result } from './table.ts';

/** Of so many issues the first confirmation of each write is lost, whatever the storm does. */
const lostForSure = 3;

/**
 * A preview, what it shows applied, and an undo while a share of all requests goes wrong: each
 * repeated until nothing is left.
 */
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
  const { faults, requests } = simulator;
  const beganAt = performance.now();
  const timeLeft = () => boundMs - (performance.now() - beganAt);
  const failures: string[] = [];

  /** Previews one thing and has done what it shows; gives the id of the run that did it. */
  const previewAnd = async (type: 'apply' | 'undo', runId = ''): Promise<string> => {
    const previewId = crypto.randomUUID();
    const before = requests.entries.length;
    const of = type === 'undo' ? ({ type: 'undo_run', runId } as const) : { type: 'all' as const };
    await seat.send({ type: 'preview', previewId, of });
    await seat.untilQuiet(boundMs);
    const written = requests.entries
      .slice(before)
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('_search'));
    failures.push(...written.map(({ method, path }) => `a preview sent ${method} ${path}`));
    const work = { previewId, names: null };
    await seat.send(
      type === 'undo' ? { type, ...work, uncheckToo: false } : { type: 'apply', ...work },
    );
    await seat.untilQuiet(boundMs);
    return (await seat.state())?.lastRun?.id ?? '';
  };

  /** With what is lost for sure come the faults that are drawn; gives how many there were. */
  const rage = (): (() => number) => {
    const sure = keys.slice(0, lostForSure).map((key) => {
      const on = { method: 'PATCH', path: new RegExp(`/issues/${key}$`) };
      return faults.add({ on, times: 1, fault: kinds.dropApplied });
    });
    const drawn = addStorm(simulator, seed, probability);
    return () => sure.reduce((sum, { hits }) => sum + hits, drawn());
  };

  try {
    world.replaceItems(queueOf(world), items);
    const before = fieldsOf(world, keys);
    requests.reset();
    const runIds: string[] = [];
    let hits = rage();
    while (openItems(world) > 0 && timeLeft() > 0) {
      runIds.unshift(await previewAnd('apply'));
      say(
        `apply ${runIds.length}: ${openItems(world)} items left, ${Math.round(timeLeft() / 1000)} s left`,
      );
    }
    let faulty = hits();
    if (openItems(world) > 0) failures.push(`${openItems(world)} items were not applied`);
    failures.push(...keys.flatMap((key) => edits(world, key, 1)));

    faults.clear();
    hits = rage();
    let undos = 0;
    while (fieldsOf(world, keys) !== before && timeLeft() > 0) {
      for (const runId of runIds) {
        undos += 1;
        await previewAnd('undo', runId);
      }
      say(`undo ${undos}: ${Math.round(timeLeft() / 1000)} s left`);
    }
    faulty += hits();
    if (fieldsOf(world, keys) !== before) failures.push('issues are not as before');
    failures.push(...keys.flatMap((key) => edits(world, key, 2)));
    return {
      runs: runIds.length + undos,
      figures: { requests: requests.count(), faulty },
      failures: failures.map((line) => `seed ${seed}: ${line}`),
    };
  } finally {
    faults.clear();
    await seat.close();
    await simulator.close();
  }
}

/** A failure where an issue was not edited as often as it had to be: each edit costs a version. */
function edits(world: World, key: string, wanted: number): string[] {
  const count = world.patches(key).length;
  return count === wanted ? [] : [`${key} was edited ${count} times by then, not ${wanted}`];
}

/** The fields of issues as one text. */
function fieldsOf(world: World, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => [key, [...world.issue(key).fields].sort()]));
}
