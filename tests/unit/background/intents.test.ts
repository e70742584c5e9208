import { describe, expect, test } from 'vitest';
import type { ItemEntry } from '../../../src/activity/entries.ts';
import type { IntentLists } from '../../../src/activity/history.ts';
import { Intents } from '../../../src/background/intents.ts';

const entry = (itemId: string, at = 0): ItemEntry => ({
  runId: 'run-1',
  at,
  queue: 'SUP-1',
  itemId,
  text: itemId,
  issueKey: 'SUP-2',
  issue: null,
  link: '',
  breadcrumbs: {},
  resource: null,
  changes: [],
  untouched: [],
  failure: null,

  outcome: 'done',
  requests: [],
  times: null,
});

function intentsOf(...names: string[]): Intents {
  const intents = new Intents(7);
  for (const name of names) intents.add(name, entry(name));
  return intents;
}

const ended = (intents: Intents, ...names: string[]) =>
  names.map((name) => ({ name, intent: intents.get(name) }));

const told = (lists: IntentLists) =>
  [...lists].map(([number, list]) => [number, list.map(({ itemId }) => itemId)]);

describe('the intents of a run', () => {
  test('that are written together are a list', () => {
    const intents = intentsOf('a', 'b');
    expect(told(intents.take([]))).toEqual([[7, ['a', 'b']]]);
    intents.add('c', entry('c'));
    expect(told(intents.take([]))).toEqual([[8, ['c']]]);
    expect(told(intents.take([]))).toEqual([]);
  });

  test('leave a list one by one, and the last takes it along', () => {
    const intents = intentsOf('a', 'b');
    intents.take([]);
    expect(told(intents.take(ended(intents, 'a')))).toEqual([[7, ['b']]]);
    expect(told(intents.take(ended(intents, 'b', 'unknown')))).toEqual([[7, []]]);
    expect(intents.size).toBe(0);
  });

  test('take the place of what the same item was about to write before', () => {
    const intents = intentsOf('a', 'b');
    intents.take([]);
    intents.add('a', entry('a', 5));
    expect(intents.get('a')?.at).toBe(5);
    expect(told(intents.take([]))).toEqual([
      [7, ['b']],
      [8, ['a']],
    ]);
    expect(intents.size).toBe(2);
  });

  test('are taken back where they were refused, also where they were stored', () => {
    const intents = intentsOf('a', 'b');
    intents.take([]);
    intents.remove('a');
    expect(intents.get('a')).toBeNull();
    expect(told(intents.take([]))).toEqual([[7, ['b']]]);
  });

  test('stay where the item that ended is about to write again', () => {
    const intents = intentsOf('a');
    const before = ended(intents, 'a');
    intents.take([]);
    intents.add('a', entry('a', 5));
    expect(told(intents.take(before))).toEqual([
      [7, []],
      [8, ['a']],
    ]);
  });

  test('that ended before they were written leave nothing', () => {
    const intents = intentsOf('a');
    expect(told(intents.take(ended(intents, 'a')))).toEqual([[7, []]]);
    expect(intents.get('a')).toBeNull();
  });

  test('are taken again where they could not be stored', () => {
    const intents = intentsOf('a', 'b');
    intents.putBack(intents.take([]), []);
    expect(told(intents.take([]))).toEqual([[7, ['a', 'b']]]);
  });

  test('are not lost where what became of them could not be stored', () => {
    const intents = intentsOf('a', 'b');
    intents.take([]);
    const over = ended(intents, 'a', 'unknown');
    intents.putBack(intents.take(over), over);
    expect(told(intents.take([]))).toEqual([
      [7, ['b']],
      [9, ['a']],
    ]);
    expect(intents.size).toBe(2);
    const again = ended(intents, 'a');
    const lists = intents.take(again);
    intents.add('a', entry('a', 5));
    intents.putBack(lists, again);
    expect(intents.get('a')?.at).toBe(5);
  });
});
