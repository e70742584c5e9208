import type { FetchedAnswer } from '../messages/fetched.ts';
import { statusWords } from './status-words.ts';

/** The pattern that finds a text, whatever the case of its letters; null for an empty one. */
export function searchPattern(query: string): RegExp | null {
  const wanted = query.trim();
  if (wanted === '') return null;
  // In JSON a quotation mark or backslash stands behind a backslash: found either way.
  const asInJson = JSON.stringify(wanted).slice(1, -1);
  const ways = [...new Set([wanted, asInJson])].map((text) =>
    text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
  return new RegExp(ways.join('|'), 'iu');
}

/** Whether a pattern is found in anything that is shown of an answer. */
export function matches({ askedFor, path, status, json }: FetchedAnswer, pattern: RegExp): boolean {
  return [askedFor, path, statusWords(status), json ?? ''].some((text) => pattern.test(text));
}

/** A place that was found, with some of what stands around it. */
interface Excerpt {
  readonly before: string;
  readonly found: string;
  readonly after: string;
}

const charactersAround = 60;

/** The first place where a pattern is found; null where it is not. */
export function excerptOf(text: string, pattern: RegExp): Excerpt | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const { index } = match;
  const end = index + match[0].length;
  const start = Math.max(0, index - charactersAround);
  return {
    before: (start > 0 ? '…' : '') + text.slice(start, index),
    found: match[0],
    after:
      text.slice(end, end + charactersAround) + (end + charactersAround < text.length ? '…' : ''),
  };
}
