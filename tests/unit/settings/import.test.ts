import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BreadcrumbKey } from '../../../src/breadcrumbs/resource.ts';
import {
  exportSettings,
  hiddenToken,
  type ImportedFile,
  importReasons,
  planImport,
  rowName,
  withoutRows,
} from '../../../src/settings/import.ts';
import {
  defaultSettings,
  missingSettings,
  problemsOf,
  type Settings,
} from '../../../src/settings/schema.ts';
import type { Token } from '../../../src/settings/store.ts';
import { now, validSettings } from './arbitraries.ts';

/** As somebody would have it who filled in the original's example file. */
const fullEnv = `# --- Tracker ---
ISSUE_URL=https://st-api.example-team.ru/v2/issues/{issue_id}
TRACKER_OAUTH_TOKEN="y0_AgAAAAAB-secret"   # ask the robot's owner
TRACKER_CHECKLIST_ISSUE_ID='SUPPORT-1234'
TRACKER_PATCH_TIMEOUT=12.5
export DEFERRED_CHECKLIST_ITEMS_FUTURE_DATETIME=2098-06-01T05:00:00.000+0000

# --- Fields ---
TRACKER_LINK_KEY = 65f0a1--link
TRACKER_BREADCRUMBS_ERROR_KEY=65f0a1--breadcrumbsError
TRACKER_TASK_POSITION_IF_EXISTS_KEY=65f0a1--taskPositionIfExists
TRACKER_TASK_POSITION_FROM_ZERO_KEY=65f0a1--taskPosition
TRACKER_MODULE_NAME_KEY=65f0a1--module
TRACKER_TRACK_NAME_KEY=65f0a1--track
TRACKER_TRACK_ID_KEY=65f0a1--trackId
TRACKER_LESSON_NAME_KEY=65f0a1--lesson
TRACKER_SPRINT_NAME_KEY=65f0a1--sprint
TRACKER_SPRINT_ID_KEY=65f0a1--sprintId
TRACKER_TOPIC_NAME_KEY=65f0a1--topic
TRACKER_FACULTY_NAME_KEY=65f0a1--faculty
TRACKER_PROFESSION_NAME_KEY=65f0a1--profession
BREADCRUMBS_TASK_POSITION_IF_EXISTS_KEY=task.position_if_exists
BREADCRUMBS_TASK_POSITION_FROM_ZERO_KEY=task.position
BREADCRUMBS_MODULE_NAME_KEY=course.name
BREADCRUMBS_TRACK_NAME_KEY=track.name

# --- Browser ---
BROWSER_START_URL="https://prestable.pierce-admin.example-team.ru/login/"
TEST_FETCH_BREADCRUMBS_URL=https://prestable.pierce-admin.example-team.ru/content/tasks/1?tab=a#top
BROWSER_TYPE=chrome
BROWSER_PATH="C:\\\\Program Files\\\\Google\\\\Chrome\\\\chrome.exe"
DRIVER_SERVICE=chromedriver.exe
DEBUGGING_BROWSER_PORT=9222
REMOTE_DEBUGGING_PORT=9222
DOWNLOADS_FOLDER=
API_KEY=another-secret
LOG_LEVEL=INFO
`;

const fullSettingsJson = `{
    "process_checklist_frequency_seconds": 60,
    "uncheck_deferred_issues_frequency_seconds": 1800,
    "delete_done_checklist_items": true,
    "modify_browser_page_on_fetch": false,
    "ignore_errors": {
        "sprint.name": true,
        "topic.name": true
    }
}
`;

function plan(files: string | ImportedFile[], current = defaultSettings, token: Token = null) {
  const all = typeof files === 'string' ? [{ name: 'file', text: files }] : files;
  return planImport(all, { settings: current, token, managed: {} }, now);
}

const mapped = (field: string, ignoreErrors = false) => ({ field, ignoreErrors });

function withMapping(fieldMapping: Settings['fieldMapping']): Settings {
  return { ...defaultSettings, fieldMapping };
}

test('the two files of the original give a working configuration', () => {
  const files = [
    { name: '.env', text: fullEnv },
    { name: 'settings.json', text: fullSettingsJson },
  ];
  const { rows, notes, settings, token, problems } = plan(files);
  expect(problems).toEqual([]);
  expect(missingSettings(settings, token !== null)).toEqual([]);
  expect(token).toEqual({ value: 'y0_AgAAAAAB-secret', origin: 'https://st-api.example-team.ru' });
  expect(settings).toEqual({
    ...defaultSettings,
    trackerUrl: 'https://st-api.example-team.ru/v2',
    tokenScheme: 'Bearer',
    trackerTimeoutSeconds: 13,
    checklistIssues: ['SUPPORT-1234'],
    linkField: '65f0a1--link',
    errorField: '65f0a1--breadcrumbsError',
    fieldMapping: {
      'task.position_if_exists': mapped('65f0a1--taskPositionIfExists'),
      'task.position': mapped('65f0a1--taskPosition'),
      'course.name': mapped('65f0a1--module'),
      'track.name': mapped('65f0a1--track'),
      'track.id': mapped('65f0a1--trackId'),
      'lesson.name': mapped('65f0a1--lesson'),
      'sprint.name': mapped('65f0a1--sprint', true),
      'sprint.id': mapped('65f0a1--sprintId'),
      'topic.name': mapped('65f0a1--topic', true),
      'faculty.name': mapped('65f0a1--faculty'),
      'profession.name': mapped('65f0a1--profession'),
    },
    deferralDate: '2098-06-01T05:00:00.000+0000',
    contentUrl: 'https://prestable.pierce-admin.example-team.ru/content',
    testLink: 'https://prestable.pierce-admin.example-team.ru/content/tasks/1?tab=a#top',
    processEverySeconds: 60,
    recheckEverySeconds: 1800,
    deleteDoneItems: true,
  });
  expect(notes.map(({ kind, name, line, reason }) => [kind, name, line, reason])).toEqual([
    ['ignored', 'BROWSER_TYPE', 30, 'import_browser_driver'],
    ['ignored', 'BROWSER_PATH', 31, 'import_browser_driver'],
    ['ignored', 'DRIVER_SERVICE', 32, 'import_browser_driver'],
    ['ignored', 'DEBUGGING_BROWSER_PORT', 33, 'import_browser_driver'],
    ['ignored', 'REMOTE_DEBUGGING_PORT', 34, 'import_browser_driver'],
    ['ignored', 'DOWNLOADS_FOLDER', 35, 'import_browser_driver'],
    ['ignored', 'API_KEY', 36, 'import_api_key'],
    ['ignored', 'LOG_LEVEL', 37, 'import_unknown'],
  ]);
  expect(rows).toContainEqual({
    setting: 'trackerUrl',
    from: 'https://api.tracker.yandex.net/v2',
    to: 'https://st-api.example-team.ru/v2',
    file: '.env',
    line: 2,
  });
  expect(rows).toContainEqual({
    setting: 'fieldMapping',
    key: 'topic.name',
    from: mapped(''),
    to: mapped('65f0a1--topic', true),
    file: 'settings.json',
    line: 8,
  });
  expect(rows).toContainEqual({
    setting: 'token',
    from: null,
    to: hiddenToken,
    file: '.env',
    line: 3,
  });
  expect(JSON.stringify({ rows, notes })).not.toContain('secret');
  expect(plan(files, settings, token).rows).toEqual([]);
});

test.each<[string, Partial<Settings>]>([
  ['ISSUE_URL=https://t.example/v3/issues/{id}/', { trackerUrl: 'https://t.example/v3' }],
  ['ISSUE_URL=http://127.0.0.1:80/issues/{}', { trackerUrl: 'http://127.0.0.1:80' }],
  ['TRACKER_CHECKLIST_ISSUE_ID=SUP-1', { checklistIssues: ['SUP-1'] }],
  ['TRACKER_CHECKLIST_ISSUE_ID=https://t.example/SUP-1/?a#b', { checklistIssues: ['SUP-1'] }],
  ['TRACKER_CHECKLIST_ISSUE_ID=sup-1', { checklistIssues: ['SUP-1'] }],
  ['TRACKER_LINK_KEY=a--link', { linkField: 'a--link' }],
  ['TRACKER_BREADCRUMBS_ERROR_KEY=err', { errorField: 'err' }],
  ['TRACKER_PATCH_TIMEOUT=25', { trackerTimeoutSeconds: 25 }],
  ['TRACKER_PATCH_TIMEOUT=0.5', { trackerTimeoutSeconds: 1 }],
  [
    'BROWSER_START_URL=https://c.example:8443/a?b',
    { contentUrl: 'https://c.example:8443/content' },
  ],
  ['TEST_FETCH_BREADCRUMBS_URL=https://c.example/a#b', { testLink: 'https://c.example/a#b' }],
  [
    'DEFERRED_CHECKLIST_ITEMS_FUTURE_DATETIME=2050-01-01T00:00:00+0300',
    { deferralDate: '2050-01-01T00:00:00+0300' },
  ],
  [
    'DEFERRED_CHECKLIST_ITEMS_FUTURE_DATETIME=2050-01-01T00:00:00Z',
    { deferralDate: '2050-01-01T00:00:00Z' },
  ],
  ['export\tTRACKER_LINK_KEY = "a"  # b', { linkField: 'a' }],
  ["TRACKER_LINK_KEY=' a '#b", { linkField: 'a' }],
  ['TRACKER_LINK_KEY=a \t# b "c"', { linkField: 'a' }],
  ['TRACKER_LINK_KEY="a" # it is "b"', { linkField: 'a' }],
  ['\uFEFF  TRACKER_LINK_KEY=a\r\n\r\n#x=y\r\n', { linkField: 'a' }],
])('%j is taken', (text, changes) => {
  const { settings, notes, rows } = plan(text);
  expect(settings).toEqual({ ...defaultSettings, ...changes });
  expect(notes).toEqual([]);
  expect(rows.map(({ setting }) => setting)).toEqual(Object.keys(changes));
});

test.each<[string, string, string]>([
  ['ISSUE_URL', 'https://t.example/v2', 'import_issue_url'],
  ['ISSUE_URL', 'http://t.example/issues/{id}', 'invalid_base_url'],
  ['ISSUE_URL', 'https://me:secret@t.example/issues/{id}', 'invalid_base_url'],
  ['TRACKER_OAUTH_TOKEN', 'two secret words', 'import_token'],
  ['TRACKER_OAUTH_TOKEN', 'тайна', 'import_token'],
  ['TRACKER_OAUTH_TOKEN', '<your token>', 'import_placeholder'],
  ['TRACKER_CHECKLIST_ISSUE_ID', 'sup', 'invalid_issue_key'],
  ['TRACKER_CHECKLIST_ISSUE_ID', 'https://t.example/', 'invalid_issue_key'],
  ['TRACKER_LINK_KEY', 'a b', 'invalid_field_id'],
  ['TRACKER_BREADCRUMBS_ERROR_KEY', '../a', 'invalid_field_id'],
  ['TRACKER_TRACK_ID_KEY', 'a b', 'invalid_field_id'],
  ['TRACKER_PATCH_TIMEOUT', 'soon', 'invalid_integer'],
  ['TRACKER_PATCH_TIMEOUT', '1e1', 'invalid_integer'],
  ['TRACKER_PATCH_TIMEOUT', '25.1', 'invalid_out_of_bounds'],
  ['TRACKER_PATCH_TIMEOUT', '0', 'invalid_out_of_bounds'],
  ['BROWSER_START_URL', 'c.example', 'invalid_url'],
  ['BROWSER_START_URL', 'blob:https://c.example/1', 'invalid_url'],
  ['TEST_FETCH_BREADCRUMBS_URL', 'javascript:alert(1)', 'invalid_url'],
  ['DEFERRED_CHECKLIST_ITEMS_FUTURE_DATETIME', 'tomorrow', 'invalid_date'],
  ['DEFERRED_CHECKLIST_ITEMS_FUTURE_DATETIME', '2020-01-01T00:00:00+0000', 'invalid_date_past'],
  ['BREADCRUMBS_TRACK_ID_KEY', 'module.name', 'import_unknown_key'],
  ['BREADCRUMBS_TRACK_ID_KEY', '__proto__', 'import_unknown_key'],
])('%s=%s is a problem, and the valid setting stays', (name, value, reason) => {
  const { settings, notes, rows, token } = plan(`# first\n${name}="${value}"`);
  expect(notes).toMatchObject([{ file: 'file', line: 2, name, kind: 'problem', reason }]);
  expect([settings, rows, token]).toEqual([defaultSettings, [], null]);
});

test('a number that is out of bounds is noted with its setting, whose bounds are said', () => {
  expect(plan('TRACKER_PATCH_TIMEOUT=30').notes).toMatchObject([
    { reason: 'invalid_out_of_bounds', setting: 'trackerTimeoutSeconds' },
  ]);
});

test.each([
  ['TRACKER_LINK_KEY=', 'TRACKER_LINK_KEY', 'import_empty'],
  ['TRACKER_LINK_KEY=""', 'TRACKER_LINK_KEY', 'import_empty'],
  ['TRACKER_LINK_KEY= # later', 'TRACKER_LINK_KEY', 'import_empty'],
  ['BREADCRUMBS_TRACK_ID_KEY=track.id', 'BREADCRUMBS_TRACK_ID_KEY', 'import_no_pair'],
  ['API_KEY=secret', 'API_KEY', 'import_api_key'],
  ['DRIVER_SERVICE="C:\\\\x\\\\"', 'DRIVER_SERVICE', 'import_browser_driver'],
  ['DB_PASSWORD=secret', 'DB_PASSWORD', 'import_unknown'],
  ['y0_AgAAsecret==', '', 'import_unknown'],
])('%j is ignored', (text, name, reason) => {
  const { settings, notes } = plan(text);
  expect(notes).toEqual([{ file: 'file', line: 1, name, kind: 'ignored', reason }]);
  expect(settings).toEqual(defaultSettings);
});

test('a line that cannot be read is told by its number, never by its text', () => {
  const text = 'TRACKER_LINK_KEY=a\nsecret words\n1SECRET=x\nTRACKER_OAUTH_TOKEN="secret\n=secret';
  const { notes, settings, token } = plan(text);
  expect(notes).toEqual(
    [2, 3, 4, 5].map((line) => ({
      file: 'file',
      line,
      name: '',
      kind: 'problem',
      reason: 'import_line_unreadable',
    })),
  );
  expect([settings.linkField, token]).toEqual(['a', null]);
});

test('of a variable that stands twice the last holds, and the other is told', () => {
  const text =
    'TRACKER_LINK_KEY=a\nTRACKER_TASK_POSITION_KEY=b\nTRACKER_LINK_KEY=c\nTRACKER_TASK_POSITION_FROM_ZERO_KEY=d\nTRACKER_LINK_KEY=';
  const { notes, settings } = plan(text);
  expect([settings.linkField, settings.fieldMapping['task.position']]).toEqual(['c', mapped('d')]);
  expect(notes.map(({ line, reason }) => [line, reason])).toEqual([
    [1, 'import_repeated'],
    [2, 'import_repeated'],
    [5, 'import_empty'],
  ]);
});

test.each([
  ['a picture', '\uFFFDPNG\r\n\u001a\n\0\0\0\rIHDR\0\0=\n', 'import_file_unknown'],
  ['a picture that starts like a line', 'A=1\0', 'import_file_unknown'],
  ['nothing', '', 'import_file_unknown'],
  ['comments', '# only\n', 'import_file_unknown'],
  ['prose', 'Dear all,\nplease find attached', 'import_file_unknown'],
  ['an array', '[1]', 'import_file_unknown'],
  ['another JSON', '{"name": "x", "version": "1"}', 'import_file_unknown'],
  ['broken JSON', '{"delete_done_checklist_items": yes}', 'import_json_broken'],
  ['another export', '{"breadcrumbs": "history", "version": 1}', 'import_file_unknown'],
  ['an export without values', '{"breadcrumbs": "settings", "version": 1}', 'import_file_unknown'],
  [
    'one of another kind',
    '{"breadcrumbs": "settings", "version": 1, "values": 7}',
    'import_file_unknown',
  ],
  ['an export of no version', '{"breadcrumbs": "settings", "values": {}}', 'import_file_unknown'],
  [
    'a newer export',
    '{"breadcrumbs": "settings", "version": 99, "values": {"linkField": "a"}}',
    'import_newer_version',
  ],
])('%s is one problem of the file', (_, text, reason) => {
  const { notes, rows, settings } = plan([{ name: 'x.env', text }]);
  expect(notes).toEqual([{ file: 'x.env', line: null, name: '', kind: 'problem', reason }]);
  expect([rows, settings]).toEqual([[], defaultSettings]);
});

test('broken JSON is told with its line where the engine tells it', () => {
  const text = '\uFEFF\n{"delete_done_checklist_items": true,\n}\n';
  expect(plan([{ name: 'settings.json', text }]).notes).toMatchObject([
    { file: 'settings.json', line: 3, reason: 'import_json_broken' },
  ]);
});

describe('the field mapping', () => {
  test.each<[string, BreadcrumbKey]>([
    ['TASK_POSITION_IF_EXISTS', 'task.position_if_exists'],
    ['TASK_POSITION', 'task.position'],
    ['TASK_POSITION_FROM_ZERO', 'task.position'],
    ['MODULE_NAME', 'course.name'],
    ['TRACK_NAME', 'track.name'],
    ['TRACK_ID', 'track.id'],
    ['LESSON_NAME', 'lesson.name'],
    ['SPRINT_NAME', 'sprint.name'],
    ['SPRINT_ID', 'sprint.id'],
    ['TOPIC_NAME', 'topic.name'],
    ['FACULTY_NAME', 'faculty.name'],
    ['PROFESSION_NAME', 'profession.name'],
  ])('%s means %s unless its other half says otherwise', (words, key) => {
    const to = mapped('a', key === 'sprint.name');
    const alone = plan(`TRACKER_${words}_KEY=a`);
    expect(alone.settings.fieldMapping).toEqual({ ...defaultSettings.fieldMapping, [key]: to });
    expect(alone.rows).toMatchObject([{ setting: 'fieldMapping', key, to, line: 1 }]);
    const pair = plan(`BREADCRUMBS_${words}_KEY=task.description\nTRACKER_${words}_KEY=a`);
    expect(pair.notes).toEqual([]);
    expect(pair.rows).toMatchObject([{ key: 'task.description', to: mapped('a'), line: 2 }]);
    // Where none is stored, its mark is the one that it has out of the box.
    expect(plan(`TRACKER_${words}_KEY=a`, withMapping({})).rows).toMatchObject([{ key, to }]);
  });

  test('a pair whose key is not known is not taken', () => {
    const { rows, notes } = plan('TRACKER_TRACK_ID_KEY=a\nBREADCRUMBS_TRACK_ID_KEY=track.colour');
    expect(rows).toEqual([]);
    expect(notes).toMatchObject([{ name: 'BREADCRUMBS_TRACK_ID_KEY', line: 2 }]);
  });

  test('a field that an import gives to another key is taken from the one that has it', () => {
    const current = withMapping({ 'track.id': mapped('a', true), 'track.name': mapped('b') });
    const { rows, settings, problems } = plan('TRACKER_TOPIC_NAME_KEY=a', current);
    expect(problems).toEqual([]);
    expect(settings.fieldMapping['track.id']).toEqual(mapped('', true));
    expect(rows).toMatchObject([
      { key: 'track.id', from: mapped('a', true), to: mapped('', true), line: 1 },
      { key: 'topic.name', from: undefined, to: mapped('a'), line: 1 },
    ]);
  });

  test('two keys can change places', () => {
    const current = withMapping({ 'track.id': mapped('a'), 'track.name': mapped('b') });
    const { settings, notes } = plan('TRACKER_TRACK_ID_KEY=b\nTRACKER_TRACK_NAME_KEY=a', current);
    expect(settings.fieldMapping).toEqual({ 'track.id': mapped('b'), 'track.name': mapped('a') });
    expect(notes).toEqual([]);
  });

  test('one file cannot give a field to two keys, but a later one can move it', () => {
    const first = { name: '1', text: 'TRACKER_TRACK_ID_KEY=a\nTRACKER_TRACK_NAME_KEY=a' };
    const one = plan([first]);
    expect(one.rows).toMatchObject([{ key: 'track.id', to: mapped('a') }]);
    expect(one.notes).toMatchObject([
      { name: 'TRACKER_TRACK_NAME_KEY', line: 2, kind: 'problem', reason: 'invalid_field_twice' },
    ]);
    const two = plan([first, { name: '2', text: 'TRACKER_TRACK_NAME_KEY=a' }]);
    expect(two.settings.fieldMapping['track.name']).toEqual(mapped('a'));
    expect(two.problems).toEqual([]);
  });

  test('of two fields for one key the last holds, and the other is told', () => {
    const text =
      'TRACKER_TRACK_ID_KEY=a\nBREADCRUMBS_TRACK_ID_KEY=track.name\nTRACKER_TRACK_NAME_KEY=b';
    const { settings, notes } = plan(text);
    expect(settings.fieldMapping['track.name']).toEqual(mapped('b'));
    expect(notes).toMatchObject([{ name: 'TRACKER_TRACK_ID_KEY', reason: 'import_repeated' }]);
  });

  test('a mapped field that is also the link field is a problem of the whole', () => {
    const { problems } = plan('TRACKER_LINK_KEY=a\nTRACKER_TRACK_ID_KEY=a');
    expect(problems).toEqual([{ name: 'fieldMapping', problem: 'invalid_field_twice' }]);
  });
});

describe('the token', () => {
  const token = { value: 'old-secret', origin: 'https://t.example' };
  const current: Settings = { ...defaultSettings, trackerUrl: 'https://t.example/v2' };

  test('goes to the tracker that is set after all files, with the scheme of the original', () => {
    const plans = [
      plan('TRACKER_OAUTH_TOKEN=x', current),
      plan('ISSUE_URL=https://u.example/issues/{id}\nTRACKER_OAUTH_TOKEN=x', current),
    ];
    expect(plans.map((one) => one.token)).toEqual([
      { value: 'x', origin: 'https://t.example' },
      { value: 'x', origin: 'https://u.example' },
    ]);
    expect(plans.map((one) => one.settings.tokenScheme)).toEqual(['Bearer', 'Bearer']);
  });

  test('stays with the tracker of its own file where another file names another', () => {
    const env = 'ISSUE_URL=https://u.example/v2/issues/{id}\nTRACKER_OAUTH_TOKEN=x';
    const own = exportSettings({ ...defaultSettings, trackerUrl: 'https://w.example/v2' });
    for (const texts of [
      [env, own],
      [own, env],
    ]) {
      const imported = plan(texts.map((text, index) => ({ name: `${index}`, text })));
      expect(imported.token).toEqual({ value: 'x', origin: 'https://u.example' });
    }
  });

  test('keeps its origin when only the tracker changes', () => {
    const imported = plan('ISSUE_URL=https://u.example/issues/{id}', current, token);
    expect(imported.token).toEqual(token);
    expect(imported.rows.map(({ setting }) => setting)).toEqual(['trackerUrl']);
  });

  test.each(['https://u.example/', 'http://u.example/issues/{id}', 'https://<host>/issues/{id}'])(
    'is not taken beside the unusable address %s, as it would go to the present one',
    (url) => {
      const imported = plan(`TRACKER_OAUTH_TOKEN=x\nISSUE_URL=${url}`, current, token);
      expect([imported.token, imported.rows]).toEqual([token, []]);
      expect(imported.notes[0]).toMatchObject({ line: 1, reason: 'import_token_address' });
    },
  );

  test('is hidden in its row, which is there only if it changes', () => {
    const { rows } = plan('TRACKER_OAUTH_TOKEN=new-secret', current, token);
    expect(rows).toEqual([
      { setting: 'tokenScheme', from: 'OAuth', to: 'Bearer', file: 'file', line: 1 },
      { setting: 'token', from: hiddenToken, to: hiddenToken, file: 'file', line: 1 },
    ]);
    const same = plan(
      'TRACKER_OAUTH_TOKEN=old-secret',
      { ...current, tokenScheme: 'Bearer' },
      token,
    );
    expect(same.rows).toEqual([]);
  });
});

describe("the original's settings.json", () => {
  test('wrong types, bounds and unknown members become notes with their lines', () => {
    const text = `{
  "process_checklist_frequency_seconds": 5,
  "uncheck_deferred_issues_frequency_seconds": "3600",
  "delete_done_checklist_items": "yes",
  "modify_browser_page_on_fetch": true,
  "colour": "red",
  "__proto__": { "deleteDoneItems": true },
  "constructor": 1,
  "ignore_errors": {
    "sprint.name": false,
    "lesson.name": 1,
    "__proto__": true,
    "module.name": true
  }
}`;
    const { rows, notes, settings } = plan(text);
    expect(rows).toEqual([
      {
        setting: 'fieldMapping',
        key: 'sprint.name',
        from: mapped('', true),
        to: mapped(''),
        file: 'file',
        line: 10,
      },
      { setting: 'showFetchedData', from: false, to: true, file: 'file', line: 5 },
    ]);
    expect(notes.map(({ line, name, kind, reason }) => [line, name, kind, reason])).toEqual([
      [2, 'process_checklist_frequency_seconds', 'problem', 'invalid_out_of_bounds'],
      [3, 'uncheck_deferred_issues_frequency_seconds', 'problem', 'invalid_integer'],
      [4, 'delete_done_checklist_items', 'problem', 'invalid_flag'],
      [6, 'colour', 'ignored', 'import_unknown'],
      [12, '__proto__', 'ignored', 'import_unknown'],
      [8, 'constructor', 'ignored', 'import_unknown'],
      [11, 'ignore_errors.lesson.name', 'problem', 'invalid_flag'],
      [12, 'ignore_errors.__proto__', 'ignored', 'import_unknown_key'],
      [13, 'ignore_errors.module.name', 'ignored', 'import_unknown_key'],
    ]);
    expect(Object.getPrototypeOf(settings.fieldMapping)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('deleteDoneItems');
  });

  test('ignore_errors of another kind is a problem', () => {
    const { notes } = plan('\uFEFF\n{"ignore_errors": ["sprint.name"]}');
    expect(notes).toMatchObject([{ name: 'ignore_errors', line: 2, reason: 'invalid_mapping' }]);
  });
});

describe('the own export', () => {
  test('gives the same settings and the same bytes again, whatever stood before', () => {
    fc.assert(
      fc.property(validSettings, validSettings, (settings, current) => {
        const text = exportSettings(settings);
        for (const before of [defaultSettings, current]) {
          const imported = plan(text, before);
          expect(imported.settings).toEqual(settings);
          expect([imported.notes, imported.problems]).toEqual([[], []]);
          expect(exportSettings(imported.settings)).toBe(text);
          for (const { line } of imported.rows) expect(line).toBeGreaterThan(4);
        }
        expect(plan(text, settings).rows).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('gives the token again with the origin that it was entered for, if it was asked for', () => {
    const tokens = fc.record({
      // Marked, or it could be a word that a row has anyway.
      value: fc.stringMatching(/^[\x21-\x7e]{0,40}$/).map((text) => `${text}s3cr3t`),
      origin: fc.constantFrom('https://api.tracker.yandex.net', 'http://127.0.0.1:8443'),
    });
    fc.assert(
      fc.property(validSettings, tokens, validSettings, (settings, token, current) => {
        const text = exportSettings(settings, token);
        const imported = plan(text, current);
        expect(imported.token).toEqual(token);
        expect(imported.notes).toEqual([]);
        expect(exportSettings(imported.settings, imported.token)).toBe(text);
        expect(JSON.stringify(imported.rows)).not.toContain('s3cr3t');
        expect(exportSettings(settings)).not.toContain('"token"');
      }),
      { numRuns: 50 },
    );
  });

  test('a token that is none is not taken, and its text is in no note', () => {
    for (const token of [
      's3cr3t',
      { value: 's3cr3t' },
      { value: 's3 cr3t', origin: 'https://a.b' },
      { value: 's3cr3t', origin: 'https://a.b/v2' },
    ]) {
      const imported = plan(
        JSON.stringify({ breadcrumbs: 'settings', version: 1, values: {}, token }),
      );
      expect(imported.token).toBeNull();
      expect(imported.notes).toMatchObject([{ name: 'token', reason: 'import_token' }]);
      expect(JSON.stringify(imported.notes)).not.toContain('cr3t');
    }
  });

  test('the order in which keys were mapped does not show', () => {
    const one = withMapping({ 'track.id': mapped('a'), 'task.id': mapped('b') });
    const other = withMapping({ 'task.id': mapped('b'), 'track.id': mapped('a') });
    expect(exportSettings(one)).toBe(exportSettings(other));
  });

  test('a value that is not valid stays out, alone; unknown ones are ignored', () => {
    const values = {
      linkField: 'a b',
      errorField: 'err',
      token: 'errorField',
      fieldMapping: { x: 1 },
    };
    const text = JSON.stringify({ breadcrumbs: 'settings', version: 1, values }, null, 1);
    const { rows, notes } = plan(text);
    expect(rows).toEqual([{ setting: 'errorField', from: '', to: 'err', file: 'file', line: 6 }]);
    expect(notes.map(({ line, name, kind, reason }) => [line, name, kind, reason])).toEqual([
      [5, 'linkField', 'problem', 'invalid_field_id'],
      [7, 'token', 'ignored', 'import_unknown'],
      [8, 'fieldMapping', 'problem', 'invalid_mapping'],
    ]);
  });

  test('each key has its own line, and a later file wins', () => {
    const text = exportSettings(withMapping({ 'track.id': mapped('a'), 'task.id': mapped('b') }));
    const lines = text.split('\n');
    const current = withMapping({ 'topic.id': mapped('c') });
    const { rows } = plan(
      [
        { name: '1', text },
        { name: '2', text: 'TRACKER_TRACK_ID_KEY=d' },
      ],
      current,
    );
    expect(rows.map(({ key, to, file, line }) => [key, to, file, line])).toEqual([
      ['track.id', mapped('d'), '2', 1],
      ['topic.id', undefined, '1', lines.findIndex((one) => one.includes('"fieldMapping"')) + 1],
      ['task.id', mapped('b'), '1', lines.findIndex((one) => one.includes('"task.id"')) + 1],
    ]);
  });
});

describe('a part of an import', () => {
  test('changes what its rows say and nothing else', () => {
    const token = { value: 'new', origin: 'https://a.b' };
    fc.assert(
      fc.property(
        validSettings,
        validSettings,
        fc.infiniteStream(fc.boolean()),
        (from, to, coins) => {
          const base = { settings: from, token: null, managed: {} };
          const whole = planImport([{ name: 'file', text: exportSettings(to, token) }], base, now);
          const leftOut = new Set(whole.rows.map(rowName).filter(() => coins.next().value));
          const part = withoutRows(whole, leftOut, base, now);
          for (const row of part.rows) {
            const isTaken = !leftOut.has(rowName(row));
            if (row.setting === 'token') expect(part.token).toEqual(isTaken ? token : null);
            else if (row.key === undefined) {
              expect(part.settings[row.setting]).toEqual(isTaken ? row.to : row.from);
            } else {
              expect(part.settings.fieldMapping[row.key]).toEqual(isTaken ? row.to : row.from);
            }
          }
          expect(part.problems).toEqual(problemsOf(part.settings, now));
          expect(withoutRows(whole, new Set(), base, now)).toEqual(whole);
          expect(new Set(whole.rows.map(rowName)).size).toBe(whole.rows.length);
          const none = withoutRows(whole, new Set(whole.rows.map(rowName)), base, now);
          expect(none.problems).toEqual([]);
          // But for keys that are mapped to nothing, which say nothing.
          expect(plan(exportSettings(from), none.settings).rows).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('what the organisation has set is not taken from files, and it is said', () => {
  const managed = { trackerUrl: 'https://a.b/v2', fieldMapping: {}, tokenScheme: 'OAuth' as const };
  const files = [
    { name: '.env', text: fullEnv },
    { name: 'settings.json', text: fullSettingsJson },
  ];
  const { rows, notes, token, settings } = planImport(
    files,
    { settings: defaultSettings, token: null, managed },
    now,
  );
  expect(rows.filter(({ setting }) => setting in managed)).toEqual([]);
  expect(settings.trackerUrl).toBe(defaultSettings.trackerUrl);
  const left = notes.filter(({ reason }) => reason === 'import_managed');
  expect(left).toHaveLength(1 + 11 + 2);
  // It goes to no other tracker than its file names, not even to the organisation's.
  expect(token?.origin).toBe('https://st-api.example-team.ru');
});

test('whatever is in the files, what comes out is valid, sound and says no secret', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      'a',
      'b',
      'track.id',
      '5',
      'SUP-1',
      'https://a.example/issues/{id}',
      '"',
      '<a>',
    ),
  );
  const name = fc.constantFrom(
    ...[...fullEnv.matchAll(/^(?:export )?(\w+) ?=/gm)].map(([, name = '']) => name),
    ...[...fullSettingsJson.matchAll(/"(.*?)":/g)].map(([, name = '']) => name),
    '__proto__',
    'fieldMapping',
  );
  const env = fc
    .array(fc.tuple(name, value))
    .map((pairs) =>
      [...pairs.map(([a, b]) => `${a}=${b}`), 'TRACKER_OAUTH_TOKEN=s3cr3t'].join('\n'),
    );
  const json = fc.dictionary(name, fc.jsonValue());
  const text = fc.oneof(
    env,
    json.map((one) => JSON.stringify(one)),
    json.map((values) => JSON.stringify({ breadcrumbs: 'settings', version: 1, values })),
    validSettings.map((settings) => exportSettings(settings)),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), validSettings, (texts, current) => {
      const before = structuredClone(current);
      const files = texts.map((text) => ({ name: 'file', text }));
      const { rows, notes, settings, problems } = plan(files, current);
      expect(current).toEqual(before);
      expect(problems).toEqual(problemsOf(settings, now));
      // Each value is checked alone; only two that are at odds can be left.
      for (const { problem } of problems) expect(problem).toBe('invalid_field_twice');
      for (const { reason } of notes) expect(importReasons).toContain(reason);
      for (const row of rows)
        expect(row.to).not.toEqual(row.from === hiddenToken ? null : row.from);
      expect(JSON.stringify({ rows, notes })).not.toContain('s3cr3t');
    }),
    { numRuns: 150 },
  );
});
