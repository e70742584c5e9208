/** A figure of one part: parts are added up, or the greatest counts; a text stands for itself. */
type Figure = number | string | { readonly most: number };

/** What came of one torture. */
export interface Result {
  /** How often the thing was done that is to be survived. */
  readonly runs: number;
  readonly figures: Readonly<Record<string, Figure>>;
  /** A line for each thing that is not as it has to be; empty: passed. */
  readonly failures: readonly string[];
}

/** What a torture is told. */
export interface Circumstances {
  /** The folder of the built extension. */
  readonly extension: string;
  readonly seeds: readonly number[];
  /** Says how far it has come, to whoever waits. */
  readonly say: (text: string) => void;
}

/** A row of the table. */
export interface Row {
  readonly name: string;
  readonly what: string;
  readonly seeds: readonly number[];
  /** It is broken off after so many: about three times what it takes on two cores. */
  readonly minutes: number;
  readonly torture: (circumstances: Circumstances) => Promise<Result>;
}

/** A row and what came of it. */
export interface Outcome extends Result {
  readonly name: string;
  readonly what: string;
  readonly seeds: readonly number[];
  readonly seconds: number;
}

/** Failures that are printed of each row; all are in the file. */
const failuresShown = 8;

/** All outcomes as one table, and below it what went wrong. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const head = ['torture', 'runs', 'seeds', 's', 'result', 'figures', 'to repeat it'];
  const lines = outcomes.map(({ name, runs, seeds, seconds, figures, failures }) => [
    name,
    String(runs),
    seeds.join(' '),
    String(seconds),
    failures.length === 0 ? 'pass' : 'FAIL',
    Object.entries(figures)
      .map(([figure, value]) => `${figure} ${typeof value === 'object' ? value.most : value}`)
      .join(', '),
    `npm run torture -- --only ${name}${seeds.length > 1 ? ' --seed N' : ''}`,
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const table = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  table.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  const wrong = outcomes.flatMap(({ name, failures }) => [
    ...failures.slice(0, failuresShown).map((failure) => `${name}: ${failure}`),
    ...(failures.length > failuresShown
      ? [`${name}: … and ${failures.length - failuresShown} more, see test-results/torture.json`]
      : []),
  ]);
  return [...table, ...(wrong.length > 0 ? ['', ...wrong] : [])].join('\n');
}

/** The results of several parts as one. */
export function together(results: readonly Result[]): Result {
  const figures: Record<string, Figure> = {};
  for (const result of results) {
    for (const [figure, value] of Object.entries(result.figures)) {
      figures[figure] = bothOf(figures[figure], value);
    }
  }
  return {
    runs: results.reduce((sum, { runs }) => sum + runs, 0),
    figures,
    failures: results.flatMap(({ failures }) => failures),
  };
}

function bothOf(a: Figure | undefined, b: Figure): Figure {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'object' && typeof b === 'object') return { most: Math.max(a.most, b.most) };
  return b;
}

/** The middle one; of an even number the higher of the two. NaN for none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
