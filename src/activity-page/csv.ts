import type { KeptItem, RunEntry } from '../activity/entries.ts';

/** The history as CSV (RFC 4180). */

/** In no language of people: what is made of one colleague's file is made of each other's as well. */
const columns = [
  'time',
  'run',
  'run_started',
  'cause',
  'checklist_issue',
  'item',
  'issue',
  'outcome',
  'code',
  'details',
  'resource',
  'link',
  'changes',
  'requests',
  'ms_tracker',
  'ms_content',
  'ms_waiting',
] as const;

/** The rows of some items, with the names of the columns before them where they are the first. */
export function csvText(
  items: readonly KeptItem[],
  runs: ReadonlyMap<string, RunEntry>,
  isFirst: boolean,
): string {
  const rows = items.map((item) => csvRow(cellsOf(item, runs.get(item.runId))));
  // The mark tells spreadsheets that this is UTF-8.
  return [...(isFirst ? [`\u{FEFF}${csvRow([...columns])}`] : []), ...rows].join('');
}

function cellsOf(item: KeptItem, run: RunEntry | undefined): string[] {
  const { failure, resource, changes, times } = item;
  return [
    new Date(item.at).toISOString(),
    item.runId,
    run === undefined ? '' : new Date(run.startedAt).toISOString(),
    run?.cause ?? '',
    item.queue,
    item.text,
    item.issueKey ?? '',
    item.outcome,
    failure?.code ?? '',
    failure?.details.join('; ') ?? '',
    resource === null ? '' : `${resource.type} ${resource.id}`,
    item.link,
    changes.map(({ field, from, to }) => `${field}: ${text(from)} → ${text(to)}`).join('\n'),
    String(item.requests.length),
    ...[times?.tracker, times?.content, times?.waiting].map((ms) => (ms ?? '').toString()),
  ];
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * Where a spreadsheet may see a cell begin with a formula: at its start, and behind what some split
 * at, as a Russian Excel does at each `;`, which knows no quotes around what stands between commas.
 * Quotes and spaces before the formula may fall away there.
 */
const formula = /(^|[;\t\r\n])(?=(?:"|[^\S\t\r\n])*[=+\-@|%])/gu;

/**
 * One cell. Spreadsheets take what begins in certain ways for a formula, which can send what is in
 * the table to anybody: an apostrophe before it makes it text.
 */
export function csvCell(value: string): string {
  const safe = value.replace(formula, "$1'").replace(/^[\t\r\n]/, "'$&");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
