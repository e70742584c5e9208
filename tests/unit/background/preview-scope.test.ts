import { expect, test, vi } from 'vitest';
import { queuesLeftAlone } from '../../../src/background/preview.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import type { PreviewScope } from '../../../src/status/task-work.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));

const settings = {
  ...defaultSettings,
  checklistIssues: ['SUP-1', 'SUP-2'],
  // One that was taken from the list is paused no more.
  pausedQueues: ['SUP-2', 'SUP-3'],
};

test.each<[PreviewScope, string[]]>([
  [{ type: 'all' }, ['SUP-2']],
  // Whoever names a queue means it though it is paused.
  [{ type: 'queue', checklistIssue: 'SUP-2' }, []],
  [{ type: 'queue', checklistIssue: 'SUP-3' }, ['SUP-3']],
  [{ type: 'issue', issueKey: 'SUP-7' }, []],
])('a preview of %j leaves alone %j', (of, keys) => {
  expect(queuesLeftAlone(of, settings)).toEqual(keys);
});
