import { oneLine } from '../errors/one-line.ts';
import type { Settings } from '../settings/schema.ts';
import { type CheckName, type Finding, type Findings, pending, type sayings } from './checks.ts';

/** What checks are made with. It knows neither the browser nor the screen. */
export interface CheckContext {
  readonly wanted: ReadonlySet<CheckName>;
  readonly settings: Settings;
  /** For the tracker that the settings name; null where there is none. */
  readonly token: string | null;
  /** Whether the browser lets requests through to an address. */
  readonly isAllowed: (url: string) => Promise<boolean>;
  /** How the schedules stand. */
  readonly schedules: () => Promise<'armed' | 'not_armed' | 'paused'>;
  /** Told of each thing as soon as it is known. */
  readonly tell: (news: Partial<Findings>) => void;
}

/** Milliseconds since it was made. */
export function stopwatch(): () => number {
  const startedAt = performance.now();
  return () => Math.round(performance.now() - startedAt);
}

/** A finding in words of its own. */
export function said(
  status: Finding['status'],
  id: (typeof sayings)[number],
  ...details: string[]
): Finding {
  return { ...pending, status, says: { id, details: details.map(oneLine) } };
}

/** A finding that a failure's sentence tells. */
export function failed(failure: NonNullable<Finding['failure']>): Finding {
  return { ...pending, status: 'bad', failure };
}

/** What can't be asked before another check is good. */
export const waits = said('untold', 'waits');
