import type { ThisIssue } from '../../src/status/this-issue.ts';
import { type PageState, run, set } from './screenshot-states.ts';

/** The popup on an issue's tab. */

const now = Date.now();

const thisIssue: ThisIssue = {
  issueKey: 'SUP-7',
  // Since the popup was opened.
  at: now + 86_400_000,
  queue: '',
  trail: ['Анализ данных', 'Аналитик данных', 'Основы SQL', 'Тема 1', 'Урок 1: выборки'],
  changes: [
    { key: 'course.name', to: 'Основы SQL' },
    { key: 'task.position', to: '4' },
    {
      key: 'lesson.name',
      to: 'Урок 3: выборки, группировки и всё, что ещё не поместилось в одну строку таблицы',
    },
    { key: 'track.name', to: 'Аналитик данных' },
    { key: 'track.id', to: '17' },
    { key: 'error', to: '' },
  ],
  failure: null,
  history: [
    { at: now - 3_600_000, outcome: 'undone', code: null },
    { at: now - 7_200_000, outcome: 'done', code: null },
    { at: now - 86_400_000, outcome: 'deferred', code: 'link_not_set' },
  ],
};

/** As text: what tsx makes of a function refers to what is not in a page. */
const onTab = `Object.defineProperty(chrome.tabs, 'query', {
  value: async () => [{ url: 'https://127.0.0.1:8443/SUP-7' }],
})`;

/** Chromium shows the real popup to no test: what `activeTab` gives it is put in its place. */
function onIssue(issue: ThisIssue | null, storage: PageState['storage'] = set()): PageState {
  return {
    storage,
    act: async (page) => {
      await page.evaluate((stored) => chrome.storage.session.set({ this_issue: stored }), issue);
      await page.addInitScript(onTab);
      await page.reload();
      await page.locator('h2', { hasText: 'SUP-7' }).waitFor();
    },
  };
}

export const thisIssueStates: Readonly<Record<string, PageState>> = {
  'this-issue': onIssue(thisIssue),
  'this-issue-unknown': onIssue(null),
  'this-issue-looking': onIssue(null, set({ run: { ...run, kind: 'preview' } })),
  'this-issue-running': onIssue(null, set({ run })),
  'this-issue-old': onIssue({ ...thisIssue, at: now - 7_200_000 }, set({ run })),
  'this-issue-nothing': onIssue({ ...thisIssue, queue: 'SUP-1', changes: [] }),
  'this-issue-failed': onIssue({
    ...thisIssue,
    queue: 'SUP-1',
    trail: [],
    changes: [],
    failure: { code: 'link_not_set', details: ['6063--link'] },
  }),
};
