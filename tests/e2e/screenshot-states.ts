import type { Page } from 'playwright-core';
import type { Code } from '../../src/errors/codes.ts';
import { currentVersion } from '../../src/settings/migrations.ts';
import { defaultSettings, type Settings } from '../../src/settings/schema.ts';
import type { Counts, Halt, QueueStatus, Run, State } from '../../src/status/status.ts';
import { mixedFindings } from './planted-findings.ts';

/** What is stored when a page is opened, and what is done on it before it is drawn. */
export interface PageState {
  readonly storage: Readonly<Record<string, unknown>>;
  readonly act?: (page: Page) => Promise<unknown>;
}

const now = Date.now();
export const noCounts: Counts = {
  total: 0,
  done: 0,
  unchanged: 0,
  failed: 0,
  postponed: 0,
  unchecked: 0,
  moved: 0,
  undone: 0,
  left_alone: 0,
  looked: 0,
  added: 0,
};

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
  },
  lastSuccessAt: now - 20_000,
  halt: null,
  outages: [],
  pausedSince: null,
  historyFailed: false,
};
const queue: QueueStatus = {
  checklistIssue: 'SUP-1',
  version: 412,
  sample: null,
  seenAt: now,
  total: 43,
  open: 0,
  deferredTotal: 0,
  deferred: [],
  settledVersion: null,
  failure: null,
};
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
const run: Run = {
  id: 'run-2',
  kind: 'process',
  cause: 'schedule',
  moving: null,
  startedAt: now - 8000,
  counts: { ...noCounts, total: 40, done: 9, failed: 2, unchanged: 1 },
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
  return { settings: stored(settings), token, state, queues: [queue], ...more };
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
  items: Array.from({ length: 10 }, (_, index) => ({
    issueKey: `SUP-${100 + index}`,
    failure: { code: 'resource_not_found', details: [`lesson ${index}`, 'lesson.name'] },
  })),
};

/** The rows of behaviour.md's table of states. */
export const popupStates: Readonly<Record<string, PageState>> = {
  unconfigured: { storage: {} },
  permission: halted({}, 'content_permission_missing', 'learn.example'),
  idle: { storage: set() },
  'never-run': { storage: { settings: stored(settings), token } },
  deferred: { storage: set({ queues: [deferring] }) },
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
  'token-rejected': halted({}, 'tracker_token_rejected', 'The OAuth token has expired'),
  braked: halted({ alike }, 'many_alike', '10', 'resource_not_found'),
  'braked-shown': {
    ...halted({ alike }, 'many_alike', '10', 'resource_not_found'),
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
        inHand: [],
        counts: { ...noCounts, total: 40, moved: 12 },
      },
    }),
  },
  offline: halted({ offline: true }, 'tracker_unavailable', 'reason_network'),
  paused: {
    storage: set({
      settings: stored({ ...settings, schedulePaused: true }),
      state: { ...state, pausedSince: now - 3_600_000 },
    }),
  },
  'not-answering': {
    storage: set({ silent: true }),
    act: (page) => page.locator('[role=alert]').waitFor(),
  },
  repaired: { storage: set({ settings: stored({ ...settings, processEverySeconds: 3 }) }) },
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

/** The options page as it is met and as it is left half-way. */
export const optionsStates: Readonly<Record<string, PageState>> = {
  'first-run': { storage: {} },
  filled: { storage: set() },
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
    act: async (page) => {
      await page.locator('input[type=file]').setInputFiles([
        { name: '.env', mimeType: 'text/plain', buffer: Buffer.from(env) },
        {
          name: 'settings.json',
          mimeType: 'application/json',
          buffer: Buffer.from('{ "process_checklist_frequency_seconds": 60, "nonsense": 1 }'),
        },
      ]);
      await page.locator('#plan-title').waitFor();
    },
  },
};

async function plantHistory(page: Page): Promise<void> {
  await page.evaluate(async (startedAt) => {
    const opening = indexedDB.open('activity', 2);
    await new Promise((resolve) => {
      opening.onsuccess = resolve;
    });
    const transaction = opening.result.transaction(['runs', 'items'], 'readwrite');
    const runs = transaction.objectStore('runs');
    const items = transaction.objectStore('items');
    runs.clear();
    items.clear();
    const base = { kind: 'process', cause: 'click', requests: 12, outcome: 'completed' };
    const counts = { total: 5, done: 1, unchanged: 1, failed: 1, postponed: 1, unchecked: 1 };
    for (let back = 1; back <= 3; back += 1) {
      const at = startedAt - back * 90_000;
      runs.add({
        ...base,
        id: `run-${back}`,
        startedAt: at,
        endedAt: at + 9000,
        counts,
        failure: null,
      });
    }
    runs.add({
      ...base,
      id: 'run-0',
      kind: 'recheck',
      startedAt: startedAt - 30_000,
      endedAt: startedAt - 29_000,
      counts: {},
      outcome: 'halted',
      failure: { code: 'tracker_token_rejected', details: ['The OAuth token has expired'] },
    });
    const item = { runId: 'run-1', at: startedAt, queue: 'SUP-1', failure: null, changes: [] };
    const resource = { type: 'lesson', id: '9f0c' };
    const outcomes = ['done', 'unchanged', 'failed', 'postponed', 'unchecked'];
    for (const [index, outcome] of outcomes.entries()) {
      items.add({
        ...item,
        itemId: String(index),
        issueKey: `SUP-${index + 7}`,
        text: `SUP-${index + 7}`,
        outcome,
        resource,
        failure:
          outcome === 'failed'
            ? { code: 'resource_forbidden', details: ['lesson 9f0c', 'lesson.name'] }
            : outcome === 'postponed'
              ? { code: 'tracker_unavailable', details: ['reason_timeout'] }
              : null,
        changes:
          outcome === 'done'
            ? [
                { field: '6063--lesson', key: 'lesson.name', from: 'Old name', to: 'New name' },
                { field: '6063--position', key: 'task.position', from: undefined, to: 4 },
                { field: '6063--error', from: 'link_not_set: …', to: null },
              ]
            : [],
      });
    }
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    opening.result.close();
  }, now);
}

/** The activity page without and with something to tell. */
export const activityStates: Readonly<Record<string, PageState>> = {
  empty: { storage: set() },
  runs: {
    storage: set(),
    act: async (page) => {
      await plantHistory(page);
      await page.reload();
      const summaries = page.locator('summary');
      await summaries.nth(0).click();
      await summaries.nth(1).click();
      await page.locator('.items').waitFor();
    },
  },
};
