import { missingSettings, type SettingName, type Settings } from '../settings/schema.ts';
import { type CheckName, type Findings, pending } from '../setup/checks.ts';
import { troubleWith, usesOf } from '../setup/fields.ts';

/** The steps of the guide, in their order. */
export const steps = ['tracker', 'checklist', 'fields', 'content', 'preview', 'schedule'] as const;
export type Step = (typeof steps)[number];

/** Those without which a run can't do its work: nobody has to look at what it would write. */
const needed: readonly Step[] = ['tracker', 'checklist', 'fields', 'content'];

/** The settings that a step is about. */
export const namesOf: Readonly<Record<Step, readonly SettingName[]>> = {
  tracker: ['trackerUrl', 'tokenScheme', 'organisationHeader', 'organisationId'],
  checklist: ['checklistIssues'],
  fields: ['linkField', 'errorField', 'fieldMapping'],
  content: ['contentUrl', 'loginUrl', 'testLink'],
  preview: [],
  schedule: ['schedulePaused'],
};

export const trackerChecks: readonly CheckName[] = ['tracker_reachable', 'token'];
export const checklistChecks: readonly CheckName[] = ['checklist_readable', 'checklist_writable'];
export const contentChecks: readonly CheckName[] = [
  'content_permission',
  'content_reachable',
  'signed_in',
  'test_link',
];

/** What of the world decides how far somebody has come. */
export interface Standing {
  readonly settings: Settings;
  /** Nothing that is set is wrong. */
  readonly isSound: boolean;
  readonly hasToken: boolean;
  readonly findings: Findings;
  /** Whether the browser lets requests through to the content API. */
  readonly isContentAllowed: boolean;
  readonly isPreviewed: boolean;
  /** Inputs in which something stands that is wrong, or is not stored. */
  readonly unsettled: ReadonlySet<SettingName | 'token'>;
}

/** The steps at which nothing is left to do. */
export function stepsDone(standing: Standing): ReadonlySet<Step> {
  const { settings, isSound, findings, isContentAllowed, isPreviewed, unsettled } = standing;
  const missing = missingSettings(settings, standing.hasToken);
  const lacks = (...names: readonly string[]) => missing.some((name) => names.includes(name));
  const isFine = (names: readonly CheckName[]) =>
    isMade(names, findings) && names.every((name) => findings.checks[name]?.status !== 'bad');
  const isOn = missing.length === 0 && isSound && !settings.schedulePaused;
  const isDone: Readonly<Record<Step, boolean>> = {
    tracker: !lacks('token') && !unsettled.has('token') && isFine(trackerChecks),
    checklist: !lacks(...namesOf.checklist) && isFine(checklistChecks),
    fields:
      !lacks(...namesOf.fields) &&
      isMade(['fields'], findings) &&
      areFieldsGood(settings, findings),
    content: !lacks('contentUrl') && isFine(contentChecks) && isContentAllowed,
    // Nobody has to look; what is on needs no look beforehand.
    preview: isPreviewed || isOn,
    schedule: isOn,
  };
  const isSettled = (step: Step) => !namesOf[step].some((name) => unsettled.has(name));
  return new Set(steps.filter((step) => isDone[step] && isSettled(step)));
}

/** Whether these checks were made: one that was may have found that it can't be told. */
function isMade(names: readonly CheckName[], { checks }: Findings): boolean {
  return names.every((name) => {
    const { status, says } = checks[name] ?? pending;
    return status !== 'pending' && says?.id !== 'waits' && says?.id !== 'no_answer';
  });
}

function areFieldsGood(settings: Settings, { fields }: Findings): boolean {
  // A field of a queue that can't be looked into has to be taken at somebody's word.
  const isGood = (trouble: ReturnType<typeof troubleWith>) =>
    trouble === null || trouble === 'untold';
  return (
    fields === null ||
    usesOf(settings).every(([use, field]) => isGood(troubleWith(use, field, fields)))
  );
}

/**
 * Whether a step is skipped because the organisation has set all of it. A token, a permission and a
 * sign-in are nothing that it could set for somebody.
 */
export function isSkipped(step: Step, managed: Partial<Settings>): boolean {
  const isOfSettingsAlone = step === 'checklist' || step === 'fields' || step === 'schedule';
  return isOfSettingsAlone && namesOf[step].every((name) => Object.hasOwn(managed, name));
}

/**
 * The steps that a run depends on and that are not done. What the organisation has set is nothing
 * that anybody could do about.
 */
export function stepsOpen(done: ReadonlySet<Step>, managed: Partial<Settings>): Step[] {
  return needed.filter((step) => !done.has(step) && !isSkipped(step, managed));
}

/** The steps at which something is to be filled in before any run can begin. */
export function stepsLacking(missing: readonly (SettingName | 'token')[]): Step[] {
  return steps.filter((step) =>
    missing.some((name) => (name === 'token' ? step === 'tracker' : namesOf[step].includes(name))),
  );
}
