import { list, nullable, record, type Shaped, text, time } from '../storage/shape.ts';
import { stored } from '../storage/stored.ts';
import { failureShape } from './status.ts';

const thisIssueShape = record({
  issueKey: text,
  /** When it was looked at. */
  at: time,
  /** The checklist issue with an item that names it and is not done; empty where there is none. */
  queue: text,
  /** Names of what its link leads to, from the top down. */
  trail: list(text),
  /** What would be written: a breadcrumb key, or `error`, and the new value as text. */
  changes: list(record({ key: text, to: text })),
  /** What is wrong with it, or why it could not be looked at. */
  failure: nullable(failureShape),
  /** What became of it in the last runs, newest first. */
  history: list(record({ at: time, outcome: text, code: nullable(text) })),
});
/** What the popup shows of the issue in the tab. */
export type ThisIssue = Shaped<typeof thisIssueShape>;

/** The last one that was looked at; gone with the browser. */
export const storedThisIssue = stored<ThisIssue | null>(
  'this_issue',
  nullable(thisIssueShape),
  null,
  'session',
);

/** The issue before anything is known of it. */
export function nothingKnown(issueKey: string): ThisIssue {
  return { issueKey, at: 0, queue: '', trail: [], changes: [], failure: null, history: [] };
}
