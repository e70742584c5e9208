import type { Failure } from '../errors/failure.ts';
import { oneLine } from '../errors/one-line.ts';

/** A failure as an error field holds it. */

const longestErrorLine = 500;

/** A failure as an issue's error field holds it: `code: message`, one line, 500 characters at most. */
export function errorLine(failure: Failure, sentence: string): string {
  return shorten(oneLine(`${failure.code}: ${sentence}`), longestErrorLine);
}

/**
 * Whether a text tells of a failure already: in another language, or in words of an API that are
 * others each time.
 * @param line how it would be told now.
 */
export function isTelling(text: string, { code, details }: Failure, line: string): boolean {
  const [subject = ''] = details;
  if (!text.startsWith(`${code}: `)) return false;
  // Its language may leave the subject out; "task 5" is none of "task 57".
  const after = text.split(subject).slice(1);
  return !line.includes(subject) || after.some((rest) => !/^[\p{L}\p{N}_-]/u.test(rest));
}

/** At most this many characters; what is cut is marked. */
export function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
