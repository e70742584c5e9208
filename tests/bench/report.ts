/** What a benchmark found, as it is printed, stored and compared. */

interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    min: percentile(values, 0),
    median: percentile(values, 50),
    max: percentile(values, 100),
  };
}

/** The smallest value that this share of the values is not above; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1);
  return sorted[at] ?? Number.NaN;
}

/** One line of the table of targets. */
interface TargetLine {
  readonly work: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: { readonly is: 'at most' | 'at least' | 'below'; readonly value: number };
  /** Of the several runs that the value comes from, where there were several. */
  readonly spread?: Spread;
  readonly note?: string;
}

export function isMet({ value, bound }: TargetLine): boolean {
  if (bound.is === 'at least') return value >= bound.value;
  return bound.is === 'below' ? value < bound.value : value <= bound.value;
}

/** One line of the measured matrix. */
export interface MatrixRow {
  readonly name: string;
  readonly issues: number;
  /** The first run of a profile, which knows nothing of the hosts' pace. */
  readonly firstMs: number;
  readonly ms: Spread;
  readonly requestsAnIssue: number;
  readonly refusedPercent: number;
  readonly bytesUpAnIssue: number;
  readonly bytesDownAnIssue: number;
  readonly versions: number;
  readonly mostAtOnce: number;
  readonly heapBytes: number;
  readonly cpuSeconds: { readonly worker: number; readonly browser: number };
}

export interface Report {
  readonly at: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly runs: number;
  readonly targets: TargetLine[];
  readonly matrix: MatrixRow[];
  /** Where the worker's time goes, in one run. */
  readonly profile: string[];
  /** Figures beside the targets. */
  readonly notes: string[];
}

/** A table with its columns under each other, those of numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A number as people read it: three digits that count, no more than two after the point. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(places).replace(/\.0+$/, '');
}

const signs = { 'at most': '≤', 'at least': '≥', below: '<' } as const;

export function targetTable(report: Report, earlier: Report | null): string {
  const before = new Map(earlier?.targets.map((line) => [line.work, line]));
  const head = ['work', 'value', 'min … max', 'target', 'met', ...(earlier ? ['before'] : [])];
  const rows = report.targets.map((line) => {
    const { work, value, unit, bound, spread } = line;
    const past = before.get(work);
    return [
      work,
      `${number(value)} ${unit}`.trim(),
      spread === undefined ? '' : `${number(spread.min)} … ${number(spread.max)}`,
      `${signs[bound.is]} ${number(bound.value)} ${unit}`.trim(),
      isMet(line) ? 'yes' : 'NO',
      ...(earlier ? [past === undefined ? '–' : number(past.value)] : []),
    ];
  });
  const remarks = report.targets.flatMap(({ work, note }) => (note ? [`  ${work}: ${note}`] : []));
  return [table([head, ...rows]), ...remarks].join('\n');
}

export function matrixTable(report: Report, earlier: Report | null): string {
  const before = new Map(earlier?.matrix.map((row) => [row.name, row]));
  const head = [
    'runs',
    'issues',
    'first ms',
    'min ms',
    'median ms',
    'max ms',
    'ms/issue',
    'req/issue',
    '429 %',
    'B up/issue',
    'B down/issue',
    'versions',
    'at once',
    'heap MB',
    'CPU worker s',
    'CPU all s',
    ...(earlier ? ['before ms'] : []),
  ];
  const rows = report.matrix.map((row) => [
    row.name,
    String(row.issues),
    ...[
      row.firstMs,
      row.ms.min,
      row.ms.median,
      row.ms.max,
      row.ms.median / row.issues,
      row.requestsAnIssue,
      row.refusedPercent,
      row.bytesUpAnIssue,
      row.bytesDownAnIssue,
      row.versions,
      row.mostAtOnce,
      row.heapBytes / 1e6,
      row.cpuSeconds.worker,
      row.cpuSeconds.browser,
      ...(earlier ? [before.get(row.name)?.ms.median ?? Number.NaN] : []),
    ].map(number),
  ]);
  return table([head, ...rows]);
}
