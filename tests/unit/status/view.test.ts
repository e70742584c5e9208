import { expect, it } from 'vitest';
import { type Code, codes, kindOf } from '../../../src/errors/codes.ts';
import { settingNames } from '../../../src/settings/schema.ts';
import { noCounts } from '../../../src/status/counts.ts';
import {
  finished,
  queuesOf,
  remedyOf,
  settingFor,
  unusableQueues,
  viewOf,
  warningBadge,
} from '../../../src/status/view.ts';
import { haltOf, queue, setup, status } from './stored-status.ts';

const queueAt = (version: number) => queue({ version });

it('warns by the badge’s colour of a checklist issue that comes to its end', () => {
  const badge = { text: '3', tone: 'neutral' } as const;
  const alarm = { text: '!', tone: 'alarm' } as const;
  expect(warningBadge(badge, [queueAt(412), queueAt(9089)])).toBe(badge);
  expect(warningBadge(badge, [queueAt(412), queueAt(9090)])).toEqual({ text: '3', tone: 'amber' });
  expect(warningBadge({ text: '', tone: 'neutral' }, [queueAt(9090)]).text).toBe('!');
  expect(warningBadge(alarm, [queueAt(9090)])).toBe(alarm);
});

it('leads from a failure to a setting that exists, where one helps', () => {
  const places = ['token', 'hosts', 'newer', ...settingNames];
  const found = codes.map((code) => settingFor({ code, details: ['linkField, errorField'] }));
  expect(found.filter((place) => place !== null && !places.includes(place))).toEqual([]);
  expect(settingFor({ code: 'not_configured', details: ['linkField, errorField'] })).toBe(
    'linkField',
  );
  expect(settingFor({ code: 'not_configured', details: [] })).toBeNull();
  expect(settingFor({ code: 'not_configured', details: ['reason_newer_version'] })).toBe('newer');
  expect(settingFor({ code: 'field_rejected', details: ['SUP-7', 'no'] })).toBe('fieldMapping');
  expect(settingFor({ code: 'link_not_set', details: [] })).toBeNull();
});

it('has a button for each halting state that somebody can do something about', () => {
  const halting = codes.filter((code) => kindOf(code) === 'halting');
  const without = halting.filter((code) => remedyOf(haltOf(code)) === null);
  expect(without).toEqual([
    'checklist_issue_not_created',
    'checklist_issue_not_replaceable',
    'storage_full',
    'storage_failed',
    'unexpected_error',
  ]);
  expect(remedyOf(haltOf('content_login_required'))).toBe('sign_in');
  expect(remedyOf(haltOf('content_login_required', true))).toBeNull();
});

it('has the queues of the settings alone, in their order, as far as they are known', () => {
  const known = ['SUP-1', 'SUP-9', 'SUP-2'].map((checklistIssue) => queue({ checklistIssue }));
  const found = queuesOf(['SUP-2', 'SUP-3', 'SUP-1'], known);
  expect(found.map(({ checklistIssue }) => checklistIssue)).toEqual(['SUP-2', 'SUP-1']);
});

it('counts as open for the next run the items of the queues that are not paused, and no others', () => {
  const queues = [
    queue({ checklistIssue: 'SUP-1', open: 4 }),
    queue({ checklistIssue: 'SUP-2', open: 30, deferredTotal: 2 }),
    queue({ checklistIssue: 'SUP-3', open: 1, deferredTotal: 1 }),
  ];
  const openBeside = (...pausedQueues: string[]) =>
    viewOf(status({ setup: { ...setup, pausedQueues }, queues }));
  expect(openBeside()).toEqual({ dataState: 'idle', open: 35, deferred: 3 });
  // Deferred items wait for a person, whoever takes up the queue.
  expect(openBeside('SUP-2')).toEqual({ dataState: 'idle', open: 5, deferred: 3 });
  expect(openBeside('SUP-1', 'SUP-2', 'SUP-3')).toEqual({
    dataState: 'idle',
    open: 0,
    deferred: 3,
  });
});

it('names the queues at work that wait for a person’s hand, and counts none of their items as open', () => {
  const failing = (checklistIssue: string, code: Code) =>
    queue({ checklistIssue, open: 10, failure: { code, details: [] } });
  const queues = [
    failing('SUP-1', 'checklist_issue_locked'),
    // Tried again each time.
    failing('SUP-2', 'tracker_unavailable'),
    // Only its summary is refused.
    failing('SUP-3', 'field_rejected'),
    queue({ checklistIssue: 'SUP-4', open: 10 }),
  ];
  expect(unusableQueues({ pausedQueues: [] }, queues)).toEqual(['SUP-1']);
  expect(unusableQueues({ pausedQueues: ['SUP-1'] }, queues)).toEqual([]);
  expect(viewOf(status({ queues }))).toMatchObject({ open: 30 });
});

it('counts an issue without an item that failed as one that a run is done with', () => {
  expect(finished({ ...noCounts, total: 1, failed: 1, withoutItem: 1 })).toBe(1);
});
