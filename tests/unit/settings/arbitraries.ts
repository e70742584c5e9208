import fc from 'fast-check';
import { breadcrumbKeys } from '../../../src/breadcrumbs/resource.ts';
import { bounds, type Settings } from '../../../src/settings/schema.ts';

/** A moment before every generated deferral date. */
export const now = Date.UTC(2026, 0, 1);

const segment = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
const baseUrl = fc
  .tuple(
    fc.constantFrom(
      'https://api.tracker.yandex.net',
      'https://a.example:8443',
      'http://127.0.0.1:9',
    ),
    fc.array(segment, { maxLength: 3 }),
  )
  .map(([origin, path]) => [origin, ...path].join('/'));
const url = baseUrl.map((base) => `${base}/?a=b#c`);
const issueKey = fc
  .tuple(fc.stringMatching(/^[A-Z][A-Z0-9]{0,5}$/), fc.integer({ min: 1, max: 99_999 }))
  .map(([queue, number]) => `${queue}-${number}`);
const fieldId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/);
const deferralDate = fc
  .date({ min: new Date(now + 1), max: new Date('9998-01-01'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), date.toISOString().replace('Z', '+03:00')))
  .filter((text) => Date.parse(text) > now);

function integer(name: keyof typeof bounds) {
  const [min, max] = bounds[name];
  return fc.integer({ min, max });
}

/** Fields of which no two are the same: link field, error field, and some keys' in any order. */
const fields = fc
  .tuple(
    fc.uniqueArray(fc.option(fieldId, { nil: '' }), {
      minLength: 2,
      maxLength: breadcrumbKeys.length + 2,
      comparator: (a, b) => a !== '' && a === b,
    }),
    fc.shuffledSubarray([...breadcrumbKeys]),
    fc.infiniteStream(fc.boolean()),
  )
  .map(([[linkField = '', errorField = '', ...ids], keys, flags]) => ({
    linkField,
    errorField,
    fieldMapping: Object.fromEntries(
      keys.map((key, index) => [
        key,
        { field: ids[index] ?? '', ignoreErrors: flags.next().value ?? false },
      ]),
    ),
  }));

const organisation = fc.oneof(
  fc.constant({ organisationHeader: 'none' as const, organisationId: '' }),
  fc.record({
    organisationHeader: fc.constantFrom('X-Org-ID' as const, 'X-Cloud-Org-ID' as const),
    organisationId: fc.stringMatching(/^[\w-]{1,20}$/),
  }),
);

const others = fc.record({
  trackerUrl: baseUrl,
  tokenScheme: fc.constantFrom('OAuth' as const, 'Bearer' as const),
  trackerTimeoutSeconds: integer('trackerTimeoutSeconds'),
  checklistIssues: fc.uniqueArray(issueKey, { maxLength: 4 }),
  deferralDate,
  contentUrl: fc.option(baseUrl, { nil: '' }),
  loginUrl: fc.option(url, { nil: '' }),
  testLink: fc.option(url, { nil: '' }),
  contentTimeoutSeconds: integer('contentTimeoutSeconds'),
  processEverySeconds: integer('processEverySeconds'),
  recheckEverySeconds: integer('recheckEverySeconds'),
  deleteDoneItems: fc.boolean(),
  leaveFailedUnchecked: fc.boolean(),
  clearFieldsThatDoNotApply: fc.boolean(),
  historyDays: integer('historyDays'),
  historyItems: integer('historyItems'),
  detailedLog: fc.boolean(),
  notifications: fc.boolean(),
  showFetchedData: fc.boolean(),
  schedulePaused: fc.boolean(),
  itemsAtATime: fc.oneof(fc.constant('automatic' as const), integer('itemsAtATime')),
});

/** Settings that have no problems. */
export const validSettings: fc.Arbitrary<Settings> = fc
  .tuple(others, fields, organisation)
  .map(([a, b, c]) => ({ ...a, ...b, ...c }))
  .chain((all) =>
    fc.subarray(all.checklistIssues).map((pausedQueues) => ({ ...all, pausedQueues })),
  );
