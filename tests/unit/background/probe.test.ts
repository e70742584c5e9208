import { beforeEach, expect, test, vi } from 'vitest';
import { currentVersion } from '../../../src/settings/envelope.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import type { CheckContext } from '../../../src/setup/finding.ts';

let local: Record<string, unknown>;
let session: Record<string, unknown>;
let alarms: { name: string }[];
vi.mock('webextension-polyfill', () => ({
  default: {
    storage: {
      local: { get: async () => local },
      session: {
        get: async () => session,
        set: async (values: object) => void Object.assign(session, structuredClone(values)),
        remove: async (key: string) => void delete session[key],
      },
    },
    alarms: { getAll: async () => alarms },
  },
}));
/** What the checks are made with. */
let made: CheckContext[];
let atOnce: string[];
vi.mock('../../../src/setup/run-checks.ts', () => ({
  runChecks: async (context: CheckContext) => {
    made.push(context);
    atOnce = Object.keys(session);
    context.tell({ clockAheadMs: made.length });
  },
}));
const { probe } = await import('../../../src/background/probe.ts');

const { trackerUrl } = defaultSettings;
const token = { value: 'y0_entered', origin: new URL(trackerUrl).origin };
const elsewhere = { value: 'y0_elsewhere', origin: 'https://other.example' };

beforeEach(() => {
  [local, session, alarms, made, atOnce] = [{}, {}, [], [], []];
});

/** Puts settings down to be tried out, as a page does. */
function lay(id: string, entered: object | null = null): void {
  const candidate = { checks: ['token'], settings: defaultSettings, token: entered };
  session[`candidate-${id}`] = candidate;
}

test.each([
  ['the one that was entered', token, elsewhere, 'y0_entered'],
  ['the stored one', null, { ...token, value: 'y0_stored' }, 'y0_stored'],
  ['none that was entered for another tracker', elsewhere, token, null],
  ['none that is stored for another tracker', null, elsewhere, null],
  ['none where there is none', null, null, null],
])(
  'a set-up is tried out with a token that is its tracker’s: %s',
  async (_, entered, kept, used) => {
    local.token = kept;
    lay('a', entered);
    expect(await probe('a')).toBe(true);
    expect(made).toMatchObject([{ token: used, wanted: new Set(['token']) }]);
    // What was laid down is gone before anything is asked.
    expect(atOnce).toEqual([]);
    expect(JSON.stringify(session)).not.toContain('y0_');
    expect(await probe('a')).toBe(false);
  },
);

test('what was found is stored for the pages that look on, of the latest alone', async () => {
  const ids = Array.from({ length: 8 }, (_, at) => `id-${at}`);
  for (const id of ids) {
    lay(id);
    await probe(id);
  }
  const findings = Object.entries(session.findings ?? {});
  expect(findings.map(([id]) => id)).toEqual(ids.slice(-6));
  expect(findings.at(-1)).toMatchObject(['id-7', { clockAheadMs: 8 }]);
});

test.each([
  [false, ['process', 'recheck'], 'armed'],
  [false, ['process'], 'not_armed'],
  [false, ['recheck', 'resume'], 'not_armed'],
  [true, [], 'paused'],
])('the schedules are those in force: paused %s, %j: %s', async (schedulePaused, names, state) => {
  local.settings = { version: currentVersion, values: { ...defaultSettings, schedulePaused } };
  alarms = names.map((name) => ({ name }));
  lay('a');
  await probe('a');
  expect(await made[0]?.schedules()).toBe(state);
});
