import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { issueKeyIn, issueKeyPattern } from '../../../src/tracker/issue-key.ts';

describe('a checklist item`s text names an issue', () => {
  test.each<[about: string, text: string, key: string]>([
    ['as a bare key', 'SUP-7', 'SUP-7'],
    ['as a bare key with blanks around', '  sup-7\n', 'SUP-7'],
    ['as a bare key in lower case', 'sup-7', 'SUP-7'],
    ['with digits in its queue', 'A1B2-30', 'A1B2-30'],
    ['as a URL', 'https://tracker.yandex.ru/SUP-7', 'SUP-7'],
    ['as a URL with a slash', 'https://tracker.yandex.ru/SUP-7/', 'SUP-7'],
    ['as a URL in lower case', 'https://st.yandex-team.ru/sup-7', 'SUP-7'],
    ['as a URL below others', 'https://tracker.yandex.com/pages/my/SUP-7', 'SUP-7'],
    ['as a URL with a query', 'https://tracker.yandex.ru/SUP-7?from=ABC-1', 'SUP-7'],
    ['as a URL with a fragment', 'http://tracker.yandex.ru/SUP-7#ABC-1', 'SUP-7'],
    ['as a URL on a host that looks like a key', 'https://ABC-1/SUP-7', 'SUP-7'],
    ['within words', 'Fix SUP-7 please', 'SUP-7'],
    ['within Russian words', 'Задача SUP-7: опечатка', 'SUP-7'],
    ['at the end of a sentence', 'See SUP-7.', 'SUP-7'],
    ['in brackets', '[SUP-7]', 'SUP-7'],
    ['within words, as a URL', 'see https://tracker.yandex.ru/SUP-7 please', 'SUP-7'],
    ['twice the same', 'SUP-7, i.e. https://tracker.yandex.ru/SUP-7', 'SUP-7'],
    ['beside what is none', 'utf-8 in SUP-7 (v-1)', 'SUP-7'],
  ])('%s: %s', (_about, text, key) => {
    expect(issueKeyIn(text)).toBe(key);
  });

  test.each<[about: string, text: string]>([
    ['nothing', ''],
    ['blanks', '  \n'],
    ['words', 'no issue here'],
    ['two issues', 'SUP-7 and SUP-8'],
    ['two issues in a URL', 'see https://tracker.yandex.ru/SUP-7/ABC-1 please'],
    ['a URL that ends in something else', 'https://tracker.yandex.ru/queues'],
    ['no number', 'SUP-'],
    ['the number 0', 'SUP-0'],
    ['a number with a leading zero', 'SUP-07'],
    ['a queue that begins with a digit', '1A-7'],
    ['no queue', '-7'],
    ['part of a longer word', 'XSUP-7A'],
    ['part of a longer key', 'SUP-7-8'],
    ['lower case within words', 'it is utf-8 then'],
    ['a link to learn from', 'https://learn.example/tracks/python-3'],
    ['a link within words', 'see https://learn.example/tracks/python-3/ please'],
    ['a word of that form with a question mark', 'covid-19?'],
    ['Cyrillic look-alikes', 'SUР-7'],
    ['a very long number', `SUP-${'9'.repeat(100)}`],
    ['a very long queue', `${'A'.repeat(100)}-7`],
  ])('or not: %s', (_about, text) => {
    expect(issueKeyIn(text)).toBeNull();
  });

  test('whatever the text, what comes of it is safe in a path', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'SUP-7',
        'sup-7',
        'ABC',
        '-',
        '7',
        '/',
        '..',
        '%2f',
        'https://',
        '?',
        '#',
        ' ',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    let found = 0;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const key = issueKeyIn(parts.join(''));
        if (key === null) return;
        found += 1;
        expect(key).toMatch(issueKeyPattern);
        expect(new URL(`https://tracker.example/v2/issues/${key}`).pathname).toBe(
          `/v2/issues/${key}`,
        );
      }),
      { numRuns: 5000 },
    );
    expect(found).toBeGreaterThan(300);
  });

  test('of any length, within a moment', () => {
    const hostile = [
      `https://${'/A-1?'.repeat(20_000)} `,
      'A'.repeat(200_000),
      'A-1/'.repeat(50_000),
      'https://a/'.repeat(20_000),
    ];
    const begun = performance.now();
    for (const text of hostile) issueKeyIn(text);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
