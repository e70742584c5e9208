/** So many items a run, and minutes between runs: some weeks of work of a busy queue. */
const itemsARun = 25;

interface Seed {
  readonly count: number;
  readonly itemsARun: number;
}
/** Runs a function that sees nothing of its file, on a page of the extension. */
type OnPage = (work: (seed: Seed) => Promise<void>, seed: Seed) => Promise<void>;

/**
 * Fills the history with so many items of all kinds, the newest a minute ago, in place of what is
 * there. It must have been opened once in the profile.
 */
export async function seedHistory(onPage: OnPage, count: number): Promise<void> {
  await onPage(
    async ({ count, itemsARun }) => {
      const opening = indexedDB.open('activity');
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const now = Date.now() - 60_000;
      const runs = Math.ceil(count / itemsARun);
      const minute = 60_000;
      const outcomes = ['done', 'done', 'done', 'unchanged', 'failed', 'done', 'postponed'];
      const codes = ['resource_not_found', 'link_not_set', 'resource_forbidden'];
      const transaction = db.transaction(['runs', 'items'], 'readwrite');
      const [runStore, itemStore] = [
        transaction.objectStore('runs'),
        transaction.objectStore('items'),
      ];
      runStore.clear();
      itemStore.clear();
      for (let run = 0; run < runs; run += 1) {
        const startedAt = now - (runs - run) * minute;
        const counts: Record<string, number> = { total: itemsARun };
        for (let at = 0; at < itemsARun; at += 1) {
          const number = run * itemsARun + at;
          const outcome = outcomes[number % outcomes.length] ?? 'done';
          counts[outcome] = (counts[outcome] ?? 0) + 1;
          const lesson = `00000000-0000-4000-8000-${String(number % 5000).padStart(12, '0')}`;
          const key = `SUP-${(number % 20_000) + 2}`;
          itemStore.add({
            runId: `run-${run}`,
            at: startedAt + at * 400,
            queue: 'SUP-1',
            itemId: `item-${number % 20_000}`,
            text: key,
            issueKey: key,
            outcome,
            isDeferred: outcome === 'failed',
            failure:
              outcome === 'failed'
                ? {
                    code: codes[run % codes.length],
                    details: [`lesson ${lesson}`, 'lesson.name'],
                  }
                : outcome === 'postponed'
                  ? { code: 'tracker_unavailable', details: ['reason_timeout'] }
                  : null,
            issue: { key, version: 3 },
            link: `https://learn.example/profession/lessons/${lesson}`,
            resource: { type: 'lesson', id: lesson },
            breadcrumbs: {
              'lesson.id': lesson,
              'lesson.name': `Lesson about loops, part ${number}`,
              'course.name': 'Python for people in a hurry',
              'track.name': 'Backend',
            },
            changes:
              outcome === 'done'
                ? [
                    {
                      field: '6063181a59590573909db929--lessonName',
                      key: 'lesson.name',
                      from: null,
                      to: `Lesson about loops, part ${number}`,
                    },
                    {
                      field: '6063181a59590573909db929--moduleName',
                      key: 'course.name',
                      from: 'An older name',
                      to: 'Python for people in a hurry',
                    },
                  ]
                : [],
            untouched: [
              {
                field: '6063181a59590573909db929--trackName',
                key: 'track.name',
                why: 'same',
                value: 'Backend',
              },
              {
                field: '6063181a59590573909db929--taskPosition',
                key: 'task.position',
                why: 'does_not_apply',
                value: null,
              },
            ],
            requests: JSON.stringify([
              {
                host: 'tracker',
                method: 'POST',
                path: '/v2/issues/_search',
                answer: 200,
                ms: 80,
                tries: 1,
                sharedBy: 25,
              },
              {
                host: 'content',
                method: 'GET',
                path: `/content/lessons/${lesson}/`,
                answer: 200,
                ms: 60,
                tries: 1,
              },
              {
                host: 'tracker',
                method: 'PATCH',
                path: `/v2/issues/${key}`,
                answer: 200,
                ms: 70,
                tries: 2,
              },
            ]),
            times: { tracker: 150 + (number % 40), content: 60, waiting: 20 },
          });
        }
        runStore.add({
          id: `run-${run}`,
          kind: 'process',
          cause: 'schedule',
          startedAt,
          endedAt: startedAt + 11_000,
          counts,
          requests: 80,
          outcome: 'completed',
          failure: null,
          versions: { 'SUP-1': 100 + run * itemsARun },
        });
      }
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onerror = () => reject(transaction.error);
      });
      db.close();
    },
    { count, itemsARun },
  );
}
