import { describe, expect, test } from 'vitest';
import { isUndo, scopeOf } from '../../../src/preview-page/scope.ts';

describe('what a page address asks for', () => {
  test.each([
    ['', { type: 'all' }],
    ['#queue', { type: 'all' }],
    ['#queue=SUP-1', { type: 'queue', checklistIssue: 'SUP-1' }],
    ['#issue=SUP-7', { type: 'issue', issueKey: 'SUP-7' }],
    [
      '#items=SUP-1/a,SUP-2/b',
      {
        type: 'items',
        items: [
          { queue: 'SUP-1', itemId: 'a' },
          { queue: 'SUP-2', itemId: 'b' },
        ],
      },
    ],
    [
      '#link=https%3A%2F%2Flearn.example%2Ftasks%2F1%2F%3Fa%3Db',
      { type: 'link', link: 'https://learn.example/tasks/1/?a=b' },
    ],
    ['#link=100%', { type: 'link', link: '100%' }],
    ['#undo-run=run-1', { type: 'undo_run', runId: 'run-1' }],
    ['#undo-items=1,22', { type: 'undo_items', ids: [1, 22] }],
    ['#undo-items=7', { type: 'undo_items', ids: [7] }],
    ['#issue=../x', null],
    ['#queue=nonsense', null],
    ['#link=', null],
    ['#items=', null],
    ['#undo-run=', null],
    ['#undo-items=', null],
    ['#undo-items=a', null],
    ['#nonsense', null],
  ])('%s', (hash, scope) => {
    expect(scopeOf(hash)).toEqual(scope);
  });

  test.each([
    ['#queue', false],
    ['#undo-run=run-1', true],
    ['#undo-items=7', true],
  ])('%s is about taking back: %s', (hash, isIt) => {
    expect(isUndo(scopeOf(hash) ?? { type: 'all' })).toBe(isIt);
  });
});
