import type { Failure } from '../errors/failure.ts';
import type { Halt, Noticed, State } from './status.ts';

/** Something to tell a person who looks elsewhere. */
export type Notice =
  | { readonly kind: 'halted'; readonly failure: Failure }
  | { readonly kind: 'errors'; readonly runId: string; readonly count: number };

/**
 * What became news between two states, and what is noticed from now on. No connection is none: the
 * work goes on by itself, and nobody can do anything here.
 * @param leaveFailedUnchecked the setting: the same items fail in each run then, which is news once.
 */
export function newsBetween(
  before: Noticed,
  { halt, lastRun }: Pick<State, 'halt' | 'lastRun'>,
  leaveFailedUnchecked: boolean,
): { readonly noticed: Noticed; readonly notices: readonly Notice[] } {
  const notices: Notice[] = [];
  const name = haltName(halt);
  if (halt !== null && name !== null && name !== before.halt) {
    notices.push({ kind: 'halted', failure: halt.failure });
  }
  if (lastRun === null) return { noticed: { ...before, halt: name }, notices };
  const { id, kind, counts } = lastRun;
  // A recheck or a move tells nothing of what fails.
  const isNews = id !== before.runId && kind === 'process';
  const failed = isNews ? counts.failed : before.failed;
  if (isNews && failed > (leaveFailedUnchecked ? before.failed : 0)) {
    notices.push({ kind: 'errors', runId: id, count: failed });
  }
  return { noticed: { halt: name, runId: id, failed }, notices };
}

function haltName(halt: Halt | null): string | null {
  return halt === null || halt.offline ? null : `${halt.failure.code} ${halt.since}`;
}
