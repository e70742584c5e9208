import * as z from 'zod/mini';
import {
  type BreadcrumbKey,
  breadcrumbKeySchema,
  breadcrumbKeys,
} from '../breadcrumbs/resource.ts';
import { defaultKeys, type Settings, settingNames, settingSchemas } from '../settings/schema.ts';

/** Settings that are typed as text, whatever they are when stored. */
export const textNames = [
  'trackerUrl',
  'organisationId',
  'trackerTimeoutSeconds',
  'checklistIssues',
  'linkField',
  'errorField',
  'contentUrl',
  'loginUrl',
  'testLink',
  'contentTimeoutSeconds',
  'processEverySeconds',
  'recheckEverySeconds',
  'itemsAtATime',
  'historyDays',
  'historyItems',
] as const;
export type TextName = (typeof textNames)[number];

/** The settings as they stand in the inputs: what is typed there need not be valid yet. */
export type Draft = Omit<Settings, TextName> & Record<TextName, string>;

/** The inputs' contents for some settings. Equal settings make equal drafts, to the letter. */
export function draftOf(settings: Settings): Draft {
  const { checklistIssues, itemsAtATime, fieldMapping, ...others } = settings;
  return {
    ...others,
    trackerTimeoutSeconds: String(settings.trackerTimeoutSeconds),
    contentTimeoutSeconds: String(settings.contentTimeoutSeconds),
    processEverySeconds: String(settings.processEverySeconds),
    recheckEverySeconds: String(settings.recheckEverySeconds),
    historyDays: String(settings.historyDays),
    historyItems: String(settings.historyItems),
    checklistIssues: checklistIssues.join('\n'),
    itemsAtATime: itemsAtATime === 'automatic' ? '' : String(itemsAtATime),
    fieldMapping: ordered(fieldMapping),
  };
}

/** What the inputs say, for `problemsOf`; settings if it finds none. */
export function valuesOf(
  draft: Draft,
): Record<keyof Settings, unknown> & { readonly checklistIssues: readonly string[] } {
  const checklistIssues = draft.checklistIssues.split(/[\s,;]+/).filter((key) => key !== '');
  return {
    ...draft,
    // A queue that is gone is not paused when it comes again.
    pausedQueues: draft.pausedQueues.filter((key) => checklistIssues.includes(key)),
    trackerTimeoutSeconds: numberIn(draft.trackerTimeoutSeconds),
    contentTimeoutSeconds: numberIn(draft.contentTimeoutSeconds),
    processEverySeconds: numberIn(draft.processEverySeconds),
    recheckEverySeconds: numberIn(draft.recheckEverySeconds),
    historyDays: numberIn(draft.historyDays),
    historyItems: numberIn(draft.historyItems),
    checklistIssues,
    itemsAtATime: draft.itemsAtATime === '' ? 'automatic' : numberIn(draft.itemsAtATime),
  };
}

function numberIn(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Whether two drafts say the same. */
export function isSameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Inputs by their names; what is typed in them need not be a setting's value. */
export function parseEdits(members: Readonly<Record<string, unknown>>): Partial<Draft> {
  const mapping = z.partialRecord(
    breadcrumbKeySchema,
    z.object({ field: z.string(), ignoreErrors: z.boolean() }),
  );
  const typed: readonly string[] = [...textNames, 'deferralDate'];
  const entries = settingNames.flatMap((name) => {
    const value = members[name];
    if (typed.includes(name)) return typeof value === 'string' ? [[name, value]] : [];
    const parsed = (name === 'fieldMapping' ? mapping : settingSchemas[name]).safeParse(value);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(entries);
}

/** The inputs of a draft that another one has otherwise, as the first has them. */
export function editsIn(draft: Draft, from: Draft): Partial<Draft> {
  return pickInputs(
    draft,
    settingNames.filter((name) => JSON.stringify(draft[name]) !== JSON.stringify(from[name])),
  );
}

/** Some inputs of a draft. */
export function pickInputs(draft: Partial<Draft>, names: readonly string[]): Partial<Draft> {
  return Object.fromEntries(Object.entries(draft).filter(([name]) => names.includes(name)));
}

type Mapping = Settings['fieldMapping'];
const keysInOrder = [...new Set<BreadcrumbKey>([...defaultKeys, ...breadcrumbKeys])];

/** Storage gives keys back in an order of its own; people find them in this one. */
function ordered(mapping: Mapping): Mapping {
  return Object.fromEntries(
    keysInOrder.filter((key) => mapping[key] !== undefined).map((key) => [key, mapping[key]]),
  );
}

/** A mapping with one key's field or mark changed, or the key added. */
export function withMapped(
  mapping: Mapping,
  key: BreadcrumbKey,
  change: Partial<{ field: string; ignoreErrors: boolean }>,
): Mapping {
  return ordered({
    ...mapping,
    [key]: { field: '', ignoreErrors: false, ...mapping[key], ...change },
  });
}

/** A mapping without one key. */
export function withoutMapped(mapping: Mapping, key: BreadcrumbKey): Mapping {
  return ordered({ ...mapping, [key]: undefined });
}

/** Keys of the mapping, in order, and those that could be added. */
export function keysOf(mapping: Mapping): { mapped: BreadcrumbKey[]; others: BreadcrumbKey[] } {
  return {
    mapped: keysInOrder.filter((key) => mapping[key] !== undefined),
    others: keysInOrder.filter((key) => mapping[key] === undefined),
  };
}

/** Which keys a field mapping's problem is about: an id of a wrong form, or one used twice. */
export function keysWithProblems({
  fieldMapping,
  linkField,
  errorField,
}: Draft): Set<BreadcrumbKey> {
  const mapped = keysOf(fieldMapping).mapped.map(
    (key) => [key, fieldMapping[key]?.field ?? ''] as const,
  );
  const used = [linkField, errorField, ...mapped.map(([, field]) => field)];
  return new Set(
    mapped
      .filter(
        ([key, field]) =>
          field !== '' &&
          (used.filter((one) => one === field).length > 1 ||
            !settingSchemas.fieldMapping.safeParse({ [key]: fieldMapping[key] }).success),
      )
      .map(([key]) => key),
  );
}
