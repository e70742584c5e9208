import { describe, expect, test } from 'vitest';
import type { KeptItem } from '../../../src/activity/entries.ts';
import { allTimes } from '../../../src/activity/scan.ts';
import { hashOf, parseAddress } from '../../../src/activity-page/address.ts';
import {
  type Filter,
  isItemShown,
  isRunShown,
  noFilter,
  timeRange,
  wordsOf,
} from '../../../src/activity-page/filter.ts';
import { keptItem, runEntry, scanned } from './entries.ts';

const typeNames = {
  faculty: 'факультет',
  profession: 'профессия',
  track: 'трек',
  course: 'курс',
  topic: 'тема',
  lesson: 'урок',
  task: 'задание',
  sprint: 'спринт',
};

function shows(item: KeptItem, filter: Partial<Filter>): boolean {
  const whole = { ...noFilter, ...filter };
  return isItemShown(scanned(item), whole, wordsOf(whole.query), typeNames);
}

describe('the search for items', () => {
  const failed = keptItem({
    outcome: 'failed',
    failure: { code: 'resource_not_found', details: ['lesson 9f0c', 'lesson.name'] },
  });

  test.each([
    ['a key', 'sup-7'],
    ['a link', 'https://learn.example/lessons/9f0c'],
    ['a link with a query, which is not kept', 'https://learn.example/lessons/9f0c?from=mail#top'],
    ['a resource', 'lesson 9f0c'],
    ['a resource as the page names it', 'Урок 9f0c'],
    ['a code', 'resource_not_found'],
    ['a new value, whatever the case', 'цИКЛЫ'],
    ['an old value', 'old name'],
    ['a field', '6063--lesson'],
    ['a breadcrumb key', 'lesson.name'],
    ['a checklist issue', 'sup-1'],
    ['several words in any order', 'циклы SUP-7'],
    ['nothing', '  '],
  ])('finds %s', (_, query) => {
    expect(shows(failed, { query })).toBe(true);
  });

  test('finds a value that was known and needed no writing', () => {
    expect(shows(keptItem({ changes: [] }), { query: 'циклы' })).toBe(true);
  });

  test('finds a value where none was before, and nothing is known of a resource', () => {
    const changes = [{ field: 'f', from: null, to: 'Recursion' }];
    expect(shows(keptItem({ resource: null, changes }), { query: 'recursion' })).toBe(true);
  });

  test.each(['SUP-70', 'циклы SUP-8', 'SUP-7#8', 'token'])('does not find %s', (query) => {
    expect(shows(failed, { query })).toBe(false);
  });

  test('lets through one outcome, and one run', () => {
    expect(shows(failed, { outcome: 'failed' })).toBe(true);
    expect(shows(failed, { outcome: 'done' })).toBe(false);
    expect(shows(failed, { run: 'run-1' })).toBe(true);
    expect(shows(failed, { run: 'run-2' })).toBe(false);
  });
});

describe('runs for their own sake', () => {
  const halted = runEntry({ failure: { code: 'content_login_required', details: ['host'] } });
  const shown = (filter: Partial<Filter>, run = halted) => {
    const whole = { ...noFilter, ...filter };
    return isRunShown(run, whole, wordsOf(whole.query));
  };

  test('are found by what halted them', () => {
    expect(shown({ query: 'content_login host' })).toBe(true);
    expect(shown({ query: 'many_alike' })).toBe(false);
    // Outcomes are items'.
    expect(shown({ outcome: 'failed' })).toBe(false);
    expect(shown({ run: 'run-1' })).toBe(true);
    expect(shown({ run: 'run-2' })).toBe(false);
  });

  test('are found by the checklist issues that items were moved between', () => {
    const moved = runEntry({ kind: 'move', move: { from: 'SUP-1', to: 'SUP-99' } });
    expect(shown({ query: 'sup-1 sup-99' }, moved)).toBe(true);
    expect(shown({ query: 'sup-7' }, moved)).toBe(false);
    expect(
      shown({ query: 'null' }, runEntry({ kind: 'move', move: { from: 'SUP-1', to: null } })),
    ).toBe(false);
  });

  test('are shown where any part of them falls into the time', () => {
    const at = (ms: number) => new Date(ms).toISOString();
    expect(shown({ from: at(1400), to: at(1400) })).toBe(true);
    expect(shown({ from: at(1500) })).toBe(true);
    expect(shown({ from: at(1501) })).toBe(false);
    // Of a whole minute.
    expect(shown({ to: at(500 - 59_999) })).toBe(true);
    expect(shown({ to: at(499 - 59_999) })).toBe(false);
  });
});

test('a time is local, whole minutes long, and open where nothing is typed', () => {
  const at = Date.parse('2026-03-01T10:20');
  expect(timeRange({ ...noFilter, from: '2026-03-01T10:20', to: '2026-03-01T10:20' })).toEqual({
    from: at,
    to: at + 59_999,
  });
  expect(timeRange({ ...noFilter, from: 'nonsense', to: '2026-13-01' })).toEqual(allTimes);
});

describe('the address', () => {
  test('brings back what it was made from', () => {
    const filter: Filter = {
      query: 'a & b=c #d',
      outcome: 'failed',
      from: '2026-03-01T10:20',
      to: '',
      run: 'run-1',
    };
    expect(parseAddress(hashOf({ filter }))).toEqual({ view: 'history', filter });
    expect(parseAddress(hashOf({ view: 'log' }))).toEqual({ view: 'log', filter: noFilter });
  });

  test.each(['', '#', '#view=nonsense&outcome=nonsense', '#%%%'])('takes %j for all', (hash) => {
    expect(parseAddress(hash)).toEqual({ view: 'history', filter: noFilter });
  });
});
