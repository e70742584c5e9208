import { expect, it } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { settingNames } from '../../../src/settings/schema.ts';
import type { QueueStatus } from '../../../src/status/status.ts';
import { settingFor, warningBadge } from '../../../src/status/view.ts';

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
    isSummaryDue: false,
    failure: null,
    rest: null,
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
