import { oneLine } from '../errors/one-line.ts';
import type { SettingName, Settings } from '../settings/schema.ts';
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

/** Tells what was found, as far as it is wanted. */
export function tell({ wanted, tell }: CheckContext, findings: Findings['checks']): void {
  const names: ReadonlySet<string> = wanted;
  const told = Object.entries(findings).filter(([name]) => names.has(name));
  tell({ checks: Object.fromEntries(told) });
}

/** Gives findings the time that has passed since it was made. */
export function stopwatch(): (finding: Finding) => Finding {
  const startedAt = performance.now();
  return (finding) => ({ ...finding, ms: Math.round(performance.now() - startedAt) });
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

/** A finding about a setting that is empty. */
export function missing(setting: SettingName): Finding {
  return failed({ code: 'not_configured', details: [setting] });
}

/** What can't be asked before another check is good. */
export const waits = said('untold', 'waits');
