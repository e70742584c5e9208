import { describe, expect, test } from 'vitest';
import type { ItemEntry } from '../../../src/activity/entries.ts';
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

const taken = (intents: Intents) =>
  [...intents.takeChanged()].map(([number, list]) => [number, list.map(({ itemId }) => itemId)]);

describe('the intents of a run', () => {
  test('that are written together are a list', () => {
    const intents = intentsOf('a', 'b');
    expect(taken(intents)).toEqual([[7, ['a', 'b']]]);
    intents.add('c', entry('c'));
    expect(taken(intents)).toEqual([[8, ['c']]]);
    expect(taken(intents)).toEqual([]);
  });

  test('leave a list one by one, and the last takes it along', () => {
    const intents = intentsOf('a', 'b');
    intents.takeChanged();
    intents.remove('a');
    expect(taken(intents)).toEqual([[7, ['b']]]);
    intents.remove('b');
    expect(taken(intents)).toEqual([[7, []]]);
    expect(intents.size).toBe(0);
  });

  test('take the place of what the same item was about to write before', () => {
    const intents = intentsOf('a', 'b');
    intents.takeChanged();
    intents.add('a', entry('a', 5));
    expect(intents.get('a')?.at).toBe(5);
    expect(taken(intents)).toEqual([
      [7, ['b']],
      [8, ['a']],
    ]);
    expect(intents.size).toBe(2);
  });

  test('that ended before they were written leave nothing', () => {
    const intents = intentsOf('a');
    intents.remove('a');
    intents.remove('unknown');
    expect(taken(intents)).toEqual([[7, []]]);
    expect(intents.get('a')).toBeNull();
  });

  test('are taken again where they could not be stored', () => {
    const intents = intentsOf('a', 'b');
    const lists = intents.takeChanged();
    intents.remove('a');
    intents.putBack(lists);
    expect(taken(intents)).toEqual([[7, ['b']]]);
    const emptied = intentsOf('a');
    emptied.takeChanged();
    emptied.remove('a');
    emptied.putBack(emptied.takeChanged());
    expect(taken(emptied)).toEqual([[7, []]]);
  });
});
