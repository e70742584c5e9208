import {
  type Expectation,
  findDifferences,
  linkField,
  mappedFields,
  queueWorld,
  startSimulator,
} from '../simulator/index.ts';
import { seededRandom } from '../simulator/random.ts';
import { queueOf, Seat, withhold } from './seat.ts';
import type { Result } from './table.ts';

/** The search's index lags 30 s behind, and issues were edited in the last of them. */

interface IndexLagOptions {
  readonly extension?: string;
  readonly seed: number;
  readonly size: number;
}

const lagMs = 30_000;

export async function indexLag(options: IndexLagOptions): Promise<Result> {
  const { extension, seed, size } = options;
  const random = seededRandom(seed);
  let behindMs = 10 * 60_000;
  const now = () => Date.now() - behindMs;
  const { world, expectations } = queueWorld(size, { seed, unlinked: 0.2, now });
  const items = withhold(world);
  const links = new Map(
    expectations.map(({ key }) => [key, world.issue(key ?? '').fields.get(linkField) ?? null]),
  );
  const linked = expectations.filter(({ error }) => error === null);
  // What the index knows: some were annotated long ago.
  const annotated = new Set(linked.filter(() => random.next() < 0.3));
  for (const { key, fields } of annotated) world.editIssue(key ?? '', { ...fields });
  behindMs = 0;
  const edited = { relinked: 0, 'link just set': 0, 'link just taken': 0, overtyped: 0, left: 0 };
  const relink = (expectation: Expectation): Expectation => {
    const other = random.pick(linked);
    world.editIssue(expectation.key ?? '', { [linkField]: links.get(other.key) ?? null });
    const { fields, error, errorField, item } = other;
    const patches = annotated.has(expectation) && other === expectation ? 0 : 1;
    return { ...expectation, fields, error, errorField, item, patches };
  };
  const editedExpectations = expectations.map((expectation): Expectation => {
    const key = expectation.key ?? '';
    const chance = random.next();
    if (expectation.error !== null) {
      if (chance < 0.5) return expectation;
      edited['link just set'] += 1;
      return relink(expectation);
    }
    if (chance < 0.25) {
      edited.relinked += 1;
      return relink(expectation);
    }
    if (chance < 0.3) {
      edited['link just taken'] += 1;
      world.editIssue(key, { [linkField]: null });
      const fields = annotated.has(expectation)
        ? expectation.fields
        : Object.fromEntries(Object.keys(expectation.fields).map((field) => [field, null]));
      const code = 'link_not_set';
      return {
        ...expectation,
        fields,
        error: code,
        errorField: { code },
        item: 'deferred',
        patches: 1,
      };
    }
    if (chance < 0.5 && annotated.has(expectation)) {
      edited.overtyped += 1;
      world.editIssue(key, { [mappedFields['course.name']]: 'What a person typed' });
      return expectation;
    }
    edited.left += 1;
    return { ...expectation, patches: annotated.has(expectation) ? 0 : 1 };
  });
  world.trackerRules.searchLagMs = lagMs;

  const simulator = await startSimulator({ world });
  const seat = await Seat.open(
    simulator,
    extension === undefined ? {} : { browser: { extension } },
  );
  try {
    const key = queueOf(world);
    world.replaceItems(key, items);
    const lastEditAt = Math.min(
      ...[...world.issues()].flatMap(({ history }) =>
        history.filter(({ who, what }) => who === 'tester' && what === 'issue').map((e) => e.time),
      ),
    );
    await seat.run('process', 120_000);
    // What failed just now is not in the index either, and must not bounce.
    await seat.run('recheck');
    await seat.run('process');
    const failures = findDifferences({ world, expectations: editedExpectations });
    if (!Number.isFinite(lastEditAt)) failures.push('nothing was edited');
    return { runs: 3, figures: edited, failures: failures.map((line) => `seed ${seed}: ${line}`) };
  } finally {
    await seat.close();
    await simulator.close();
  }
}
