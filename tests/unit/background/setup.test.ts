import { expect, test, vi } from 'vitest';
import { currentVersion } from '../../../src/settings/envelope.ts';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';

const granted = vi.fn((_pattern: string) => true);
const contains = async ({ origins }: { origins: string[] }) => origins.every(granted);
let local: Record<string, unknown> = {};
const area = {
  get: async () => local,
  set: async (values: object) => void Object.assign(local, values),
};
vi.mock('webextension-polyfill', () => ({
  default: {
    permissions: { contains },
    storage: { local: area, session: { get: async () => ({}) } },
  },
}));
const { failureOfSetup, noteSetup } = await import('../../../src/background/setup.ts');

const settings: Settings = {
  ...defaultSettings,
  checklistIssues: ['SUP-1'],
  linkField: 'link',
  errorField: 'error',
  fieldMapping: { 'course.name': { field: 'course', ignoreErrors: false } },
  contentUrl: 'https://content.example/content',
};
const layers = { stored: settings, temporary: {}, managed: {} };
const loaded = { ...layers, settings, repaired: [], isNewer: false, ignoredPolicies: [] };
const token = { value: 'y0', origin: 'https://api.tracker.yandex.net' };

test.each([
  ['nothing', {}, token, null],
  [
    'what a newer version stored',
    { isNewer: true, repaired: ['linkField'] },
    null,
    'reason_newer_version',
  ],
  ['what could not be read', { repaired: ['historyDays'] }, token, 'historyDays'],
  ['a token that is another tracker’s', {}, { ...token, origin: 'https://other.example' }, 'token'],
] as const)('what lets no run begin: %s', async (_, change, given, detail) => {
  const failure = await failureOfSetup({ ...loaded, ...change }, given);
  expect(failure).toEqual(detail && { code: 'not_configured', details: [detail] });
});

test.each([
  ['tracker', 'api.tracker.yandex.net'],
  ['content', 'content.example'],
])('the host that is not allowed is named: %s', async (host, hostname) => {
  granted.mockImplementation((pattern) => !pattern.includes(hostname));
  const failure = { code: `${host}_permission_missing`, details: [hostname] };
  expect(await failureOfSetup(loaded, token)).toEqual(failure);
});

test('the popup is told of a token that is another tracker’s, and of what could not be read', async () => {
  local = {
    settings: { version: currentVersion, values: settings },
    token: { ...token, origin: 'https://other.example' },
  };
  await noteSetup();
  expect(local.setup).toMatchObject({ missing: ['token'], repaired: [] });
  Object.assign(local, { token });
  Object.assign(local, {
    settings: { version: currentVersion, values: { ...settings, historyDays: 0 } },
  });
  await noteSetup();
  expect(local.setup).toMatchObject({ missing: [], repaired: ['historyDays'] });
});
