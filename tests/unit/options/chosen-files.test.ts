import { signal } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import { type ImportRow, largestFile } from '../../../src/settings/import.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));
const { createChosenFiles } = await import('../../../src/options/chosen-files.ts');

/** A file in the guide, which takes it to say that the schedule is to run. */
async function chosenIn(isPaused: boolean, values: object, managed = {}, temporary = {}) {
  const stored = { ...defaultSettings, schedulePaused: isPaused };
  const layers = { stored, temporary, managed, settings: { ...stored, ...temporary, ...managed } };
  const base = signal({ ...layers, repaired: [], isNewer: false, ignoredPolicies: [] });
  const chosen = createChosenFiles(base, signal(null), { schedulePaused: false });
  const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values });
  await chosen.choose([new File([text], 'settings.json')]);
  return chosen;
}

type Row = Pick<ImportRow, 'setting' | 'from' | 'to' | 'file'>;
const days = { setting: 'historyDays', from: 90, to: 7, file: 'settings.json' } as const;
const pause = (from: boolean, to: boolean, file = ''): Row => {
  return { setting: 'schedulePaused', from, to, file };
};

test.each<[string, boolean, object, readonly Row[], boolean]>([
  ['a paused one is switched on', true, { historyDays: 7 }, [pause(true, false), days], false],
  ['one that runs goes on', false, { historyDays: 7 }, [days], false],
  ['a paused one stays so where the file says so', true, { schedulePaused: true }, [], true],
  [
    'one that runs is paused where the file says so',
    false,
    { schedulePaused: true },
    [pause(false, true, 'settings.json')],
    true,
  ],
])('an import in the guide tells what it does to the schedule: %s', async (...given) => {
  const [, isPaused, values, rows, isPausedThen] = given;
  const { plan, planned } = await chosenIn(isPaused, values);
  const told = plan.value?.rows.map(({ setting, from, to, file }) => ({ setting, from, to, file }));
  expect(told).toHaveLength(rows.length);
  expect(told).toEqual(expect.arrayContaining([...rows]));
  expect(planned.value?.schedulePaused).toBe(isPausedThen);
});

test.each([
  ['has no settings', {}, {}],
  ['has none that is valid', { fieldMapping: { x: 1 } }, {}],
  ['has one that the organisation has set', { fieldMapping: {} }, { fieldMapping: {} }],
])('a file that %s changes nothing, nor the schedule', async (_, values, managed) => {
  const { plan, planned } = await chosenIn(true, values, managed);
  expect(plan.value?.rows).toEqual([]);
  expect(planned.value?.schedulePaused).toBe(true);
});

test('a schedule that the guide paused stays so where its row is left out', async () => {
  const chosen = await chosenIn(true, { historyDays: 7 });
  for (const row of chosen.taken.value) chosen.take(row, row.setting !== 'schedulePaused');
  expect(chosen.planned.value).toMatchObject({ historyDays: 7, schedulePaused: true });
});

test('a pause that the organisation has set is no change of an import', async () => {
  const { plan } = await chosenIn(true, { historyDays: 7 }, { schedulePaused: true });
  expect(plan.value?.rows.map(({ setting }) => setting)).toEqual(['historyDays']);
});

test('what holds until the restart goes on after an import that does not say it', async () => {
  const temporary = { historyDays: 5, schedulePaused: true };
  const { planned } = await chosenIn(false, { historyDays: 7 }, {}, temporary);
  expect(planned.value).toMatchObject({ historyDays: 7, schedulePaused: true });
});

test('a file that is too large is named, and not read; the others are taken', async () => {
  const { plan, choose } = await chosenIn(false, {});
  const large = new File([new Uint8Array(largestFile + 1)], 'disk.img');
  const full = new File(['ISSUE_URL='.padEnd(largestFile, 'x')], '.env');
  const text = vi.spyOn(large, 'text');
  await choose([large, full]);
  expect(text).not.toHaveBeenCalled();
  expect(plan.value?.notes).toMatchObject([
    { file: 'disk.img', reason: 'import_too_large' },
    { file: '.env', reason: 'import_issue_url' },
  ]);
});

test('an import over what holds until the restart needs the hosts that it names, as long as it is wanted', async () => {
  const trackerUrl = 'https://tracker.example/v2';
  const contentUrl = 'https://learn.example/content';
  const temporary = { trackerUrl: 'https://elsewhere.example/v2' };
  const chosen = await chosenIn(false, { trackerUrl, contentUrl }, {}, temporary);
  expect(chosen.planned.value).toMatchObject({ trackerUrl, contentUrl });
  expect(chosen.hosts.value).toEqual(['https://tracker.example/*', 'https://learn.example/*']);
  chosen.drop();
  expect([chosen.planned.value, chosen.taken.value, chosen.hosts.value]).toEqual([null, [], []]);
});

test('rows are left out one by one, and taken again', async () => {
  const { plan, taken, take, isTaken } = await chosenIn(false, {
    historyDays: 7,
    detailedLog: true,
  });
  const names = () => taken.value.map(({ setting }) => setting);
  const rows = plan.value?.rows ?? [];
  expect(names()).toEqual(['historyDays', 'detailedLog']);
  for (const row of rows) take(row, false);
  expect(names()).toEqual([]);
  for (const row of rows.slice(0, 1)) take(row, true);
  expect(names()).toEqual(['historyDays']);
  expect(rows.map(isTaken)).toEqual([true, false]);
});

test('a file that can’t be read is told of, unless others were chosen meanwhile', async () => {
  const { choose, files } = await chosenIn(false, {});
  const broken = new File([], 'gone.json');
  vi.spyOn(broken, 'text').mockRejectedValue(new Error('NotFoundError'));
  await expect(choose([broken])).rejects.toThrow('NotFoundError');
  await Promise.all([choose([broken]), choose([new File([], '.env')])]);
  expect(files.value.map(({ name }) => name)).toEqual(['.env']);
});
