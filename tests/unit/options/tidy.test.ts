import { expect, it } from 'vitest';
import type { TextName } from '../../../src/options/draft.ts';
import { tidy, tidyToken } from '../../../src/options/tidy.ts';

const rows: [TextName, string, string, string[]][] = [
  ['linkField', 'abc--link', 'abc--link', []],
  ['linkField', ' abc--link\n', 'abc--link', ['note_spaces']],
  ['trackerUrl', 'https://api.tracker.yandex.net/v2', 'https://api.tracker.yandex.net/v2', []],
  ['trackerUrl', 'https://a.example/v2//', 'https://a.example/v2', ['note_slash']],
  ['contentUrl', 'a.example/content/', 'https://a.example/content', ['note_scheme', 'note_slash']],
  [
    'trackerUrl',
    'https://tracker.yandex.ru/SUP-1',
    'https://api.tracker.yandex.net/v2',
    ['note_api'],
  ],
  ['trackerUrl', ' tracker.yandex.com', 'https://api.tracker.yandex.net/v2', ['note_api']],
  ['trackerUrl', 'http://st.yandex-team.ru/', 'https://st-api.yandex-team.ru/v2', ['note_api']],
  [
    'trackerUrl',
    'https://tracker.yandex.ru.a.example/v2',
    'https://tracker.yandex.ru.a.example/v2',
    [],
  ],
  ['loginUrl', 'https://tracker.yandex.ru/SUP-1', 'https://tracker.yandex.ru/SUP-1', []],
  ['contentUrl', 'localhost:8080', 'https://localhost:8080', ['note_scheme']],
  ['trackerUrl', 'https://a.example/v2/issues/SUP-1', 'https://a.example/v2', ['note_path']],
  ['trackerUrl', 'https://a.example/v3/issues/{issue_id}?x', 'https://a.example/v3', ['note_path']],
  ['trackerUrl', 'https://a.example/v2/queues', 'https://a.example/v2', ['note_path']],
  ['trackerUrl', 'https://v2/v2', 'https://v2/v2', []],
  // A gateway has a version of its own.
  ['trackerUrl', 'https://a.example/v1/tracker/v2', 'https://a.example/v1/tracker/v2', []],
  ['trackerUrl', 'https://a.example/v1/tracker', 'https://a.example/v1/tracker', []],
  ['trackerUrl', 'https://a.example/v1/issues/v2', 'https://a.example/v1/issues/v2', []],
  ['trackerUrl', 'https://a.example/v1/issues/api/v2', 'https://a.example/v1/issues/api/v2', []],
  [
    'trackerUrl',
    'https://a.example/v1/tracker/v2/issues/SUP-1',
    'https://a.example/v1/tracker/v2',
    ['note_path'],
  ],
  [
    'trackerUrl',
    ' a.example/tracker/v2/myself/ ',
    'https://a.example/tracker/v2',
    ['note_spaces', 'note_scheme', 'note_path'],
  ],
  [
    'contentUrl',
    'https://a.example/content/lessons/3f2a9c1e-7b60-4d5e-9a41-0c8e5d7f1b22/breadcrumbs/',
    'https://a.example/content',
    ['note_path'],
  ],
  ['contentUrl', 'https://a.example/content?tab=1#x', 'https://a.example/content', ['note_path']],
  ['contentUrl', 'https://a.example/courses', 'https://a.example/courses', []],
  ['contentUrl', 'https://a.example/courses/content', 'https://a.example/courses/content', []],
  ['contentUrl', 'https://a.example/track/api', 'https://a.example/track/api', []],
  ['contentUrl', 'https://a.example/lesson/v2', 'https://a.example/lesson/v2', []],
  ['contentUrl', 'https://a.example/tracks/1/api', 'https://a.example/tracks/1/api', []],
  ['contentUrl', 'https://a.example/courses/c/task/41', 'https://a.example', ['note_path']],
  ['contentUrl', 'https://a.example/tracks/1/courses/2', 'https://a.example', ['note_path']],
  [
    'contentUrl',
    'https://a.example/content/courses/41/',
    'https://a.example/content',
    ['note_path'],
  ],
  [
    'contentUrl',
    'https://a.example/content/courses/sql-basics/Lessons/41/breadcrumbs/',
    'https://a.example/content',
    ['note_path'],
  ],
  [
    'contentUrl',
    'https://a.example/courses/content/lessons/6063181a59590573909db929',
    'https://a.example/courses/content',
    ['note_path'],
  ],
  [
    'contentUrl',
    'https://a.example/content/courses/',
    'https://a.example/content/courses',
    ['note_slash'],
  ],
  [
    'contentUrl',
    'https://a.example/content/courses/a.b',
    'https://a.example/content/courses/a.b',
    [],
  ],
  ['contentUrl', 'https://a.example/course/backend', 'https://a.example/course/backend', []],
  // A word may be a team's or a service's.
  [
    'contentUrl',
    'https://a.example/api/course/backend',
    'https://a.example/api/course/backend',
    [],
  ],
  ['contentUrl', 'https://a.example/api/v1/track/b2b', 'https://a.example/api/v1/track/b2b', []],
  ['contentUrl', 'https://a.example/course/c0de', 'https://a.example/course/c0de', []],
  [
    'contentUrl',
    'https://a.example/content/courses/sql-basics',
    'https://a.example/content/courses/sql-basics',
    [],
  ],
  [
    'contentUrl',
    'https://a.example/course/breadcrumbs',
    'https://a.example/course/breadcrumbs',
    [],
  ],
  [
    'contentUrl',
    'https://a.example/course/backend/lessons/internal',
    'https://a.example/course/backend/lessons/internal',
    [],
  ],
  [
    'contentUrl',
    'https://a.example/course/backend/content/lessons/41',
    'https://a.example/course/backend/content',
    ['note_path'],
  ],
  ['contentUrl', 'https://lessons/9f', 'https://lessons/9f', []],
  ['testLink', 'https://a.example/lessons/9f/?a#b', 'https://a.example/lessons/9f/?a#b', []],
  ['contentUrl', '', '', []],
  ['contentUrl', 'javascript:alert(1)', 'https://javascript:alert(1)', ['note_scheme']],
  ['contentUrl', 'https://', 'https://', []],
  ['loginUrl', 'https://a.example/login/', 'https://a.example/login/', []],
  ['checklistIssues', 'SUP-1, OPS-2,', 'SUP-1\nOPS-2', []],
  ['checklistIssues', 'https://tracker.yandex.ru/SUP-7', 'SUP-7', ['note_key']],
  ['checklistIssues', 'sup-7 nonsense', 'SUP-7\nnonsense', ['note_key']],
];

it.each(rows)('%s: %j becomes %j', (name, typed, text, notes) => {
  expect(tidy(name, typed)).toEqual({ text, notes });
});

it('leaves alone what it has put right', () => {
  for (const [name, typed] of rows) {
    const once = tidy(name, typed).text;
    expect(tidy(name, once)).toEqual({ text: once, notes: [] });
  }
});

it.each([
  ['y0_abc', 'y0_abc', null, []],
  [' y0_abc\n', 'y0_abc', null, ['note_spaces']],
  ['OAuth y0_abc', 'y0_abc', 'OAuth', ['note_token_scheme']],
  [' bearer  t1.abc ', 't1.abc', 'Bearer', ['note_token_scheme']],
  ['Authorization: OAuth y0_abc', 'y0_abc', 'OAuth', ['note_token_scheme']],
  ['OAuth', 'OAuth', null, []],
  ['Basic dTpw', 'Basic dTpw', null, []],
  ['OAuth y0 abc', 'OAuth y0 abc', null, []],
])('the token %j becomes %j, scheme %j', (typed, text, scheme, notes) => {
  expect(tidyToken(typed)).toEqual({ text, scheme, notes });
});
