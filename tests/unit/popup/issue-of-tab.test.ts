import { expect, test } from 'vitest';
import { issueOfTab } from '../../../src/popup/issue-of-tab.ts';
import { setup } from '../status/stored-status.ts';

test.each([
  ['https://tracker.yandex.ru/SUP-7', 'SUP-7'],
  ['https://tracker.yandex.ru/SUP-1', null],
  ['https://learn.example/SUP-7', null],
])('a tab at %s shows %s to be annotated', (url, key) => {
  expect(issueOfTab({ ...setup, checklistIssues: ['SUP-1'] }, url)).toBe(key);
});
