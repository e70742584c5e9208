import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { itemEntrySchema } from '../../src/activity/entries.ts';
import { logEvents, logLevels } from '../../src/activity/log.ts';
import { timeSeries } from '../../src/activity-page/figures.ts';
import { resourceTypes } from '../../src/breadcrumbs/resource.ts';
import { codes, itemCodes, passingCodes } from '../../src/errors/codes.ts';
import { importReasons } from '../../src/settings/import/finding.ts';
import { settingNames } from '../../src/settings/schema.ts';
import { checkNames, sayingOfFailure, sayings } from '../../src/setup/checks.ts';
import type { RunCause, RunKind } from '../../src/status/status.ts';
import type { Remedy } from '../../src/status/view.ts';
import { fill } from '../../src/words/fill.ts';

const languages = ['en', 'ru'] as const;
type Language = (typeof languages)[number];

const messages: Record<Language, Map<string, string>> = { en: read('en'), ru: read('ru') };
const forms: Record<Language, readonly string[]> = {
  en: ['one', 'other'],
  // `other` is for fractions.
  ru: ['one', 'few', 'many', 'other'],
};
const ordinalForms: Record<Language, readonly string[]> = {
  en: ['one', 'two', 'few', 'other'],
  ru: ['other'],
};

function read(language: Language): Map<string, string> {
  const text = readFileSync(`public/_locales/${language}/messages.json`, 'utf8');
  const entries: [string, { message: string }][] = Object.entries(JSON.parse(text));
  return new Map(entries.map(([id, { message }]) => [id, message]));
}

/** All of a kind of names: the compiler asks for one that is missing. */
function namesOf<Name extends string>(names: Readonly<Record<Name, true>>): string[] {
  return Object.keys(names);
}

const kinds = namesOf<RunKind>({
  process: true,
  recheck: true,
  move: true,
  undo: true,
  preview: true,
  add: true,
});

/** In the log; the history has texts of its own. */
const runOutcomes = ['completed', 'stopped', 'halted', 'interrupted'];

/** The members of each family of ids that are made of a fixed part and a variable one. */
const families: Readonly<Record<string, readonly string[]>> = {
  fetched_: ['redirect', 'html', 'not_json', 'too_large'],
  error_: codes,
  page_storage_: ['full', 'failed'],
  page_tracker_: ['unavailable'],
  page_content_: ['unavailable'],
  setting_: [...settingNames, 'token'],
  help_: [...settingNames, 'token'],
  resource_: resourceTypes,
  save_: [
    'saved',
    'applied',
    'imported',
    'saved_missing',
    'applied_missing',
    'imported_missing',
    'allowed',
    'refused',
    'not_allowed',
  ],
  title_: ['idle', 'running', 'halted', 'paused', 'unconfigured'],
  duration_: ['seconds', 'minutes', 'hours', 'days'],
  outage_: ['tracker', 'content'],
  figure_: ['last_run', 'last_success', 'next_run'],
  remedy_: namesOf<Remedy | 'set_up'>({
    set_up: true,
    allow_hosts: true,
    sign_in: true,
    open_settings: true,
    show_alike: true,
    move_checklist: true,
  }),
  state_running_: kinds,
  rate_per_: ['second', 'minute'],
  wait_: ['asked_tracker', 'asked_content', 'unavailable_tracker', 'unavailable_content'],
  section_: [
    'tracker',
    'queues',
    'fields',
    'content',
    'hosts',
    'connections',
    'schedule',
    'behaviour',
    'history',
    'import',
  ],
  check_: checkNames,
  check_status_: ['pending', 'good', 'bad', 'untold'],
  finding_: [...sayings, ...Object.values(sayingOfFailure)],
  unfit_: ['readonly', 'type'],
  field_: ['gone', 'untold'],
  guide_: ['tracker', 'checklist', 'fields', 'content', 'preview', 'schedule'],
  run_: [...kinds, 'stopped', 'halted', 'interrupted'],
  cause_: namesOf<RunCause>({
    click: true,
    schedule: true,
    settings: true,
    defer_anyway: true,
    chosen: true,
  }),
  outcome_: [
    ...itemEntrySchema.shape.outcome.options,
    'deferred',
    'deferred_or_failed',
    ...runOutcomes,
  ],
  filter_: ['all', 'write', 'unchanged', 'defer', 'postpone', 'left_alone', 'changed'],
  plan_: [
    'write',
    'unchanged',
    'defer',
    'fail',
    'postpone',
    'left_alone',
    'item_check',
    'item_delete',
  ],
  plan_item_: [],
  undo_: ['write', 'unchanged', 'postpone', 'left_alone'],
  became_: ['changed', 'gone', 'postponed'],
  untouched_: ['same', 'does_not_apply', 'errors_ignored', 'edited_since', 'not_plain'],
  log_: logEvents,
  level_: logLevels,
  part_: timeSeries,
  view_: ['history', 'figures', 'log', 'support'],
  item_: ['issue', 'queue', 'link', 'resource'],
  host_: ['tracker', 'content'],
  answer_: ['network', 'timeout', 'redirect', 'html', 'not_json', 'too_large'],
  // Which of them exist depends on the language: see ordinalForms.
  ordinal_: [],
  reason_: ['network', 'timeout', 'too_many_requests', 'server_error', 'bad_answer', 'too_large'],
};
const countFamilies: Readonly<Record<string, readonly string[]>> = {
  count_: [
    'done',
    'deferred',
    'failed',
    'unchanged',
    'postponed',
    'unchecked',
    'moved',
    'undone',
    'left_alone',
    'added',
  ],
};
/** Named by the manifest and by data, where no call of `words` shows them. */
const namedElsewhere = [
  'extension_name',
  'extension_description',
  'action_title',
  ...importReasons,
];

const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => readFileSync(join('src', path), 'utf8'))
  .join('\n');

function found(pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map(([, id = '']) => id);
}

/** Ids in the sources: quoted in a call of `words`, or quoted and made like a text's id. */
function idsUsed(language: Language): Set<string> {
  const quoted = new Set(found(/'([a-z]+(?:_[a-zA-Z]+)+)'/g));
  const called = found(/(?<!\w)words\(\s*'(\w+)'/g);
  const single = [...messages[language].keys()].filter((id) => quoted.has(id));
  const counted = found(/countWords\(\s*'(\w+)'/g);
  const members = (all: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(all).flatMap(([prefix, ends]) => ends.map((end) => prefix + end));
  return new Set([
    ...single,
    ...called,
    ...namedElsewhere,
    ...members(families),
    ...[...counted, ...members(countFamilies)].flatMap((id) =>
      forms[language].map((form) => `${id}_${form}`),
    ),
    ...ordinalForms[language].map((form) => `ordinal_${form}`),
  ]);
}

function placeholders(text: string | undefined): string[] {
  return [...new Set(text?.match(/\$\d/g))].sort();
}

describe.each(languages)('texts in %s', (language) => {
  it('has a text for every id used, and uses every text', () => {
    const used = idsUsed(language);
    const there = new Set(messages[language].keys());
    expect([...used].filter((id) => !there.has(id))).toEqual([]);
    expect([...there].filter((id) => !used.has(id))).toEqual([]);
  });

  it('has no empty text', () => {
    expect([...messages[language]].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('holds no text that is markup', () => {
    expect([...messages[language]].filter(([, text]) => /[<>&]/.test(text))).toEqual([]);
  });

  const sentences = [
    ...codes.map((code) => `error_${code}`),
    'page_storage_full',
    'page_storage_failed',
    'page_tracker_unavailable',
    'page_content_unavailable',
  ];
  it.each(sentences)('has a whole sentence for %s whatever details are missing', (id) => {
    const template = (messages[language].get(id) ?? '').replace(/\$(\d)/g, '{$1}');
    for (const details of [[], ['first'], ['', 'second'], ['first', 'second']]) {
      const sentence = fill(template, details);
      expect(sentence).toMatch(/^[\p{Lu}\d“«f].*[.?]$/u);
      expect(sentence).not.toMatch(/\s\s|\s[.,:;?)]|[[\]{}|]|\(\)|“”|«»|[:(]\.|\$/);
    }
  });

  it('names the extension where the tracker’s issues are told of what is in it', () => {
    // Whoever reads them there may know nothing of it.
    const inIt = /[“«](?!\$)|settings|настройк|token|токен|account|учётн/i;
    const astray = [...itemCodes, ...passingCodes].filter((code) => {
      const text = messages[language].get(`error_${code}`) ?? '';
      return inIt.test(text) && !text.includes('Breadcrumbs');
    });
    expect(astray).toEqual([]);
  });

  it('has one word for what became of an item, alone and where a run counts it', () => {
    const texts = [...messages[language]];
    const apart = [...itemEntrySchema.shape.outcome.options, 'deferred'].filter((outcome) => {
      const name = messages[language].get(`outcome_${outcome}`)?.toLowerCase() ?? '';
      const counted = texts.filter(([id]) => new RegExp(`^count_${outcome}_[a-z]+$`).test(id));
      return !counted.some(([, text]) => name.includes(text.replace('$1 ', '')));
    });
    expect(apart).toEqual([]);
  });

  it('parts no number from its unit at a line’s end', () => {
    const units = { en: 'ms|s|min|h|d', ru: 'мс|с|мин|ч|дн' }[language];
    // Behind a time of day it is a preposition.
    const parted = new RegExp(`(?<!в )\\$\\d (${units})(?![\\p{L}])`, 'u');
    expect([...messages[language]].filter(([, text]) => parted.test(text))).toEqual([]);
  });

  it('keeps within what the web store takes', () => {
    expect(messages[language].get('extension_description')?.length).toBeLessThanOrEqual(132);
  });
});

it('knows every family of ids that the sources make', () => {
  const made = found(/(?<!\w)words\(\s*`(\w+)\$\{/g);
  expect(made.filter((prefix) => families[prefix] === undefined)).toEqual([]);
  const counted = found(/countWords\(\s*`(\w+)\$\{/g);
  expect(counted.filter((prefix) => countFamilies[prefix] === undefined)).toEqual([]);
});

it('has the same texts in both languages, but for the forms of numbers', () => {
  const withoutForm = (id: string) => id.replace(/_(one|two|few|many|other)$/, '');
  const idsOf = (language: Language) =>
    [...new Set([...messages[language].keys()].map(withoutForm))].sort();
  expect(idsOf('ru')).toEqual(idsOf('en'));
});

it('has the same placeholders in both languages', () => {
  const english = (id: string) =>
    messages.en.get(id) ?? messages.en.get(id.replace(/_(few|many)$/, '_other'));
  const unlike = [...messages.ru].filter(
    ([id, text]) => String(placeholders(text)) !== String(placeholders(english(id))),
  );
  expect(unlike).toEqual([]);
});
