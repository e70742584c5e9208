import { type BreadcrumbKey, breadcrumbKeySchema } from '../../breadcrumbs/resource.ts';
import { issueKeyIn } from '../../tracker/issue-key.ts';
import { type SettingName, settingSchemas } from '../schema.ts';
import { type Finding, type ImportReason, type PlacedFinding, problemOfFile } from './finding.ts';

/** Findings of the original's `.env`: NAME=value lines, quotes and `#` comments allowed. */
export function readEnv(text: string): PlacedFinding[] {
  const lines = text.split(/\r\n|\r|\n/).flatMap(readLine);
  const assignments = lines.filter((line) => line.variable !== null);
  if (assignments.length === 0 || text.includes('\0')) return problemOfFile('import_file_unknown');
  const filled = assignments.filter(({ value }) => value !== '');
  const last = new Map(filled.map((one) => [one.variable, one]));
  return lines.flatMap((one) => {
    const finding = findingOf(one, last);
    // A name in other letters is none of ours: it may as well be a piece of a secret.
    const name = /^[A-Z][A-Z0-9_]*$/.test(one.name) ? one.name : '';
    return finding === null ? [] : [{ ...finding, name, line: one.line }];
  });
}

interface Line {
  readonly line: number;
  /** As the file spells it. */
  readonly name: string;
  /** As {@link variables} spells it; null where the line can't be read. */
  readonly variable: string | null;
  readonly value: string;
}

function readLine(untrimmed: string, index: number): Line[] {
  const text = untrimmed.trim();
  if (text === '' || text.startsWith('#')) return [];
  const line = index + 1;
  const [, name, written = ''] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(text) ?? [];
  const value = readValue(written);
  if (name === undefined || value === null) return [{ line, name: '', variable: null, value: '' }];
  // The original's example file spells one of them in another way.
  const variable = name.replace(/_TASK_POSITION_FROM_ZERO_KEY$/, '_TASK_POSITION_KEY');
  return [{ line, name, variable, value }];
}

/** What stands between the quotes, or before the comment; null where a quote is not closed. */
function readValue(written: string): string | null {
  if (!/^["']/.test(written)) return written.replace(/(^|\s)#.*$/, '').trim();
  return /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(written)?.[2]?.trim() ?? null;
}

function findingOf(one: Line, last: ReadonlyMap<string | null, Line>): Finding | null {
  if (one.variable === null) return problem('import_line_unreadable');
  const read = variables.get(one.variable);
  if (read === undefined) return ignored(reasonOfUnused(one.variable));
  if (one.value === '') return ignored('import_empty');
  if (last.get(one.variable) !== one) return ignored('import_repeated');
  // Left from the example file.
  if (/<[^<>]*>/.test(one.value)) return problem('import_placeholder');
  return read(one.value, (variable) => last.get(variable)?.value);
}

function ignored(reason: ImportReason): Finding {
  return { sort: 'ignored', reason };
}

function problem(reason: ImportReason): Finding {
  return { sort: 'problem', reason };
}

function setting(name: SettingName, value: unknown): Finding {
  return { sort: 'setting', setting: name, value };
}

function reasonOfUnused(variable: string): ImportReason {
  if (/(^|_)API_?KEY(_|$)/.test(variable)) return 'import_api_key';
  const isDriver = /BROWSER|DRIVER|CHROME|DEBUGGING|DOWNLOAD|(^|_)PORT$/.test(variable);
  return isDriver ? 'import_browser_driver' : 'import_unknown';
}

/** What a value means; null where it adds nothing to what another variable says. */
type Reader = (value: string, textOf: (variable: string) => string | undefined) => Finding | null;

/** X of the pairs `TRACKER_X_KEY` (a tracker's field) and `BREADCRUMBS_X_KEY` (its breadcrumb key). */
const pairs: readonly (readonly [string, BreadcrumbKey])[] = [
  ['TASK_POSITION_IF_EXISTS', 'task.position_if_exists'],
  ['TASK_POSITION', 'task.position'],
  ['MODULE_NAME', 'course.name'],
  ['TRACK_NAME', 'track.name'],
  ['TRACK_ID', 'track.id'],
  ['LESSON_NAME', 'lesson.name'],
  ['SPRINT_NAME', 'sprint.name'],
  ['SPRINT_ID', 'sprint.id'],
  ['TOPIC_NAME', 'topic.name'],
  ['FACULTY_NAME', 'faculty.name'],
  ['PROFESSION_NAME', 'profession.name'],
];

const variables: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['ISSUE_URL', readIssueUrl],
  ['TRACKER_OAUTH_TOKEN', readToken],
  [
    'TRACKER_CHECKLIST_ISSUE_ID',
    (value) => setting('checklistIssues', [issueKeyIn(value) ?? value]),
  ],
  ['TRACKER_LINK_KEY', (value) => setting('linkField', value)],
  ['TRACKER_BREADCRUMBS_ERROR_KEY', (value) => setting('errorField', value)],
  ['DEFERRED_CHECKLIST_ITEMS_FUTURE_DATETIME', (value) => setting('deferralDate', value)],
  ['TRACKER_PATCH_TIMEOUT', readSeconds],
  ['BROWSER_START_URL', readStartUrl],
  ['TEST_FETCH_BREADCRUMBS_URL', (value) => setting('testLink', value)],
  ...pairs.flatMap(([words, obviousKey]) => readersOfPair(words, obviousKey)),
]);

function readersOfPair(words: string, obviousKey: BreadcrumbKey): [string, Reader][] {
  const fieldVariable = `TRACKER_${words}_KEY`;
  const keyVariable = `BREADCRUMBS_${words}_KEY`;
  const readField: Reader = (field, textOf) => {
    const key = breadcrumbKeySchema.safeParse(textOf(keyVariable) ?? obviousKey);
    return key.success ? { sort: 'key', key: key.data, change: { field } } : null;
  };
  const readKey: Reader = (key, textOf) => {
    if (!breadcrumbKeySchema.safeParse(key).success) return problem('import_unknown_key');
    return textOf(fieldVariable) === undefined ? ignored('import_no_pair') : null;
  };
  return [
    [fieldVariable, readField],
    [keyVariable, readKey],
  ];
}

function readIssueUrl(value: string): Finding {
  const url = trackerUrlOf(value);
  return url === undefined ? problem('import_issue_url') : setting('trackerUrl', url);
}

function trackerUrlOf(issueUrl: string): string | undefined {
  return /^(.*)\/issues\/\{[^{}/]*\}\/?$/.exec(issueUrl)?.[1];
}

/** A token whose tracker can't be read is not taken: it would go to the present one instead. */
function readToken(value: string, textOf: (variable: string) => string | undefined): Finding {
  const issueUrl = textOf('ISSUE_URL');
  if (issueUrl === undefined) return { sort: 'token', value, origin: null, scheme: 'Bearer' };
  const url = settingSchemas.trackerUrl.safeParse(trackerUrlOf(issueUrl));
  if (!url.success) return problem('import_token_address');
  return { sort: 'token', value, origin: new URL(url.data).origin, scheme: 'Bearer' };
}

function readSeconds(value: string): Finding {
  const isNumber = /^\d+(?:\.\d+)?$/.test(value);
  return setting('trackerTimeoutSeconds', isNumber ? Math.ceil(Number(value)) : value);
}

function readStartUrl(value: string): Finding {
  if (!settingSchemas.loginUrl.safeParse(value).success) return problem('invalid_url');
  return setting('contentUrl', `${new URL(value).origin}/content`);
}
