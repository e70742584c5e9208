import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/errors/failure.ts';
import { itemLabel, summaryText } from '../../../src/queue/summary.ts';

const sentence = ({ details }: Failure) => `Because of ${details.join(', ')}.`;
const failure: Failure = { code: 'link_not_set', details: ['link'] };

function summary(waiting: [label: string, failure: Failure | null][], previous = ''): string {
  return summaryText({ previous, waiting: new Map(waiting), sentence });
}

/** So many failures, whose lines have so many characters each, their line breaks included. */
function many(count: number, lineLength: number): [string, Failure][] {
  return Array.from({ length: count }, (_, n) => {
    const label = `SUP-${1000 + n}`;
    const empty = `${label}: resource_errors: Because of .\n`.length;
    const details = ['x'.repeat(lineLength - empty)];
    return [label, { code: 'resource_errors', details }];
  });
}

describe('an item is called', () => {
  test.each([
    ['SUP-7', 'SUP-7'],
    ['https://tracker.yandex.ru/SUP-7', 'SUP-7'],
    ['Fix SUP-7 please', 'SUP-7'],
    ['no\nissue\u202e', 'no issue'],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ])('for %j: %j', (text, label) => {
    expect(itemLabel(text)).toBe(label);
  });
});

describe('a summary', () => {
  test('has one line for each failed item', () => {
    const other: Failure = { code: 'resource_not_found', details: ['task 5'] };
    const waiting: [string, Failure][] = [
      ['SUP-7', failure],
      ['no issue', { code: 'item_names_no_issue', details: [] }],
      ['SUP-8', other],
    ];
    expect(summary(waiting)).toBe(
      [
        'SUP-7: link_not_set: Because of link.',
        'no issue: item_names_no_issue: Because of .',
        'SUP-8: resource_not_found: Because of task 5.',
      ].join('\n'),
    );
  });

  test('is empty where none failed', () => {
    expect(summary([])).toBe('');
    expect(summary([], 'SUP-7: link_not_set: Because of link.')).toBe('');
  });

  test('keeps the line of an item that another browser deferred', () => {
    const previous = [
      'SUP-6: link_not_set: Theirs: with a colon.',
      'SUP-7: link_not_set: Old.',
      'SUP-9: link_not_set: Done by now.',
    ].join('\n');
    const waiting: [string, Failure | null][] = [
      ['SUP-6', null],
      ['SUP-7', failure],
      ['SUP-8', null],
    ];
    expect(summary(waiting, previous)).toBe(
      'SUP-6: link_not_set: Theirs: with a colon.\nSUP-7: link_not_set: Because of link.',
    );
  });

  test('is the same when nothing changed', () => {
    const waiting = many(40, 300);
    const first = summary(waiting);
    expect(summary(waiting, first)).toBe(first);
    const unknown = waiting.map(([label]): [string, null] => [label, null]);
    expect(summary(unknown, first)).toBe(first);
  });
});

describe('a summary of many', () => {
  const oneOf = (lineLength: number) => many(80, lineLength).slice(-1);

  test('has 8,000 characters at most, and says how many more there are', () => {
    const text = summary(many(100, 100));
    const lines = text.split('\n');
    expect(text.length).toBeLessThanOrEqual(8000);
    expect(text.length).toBeGreaterThan(7800);
    expect(lines.at(-1)).toBe(`… and ${100 - (lines.length - 1)} more`);
    expect(lines.slice(0, -1).every((line) => line.length === 99)).toBe(true);
  });

  test.each([
    [100, 7999],
    [101, 8000],
  ])('is whole where it fits, to the last character: %i', (lastLine, length) => {
    const whole = summary([...many(79, 100), ...oneOf(lastLine)]);
    expect(whole).toHaveLength(length);
    expect(whole).not.toContain('more');
    expect(summary([...many(79, 100), ...oneOf(102)])).toMatch(/\n… and 1 more$/);
  });

  test('shows as many as fit beside what is said of the others', () => {
    // 80 lines with their breaks are 8,000 characters; "… and 21 more" and a break take the room of one.
    expect(summary(many(100, 100))).toHaveLength(79 * 100 + '… and 21 more'.length);
  });

  test('counts those that an earlier summary counted and nobody knows', () => {
    const previous = 'SUP-6: link_not_set: Theirs.\n… and 5 more';
    const unknown = ['SUP-6', 'SUP-20', 'SUP-21', 'SUP-22'].map((label): [string, null] => [
      label,
      null,
    ]);
    expect(summary(unknown, previous)).toBe('SUP-6: link_not_set: Theirs.\n… and 3 more');
    expect(summary(unknown.slice(0, 1), previous)).toBe('SUP-6: link_not_set: Theirs.');
  });

  test('stays within bounds whatever the lines', () => {
    for (const lineLength of [60, 333, 520]) {
      for (const count of [1, 10, 50, 1000]) {
        const waiting = many(count, lineLength);
        const text = summary(waiting);
        expect(text.length).toBeLessThanOrEqual(8000);
        const shown = text.split('\n').filter((line) => line.startsWith('SUP-')).length;
        const more = Number(/… and (\d+) more$/.exec(text)?.[1] ?? 0);
        expect(shown + more).toBe(count);
      }
    }
  });
});
