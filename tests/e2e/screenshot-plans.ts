import type { Page } from 'playwright-core';
import type { Planned } from '../../src/plans/entries.ts';
import { noCounts } from '../../src/status/counts.ts';
import type { Preview } from '../../src/status/preview.ts';
import type { Run } from '../../src/status/status.ts';
import { type PageState, set } from './screenshot-states.ts';

/** The preview page in its states. */

const now = Date.now();
const field = (key: string) => `6063181a59590573909db929--${key}`;

function planned(at: number, change: Partial<Planned>): Planned {
  return {
    name: `SUP-1/${at}`,
    revision: 1,
    position: at,
    queue: 'SUP-1',
    itemId: String(at),
    text: `SUP-${at + 7}`,
    issueKey: `SUP-${at + 7}`,
    resource: { type: 'task', id: '9f0c' },
    breadcrumbs: {},
    verdict: 'write',
    itemAction: 'check',
    changes: [],
    untouched: [],
    failure: null,
    became: null,
    touchedBy: null,
    ...change,
  };
}

const changes: Planned['changes'] = [
  { field: field('moduleName'), key: 'course.name', from: 'SQL', to: 'Основы SQL' },
  { field: field('taskPosition'), key: 'task.position', from: null, to: 4 },
  {
    field: field('lessonName'),
    key: 'lesson.name',
    from: '',
    to: 'Урок 3: выборки, группировки и всё, что ещё не поместилось в одну строку таблицы',
  },
  { field: field('breadcrumbsError'), from: 'link_not_set: There is no link.', to: null },
];

const plans: Planned[] = [
  planned(0, {
    changes,
    untouched: [
      { field: field('trackName'), key: 'track.name', why: 'same', value: 'Аналитик данных' },
      { field: field('sprintName'), key: 'sprint.name', why: 'errors_ignored', value: null },
      { field: field('sprintId'), key: 'sprint.id', why: 'does_not_apply', value: null },
    ],
  }),
  planned(1, { verdict: 'unchanged' }),
  planned(2, {
    verdict: 'defer',
    itemAction: 'defer',
    failure: { code: 'resource_not_found', details: ['course 17', 'course.name'] },
    changes: [{ field: field('breadcrumbsError'), from: null, to: 'resource_not_found: …' }],
  }),
  planned(3, {
    verdict: 'defer',
    itemAction: 'defer',
    issueKey: null,
    text: 'look at <img src=x onerror=alert(1)> some day',
    resource: null,
    failure: { code: 'item_names_no_issue', details: ['look at some day'] },
  }),
  planned(4, {
    verdict: 'postpone',
    itemAction: 'leave',
    failure: { code: 'content_unavailable', details: ['reason_timeout'] },
  }),
  planned(5, { changes: changes.slice(0, 1), became: 'applied' }),
  planned(6, { changes: changes.slice(1, 2), became: 'changed' }),
  planned(7, { verdict: 'unchanged', became: 'gone' }),
];

const undoPlans: Planned[] = [
  planned(0, { name: 'SUP-7', changes, itemAction: 'leave' }),
  planned(1, {
    name: 'SUP-8',
    itemAction: 'leave',
    changes: changes.slice(0, 2),
    untouched: [
      {
        field: field('lessonName'),
        key: 'lesson.name',
        why: 'edited_since',
        value: 'by a person',
      },
    ],
  }),
  planned(2, {
    name: 'SUP-9',
    verdict: 'left_alone',
    itemAction: 'leave',
    untouched: [
      { field: field('moduleName'), key: 'course.name', why: 'not_plain', value: [{ id: '7' }] },
    ],
  }),
];

const preview: Omit<Preview, 'id'> = {
  of: { type: 'all' },
  startedAt: now - 9000,
  endedAt: now - 2000,
  total: plans.length,
  planned: plans.length,
  done: 30,
  deferred: 12,
  leftAlone: [],
  alike: null,
  outcome: 'completed',
  failure: null,
  applied: null,
  revision: 1,
};

/** No checklist was read for it. */
const nothingElse = { done: 0, deferred: 0 };

const run: Run = {
  id: 'run-9',
  kind: 'preview',
  cause: 'chosen',
  moving: null,
  startedAt: now - 9000,
  counts: { ...noCounts, total: 1000, looked: 420 },
  requests: 430,
  historyFailed: false,
  leftOpen: [],
  inHand: [],
  waits: [],
  resumeAt: null,
  stopping: false,
};

/** Puts plans where the worker does, for the preview that the page has asked for. */
function showing(hash: string, all: readonly Planned[], change: Partial<Preview> = {}) {
  return async (page: Page) => {
    if (hash !== 'queue') {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await page.waitForFunction((to) => location.hash === `#${to}`, hash);
    }
    await page.evaluate(
      async ([header, rows]) => {
        const opening = indexedDB.open('plans', 1);
        opening.onupgradeneeded = () => {
          opening.result
            .createObjectStore('plans', { keyPath: 'name' })
            .createIndex('revision', 'revision');
        };
        await new Promise((resolve) => {
          opening.onsuccess = resolve;
        });
        const transaction = opening.result.transaction('plans', 'readwrite');
        const store = transaction.objectStore('plans');
        store.clear();
        for (const row of rows) store.add(row);
        await new Promise((resolve) => {
          transaction.oncomplete = resolve;
        });
        opening.result.close();
        await chrome.storage.local.set({ preview: { ...header, id: history.state.previewId } });
      },
      [{ ...preview, ...change }, all] as const,
    );
    if (all.length > 0) await page.locator('.plans > li').first().waitFor();
    else await page.locator('[role=alert], p.card').first().waitFor();
  };
}

export const previewStates: Readonly<Record<string, PageState>> = {
  looking: {
    storage: set({ run }),
    act: showing('queue', plans.slice(0, 2), { endedAt: null, outcome: null, planned: 420 }),
  },
  ready: {
    storage: set(),
    act: async (page) => {
      await showing('queue', plans)(page);
      await page.locator('.plans input').first().check();
      await page.locator('summary').first().click();
    },
  },
  alike: {
    storage: set(),
    act: showing('queue', plans, { alike: { count: 10, codes: ['resource_not_found'] } }),
  },
  failed: {
    storage: set(),
    act: showing('queue', [], {
      outcome: 'halted',
      failure: { code: 'tracker_token_rejected', details: ['The OAuth token has expired'] },
    }),
  },
  stopped: { storage: set(), act: showing('queue', plans, { outcome: 'stopped', total: 30 }) },
  empty: { storage: set(), act: showing('queue', [], { planned: 0, total: 0 }) },
  paused: {
    storage: set(),
    act: showing('queue', [], { planned: 0, total: 0, leftAlone: ['SUP-1', 'SUP-2'] }),
  },
  applying: {
    storage: set({
      run: { ...run, kind: 'process', counts: { ...noCounts, total: 40, done: 12 } },
    }),
    act: showing('queue', plans),
  },
  undo: {
    storage: set(),
    act: showing('undo-run=run-1', undoPlans, { ...nothingElse, planned: undoPlans.length }),
  },
  undone: {
    storage: set(),
    act: showing(
      'undo-run=run-1',
      undoPlans.map((plan) =>
        plan.verdict === 'left_alone' ? plan : { ...plan, became: 'applied' },
      ),
      { ...nothingElse, planned: undoPlans.length },
    ),
  },
  link: {
    storage: set(),
    act: showing(
      'link=https://learn.example/tasks/9f0c/',
      [
        planned(0, {
          changes,
          queue: '',
          issueKey: null,
          text: 'https://learn.example/tasks/9f0c/',
        }),
      ],
      { ...nothingElse, planned: 1 },
    ),
  },
};
