import type { FetchedAnswer } from '../../src/messages/fetched.ts';
import { type PageState, set, settings, stored } from './screenshot-states.ts';

/** The page of fetched data. */

const shown = set({ settings: stored({ ...settings, showFetchedData: true }) });

const lesson = {
  id: '9f0c1a52-0000-4000-8000-000000000001',
  name: 'Урок 3: выборки, группировки и всё, что ещё не поместилось в одну строку таблицы',
  position: 4,
  is_published: true,
  topic_id: null,
  tags: ['sql', 'select', '<img src=x onerror=alert(1)>'],
  author: { id: 12, name: 'Somebody', roles: [{ name: 'editor', since: '2024-02-03' }] },
  settings: {},
};

const answers: FetchedAnswer[] = [
  answer('SUP-7', '/lessons/9f0c1a52-0000-4000-8000-000000000001/', 200, lesson),
  answer('SUP-8', '/lessons/9f0c1a52-0000-4000-8000-000000000001/breadcrumbs/', 200, [
    { type: 'course', id: 17, name: 'Основы SQL' },
    { type: 'lesson', id: lesson.id, name: lesson.name },
  ]),
  answer('SUP-9', '/courses/404/', 404, { errors: ['There is no such course'] }),
  { ...answer('SUP-10', '/topics/7/', 502, null), json: null },
  answer('', '/tasks/1/', 200, { id: 1, description: 'Запрос '.repeat(80) }),
];

function answer(askedFor: string, path: string, status: number, value: unknown): FetchedAnswer {
  return { askedFor, path, status, at: Date.now(), json: JSON.stringify(value) };
}

export const fetchedStates: Readonly<Record<string, PageState>> = {
  off: { storage: set() },
  empty: { storage: shown },
  answers: {
    storage: { ...shown, answers },
    act: async (page) => {
      for (const at of [0, 4])
        await page.locator('.answers > li').nth(at).locator('summary').click();
      const tree = page.locator('.answers > li').nth(4);
      await tree.locator('summary', { hasText: 'author' }).click();
      await tree.locator('summary', { hasText: 'roles' }).click();
    },
  },
  search: {
    storage: { ...shown, answers },
    act: async (page) => {
      await page.locator('.answers > li').nth(4).waitFor();
      await page.locator('#search').fill('sql');
      await page.locator('mark').first().waitFor();
    },
  },
  'none-found': {
    storage: { ...shown, answers },
    act: async (page) => {
      await page.locator('.answers > li').nth(4).waitFor();
      await page.locator('#search').fill('no such thing');
      await page.locator('.answers').waitFor({ state: 'detached' });
    },
  },
};
