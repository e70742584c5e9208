import { expect, it } from 'vitest';
import type { QueueStatus } from '../../../src/status/status.ts';
import { warningBadge } from '../../../src/status/view.ts';

function queueAt(version: number): QueueStatus {
  return {
    checklistIssue: 'SUP-1',
    version,
    sample: null,
    seenAt: 0,
    total: 0,
    open: 0,
    deferredTotal: 0,
    deferred: [],
    settledVersion: null,
    failure: null,
  };
}

it('warns by the badge’s colour of a checklist issue that comes to its end', () => {
  const badge = { text: '3', tone: 'neutral' } as const;
  const alarm = { text: '!', tone: 'alarm' } as const;
  expect(warningBadge(badge, [queueAt(412), queueAt(9089)])).toBe(badge);
  expect(warningBadge(badge, [queueAt(412), queueAt(9090)])).toEqual({ text: '3', tone: 'amber' });
  expect(warningBadge({ text: '', tone: 'neutral' }, [queueAt(9090)]).text).toBe('!');
  expect(warningBadge(alarm, [queueAt(9090)])).toBe(alarm);
});
