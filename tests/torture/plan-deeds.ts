import type { Preview } from '../../src/status/preview.ts';
import type { Expectation, World } from '../simulator/index.ts';
import { type Deed, expectationsOf } from './deed.ts';
import { queueOf, type Seat } from './seat.ts';

/** Looking at what would be written, and taking back what was. */

async function storedPreview(seat: Seat): Promise<Preview | null> {
  // Written by the worker, which knows no other shape.
  return ((await seat.stored('preview')) as Preview | null | undefined) ?? null;
}

function fill(world: World, expectations: readonly Expectation[]): void {
  world.replaceItems(
    queueOf(world),
    expectations.map(({ before }) => before),
  );
}

/** Fields and number of edits of each issue. */
function states(world: World, expectations: readonly Expectation[], patches: number): string[] {
  return expectations.map(({ key }) => {
    const issue = world.issue(key ?? '');
    const edits = world.patches(issue.key).length - patches;
    return `${issue.key} ${JSON.stringify([...issue.fields].sort())} ${edits}`;
  });
}

function differences(wanted: readonly string[], found: readonly string[]): string[] {
  return found.flatMap((line, at) => (line === wanted[at] ? [] : `${line}, not ${wanted[at]}`));
}

/** No kill leaves it unfinished, and none makes it write. */
export const preview: Deed = {
  name: 'preview',
  prepare(scenario, round, seat) {
    const { world } = scenario;
    const expectations = expectationsOf(scenario, round);
    fill(world, expectations);
    const before = states(world, expectations, 0);
    return async () => {
      const made = await storedPreview(seat);
      const isWhole = made?.outcome === 'completed' && made.planned === expectations.length;
      return [
        ...(isWhole ? [] : [`the preview is ${JSON.stringify(made)}`]),
        ...differences(before, states(world, expectations, 0)),
        ...[...world.issue(queueOf(world)).items.values()].flatMap(({ text, checked }) =>
          checked ? `${text} was checked` : [],
        ),
      ];
    };
  },
  begin: (seat) =>
    seat.send({ type: 'preview', previewId: crypto.randomUUID(), of: { type: 'all' } }),
};

/** Each issue is as before, by one edit, and its item is open again. */
export const undo: Deed = {
  name: 'undo',
  async prepare(scenario, round, seat) {
    const { world } = scenario;
    const expectations = expectationsOf(scenario, round);
    fill(world, expectations);
    const before = states(world, expectations, 0);
    await seat.run('process');
    const runId = (await seat.state())?.lastRun?.id ?? '';
    const previewId = crypto.randomUUID();
    await seat.send({ type: 'preview', previewId, of: { type: 'undo_run', runId } });
    await seat.untilQuiet();
    return () => [
      ...differences(before, states(world, expectations, 2)),
      ...[...world.issue(queueOf(world)).items.values()].flatMap(({ text, checked }) =>
        checked ? `${text} is still checked` : [],
      ),
    ];
  },
  begin: async (seat) => {
    const previewId = (await storedPreview(seat))?.id ?? '';
    await seat.send({ type: 'undo', previewId, names: null, uncheckToo: true });
  },
};
