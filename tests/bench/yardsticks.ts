import type { RemoteSimulator } from '../simulator/index.ts';
import type { Session } from './bare-browser.ts';

/** What a worker has to know to send the requests of a yardstick. */
interface Plan {
  readonly trackerUrl: string;
  readonly contentUrl: string;
  readonly token: string;
  readonly issues: number;
}

export function planFor(simulator: RemoteSimulator, issues: number): Plan {
  const { trackerUrl, contentUrl, token } = simulator;
  return { trackerUrl, contentUrl, token, issues };
}

/**
 * The fewest requests that annotate a queue of distinct tasks, from the extension's own worker and
 * as many at a time: a read of the checklist, a search for each hundred issues, and then for each
 * issue the task, its breadcrumbs, a PATCH of the issue and one of the item. Nothing else: no plan,
 * no checks, no retries, nothing stored.
 * @returns milliseconds.
 */
export function bareLoop(worker: Session, plan: Plan, atATime: number): Promise<number> {
  return worker.call(
    async ({ trackerUrl, contentUrl, token, issues, atATime: most }) => {
      const began = performance.now();
      const headers = { Authorization: `OAuth ${token}`, 'Content-Type': 'application/json' };
      const tracker = (path: string, method = 'GET', body?: unknown) =>
        fetch(`${trackerUrl}${path}`, {
          method,
          headers,
          credentials: 'omit',
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      const content = async (path: string): Promise<unknown> =>
        (await fetch(`${contentUrl}${path}`, { credentials: 'include', cache: 'no-store' })).json();
      const prefix = '6063181a59590573909db929--';
      const checklist = await tracker('/issues/SUP-1?fields=key,version,checklistItems');
      // The simulator's own shape.
      const { checklistItems } = (await checklist.json()) as {
        checklistItems: { id: string; text: string }[];
      };
      const items = checklistItems.slice(0, issues);
      for (let from = 0; from < items.length; from += 100) {
        const keys = items.slice(from, from + 100).map(({ text }) => text);
        const found = await tracker('/issues/_search?perPage=100&fields=key,version', 'POST', {
          keys,
        });
        await found.json();
      }
      let next = 0;
      const slot = async () => {
        for (let at = next++; at < items.length; at = next++) {
          const { id = '', text = '' } = items[at] ?? {};
          await content(`/tasks/task-${at + 1}/`);
          await content(`/tasks/task-${at + 1}/breadcrumbs/`);
          const values = Object.fromEntries(
            ['moduleName', 'trackName', 'trackId', 'lessonName', 'topicName', 'facultyName']
              .concat('professionName')
              .map((name) => [`${prefix}${name}`, `Статистика и A/B-тесты ${at}`]),
          );
          const numbers = { [`${prefix}taskPosition`]: at, [`${prefix}taskPositionIfExists`]: at };
          await tracker(`/issues/${text}?fields=version`, 'PATCH', { ...values, ...numbers });
          await tracker(`/issues/SUP-1/checklistItems/${id}?fields=version`, 'PATCH', {
            checked: true,
            deadline: { date: '2026-01-01T00:00:00.000+0000', deadlineType: 'date' },
          });
        }
      };
      await Promise.all(Array.from({ length: most }, slot));
      return performance.now() - began;
    },
    { ...plan, atATime },
  );
}

/**
 * The old program's way: one request after another, 15.7 an issue. Which they were is not
 * documented, only how many; played back are a read of the checklist and of the issue, the task's
 * breadcrumbs, the object of each of its seven levels, the task's once more, a PATCH of the issue,
 * of its error field, of the item, and of the checklist issue's error field, and for seven issues
 * of ten another read of the issue. They go out from a worker: the old program's browser driver,
 * which took most of the time besides, is not played back.
 * @returns milliseconds an issue.
 */
export async function oldProgram(worker: Session, plan: Plan): Promise<number> {
  const issues = 10;
  const ms = await worker.call(
    async ({ trackerUrl, contentUrl, token, issues: count }) => {
      const headers = { Authorization: `OAuth ${token}`, 'Content-Type': 'application/json' };
      const tracker = async (path: string, method = 'GET', body?: unknown) => {
        const answer = await fetch(`${trackerUrl}${path}`, {
          method,
          headers,
          credentials: 'omit',
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return answer.text();
      };
      const content = async (path: string) =>
        (await fetch(`${contentUrl}${path}`, { credentials: 'include', cache: 'no-store' })).text();
      const prefix = '6063181a59590573909db929--';
      // The simulator's own shape.
      const { checklistItems } = JSON.parse(await tracker('/issues/SUP-1')) as {
        checklistItems: { id: string; text: string }[];
      };
      const began = performance.now();
      for (const [at, { id, text }] of checklistItems.slice(0, count).entries()) {
        await tracker('/issues/SUP-1');
        await tracker(`/issues/${text}`);
        await content(`/tasks/task-${at + 1}/breadcrumbs/`);
        for (const level of [
          `tasks/task-${at + 1}`,
          'lessons/lesson-1',
          'topics/topic-1',
          'courses/course-1',
          'tracks/41',
          'professions/data-analyst',
          'faculties/5',
          `tasks/task-${at + 1}`,
        ]) {
          await content(`/${level}/`);
        }
        await tracker(`/issues/${text}`, 'PATCH', { [`${prefix}moduleName`]: `Курс ${at}` });
        await tracker(`/issues/${text}`, 'PATCH', { [`${prefix}breadcrumbsError`]: '' });
        await tracker(`/issues/SUP-1/checklistItems/${id}`, 'PATCH', { checked: true });
        await tracker('/issues/SUP-1', 'PATCH', { [`${prefix}breadcrumbsError`]: '' });
        if (at % 10 < 7) await tracker(`/issues/${text}`);
      }
      return performance.now() - began;
    },
    { ...plan, issues },
  );
  return ms / issues;
}
