import { type Failure, FailureError } from '../errors/failure.ts';
import { OneTry } from '../http/one-try.ts';
import type { Settings } from '../settings/schema.ts';
import { type Checklist, noHabits, TrackerClient } from '../tracker/client.ts';
import { readFields, triesToEdit, whoAmI } from '../tracker/inquiries.ts';
import { issueKeyIn } from '../tracker/issue-key.ts';
import type { TrackerField } from '../tracker/shapes.ts';
import type { CheckName, Finding, Fix } from './checks.ts';
import { type FieldTrouble, type FieldUse, troubleWith } from './fields.ts';
import { type CheckContext, failed, said, stopwatch, waits } from './finding.ts';

const afterToken = ['checklist_readable', 'checklist_writable', 'fields'] as const;
const all: readonly CheckName[] = ['tracker_reachable', 'token', ...afterToken];

/** The checks of the tracker: one request of each kind, and no change of anything. */
export async function checkTracker(context: CheckContext): Promise<void> {
  const { settings, token, wanted, isAllowed } = context;
  if (!all.some((name) => wanted.has(name))) return;
  if (!(await isAllowed(settings.trackerUrl))) {
    const { hostname } = new URL(settings.trackerUrl);
    const failure: Failure = { code: 'tracker_permission_missing', details: [hostname] };
    tellAll(context, ['tracker_reachable'], failed(failure));
    tellAll(context, ['token', ...afterToken], waits);
    return;
  }
  const gate = new OneTry(false);
  if (token === null) {
    await knock(context, gate);
    tellAll(context, ['token'], said('bad', 'token_missing'));
    tellAll(context, afterToken, waits);
    return;
  }
  const tracker = clientFor(context, token, gate, {});
  const lists = new Map<string, Promise<Checklist>>();
  const readList = (key: string) => {
    const list = lists.get(key) ?? tracker.readChecklist(key, '');
    lists.set(key, list);
    return list;
  };
  const owner = checkToken(context, tracker, token, gate);
  // What the token or the tracker itself fails at is said once, at its own check.
  const orWaits: OrWaits = async (finding) => ((await owner) === null ? waits : finding);
  const [ofToken, lack] = await Promise.all([
    owner,
    checkChecklists(context, tracker, readList, orWaits),
    checkFields(context, tracker, readList, orWaits),
  ]);
  if (ofToken === null || lack === null) return;
  // Whose it is was said at once; what its owner may not do is known only now.
  const says = { id: lack.id, details: [...(ofToken.says?.details ?? []), lack.key] };
  tellAll(context, ['token'], { ...ofToken, says });
}

/** What the token's owner may not do with a checklist issue. */
interface Lack {
  readonly id: 'token_cannot_read' | 'token_cannot_write';
  readonly key: string;
}

/** What is said of a failure: nothing of its own while the token's check says what to mend first. */
type OrWaits = (finding: Finding) => Promise<Finding>;

/** Reads a checklist issue, once for all that look at it. */
type ReadList = (key: string) => Promise<Checklist>;

function tellAll({ wanted, tell }: CheckContext, names: readonly CheckName[], finding: Finding) {
  const told = names.filter((name) => wanted.has(name));
  tell({ checks: Object.fromEntries(told.map((name) => [name, finding])) });
}

function clientFor(
  { settings }: CheckContext,
  token: string,
  gate: OneTry,
  change: Fix,
): TrackerClient {
  const { tokenScheme = settings.tokenScheme, organisationHeader = settings.organisationHeader } =
    change;
  const organisation = { header: organisationHeader, id: settings.organisationId };
  return new TrackerClient({
    url: settings.trackerUrl,
    token,
    tokenScheme,
    organisation: organisationHeader === 'none' ? null : organisation,
    timeoutMs: settings.trackerTimeoutSeconds * 1000,
    gate,
    habits: noHabits,
  });
}

/** Without a token there is still to be told whether anybody is at home. */
async function knock(context: CheckContext, gate: OneTry): Promise<void> {
  const { settings } = context;
  const watch = stopwatch();
  const finding = await gate
    .send({
      method: 'GET',
      url: `${settings.trackerUrl}/myself`,
      credentials: 'omit',
      timeoutMs: settings.trackerTimeoutSeconds * 1000,
      maxBytes: 65_536,
    })
    .then(({ kind }) => (kind === 'answer' ? said('good', 'answers') : notATracker))
    .catch(() => failed({ code: 'tracker_unavailable', details: [] }));
  tellAll(context, ['tracker_reachable'], { ...finding, ms: watch() });
  context.tell({ clockAheadMs: gate.clockAheadMs });
}

const notATracker = said('bad', 'not_a_tracker');

/** @returns what is said of a token that the tracker takes; null where it takes none. */
async function checkToken(
  context: CheckContext,
  tracker: TrackerClient,
  token: string,
  gate: OneTry,
): Promise<Finding | null> {
  const watch = stopwatch();
  const tell = (reachable: Finding, ofToken: Finding) => {
    tellAll(context, ['tracker_reachable'], reachable);
    tellAll(context, ['token'], ofToken);
  };
  try {
    const identity = await whoAmI(tracker);
    const ms = watch();
    const reachable = { ...said('good', 'answers'), ms };
    context.tell({ clockAheadMs: gate.clockAheadMs });
    if (identity.kind === 'no_tracker') tell({ ...notATracker, ms }, waits);
    else if (identity.kind === 'person') {
      const { display, login } = identity.person;
      const organisation = organisationOf(context.settings);
      const finding = said('good', 'token_of', display || login, login, organisation);
      tell(reachable, { ...finding, ms });
      return { ...finding, ms };
    } else {
      tellAll(context, ['tracker_reachable'], reachable);
      const finding = await otherOrganisation(context, token, gate, identity.text);
      tellAll(context, ['token'], { ...finding, ms: watch() });
    }
  } catch (error) {
    const failure = failureOf(error);
    const ms = watch();
    if (failure.code === 'tracker_token_rejected') {
      tellAll(context, ['tracker_reachable'], { ...said('good', 'answers'), ms });
      context.tell({ clockAheadMs: gate.clockAheadMs });
      const finding = await otherScheme(context, token, gate, failure);
      tellAll(context, ['token'], { ...finding, ms: watch() });
    } else {
      const isOther = failure.details[0] === 'reason_bad_answer';
      tell({ ...(isOther ? notATracker : failed(failure)), ms }, waits);
    }
  }
  return null;
}

/** The organisation as requests name it; empty where they name none. */
function organisationOf({ organisationHeader, organisationId }: Settings): string {
  return organisationHeader === 'none' ? '' : `${organisationId} (${organisationHeader})`;
}

/** A token that is rejected may be one of the other kind. */
async function otherScheme(
  context: CheckContext,
  token: string,
  gate: OneTry,
  failure: Failure,
): Promise<Finding> {
  const tokenScheme = context.settings.tokenScheme === 'OAuth' ? 'Bearer' : 'OAuth';
  const fix: Fix = { tokenScheme };
  // A refusal for the organisation's sake comes only after the token was taken.
  return (await isTaken(clientFor(context, token, gate, fix), ['person', 'forbidden']))
    ? { ...said('bad', 'other_scheme', tokenScheme), fix }
    : failed(failure);
}

/** The organisation may be one of the other kind, or need no naming at all. */
async function otherOrganisation(
  context: CheckContext,
  token: string,
  gate: OneTry,
  text: string,
): Promise<Finding> {
  const { organisationHeader: present, organisationId: id } = context.settings;
  const headers = ['X-Org-ID', 'X-Cloud-Org-ID', 'none'] as const;
  for (const organisationHeader of headers) {
    if (organisationHeader === present || (organisationHeader !== 'none' && id === '')) continue;
    const fix: Fix = { organisationHeader };
    if (await isTaken(clientFor(context, token, gate, fix), ['person'])) {
      return { ...said('bad', 'other_organisation', organisationHeader), fix };
    }
  }
  return present === 'none' && id === ''
    ? said('bad', 'no_organisation', text)
    : said('bad', 'organisation_refused', text);
}

async function isTaken(tracker: TrackerClient, kinds: readonly string[]): Promise<boolean> {
  try {
    return kinds.includes((await whoAmI(tracker)).kind);
  } catch (error) {
    failureOf(error);
    return false;
  }
}

async function checkChecklists(
  context: CheckContext,
  tracker: TrackerClient,
  readList: ReadList,
  orWaits: OrWaits,
): Promise<Lack | null> {
  const { settings, wanted } = context;
  if (!wanted.has('checklist_readable') && !wanted.has('checklist_writable')) return null;
  const keys = settings.checklistIssues;
  if (keys.length === 0) {
    tellAll(context, ['checklist_readable'], missing('checklistIssues'));
    tellAll(context, ['checklist_writable'], waits);
    return null;
  }
  const [unreadable, unwritable] = await Promise.all([
    checkEach(context, 'checklist_readable', keys, orWaits, async (key) => {
      const { items } = await readList(key);
      const open = items.filter(({ checked }) => !checked).length;
      return said('good', 'items', key, String(open), String(items.length));
    }),
    checkEach(context, 'checklist_writable', keys, orWaits, async (key) =>
      (await triesToEdit(tracker, key))
        ? said('good', 'edit_tried')
        : said('untold', 'edit_untold'),
    ),
  ]);
  if (unreadable !== null) return { id: 'token_cannot_read', key: unreadable };
  return unwritable === null ? null : { id: 'token_cannot_write', key: unwritable };
}

/**
 * What is said of several checklist issues is what is said of the first that is not good.
 * @returns the first that the token may not be used for.
 */
async function checkEach(
  context: CheckContext,
  name: 'checklist_readable' | 'checklist_writable',
  keys: readonly string[],
  orWaits: OrWaits,
  check: (key: string) => Promise<Finding>,
): Promise<string | null> {
  if (!context.wanted.has(name)) return null;
  const watch = stopwatch();
  const findings = await Promise.all(
    keys.map((key) =>
      check(key).catch((error: unknown) => orWaits(asOfChecklist(failureOf(error)))),
    ),
  );
  const [first = waits] = findings;
  const worst = findings.find(({ status }) => status !== 'good') ?? first;
  tellAll(context, [name], { ...worst, ms: watch() });
  return (
    keys.find((_, index) => findings[index]?.failure?.code === 'checklist_issue_forbidden') ?? null
  );
}

function asOfChecklist(failure: Failure): Finding {
  switch (failure.code) {
    case 'issue_forbidden':
      return failed({ ...failure, code: 'checklist_issue_forbidden' });
    case 'issue_not_found':
      return failed({ ...failure, code: 'checklist_issue_not_found' });
    default:
      return failed(failure);
  }
}

async function checkFields(
  context: CheckContext,
  tracker: TrackerClient,
  readList: ReadList,
  orWaits: OrWaits,
): Promise<void> {
  if (!context.wanted.has('fields')) return;
  const watch = stopwatch();
  try {
    const fields = await fieldsOf(context.settings, tracker, readList);
    context.tell({ fields });
    tellAll(context, ['fields'], { ...judgeFields(context.settings, fields), ms: watch() });
  } catch (error) {
    const failure = failureOf(error);
    const isHidden = failure.code === 'issue_forbidden' || failure.code === 'issue_not_found';
    const finding = isHidden ? said('bad', 'fields_unreadable') : failed(failure);
    tellAll(context, ['fields'], { ...(await orWaits(finding)), ms: watch() });
  }
}

/** Queues looked at beyond those of the checklist issues themselves. */
const mostQueues = 5;

/** Global fields, and those of the queues that the checklists and their first items are in. */
async function fieldsOf(
  settings: Settings,
  tracker: TrackerClient,
  readList: ReadList,
): Promise<TrackerField[]> {
  const own = new Set(settings.checklistIssues.map(queueOf));
  const [global, local, others] = await Promise.all([
    readFields(tracker, null),
    fieldsOfQueues(tracker, [...own]),
    queuesOfItems(settings, readList),
  ]);
  const further = [...others].filter((queue) => !own.has(queue)).slice(0, mostQueues);
  return [...local, ...(await fieldsOfQueues(tracker, further)), ...global];
}

async function fieldsOfQueues(tracker: TrackerClient, queues: string[]): Promise<TrackerField[]> {
  const lists = await Promise.all(
    queues.map((queue) =>
      // A queue that can't be looked into has its fields unknown; the others' are not.
      readFields(tracker, queue).catch((error: unknown) => noneFor(failureOf(error))),
    ),
  );
  return lists.flat();
}

async function queuesOfItems(settings: Settings, readList: ReadList): Promise<Set<string>> {
  const lists = await Promise.all(
    settings.checklistIssues.map((key) =>
      readList(key).catch((error: unknown) => {
        // Said by the check that is about it.
        failureOf(error);
        return { items: [] };
      }),
    ),
  );
  const keys = lists.flatMap(({ items }) => items.flatMap(({ text }) => issueKeyIn(text) ?? []));
  return new Set(keys.map(queueOf));
}

function noneFor({ code, details }: Failure): TrackerField[] {
  if (code === 'issue_forbidden' || code === 'issue_not_found') return [];
  throw new FailureError(code, ...details);
}

function queueOf(issueKey: string): string {
  return issueKey.slice(0, issueKey.lastIndexOf('-'));
}

/** Fields of the settings by what they are for. */
export function usesOf(settings: Settings): (readonly [FieldUse, string])[] {
  const mapped = Object.entries(settings.fieldMapping) as [
    // Object.entries widens a partial record's keys to strings; they are those of the schema.
    FieldUse,
    Settings['fieldMapping'][keyof Settings['fieldMapping']],
  ][];
  return [
    ['linkField', settings.linkField],
    ['errorField', settings.errorField],
    ...mapped.flatMap(([key, one]) => (one?.field ? [[key, one.field] as const] : [])),
  ];
}

function judgeFields(settings: Settings, fields: readonly TrackerField[]): Finding {
  const uses = usesOf(settings);
  const isMapped = uses.length > 2;
  if (settings.linkField === '') return missing('linkField');
  if (settings.errorField === '') return missing('errorField');
  if (!isMapped) return missing('fieldMapping');
  const troubles = uses.flatMap(([use, field]) => {
    const reason = troubleWith(use, field, fields);
    return reason === null ? [] : [{ use, field, reason }];
  });
  const gone = troubles.filter(({ reason }) => reason === 'gone');
  if (gone.length > 0) return said('bad', 'field_gone', named(gone));
  const unfit = troubles.filter(({ reason }) => reason !== 'untold');
  if (unfit.length > 0) return said('bad', 'field_unfit', named(unfit));
  if (troubles.length > 0) return said('untold', 'field_untold', named(troubles));
  return said('good', 'fields_fit', String(uses.length));
}

function named(troubles: readonly FieldTrouble[]): string {
  return troubles.map(({ field }) => field).join(', ');
}

function missing(setting: string): Finding {
  return failed({ code: 'not_configured', details: [setting] });
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  throw error;
}
