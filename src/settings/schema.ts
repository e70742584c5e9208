import * as z from 'zod/mini';
import { type BreadcrumbKey, breadcrumbKeySchema, mappedKeys } from '../breadcrumbs/resource.ts';
import { issueKeyPattern } from '../tracker/issue-key.ts';
import { membersSchema } from './envelope.ts';

/**
 * The settings of behaviour.md: type, defaults, bounds and messages come from here.
 * An issue's `message` is the id of a text in `_locales`; numbers' bounds are in {@link bounds}.
 */

/** Lowest and highest value that a number may have, both allowed. Units are in the names. */
export const bounds = {
  trackerTimeoutSeconds: [1, 25],
  contentTimeoutSeconds: [1, 25],
  processEverySeconds: [30, 86_400],
  recheckEverySeconds: [30, 86_400],
  itemsAtATime: [1, 32],
  historyDays: [1, 3650],
  historyItems: [100, 200_000],
} as const;

/** Every text id that a setting's problem may carry. */
export const problemTexts = [
  'invalid_base_url',
  'invalid_url',
  'invalid_integer',
  'invalid_out_of_bounds',
  'invalid_items',
  'invalid_flag',
  'invalid_choice',
  'invalid_organisation_id',
  'invalid_issue_key',
  'invalid_key_twice',
  'invalid_field_id',
  'invalid_field_twice',
  'invalid_mapping',
  'invalid_date',
  'invalid_date_past',
] as const;

type ProblemText = (typeof problemTexts)[number];

/** What a token may consist of: printable ASCII, as it becomes a header. */
export const tokenPattern = /^[\x21-\x7e]{1,4096}$/;

const loopbackHosts = new Set(['localhost', '127.0.0.1']);

/** `https`, or `http` on loopback; no credentials; one host, not a pattern of hosts. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const http = url.protocol === 'http:' && loopbackHosts.has(url.hostname);
  // A URL may have `*` in its host, and the browser's question for access would mean every site.
  const isOneHost = !url.hostname.includes('*');
  const isPlain = url.username === '' && url.password === '';
  return (url.protocol === 'https:' || http) && isOneHost && isPlain;
}

/** A safe URL that a path can be put behind: no query, no fragment, no slash at its end. */
function isBaseUrl(text: string): boolean {
  if (!isSafeUrl(text) || /[?#\s]/.test(text) || text.endsWith('/')) return false;
  // Browsers fold `..`, `%2e` and `\`: the path has to be the one that a person reads.
  const pathAsWritten = text.replace(/^https?:\/\/[^/]*/i, '') || '/';
  return new URL(text).pathname === pathAsWritten;
}

/** A text of a kind. */
function text(problem: ProblemText, isOfKind: (value: string) => boolean) {
  return z.string(problem).check(z.refine(isOfKind, problem));
}

/** A text of a kind, or none. */
function optionalText(problem: ProblemText, isOfKind: (value: string) => boolean) {
  return text(problem, (value) => value === '' || isOfKind(value));
}

function integer(name: keyof typeof bounds) {
  const [least, most] = bounds[name];
  return z
    .int('invalid_integer')
    .check(z.refine((value) => value >= least && value <= most, 'invalid_out_of_bounds'));
}

const issueKeys = z
  .array(
    text('invalid_issue_key', (key) => issueKeyPattern.test(key)),
    'invalid_issue_key',
  )
  .check(z.refine(areDifferent, 'invalid_key_twice'));

function areDifferent(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

/** A date and time with its offset, as ISO 8601 and the tracker (`+0000`) write them: no schema of zod's takes both. */
const dateTimePattern = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

function isDateTime(text: string): boolean {
  const [, day = ''] = dateTimePattern.exec(text) ?? [];
  // The 30th of February is parsed as a day of March.
  return !Number.isNaN(Date.parse(text)) && new Date(day).getUTCDate() === Number(day.slice(-2));
}

const flag = z.boolean('invalid_flag');

/** A field's id; local ones are `<queue's id>--<key>`. It begins with a letter or digit. */
const fieldIdPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$/;
const optionalFieldId = optionalText('invalid_field_id', (id) => fieldIdPattern.test(id));

const mappedFieldSchema = z.object(
  {
    /** The tracker field's id; empty: not mapped. */
    field: optionalFieldId,
    /** An answer with errors for this key leaves it out, and the item still succeeds. */
    ignoreErrors: z._default(flag, false),
  },
  'invalid_mapping',
);

const fieldMappingSchema = z
  .partialRecord(breadcrumbKeySchema, mappedFieldSchema, 'invalid_mapping')
  .check(
    z.refine(
      (fieldMapping) => areDifferent(mappedKeys({ fieldMapping }).map(({ field }) => field)),
      'invalid_field_twice',
    ),
  );

export const settingSchemas = {
  trackerUrl: text('invalid_base_url', isBaseUrl),
  tokenScheme: z.enum(['OAuth', 'Bearer'], 'invalid_choice'),
  organisationHeader: z.enum(['none', 'X-Org-ID', 'X-Cloud-Org-ID'], 'invalid_choice'),
  organisationId: text('invalid_organisation_id', (id) => /^[\w-]{0,100}$/.test(id)),
  trackerTimeoutSeconds: integer('trackerTimeoutSeconds'),
  checklistIssues: issueKeys,
  /** Those of them that are left alone for now. */
  pausedQueues: issueKeys,
  linkField: optionalFieldId,
  errorField: optionalFieldId,
  fieldMapping: fieldMappingSchema,
  deferralDate: text('invalid_date', isDateTime),
  contentUrl: optionalText('invalid_base_url', isBaseUrl),
  loginUrl: optionalText('invalid_url', isSafeUrl),
  testLink: optionalText('invalid_url', isSafeUrl),
  contentTimeoutSeconds: integer('contentTimeoutSeconds'),
  processEverySeconds: integer('processEverySeconds'),
  recheckEverySeconds: integer('recheckEverySeconds'),
  deleteDoneItems: flag,
  leaveFailedUnchecked: flag,
  clearFieldsThatDoNotApply: flag,
  showFetchedData: flag,
  schedulePaused: flag,
  itemsAtATime: z.union([z.literal('automatic'), integer('itemsAtATime')], 'invalid_items'),
  historyDays: integer('historyDays'),
  historyItems: integer('historyItems'),
  detailedLog: flag,
  notifications: flag,
} as const;

export const settingsSchema = z.object(settingSchemas);
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;
// Object.keys widens to string; the keys are those of the literal above.
export const settingNames = Object.keys(settingSchemas) as SettingName[];

/** Keys mapped out of the box, with the one whose errors the original ignored. */
export const defaultKeys: readonly BreadcrumbKey[] = [
  'task.position_if_exists',
  'task.position',
  'course.name',
  'track.name',
  'track.id',
  'lesson.name',
  'sprint.name',
  'sprint.id',
  'topic.name',
  'faculty.name',
  'profession.name',
];

/** Frozen all through: a change would be one of everybody's defaults. */
export const defaultSettings: Settings = frozen({
  trackerUrl: 'https://api.tracker.yandex.net/v2',
  tokenScheme: 'OAuth',
  organisationHeader: 'none',
  organisationId: '',
  trackerTimeoutSeconds: 10,
  checklistIssues: [],
  pausedQueues: [],
  linkField: '',
  errorField: '',
  fieldMapping: Object.fromEntries(
    defaultKeys.map((key) => [key, { field: '', ignoreErrors: key === 'sprint.name' }]),
  ),
  deferralDate: '2099-01-01T05:00:00.000+0000',
  contentUrl: '',
  loginUrl: '',
  testLink: '',
  contentTimeoutSeconds: 10,
  processEverySeconds: 30,
  recheckEverySeconds: 3600,
  deleteDoneItems: false,
  leaveFailedUnchecked: false,
  clearFieldsThatDoNotApply: false,
  showFetchedData: false,
  schedulePaused: false,
  itemsAtATime: 'automatic',
  historyDays: 90,
  historyItems: 20_000,
  detailedLog: false,
  notifications: false,
});

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** A setting that can't be used as it is. `problem` is the id of a text in `_locales`. */
export interface SettingProblem {
  readonly name: SettingName;
  readonly problem: string;
}

/**
 * What is wrong with a value, as ids of texts. Rules that look at two settings at once are here
 * too, so that the page, an import and the store hold values to the same.
 * @param now milliseconds since 1970; the deferral date has to be later.
 */
export function problemsOf(settings: unknown, now: number): SettingProblem[] {
  // An invalid value stands at its default there, so that it hides nothing about the others.
  const { settings: sound, problems } = parseEach(membersOf(settings));
  const between = problemsBetween(sound, now);
  return [...problems, ...between.filter(({ name }) => problems.every((one) => one.name !== name))];
}

/** What is wrong with one setting's value, whatever the others are; undefined where nothing is. */
export function problemOf(name: SettingName, value: unknown, now: number): string | undefined {
  const problems = problemsOf({ ...defaultSettings, [name]: value }, now);
  return problems.find((one) => one.name === name)?.problem;
}

function membersOf(value: unknown): Record<string, unknown> {
  return membersSchema.safeParse(value).data ?? {};
}

/** Each setting's value by itself: where it doesn't parse, its default and what is wrong. */
function parseEach(values: Readonly<Record<string, unknown>>) {
  const problems: SettingProblem[] = [];
  const entries = settingNames.map((name) => {
    const { data, error } = settingSchemas[name].safeParse(values[name]);
    const [issue] = error?.issues ?? [];
    if (issue !== undefined) problems.push({ name, problem: issue.message });
    return [name, error === undefined ? data : defaultSettings[name]];
  });
  // A copy, which may be changed: the defaults may not.
  return { settings: settingsSchema.parse(Object.fromEntries(entries)), problems };
}

function problemsBetween(settings: Settings, now: number): SettingProblem[] {
  const { deferralDate, linkField, errorField, organisationHeader, organisationId } = settings;
  const fields = mappedKeys(settings).map(({ field }) => field);
  const isMappedToo = fields.includes(linkField) || fields.includes(errorField);
  const lacksId = organisationHeader !== 'none' && organisationId === '';
  const rules: readonly (readonly [isBroken: boolean, SettingName, ProblemText])[] = [
    [Date.parse(deferralDate) <= now, 'deferralDate', 'invalid_date_past'],
    [isMappedToo, 'fieldMapping', 'invalid_field_twice'],
    [linkField !== '' && linkField === errorField, 'errorField', 'invalid_field_twice'],
    [lacksId, 'organisationId', 'invalid_organisation_id'],
  ];
  return rules.flatMap(([isBroken, name, problem]) => (isBroken ? [{ name, problem }] : []));
}

/**
 * A stored value made whole: what doesn't parse is replaced field by field by its default.
 * @returns the settings and the names of what was replaced (not of what was merely absent).
 */
export function repairSettings(stored: unknown): { settings: Settings; repaired: SettingName[] } {
  const values = membersOf(stored);
  const { settings, problems } = parseEach(values);
  const names = problems.map(({ name }) => name);
  return { settings, repaired: names.filter((name) => Object.hasOwn(values, name)) };
}

/** The checklist issues that are worked on: all but the paused ones. */
export function queuesAtWork({ checklistIssues, pausedQueues }: Settings): string[] {
  return checklistIssues.filter((key) => !pausedQueues.includes(key));
}

/** What a run can't do without and does not have yet. `token` stands for the tracker's token. */
export function missingSettings(settings: Settings, hasToken: boolean): (SettingName | 'token')[] {
  const needed = ['checklistIssues', 'linkField', 'errorField', 'contentUrl'] as const;
  return [
    ...(hasToken ? [] : (['token'] as const)),
    ...needed.filter((name) => settings[name].length === 0),
    ...(mappedKeys(settings).length > 0 ? [] : (['fieldMapping'] as const)),
  ];
}
