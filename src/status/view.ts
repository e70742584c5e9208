import { type Code, kindOf } from '../errors/codes.ts';
import type { Failure } from '../errors/failure.ts';
import type { Counts } from './counts.ts';
import type { Setup } from './setup.ts';
import type { Halt, QueueStatus, Run, State } from './status.ts';
import { isNearVersionLimit } from './write-budget.ts';

/** What the one button of a halting state does. */
export type Remedy = 'allow_hosts' | 'sign_in' | 'open_settings' | 'show_alike' | 'move_checklist';

/**
 * The state as a person is to see it: one of these stands in the popup and behind the badge. Scripts
 * of others rely on the names.
 */
export type View =
  | { readonly dataState: 'unconfigured' }
  | { readonly dataState: 'running'; readonly run: Run }
  | { readonly dataState: 'halted'; readonly halt: Halt }
  | { readonly dataState: 'paused'; readonly since: number | null }
  | {
      readonly dataState: 'idle';
      readonly deferred: number;
      /** Items that the next run takes up, as the queues that it can and may use were last seen. */
      readonly open: number;
    };

/** The machine's word for a state; scripts rely on these (design.md). */
export type DataState = View['dataState'];

/** What a view is made from; all of it stored. */
export interface StoredStatus {
  readonly setup: Setup;
  /** The browser stores nothing. */
  readonly trouble: Halt | null;
  readonly run: Run | null;
  readonly state: State;
  readonly queues: readonly QueueStatus[];
}

const remedies: Partial<Record<Code, Remedy>> = {
  not_configured: 'open_settings',
  content_login_required: 'sign_in',
  content_permission_missing: 'allow_hosts',
  tracker_permission_missing: 'allow_hosts',
  tracker_token_rejected: 'open_settings',
  checklist_issue_not_found: 'open_settings',
  checklist_issue_forbidden: 'open_settings',
  checklist_issue_locked: 'move_checklist',
  many_alike: 'show_alike',
};

/** What helps out of a halting state; null where nobody can do anything about it here. */
export function remedyOf({ failure, offline }: Halt): Remedy | null {
  return offline ? null : (remedies[failure.code] ?? null);
}

/** The setting, or the section, of the options page where something can be done about a failure; null where there is none. */
export function settingFor({ code, details }: Failure): string | null {
  const [first = ''] = details;
  switch (code) {
    case 'not_configured':
      return first === 'reason_newer_version' ? 'newer' : first.split(', ')[0] || null;
    case 'tracker_token_rejected':
      return 'token';
    case 'tracker_permission_missing':
    case 'content_permission_missing':
      return 'hosts';
    case 'checklist_issue_not_found':
    case 'checklist_issue_forbidden':
    case 'checklist_issue_not_replaceable':
      return 'checklistIssues';
    // Where the errors of a key can be ignored, and its field be changed.
    case 'resource_not_found':
    case 'resource_errors':
    case 'field_rejected':
      return 'fieldMapping';
    default:
      return null;
  }
}

/** The one state that holds now; what asks for a person's hand comes before what only waits. */
export function viewOf({ setup, trouble, run, state, queues }: StoredStatus): View {
  // A run that is stored then says what was, not what is.
  if (trouble !== null) return { dataState: 'halted', halt: trouble };
  if (run !== null) return { dataState: 'running', run };
  // What worked once, or was set and can't be read, is halted by what it lacks, and no first day.
  const isFirstDay = state.lastSuccessAt === null && setup.repaired.length === 0;
  if (isFirstDay && setup.missing.length > 0) return { dataState: 'unconfigured' };
  if (state.halt !== null) return { dataState: 'halted', halt: state.halt };
  if (setup.isPaused) return { dataState: 'paused', since: state.pausedSince };
  const left = [...setup.pausedQueues, ...unusableQueues(setup, queues)];
  const open = queues
    .filter(({ checklistIssue }) => !left.includes(checklistIssue))
    .reduce((sum, queue) => sum + queue.open, 0);
  const deferred = queues.reduce((sum, { deferredTotal }) => sum + deferredTotal, 0);
  return { dataState: 'idle', deferred, open };
}

/** The queues of the settings, in their order: what is known of others is over. */
export function queuesOf(
  checklistIssues: readonly string[],
  queues: readonly QueueStatus[],
): QueueStatus[] {
  return checklistIssues.flatMap((key) => queues.find((one) => one.checklistIssue === key) ?? []);
}

/** The queues that are at work and can't be used until somebody does something about it. */
export function unusableQueues(
  { pausedQueues }: Pick<Setup, 'pausedQueues'>,
  queues: readonly QueueStatus[],
): string[] {
  return queues.flatMap(({ checklistIssue, failure }) => {
    const needsAPerson = failure !== null && kindOf(failure.code) === 'halting';
    return needsAPerson && !pausedQueues.includes(checklistIssue) ? checklistIssue : [];
  });
}

/** Items of a run that are neither finished nor put off. */
export function itemsLeft({ counts }: Run): number {
  return Math.max(0, counts.total - finished(counts));
}

/** Items that a run is done with, whatever became of them. */
export function finished(counts: Counts): number {
  const { total: _, withoutItem: _ofFailed, ...ends } = counts;
  return Object.values(ends).reduce((sum, count) => sum + count, 0);
}

/** The toolbar badge; an empty text means none. `tone` names a design token's colour. */
export interface Badge {
  readonly text: string;
  readonly tone: 'accent' | 'neutral' | 'amber' | 'alarm';
}

/** The badge of behaviour.md's table of states. */
export function badgeOf(view: View): Badge {
  switch (view.dataState) {
    case 'running': {
      const { waits } = view.run;
      // With none left, the list is being read: nobody knows how many there are.
      const left = waits.length === 0 ? shortNumber(itemsLeft(view.run)) : '';
      return { text: left || '…', tone: 'accent' };
    }
    case 'halted':
      return view.halt.offline ? { text: '', tone: 'neutral' } : { text: '!', tone: 'alarm' };
    case 'paused':
      return { text: 'II', tone: 'neutral' };
    case 'idle':
      return { text: shortNumber(view.deferred), tone: 'neutral' };
    case 'unconfigured':
      return { text: '', tone: 'neutral' };
  }
}

/** The badge with the warning that a checklist issue can't be written for much longer. */
export function warningBadge(badge: Badge, queues: readonly QueueStatus[]): Badge {
  const isNear = queues.some(({ version }) => isNearVersionLimit(version));
  return isNear && badge.tone !== 'alarm' ? { text: badge.text || '!', tone: 'amber' } : badge;
}

/** Four characters are all that a badge shows; of nothing there is none. */
function shortNumber(count: number): string {
  if (count === 0) return '';
  return count < 1000 ? String(count) : `${Math.floor(count / 1000)}k`;
}
