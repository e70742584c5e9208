import type { Failure } from '../errors/failure.ts';
import { oneLine } from '../errors/one-line.ts';
import { issueKeyIn } from '../tracker/issue-key.ts';
import { errorLine, isTelling, shorten } from './error-text.ts';

/** The text of a checklist issue's error field: what failed and still waits (behaviour.md). */

const longestSummary = 8000;
const morePattern = /^… and (\d+) more$/;

/** What a summary calls an item: its issue's key, or its text where it names none. */
export function itemLabel(text: string): string {
  return issueKeyIn(text) ?? shorten(oneLine(text), 60);
}

interface SummaryInput {
  /** The error field as it is. */
  readonly previous: string;
  /**
   * Every item that is deferred, or failed and was left unchecked, by its label; null where this
   * profile does not know what failed (another browser deferred it, or a person did).
   */
  readonly waiting: ReadonlyMap<string, Failure | null>;
  readonly sentence: (failure: Failure) => string;
}

/**
 * One line a failed item, `KEY: code: message`, cut with `… and N more`; empty when none failed.
 * What this profile does not know is taken over from the text as it is: the tracker remembers it.
 */
export function summaryText({ previous, waiting, sentence }: SummaryInput): string {
  const earlier = new Map(previous.split('\n').map((line) => [labelOf(line), line]));
  const hidden = Number(morePattern.exec(previous.split('\n').at(-1) ?? '')?.[1] ?? 0);
  const lines: string[] = [];
  let untold = 0;
  for (const [label, failure] of waiting) {
    const before = earlier.get(label);
    const line = failure === null ? before : lineOf(label, before, failure, sentence(failure));
    if (line === undefined) untold += 1;
    else lines.push(line);
  }
  return cut(lines, Math.min(hidden, untold));
}

/** Whether a summary still tells of an item that is neither deferred nor open any more. */
export function tellsOfGone(summary: string, labels: ReadonlySet<string>): boolean {
  return summary.split('\n').some((line) => {
    const label = labelOf(line);
    return label !== undefined && !labels.has(label);
  });
}

function lineOf(label: string, before: string | undefined, failure: Failure, sentence: string) {
  const told = errorLine(failure, sentence);
  const isTold = before !== undefined && isTelling(before.slice(label.length + 2), failure, told);
  return isTold ? before : `${label}: ${told}`;
}

/** A line's label stands before the first code; codes are lower case with underscores. */
function labelOf(line: string): string | undefined {
  return /^(.*?): [a-z_]+: /.exec(line)?.[1];
}

function cut(lines: readonly string[], hidden: number): string {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length;
    if (length > longestSummary) break;
    shown.push(line);
    length += '\n'.length;
  }
  for (;;) {
    const more = lines.length - shown.length + hidden;
    const text = [...shown, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
    if (text.length <= longestSummary) return text;
    shown.pop();
  }
}
