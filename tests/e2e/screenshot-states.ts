import type { Page } from 'playwright-core';
import type { Code } from '../../src/errors/codes.ts';
import { currentVersion } from '../../src/settings/envelope.ts';
import { defaultSettings, type Settings } from '../../src/settings/schema.ts';
import { noCounts } from '../../src/status/counts.ts';
import type { Setup } from '../../src/status/setup.ts';
import type { Halt, QueueStatus, Run, State } from '../../src/status/status.ts';
import { seedHistory } from '../browser/seed-history.ts';
import { queue as queueStatus } from '../unit/status/stored-status.ts';
import { mixedFindings } from './planted-findings.ts';

/** What is stored when a page is opened, and what is done on it before it is drawn. */
export interface PageState {
  readonly storage: Readonly<Record<string, unknown>>;
  readonly act?: (page: Page) => Promise<unknown>;
}

const now = Date.now();

export const settings: Settings = {
  ...defaultSettings,
  trackerUrl: 'https://127.0.0.1:8443/v2',
  checklistIssues: ['SUP-1'],
  linkField: '6063181a59590573909db929--link',
  errorField: '6063181a59590573909db929--breadcrumbsError',
  contentUrl: 'https://localhost:8444/content',
  fieldMapping: {
    ...defaultSettings.fieldMapping,
    'course.name': { field: '6063181a59590573909db929--moduleName', ignoreErrors: false },
    'track.name': { field: '6063181a59590573909db929--trackName', ignoreErrors: false },
  },
};
/** What the worker notes of them for the popup. */
const setup: Setup = {
  missing: [],
  repaired: [],
  isNewer: false,
  isPaused: false,
  isPauseManaged: false,
  trackerUrl: settings.trackerUrl,
  signInUrl: 'https://localhost:8444',
  checklistIssues: settings.checklistIssues,
  pausedQueues: [],
  canPauseQueues: false,
  processEverySeconds: settings.processEverySeconds,
  leaveFailedUnchecked: false,
};
const token = { value: 'not-a-real-token', origin: 'https://127.0.0.1:8443' };

export function stored(values: unknown): { version: number; values: unknown } {
  return { version: currentVersion, values };
}

const state: State = {
  lastRun: {
    id: 'run-1',
    kind: 'process',
    cause: 'click',
    startedAt: now - 29_000,
    endedAt: now - 20_000,
    counts: { ...noCounts, total: 43, done: 40, failed: 2, unchanged: 1 },
    requests: 131,
    outcome: 'completed',
    failure: null,
  },
  lastSuccessAt: now - 20_000,
  halt: null,
  outages: [],
  pausedSince: null,
  historyFailed: false,
};
const queue = queueStatus({ total: 43 });
const deferring: QueueStatus = {
  ...queue,
  version: 10_480,
  deferredTotal: 27,
  deferred: [
    deferredItem('1', 'SUP-17', 'link_not_set', '6063--link'),
    deferredItem('2', 'SUP-23', 'resource_not_found', 'course 17', 'course.name, track.name'),
    {
      itemId: '3',
      issueKey: null,
      text: 'look at <img src=x onerror=alert(1)> some day',
      failure: { code: 'item_names_no_issue', details: ['look at some day'] },
    },
    { itemId: '4', issueKey: 'LONGQUEUE-123456', text: 'LONGQUEUE-123456', failure: null },
  ],
};
export const run: Run = {
  id: 'run-2',
  kind: 'process',
  cause: 'schedule',
  moving: null,
  startedAt: now - 8000,
  counts: { ...noCounts, total: 40, done: 9, failed: 2, unchanged: 1 },
  requests: 30,
  historyFailed: false,
  leftOpen: [],
  inHand: [{ queue: 'SUP-1', itemId: '12', issueKey: 'SUP-123' }],
  waits: [],
  resumeAt: null,
  stopping: false,
};

/** Versions of the last three days. */
function counted(from: number, version: number) {
  return { version, sample: { version: from, at: now - 3 * 86_400_000 } };
}

function deferredItem(itemId: string, issueKey: string, code: Code, ...details: string[]) {
  return { itemId, issueKey, text: issueKey, failure: { code, details } };
}

export function set(more: Readonly<Record<string, unknown>> = {}): PageState['storage'] {
  return { settings: stored(settings), setup, token, state, queues: [queue], ...more };
}

function halted(halt: Partial<Halt>, code: Code, ...details: string[]): PageState {
  return {
    storage: set({
      state: {
        ...state,
        lastSuccessAt: now - 7_200_000,
        halt: {
          failure: { code, details },
          offline: false,
          since: now - 60_000,
          tries: 2,
          nextTryAt: now + 300_000,
          ...halt,
        },
      },
    }),
  };
}

const alike: Halt['alike'] = {
  count: 10,
  task: null,
  items: Array.from({ length: 10 }, (_, index) => ({
    issueKey: `SUP-${100 + index}`,
    failure: { code: 'resource_not_found', details: [`lesson ${index}`, 'lesson.name'] },
  })),
};

/** The rows of behaviour.md's table of states. */
export const popupStates: Readonly<Record<string, PageState>> = {
  unconfigured: {
    storage: { setup: { ...setup, missing: ['token', 'checklistIssues', 'linkField'] } },
  },
  permission: halted({}, 'content_permission_missing', 'learn.example'),
  idle: { storage: set() },
  'never-run': { storage: { settings: stored(settings), setup, token } },
  deferred: { storage: set({ queues: [deferring] }) },
  // After an outage.
  open: {
    storage: set({
      queues: [{ ...queue, open: 12 }],
      state: { ...state, outages: [{ host: 'content', since: now - 3_600_000 }] },
    }),
  },
  // Asked for, with every error field filled.
  'rechecked-nothing': {
    storage: set({
      queues: [deferring],
      state: { ...state, lastRun: { ...state.lastRun, kind: 'recheck', counts: noCounts } },
    }),
  },
  moved: {
    storage: set({
      queues: [{ ...queue, continues: { from: 'SUP-9', at: now - 60_000 } }],
      state: { ...state, lastRun: { ...state.lastRun, counts: noCounts } },
    }),
  },
  'open-and-deferred': { storage: set({ queues: [{ ...deferring, open: 12 }] }) },
  running: { storage: set({ run }) },
  stopping: { storage: set({ run: { ...run, stopping: true } }) },
  recheck: {
    storage: set({
      run: { ...run, kind: 'recheck', counts: { ...noCounts, unchecked: 3 }, inHand: [] },
    }),
  },
  waiting: {
    storage: set({
      run: {
        ...run,
        waits: [{ host: 'tracker', reason: 'asked', attempt: 2, until: now + 600_000 }],
      },
      state: { ...state, outages: [{ host: 'content', since: now - 3_600_000 }] },
    }),
  },
  'signed-out': halted({}, 'content_login_required', 'learn.example'),
  'signed-out-paused': {
    storage: {
      ...halted({}, 'content_login_required', 'learn.example').storage,
      setup: { ...setup, isPaused: true },
    },
  },
  'token-rejected': halted({}, 'tracker_token_rejected', 'The OAuth token has expired'),
  braked: halted({ alike }, 'many_alike', '10', 'resource_not_found'),
  // Of thousands ten are kept.
  'braked-shown': {
    ...halted({ alike: { ...alike, count: 5010 } }, 'many_alike', '5010', 'resource_not_found'),
    act: (page) => page.locator('[aria-expanded]').click(),
  },
  'checklist-locked': halted({}, 'checklist_issue_locked', 'SUP-1'),
  'days-left': { storage: set({ queues: [{ ...queue, ...counted(412, 7412) }] }) },
  'near-limit': {
    storage: set({ queues: [{ ...queue, open: 12, ...counted(8610, 9480) }] }),
  },
  'move-failed': {
    storage: set({
      queues: [{ ...queue, open: 12, ...counted(8610, 9480) }],
      moves: [
        {
          from: 'SUP-1',
          id: 'move-1',
          target: null,
          failure: { code: 'checklist_issue_not_created', details: ['SUP', 'No permission'] },
        },
      ],
    }),
  },
  moving: {
    storage: set({
      queues: [{ ...queue, open: 12, ...counted(8610, 9480) }],
      run: {
        ...run,
        kind: 'move',
        cause: 'click',
        moving: { from: 'SUP-1', to: 'SUP-350' },
        leftOpen: [],
        inHand: [],
        counts: { ...noCounts, total: 40, moved: 12 },
      },
    }),
  },
  offline: halted({ offline: true }, 'tracker_unavailable', 'reason_network'),
  paused: {
    storage: set({
      setup: { ...setup, isPaused: true },
      state: { ...state, pausedSince: now - 3_600_000 },
    }),
  },
  'not-answering': {
    storage: set({ silent: true }),
    act: (page) => page.locator('[role=alert]').waitFor(),
  },
  repaired: { storage: set({ setup: { ...setup, repaired: ['processEverySeconds'] } }) },
  queues: {
    storage: set({
      setup: {
        ...setup,
        checklistIssues: ['SUP-1', 'SUP-2'],
        pausedQueues: ['SUP-2'],
        canPauseQueues: true,
      },
      queues: [queue, { ...queue, checklistIssue: 'SUP-2', open: 12 }],
    }),
  },
  // Its card is far below.
  'queue-forbidden': {
    storage: set({
      setup: { ...setup, checklistIssues: ['SUP-1', 'SUP-2'], canPauseQueues: true },
      queues: [
        { ...deferring, version: 412 },
        {
          ...queue,
          checklistIssue: 'SUP-2',
          open: 12,
          failure: { code: 'checklist_issue_forbidden', details: ['SUP-2'] },
        },
      ],
    }),
  },
  'queue-unread': {
    storage: set({
      setup: { ...setup, checklistIssues: ['SUP-1', 'SUP-2'], canPauseQueues: true },
      queues: [
        queue,
        {
          ...queue,
          checklistIssue: 'SUP-2',
          version: 0,
          total: 0,
          failure: { code: 'checklist_issue_not_found', details: ['SUP-2'] },
        },
      ],
    }),
  },
};

const env = `ISSUE_URL="https://st-api.yandex-team.ru/v2/issues/{issue_id}"
TRACKER_OAUTH_TOKEN=another-token
TRACKER_CHECKLIST_ISSUE_ID=SUP-9
TRACKER_LINK_KEY=6063--link
TRACKER_BREADCRUMBS_ERROR_KEY=6063--error
TRACKER_PATCH_TIMEOUT=90
BROWSER_START_URL=https://learn.example/start
TRACKER_TRACK_NAME_KEY=6063--track
BREADCRUMBS_TRACK_NAME_KEY=track.name
DRIVER_SERVICE=chromedriver.exe
API_KEY=1234
`;

/** Files of the old program, with some of everything in them. */
export async function chooseOldFiles(page: Page): Promise<void> {
  await page.locator('input[type=file]').setInputFiles([
    { name: '.env', mimeType: 'text/plain', buffer: Buffer.from(env) },
    {
      name: 'settings.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{ "process_checklist_frequency_seconds": 60, "nonsense": 1 }'),
    },
  ]);
  await page.locator('#plan-title').waitFor();
}

/** The options page as it is met and as it is left half-way. */
export const optionsStates: Readonly<Record<string, PageState>> = {
  'first-run': { storage: {} },
  'token-removed': {
    storage: set(),
    act: (page) => page.getByRole('button', { name: /^(Remove the token|Удалить токен)$/ }).click(),
  },
  temporary: {
    storage: set(),
    act: async (page) => {
      await page.locator('#processEverySeconds').fill('120');
      await page.locator('#deleteDoneItems').check();
      await page.locator('.save-bar .button:not(.primary)').click();
      await page.locator('#temporary').waitFor();
    },
  },
  managed: {
    storage: set({
      policies: {
        trackerUrl: settings.trackerUrl,
        checklistIssues: ['SUP-1'],
        deleteDoneItems: true,
        processEverySeconds: 120,
        recheckEverySeconds: 3,
      },
    }),
    act: (page) => page.locator('#managed').waitFor(),
  },
  restored: {
    storage: set(),
    act: async (page) => {
      await page.locator('#processEverySeconds').fill('120');
      await page.locator('#deleteDoneItems').check();
      await page.reload();
      await page.locator('#restored').waitFor();
    },
  },
  queues: {
    storage: set({
      settings: stored({
        ...settings,
        checklistIssues: ['SUP-1', 'SUP-2', 'OPS-7'],
        pausedQueues: ['SUP-2'],
      }),
      queues: [
        { ...queue, open: 12, ...counted(8610, 9480) },
        {
          ...queue,
          checklistIssue: 'SUP-2',
          failure: { code: 'checklist_issue_forbidden', details: ['SUP-2'] },
        },
      ],
    }),
    act: (page) => page.locator('.queues').waitFor(),
  },
  search: {
    storage: set(),
    act: async (page) => {
      await page.locator('#search').fill('token');
      await page.locator('#processEverySeconds').waitFor({ state: 'hidden' });
    },
  },
  'search-none': {
    storage: set(),
    act: async (page) => {
      await page.locator('#search').fill('zzzz');
      await page.locator('main > form > .card').waitFor();
    },
  },
  filled: { storage: set() },
  incomplete: {
    storage: set({ token: { ...token, origin: 'https://api.tracker.yandex.net' } }),
    act: async (page) => {
      await page.locator('button[type=submit]').click();
      await page.locator('.save-bar [role=status] p').waitFor();
    },
  },
  problems: {
    storage: set({ token: { ...token, origin: 'https://api.tracker.yandex.net' } }),
    act: async (page) => {
      await page.locator('#contentUrl').fill(' learn.example/content/ ');
      await page.locator('#checklistIssues').fill('https://tracker.yandex.ru/sup-7, nonsense');
      await page.locator('#processEverySeconds').fill('5');
      await page.getByRole('row').nth(1).locator('input[type=text]').fill(settings.linkField);
      await page.locator('button[type=submit]').click();
    },
  },
  repaired: { storage: set({ settings: stored({ ...settings, processEverySeconds: 3 }) }) },
  connections: {
    storage: set({ planted: mixedFindings }),
    act: async (page) => {
      await page.getByRole('button', { name: /Check connections|Проверить соединения/ }).click();
      await page.locator('[data-check=schedules].untold').waitFor();
    },
  },
  conflict: {
    storage: set(),
    act: async (page) => {
      await page.locator('#linkField').fill('mine');
      await page.evaluate(
        (theirs) => chrome.storage.local.set({ settings: theirs }),
        stored({ ...settings, linkField: 'theirs' }),
      );
      await page.locator('#conflict').waitFor();
    },
  },
  import: {
    storage: set(),
    act: chooseOldFiles,
  },
};

async function plantHistory(page: Page): Promise<void> {
  await seedHistory(page.evaluate.bind(page), 60);
  await page.reload();
  await page.locator('.item-line').first().waitFor();
}

const logLines = [
  { level: 'info', event: 'run_began', details: ['process', 'schedule'] },
  { level: 'warning', event: 'wait_began', details: ['tracker', 'asked', '20', '2'] },
  {
    level: 'detail',
    event: 'request',
    details: ['PATCH', '/v2/issues/SUP-7', '200', '84'],
    issueKey: 'SUP-7',
  },
  { level: 'info', event: 'item_ended', details: ['done'], issueKey: 'SUP-7' },
  {
    level: 'warning',
    event: 'item_ended',
    details: ['failed'],
    issueKey: 'SUP-8',
    failure: { code: 'resource_forbidden', details: ['lesson 9f0c', 'lesson.name'] },
  },
  {
    level: 'error',
    event: 'run_ended',
    details: ['process', 'halted', '14'],
    failure: { code: 'tracker_token_rejected', details: ['The OAuth token has expired'] },
  },
].map((line) => ({ at: now, runId: 'run-1', ...line }));

async function plantLog(page: Page): Promise<void> {
  await page.evaluate(async (lines) => {
    const opening = indexedDB.open('activity');
    await new Promise((resolve) => {
      opening.onsuccess = resolve;
    });
    const transaction = opening.result.transaction('log', 'readwrite');
    transaction.objectStore('log').clear();
    for (const line of lines) transaction.objectStore('log').add(line);
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    opening.result.close();
  }, logLines);
  await page.reload();
}

async function showView(page: Page, view: string): Promise<void> {
  await plantHistory(page);
  await plantLog(page);
  await page.goto(`${page.url().replace(/#.*/, '')}#view=${view}`);
}

/** The activity page without and with something to tell. */
export const activityStates: Readonly<Record<string, PageState>> = {
  empty: { storage: set() },
  history: { storage: set(), act: plantHistory },
  running: {
    storage: set({
      run: {
        ...run,
        leftOpen: [],
        inHand: [12, 13, 14, 15, 16].map((number) => ({
          queue: 'SUP-1',
          itemId: String(number),
          issueKey: `SUP-${number}`,
        })),
        waits: [{ host: 'content', reason: 'unavailable', attempt: 1, until: now + 600_000 }],
      },
    }),
    act: plantHistory,
  },
  chosen: {
    storage: set(),
    act: async (page) => {
      await plantHistory(page);
      await page.locator('.item-line input').nth(1).check();
    },
  },
  'none-found': {
    storage: set(),
    act: async (page) => {
      await plantHistory(page);
      await page.locator('input[type=search]').fill('no such thing');
      await page.locator('.empty').waitFor();
    },
  },
  item: {
    storage: set(),
    act: async (page) => {
      await plantHistory(page);
      await page.locator('.item-line .open').nth(2).click();
      await page.locator('dialog table').first().waitFor({ state: 'attached' });
      for (const summary of await page.locator('dialog summary').all()) await summary.click();
      await page.locator('dialog table').first().waitFor();
    },
  },
  'item-failed': {
    storage: set(),
    act: async (page) => {
      await plantHistory(page);
      await page.locator('.item-line .open').first().click();
      await page.locator('dialog .facts').first().waitFor();
    },
  },
  'run-opened': {
    storage: set(),
    act: async (page) => {
      await plantHistory(page);
      await page.locator('.run-line .open').first().click();
      await page.locator('dialog').waitFor();
    },
  },
  figures: {
    storage: set(),
    act: async (page) => {
      await showView(page, 'figures');
      await page.locator('.figure').nth(4).waitFor();
      await page.locator('.figure summary').first().click();
    },
  },
  log: {
    storage: set(),
    act: async (page) => {
      await showView(page, 'log');
      await page.locator('.log-line').nth(5).waitFor();
    },
  },
  support: {
    storage: set(),
    act: async (page) => {
      await showView(page, 'support');
      await page.locator('button.primary:enabled').waitFor();
    },
  },
};
