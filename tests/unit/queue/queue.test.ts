import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/errors/failure.ts';
import { isDeferred } from '../../../src/queue/deferral.ts';
import { ItemMemoryBook } from '../../../src/queue/item-memory.ts';
import type { Plan } from '../../../src/queue/plan.ts';
import { inTurn, Queue } from '../../../src/queue/queue.ts';
import type { ChecklistItem } from '../../../src/tracker/shapes.ts';
import { failed, found, planOf } from './plans.ts';

const deferralDate = '2099-01-01T05:00:00.000+00:00';
const now = '2026-11-23T18:00:00.000+0000';
const failure: Failure = { code: 'link_not_set', details: ['link'] };
const sentence = ({ details }: Failure) => `Because of ${details.join(', ')}.`;

function open(id: string, text = `SUP-${id}`): ChecklistItem {
  return { id, text, checked: false };
}

function checked(id: string, date: string | null = now): ChecklistItem {
  return { id, text: `SUP-${id}`, checked: true, deadline: { date } };
}

function deferred(id: string, text = `SUP-${id}`): ChecklistItem {
  return { id, text, checked: true, deadline: { date: '2099-01-01T05:00:00.000+0000' } };
}

function queueOf(items: ChecklistItem[], errorText = ''): Queue {
  const queue = new Queue('SUP-1', deferralDate);
  queue.take({ version: 5, items, errorText, restedMs: 0 });
  return queue;
}

function plan(id: string, itemAction: Plan['itemAction']): Plan {
  const finding =
    itemAction === 'defer' || itemAction === 'leave' ? failed('link_not_set') : found({});
  return {
    ...planOf({ item: { id, text: `SUP-${id}`, issueKey: `SUP-${id}` }, finding }),
    itemAction,
  };
}

describe('an item is deferred', () => {
  test.each<[about: string, item: ChecklistItem, is: boolean]>([
    ['checked, with the deferral date', deferred('1'), true],
    ['checked, with a later date', checked('1', '2100-01-01T00:00:00.000+0000'), true],
    [
      'checked, with the same time in another zone',
      checked('1', '2099-01-01T08:00:00.000+0300'),
      true,
    ],
    ['checked, a moment earlier', checked('1', '2099-01-01T04:59:59.999+0000'), false],
    ['checked now', checked('1'), false],
    ['unchecked, with the deferral date', { ...deferred('1'), checked: false }, false],
    ['checked, without a deadline', { id: '1', text: '', checked: true }, false],
    ['checked, with a deadline that is null', { ...deferred('1'), deadline: null }, false],
    ['checked, with a date that is null', checked('1', null), false],
    ['checked, with a date that is none', checked('1', 'soon'), false],
  ])('or not: %s', (_about, item, is) => {
    expect(isDeferred(item, deferralDate)).toBe(is);
  });
});

describe('a queue', () => {
  test('has its open items in the order of the checklist, with the issues they name', () => {
    const queue = queueOf([open('3'), checked('1'), open('2', 'nothing'), deferred('4')]);
    expect(queue.open()).toEqual([
      { queue: 'SUP-1', id: '3', text: 'SUP-3', issueKey: 'SUP-3' },
      { queue: 'SUP-1', id: '2', text: 'nothing', issueKey: null },
    ]);
    expect(queue.deferred().map(({ id }) => id)).toEqual(['4']);
    expect([...queue.ids()]).toEqual(['3', '1', '2', '4']);
  });

  test('is settled at the version at which nothing is left to do', () => {
    expect(queueOf([checked('1'), deferred('2')]).settledVersion).toBe(5);
    expect(queueOf([]).settledVersion).toBe(5);
    expect(queueOf([checked('1'), open('2')]).settledVersion).toBeNull();
  });

  test('has no version, and is not settled, until it is read', () => {
    const unread = new Queue('SUP-1', deferralDate).report(new ItemMemoryBook([]));
    expect(unread).toMatchObject({ version: 0, settledVersion: null });
  });

  test.each<[action: Plan['itemAction'], open: string[], deferred: string[], total: number]>([
    ['check', ['2'], [], 2],
    ['defer', ['2'], ['1'], 2],
    ['delete', ['2'], [], 1],
    ['leave', ['1', '2'], [], 2],
  ])('after %s of an item', (action, openIds, deferredIds, total) => {
    const queue = queueOf([open('1'), open('2')]);
    queue.applied(plan('1', action));
    const memory = new ItemMemoryBook([]);
    expect(queue.open().map(({ id }) => id)).toEqual(openIds);
    expect(queue.deferred().map(({ id }) => id)).toEqual(deferredIds);
    expect(queue.report(memory)).toMatchObject({
      total,
      open: openIds.length,
      deferredTotal: deferredIds.length,
    });
  });

  test('has an item back that was brought back', () => {
    const queue = queueOf([deferred('1')]);
    const [item] = queue.deferred();
    if (item !== undefined) queue.unchecked(item);
    expect(queue.open().map(({ id }) => id)).toEqual(['1']);
    expect(queue.deferred()).toEqual([]);
  });

  test('reports what is deferred and why, a hundred at most', () => {
    const memory = new ItemMemoryBook([]);
    const items = Array.from({ length: 150 }, (_, n) => deferred(String(n + 1)));
    memory.note({ queue: 'SUP-1', id: '1' }, { failure });
    const report = queueOf([...items, deferred('x', `a\n${'b'.repeat(300)}`)]).report(memory);
    expect(report.deferredTotal).toBe(151);
    expect(report.deferred.length).toBe(100);
    expect(report.deferred[0]).toEqual({
      itemId: '1',
      issueKey: 'SUP-1',
      text: 'SUP-1',
      failure,
    });
    expect(report.deferred[1]?.failure).toBeNull();
  });
});

describe('its summary', () => {
  const known = () => {
    const memory = new ItemMemoryBook([]);
    memory.note({ queue: 'SUP-1', id: '2' }, { failure });
    return memory;
  };
  const line = 'SUP-2: link_not_set: Because of link.';

  test('is left alone where this run dealt with no item', () => {
    expect(queueOf([deferred('2')], 'old').newSummary(known(), sentence)).toBeNull();
  });

  test.each([
    ['was deleted', []],
    ['is deferred no more', [{ ...deferred('2'), deadline: null }]],
  ])('is written where an item that it tells of %s', (_, items) => {
    const queue = queueOf([deferred('3'), ...items], `${line}\nSUP-3: link_not_set: Theirs.`);
    expect(queue.newSummary(known(), sentence)).toBe('SUP-3: link_not_set: Theirs.');
  });

  test('is left alone where another browser defers what it tells of, to an earlier date', () => {
    const item = { ...deferred('2'), deadline: { date: '2098-01-01T05:00:00.000+0000' } };
    expect(queueOf([item], line).newSummary(known(), sentence)).toBeNull();
  });

  test('is left alone by who chose items, though others are gone', () => {
    const chosen = { items: new Map(), issueKey: 'SUP-9', shown: null };
    const queue = new Queue('SUP-1', deferralDate, {
      dealtWith: new Map(),
      known: new Map(),
      chosen,
    });
    queue.take({ version: 5, items: [], errorText: line, restedMs: 0 });
    expect(queue.newSummary(known(), sentence)).toBeNull();
  });

  test('is left alone where all that it tells of waits, and what it does not tell in its own words', () => {
    const text = `${line}\nSUP-3: link_not_set: Theirs.\nAsk Vera: she knows.\n… and 2 more`;
    expect(queueOf([open('2'), deferred('3')], text).newSummary(known(), sentence)).toBeNull();
  });

  test('is new where an item failed', () => {
    const queue = queueOf([open('2')]);
    queue.applied(plan('2', 'defer'));
    expect(queue.newSummary(known(), sentence)).toBe(line);
  });

  test('names items that failed and were left unchecked', () => {
    const queue = queueOf([open('2'), open('3')]);
    queue.applied(plan('2', 'leave'));
    expect(queue.newSummary(known(), sentence)).toBe(line);
  });

  test('is not written where it stands there already', () => {
    const queue = queueOf([open('2')], line);
    queue.applied(plan('2', 'defer'));
    expect(queue.newSummary(known(), sentence)).toBeNull();
  });

  test('is emptied where nothing failed', () => {
    const queue = queueOf([open('3')], 'SUP-3: link_not_set: Old.');
    queue.applied(plan('3', 'check'));
    expect(queue.newSummary(new ItemMemoryBook([]), sentence)).toBe('');
  });

  test('has one line for several items about one issue, by the one that is known', () => {
    for (const items of [
      [deferred('2'), deferred('9', 'SUP-2')],
      [deferred('9', 'SUP-2'), deferred('2')],
    ]) {
      const queue = queueOf([...items, open('3')]);
      queue.applied(plan('3', 'check'));
      expect(queue.newSummary(known(), sentence)).toBe(line);
    }
  });

  test('that was written leaves a settled queue settled', () => {
    const queue = queueOf([deferred('2')]);
    queue.summaryWritten(line);
    expect(queue.settledVersion).toBe(6);
    const busy = queueOf([open('2')]);
    busy.summaryWritten(line);
    expect(busy.settledVersion).toBeNull();
  });
});

describe('people at the same queue', () => {
  test('are noticed by a version that is not this run`s doing', () => {
    const queue = queueOf([open('1'), open('2')]);
    queue.willEdit();
    queue.willEdit();
    expect(queue.isEditedByOthers(7)).toBe(false);
    expect(queue.isEditedByOthers(8)).toBe(true);
    queue.take({ version: 8, items: [], errorText: '', restedMs: 0 });
    expect(queue.isEditedByOthers(8)).toBe(false);
    expect(queue.isEditedByOthers(9)).toBe(true);
  });

  test('may reword an item just before it is checked', () => {
    const queue = queueOf([open('1'), open('2'), open('3')]);
    for (const id of ['1', '2', '3']) queue.applied(plan(id, 'check'));
    const reworded = (id: string, text: string) => ({ ...checked(id), text });
    const items = [reworded('1', 'SUP-9'), reworded('2', 'please: SUP-2'), reworded('3', 'x')];
    queue.take({ version: 9, items, errorText: '', restedMs: 0 });
    expect(queue.reworded().map(({ id, issueKey }) => [id, issueKey])).toEqual([['1', 'SUP-9']]);
  });
});

test('to look for reworded items looks at those alone that this run dealt with', () => {
  const queue = queueOf([open('1')]);
  queue.applied(plan('1', 'check'));
  const looked: string[] = [];
  const items = ['1', '2', '3'].map((id) => ({
    ...checked(id),
    get text() {
      looked.push(id);
      return 'SUP-9';
    },
  }));
  queue.take({ version: 9, items, errorText: '', restedMs: 0 });
  expect(queue.reworded().map(({ id }) => id)).toEqual(['1']);
  expect(looked).not.toContain('2');
});

describe('several queues', () => {
  test.each<[lists: string[][], order: string]>([
    [[], ''],
    [[[], []], ''],
    [[['a', 'b', 'c']], 'abc'],
    [[['a', 'b', 'c'], ['1'], ['x', 'y']], 'a1xbyc'],
    [[[], ['1', '2']], '12'],
  ])('%j take turns', (lists, order) => {
    expect(inTurn(lists).join('')).toBe(order);
  });

  test('whatever their lengths: none lost, each in its order, none far behind', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 6 }), (lengths) => {
        const lists = lengths.map((length, list) =>
          Array.from({ length }, (_, at) => ({ list, at })),
        );
        const order = inTurn(lists);
        expect(order.length).toBe(lengths.reduce((sum, length) => sum + length, 0));
        for (const [list, items] of lists.entries()) {
          expect(order.filter((one) => one.list === list)).toEqual(items);
        }
        for (const [place, { at }] of order.entries()) {
          // Before the nth of any list, no list has had more than n.
          expect(place).toBeLessThan((at + 1) * lists.length);
        }
      }),
    );
  });
});

test('a queue with a failure is not settled: only a whole look ends the failure', () => {
  const queue = queueOf([checked('1')]);
  const memory = new ItemMemoryBook([]);
  expect(queue.report(memory).settledVersion).toBe(5);
  queue.failure = failure;
  expect(queue.report(memory)).toMatchObject({ settledVersion: null, failure });
});
