import { type Failure, failureIn } from '../errors/failure.ts';
import { OneTry } from '../http/one-try.ts';
import type { Settings } from '../settings/schema.ts';
import { type Checklist, noHabits, TrackerClient } from '../tracker/client.ts';
import { type Identity, readFields, triesToEdit, whoAmI } from '../tracker/inquiries.ts';
import { issueKeyIn, queueOf } from '../tracker/issue-key.ts';
import type { TrackerField } from '../tracker/shapes.ts';
import { type Finding, trackerCheckNames } from './checks.ts';
import { troubleWith, usesOf } from './fields.ts';
import { type CheckContext, failed, missing, said, stopwatch, tell, waits } from './finding.ts';

const afterToken = { checklist_readable: waits, checklist_writable: waits, fields: waits };

/** The checks of the tracker: one request of each kind, and no change of anything. */
export async function checkTracker(context: CheckContext): Promise<void> {
  const { settings, token, wanted, isAllowed } = context;
  if (!trackerCheckNames.some((name) => wanted.has(name))) return;
  if (!(await isAllowed(settings.trackerUrl))) {
    const { hostname } = new URL(settings.trackerUrl);
    const refused = failed({ code: 'tracker_permission_missing', details: [hostname] });
    tell(context, { tracker_reachable: refused, token: waits, ...afterToken });
    return;
  }
  const gate = new OneTry();
  if (token === null) {
    await knock(context, gate);
    tell(context, { ...afterToken, token: said('bad', 'token_missing') });
    return;
  }
  const tracker = new TrackerClient({ settings, token, gate, habits: noHabits });
  const lists = new Map<string, Promise<Checklist>>();
  const readList = (key: string) => {
    const list = lists.get(key) ?? tracker.readChecklist(key, '');
    lists.set(key, list);
    return list;
  };
  const owner = checkToken(context, tracker, token, gate);
  const orWaits = async (finding: Finding) => ((await owner) === null ? waits : finding);
  const means = { ...context, tracker, readList, orWaits };
  const [ofToken, lack] = await Promise.all([owner, checkChecklists(means), checkFields(means)]);
  if (ofToken === null || lack === null) return;
  // Whose it is was said at once; what its owner may not do is known only now.
  const says = { id: lack.id, details: [...(ofToken.says?.details ?? []), lack.key] };
  tell(context, { token: { ...ofToken, says } });
}

/** What the token's owner may not do with a checklist issue. */
interface Lack {
  readonly id: 'token_cannot_read' | 'token_cannot_write';
  readonly key: string;
}

/** What the checks that need a token are made with. */
interface Means extends CheckContext {
  readonly tracker: TrackerClient;
  /** Reads a checklist issue, once for all that look at it. */
  readonly readList: (key: string) => Promise<Checklist>;
  /**
   * What is said of a failure. What the token or the tracker itself fails at is said once, at its
   * own check, and all else waits for that.
   */
  readonly orWaits: (finding: Finding) => Promise<Finding>;
}

function tellReachable(context: CheckContext, gate: OneTry, finding: Finding): void {
  tell(context, { tracker_reachable: finding });
  context.tell({ clockAheadMs: gate.clockAheadMs });
}

/** Without a token there is still to be told whether anybody is at home. */
async function knock(context: CheckContext, gate: OneTry): Promise<void> {
  const { trackerUrl, trackerTimeoutSeconds } = context.settings;
  const timed = stopwatch();
  const outcome = await gate.knock(`${trackerUrl}/myself`, 'omit', trackerTimeoutSeconds);
  const finding =
    typeof outcome === 'string'
      ? unanswered({ code: 'tracker_unavailable', details: [`reason_${outcome}`] })
      : outcome.kind === 'answer'
        ? said('good', 'answers')
        : notATracker;
  tellReachable(context, gate, timed(finding));
}

const notATracker = said('bad', 'not_a_tracker');

/** What is said where no answer could be a tracker's. */
function unanswered(failure: Failure): Finding {
  const isOther = failure.details[0] === 'reason_bad_answer';
  return isOther ? notATracker : failed(failure);
}

/** What the tracker says of a token. */
type Answer =
  | Exclude<Identity, { kind: 'no_tracker' }>
  | { readonly kind: 'rejected'; readonly failure: Failure }
  /** Nothing that could be one of a tracker. */
  | { readonly kind: 'none'; readonly finding: Finding };

async function ask(tracker: TrackerClient): Promise<Answer> {
  try {
    const identity = await whoAmI(tracker);
    return identity.kind === 'no_tracker' ? { kind: 'none', finding: notATracker } : identity;
  } catch (error) {
    const failure = failureIn(error);
    if (failure.code === 'tracker_token_rejected') return { kind: 'rejected', failure };
    return { kind: 'none', finding: unanswered(failure) };
  }
}

/** @returns what is said of a token that the tracker takes; null where it takes none. */
async function checkToken(
  context: CheckContext,
  tracker: TrackerClient,
  token: string,
  gate: OneTry,
): Promise<Finding | null> {
  const { settings } = context;
  const timed = stopwatch();
  const answer = await ask(tracker);
  const isNone = answer.kind === 'none';
  tellReachable(context, gate, timed(isNone ? answer.finding : said('good', 'answers')));
  if (isNone) {
    tell(context, { token: waits });
  } else if (answer.kind === 'person') {
    const { display, login } = answer.person;
    const finding = timed(
      said('good', 'token_of', display || login, login, organisationOf(settings)),
    );
    tell(context, { token: finding });
    return finding;
  } else {
    tell(context, { token: timed(await refusal(settings, token, gate, answer)) });
  }
  return null;
}

/** The organisation as requests name it; empty where they name none. */
function organisationOf({ organisationHeader, organisationId }: Settings): string {
  return organisationHeader === 'none' ? '' : `${organisationId} (${organisationHeader})`;
}

/** What is said of a token that is not taken: it may be under another setting. */
async function refusal(
  settings: Settings,
  token: string,
  gate: OneTry,
  answer: Extract<Answer, { kind: 'rejected' | 'forbidden' }>,
): Promise<Finding> {
  const isRejected = answer.kind === 'rejected';
  for (const fix of isRejected ? otherSchemes(settings) : otherOrganisations(settings)) {
    const changed = { ...settings, ...fix };
    const { kind } = await ask(
      new TrackerClient({ settings: changed, token, gate, habits: noHabits }),
    );
    // A refusal for the organisation's sake comes only after the token was taken.
    if (kind === 'person' || (isRejected && kind === 'forbidden')) {
      const id = isRejected ? 'other_scheme' : 'other_organisation';
      return { ...said('bad', id, ...Object.values(fix)), fix };
    }
  }
  if (isRejected) return failed(answer.failure);
  const { organisationHeader, organisationId } = settings;
  const isNamed = organisationHeader !== 'none' || organisationId !== '';
  return said('bad', isNamed ? 'organisation_refused' : 'no_organisation', answer.text);
}

/** One that the tracker may take the token under. */
type OtherSetting = Pick<Settings, 'tokenScheme'> | Pick<Settings, 'organisationHeader'>;

/** A token that is rejected may be one of the other kind. */
function otherSchemes({ tokenScheme }: Settings): OtherSetting[] {
  return [{ tokenScheme: tokenScheme === 'OAuth' ? 'Bearer' : 'OAuth' }];
}

/** The organisation may be one of the other kind, or need no naming at all. */
function otherOrganisations({
  organisationHeader: present,
  organisationId,
}: Settings): OtherSetting[] {
  const headers = ['X-Org-ID', 'X-Cloud-Org-ID', 'none'] as const;
  return headers.flatMap((organisationHeader) => {
    const isOther = organisationHeader !== present;
    const hasId = organisationHeader === 'none' || organisationId !== '';
    return isOther && hasId ? [{ organisationHeader }] : [];
  });
}

async function checkChecklists(means: Means): Promise<Lack | null> {
  const { settings, tracker, readList } = means;
  if (settings.checklistIssues.length === 0) {
    tell(means, { checklist_readable: missing('checklistIssues'), checklist_writable: waits });
    return null;
  }
  const [unreadable, unwritable] = await Promise.all([
    checkEach(means, 'checklist_readable', async (key) => {
      const { items } = await readList(key);
      const open = items.filter(({ checked }) => !checked).length;
      return said('good', 'items', `${key} ${open} ${items.length}`);
    }),
    checkEach(means, 'checklist_writable', async (key) =>
      (await triesToEdit(tracker, key))
        ? said('good', 'edit_tried')
        : said('untold', 'edit_untold'),
    ),
  ]);
  if (unreadable !== undefined) return { id: 'token_cannot_read', key: unreadable };
  return unwritable === undefined ? null : { id: 'token_cannot_write', key: unwritable };
}

/**
 * What is said of several checklist issues is what is said of the first that is not good, and of
 * all where all are.
 * @returns the first that the token may not be used for.
 */
async function checkEach(
  means: Means,
  name: 'checklist_readable' | 'checklist_writable',
  check: (key: string) => Promise<Finding>,
): Promise<string | undefined> {
  const { settings, wanted, orWaits } = means;
  if (!wanted.has(name)) return undefined;
  const timed = stopwatch();
  const keys = settings.checklistIssues;
  const findings = await Promise.all(
    keys.map((key) => check(key).catch((error: unknown) => orWaits(failed(failureIn(error))))),
  );
  const [first = waits] = findings;
  const details = findings.flatMap(({ says }) => says?.details ?? []);
  const ofAll = { ...first, says: first.says && { ...first.says, details } };
  tell(means, { [name]: timed(findings.find(({ status }) => status !== 'good') ?? ofAll) });
  return keys.find((_, index) => findings[index]?.failure?.code === 'checklist_issue_forbidden');
}

async function checkFields(means: Means): Promise<void> {
  const { settings, wanted, orWaits } = means;
  if (!wanted.has('fields')) return;
  const timed = stopwatch();
  try {
    const fields = await fieldsOf(means);
    means.tell({ fields });
    tell(means, { fields: timed(judgeFields(settings, fields)) });
  } catch (error) {
    const failure = failureIn(error);
    const finding = isHidden(failure) ? said('bad', 'fields_unreadable') : failed(failure);
    tell(means, { fields: timed(await orWaits(finding)) });
  }
}

function isHidden({ code }: Failure): boolean {
  return code === 'issue_forbidden' || code === 'issue_not_found';
}

/** Queues looked at beyond those of the checklist issues themselves. */
const mostQueues = 5;

/** Global fields, and those of the queues that the checklists and their first items are in. */
async function fieldsOf(means: Means): Promise<TrackerField[]> {
  const { settings, tracker } = means;
  const own = new Set(settings.checklistIssues.map(queueOf));
  const [global, local, others] = await Promise.all([
    readFields(tracker, null),
    fieldsOfQueues(tracker, [...own]),
    queuesOfItems(means),
  ]);
  const further = [...others].filter((queue) => !own.has(queue)).slice(0, mostQueues);
  return [...local, ...(await fieldsOfQueues(tracker, further)), ...global];
}

async function fieldsOfQueues(tracker: TrackerClient, queues: string[]): Promise<TrackerField[]> {
  const lists = await Promise.all(
    queues.map((queue) =>
      readFields(tracker, queue).catch((error: unknown) => {
        // A queue that can't be looked into has its fields unknown; the others' are not.
        if (isHidden(failureIn(error))) return [];
        throw error;
      }),
    ),
  );
  return lists.flat();
}

async function queuesOfItems({ settings, readList }: Means): Promise<Set<string>> {
  const lists = await Promise.all(
    settings.checklistIssues.map((key) =>
      readList(key).catch((error: unknown) => {
        // Said by the check that is about it.
        failureIn(error);
        return { items: [] };
      }),
    ),
  );
  const keys = lists.flatMap(({ items }) => items.flatMap(({ text }) => issueKeyIn(text) ?? []));
  return new Set(keys.map(queueOf));
}

/** What is said of fields in trouble, the worst first. */
const troubles = [
  { reasons: ['gone'], status: 'bad', id: 'field_gone' },
  { reasons: ['readonly', 'type'], status: 'bad', id: 'field_unfit' },
  { reasons: ['untold'], status: 'untold', id: 'field_untold' },
] as const;

function judgeFields(settings: Settings, fields: readonly TrackerField[]): Finding {
  const uses = usesOf(settings);
  if (settings.linkField === '') return missing('linkField');
  if (settings.errorField === '') return missing('errorField');
  if (uses.length === 2) return missing('fieldMapping');
  const judged = uses.map(([use, field]) => ({ field, reason: troubleWith(use, field, fields) }));
  for (const { reasons, status, id } of troubles) {
    const named = judged.filter(({ reason }) => reasons.some((one) => one === reason));
    if (named.length > 0)
      return said(status, id, named.map(({ field }) => nameOf(field, fields)).join(', '));
  }
  return said('good', 'fields_fit', String(uses.length));
}

/** A field as people know it, as far as the tracker tells. */
function nameOf(fieldId: string, fields: readonly TrackerField[]): string {
  const field = fields.find(({ id }) => id === fieldId);
  return field === undefined ? fieldId : `${field.name} (${fieldId})`;
}
