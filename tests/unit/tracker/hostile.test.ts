import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { FailureError } from '../../../src/errors/failure.ts';
import { OneTry } from '../../../src/http/one-try.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { noHabits, TrackerClient } from '../../../src/tracker/client.ts';
import { issueKeyIn } from '../../../src/tracker/issue-key.ts';
import { issueSchema } from '../../../src/tracker/shapes.ts';

/** Ids, keys and texts that a tracker may answer with: none of them leads a request astray. */

afterEach(() => {
  vi.unstubAllGlobals();
});

const odd = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[A-Za-z0-9_-]{1,24}$/) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...['', '.', '..', '../..', '%2e%2e', '..%2f', 'a/b', 'a\\b', '?', '#', 'a?b=c', '\0', '\n'],
      ...['@evil.example', '//evil.example', 'x'.repeat(10_000), '__proto__', 'постель', '٧', ' '],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);
const key = fc.oneof(
  fc.tuple(odd, odd).map((parts) => parts.join('-')),
  fc.constantFrom('SUP-2', 'SUP-0', 'sup-3', 'SUP-4/../../admin', 'SUP-5?x', 'SUP-99999999999'),
);
const item = fc.record({ id: fc.oneof(odd, fc.integer(), fc.constant(null)), text: key });

const grammar =
  /^https:\/\/tracker\.example\/v2\/issues\/(?:_search\?|[A-Z][A-Z0-9]{0,63}-[1-9]\d{0,9}(?:\/checklistItems\/[A-Za-z0-9_-]{1,64})?\?)[^#]*$/;

test('whatever ids and keys a tracker answers with, requests keep to their grammar', async () => {
  const asked: string[] = [];
  let answer: unknown;
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    return new Response(JSON.stringify(answer));
  });
  let edited = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 3 }), fc.array(key), async (items, keys) => {
      const tracker = new TrackerClient({
        settings: {
          ...defaultSettings,
          trackerUrl: 'https://tracker.example/v2',
          trackerTimeoutSeconds: 1,
        },
        token: 'secret',
        // What is odd here stays so: asking again would only take its time.
        gate: new OneTry(),
        habits: noHabits,
      });
      answer = { key: 'SUP-1', version: 7, checklistItems: items };
      const list = await tracker.readChecklist('SUP-1', 'error').catch(expectFailure);
      const named = [...keys, ...items.map(({ text }) => issueKeyIn(text) ?? '')];
      answer = named.map((one) => ({ key: one, version: 1, aliases: named }));
      const issues = await tracker.searchIssues(named, []).catch(expectFailure);
      for (const one of list?.items ?? []) {
        await tracker.patchItem('SUP-1', one, { checked: true });
        await tracker.deleteItem('SUP-1', one.id);
        edited += 1;
      }
      for (const one of issues?.values() ?? []) {
        await tracker.readIssue(one.key, []).catch(expectFailure);
      }
    }),
    { numRuns: 1000 },
  );
  // Were none taken, nothing would have been tested.
  expect(edited).toBeGreaterThan(100);
  const astray = asked.filter((url) => new URL(url).href !== url || !grammar.test(url));
  expect(astray).toEqual([]);
});

test('a field that is nested without end can be stored, and spoils no other', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  const others = { lesson: 'Loops', sprint: [{ id: '7', display: 'May' }], list: nested(50) };
  const issue = { key: 'SUP-2', version: 3, ...others };
  const read = issueSchema.parse({ ...issue, deep: nested(50_000), list51: nested(51) });
  expect(structuredClone(read)).toEqual({ ...issue, deep: ['…'], list51: ['…'] });
});

function expectFailure(error: unknown): null {
  if (error instanceof FailureError) return null;
  throw error;
}
