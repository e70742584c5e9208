import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../../src/activity-page/redact.ts';
import { type BundleParts, supportBundle } from '../../../src/activity-page/support-bundle.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';
import { keptItem, runEntry } from './entries.ts';

const token = 'y0_AgAAAA"b\\planted-token/+=';
const inLink = 'planted-in-a-link';
const inField = 'planted-in-a-field';
const typed = [
  { code: 'item_names_no_issue' as const, details: [`call ${inField}`] },
  { code: 'link_not_recognised' as const, details: [`https://learn.example/${inLink}/x`] },
];
const echoed = { code: 'field_rejected' as const, details: ['lesson', `OAuth ${token} is bad`] };

const state: BundleParts['state'] = {
  lastRun: null,
  lastSuccessAt: null,
  halt: {
    failure: { code: 'tracker_token_rejected', details: [`Authorization: OAuth ${token}`] },
    offline: false,
    since: 0,
    tries: 1,
    nextTryAt: 0,
    alike: {
      count: 2,
      items: typed.map((failure) => ({ issueKey: null, failure })),
      task: null,
    },
  },
  outages: [],
  pausedSince: null,
  historyFailed: false,
};

const parts: BundleParts = {
  madeAt: 0,
  versions: { breadcrumbs: '0.1.0' },
  settings: {
    ...defaultSettings,
    organisationId: 'planted-organisation',
    loginUrl: `https://login.example/start?session=${inLink}#${inLink}`,
    testLink: `https://somebody:${inLink}@learn.example/tasks/1?key=${encodeURIComponent(token)}`,
  },
  token: { value: token, origin: 'https://api.tracker.yandex.net' },
  state,
  run: null,
  queues: [
    {
      checklistIssue: 'SUP-1',
      version: 1,
      sample: null,
      total: 1,
      open: 0,
      deferredTotal: 1,
      deferred: [echoed, ...typed].map((failure) => ({
        ...{ itemId: '1', issueKey: null, text: inField, failure },
      })),
      settledVersion: null,
      isSummaryDue: false,
      continues: null,
      failure: echoed,
      rest: null,
    },
  ],
  alarms: [{ name: 'process' }],
  permissions: { origins: ['https://api.tracker.yandex.net/*'] },
  runs: [runEntry({ failure: echoed })],
  items: [
    ...typed.map((failure) => keptItem({ failure })),
    keptItem({
      text: inField,
      failure: {
        code: 'link_not_recognised',
        details: [`https://learn.example/nothing?session=${inLink}`],
      },
      link: `https://learn.example/?${inLink}`,
      breadcrumbs: { 'lesson.name': inField },
      changes: [{ field: 'f', from: inField, to: inField }],
    }),
  ],
  log: [
    ...typed.map((failure) => ({
      ...{ at: 0, level: 'warning' as const, event: 'item_ended' as const, details: [], failure },
    })),
    {
      at: 0,
      level: 'error',
      event: 'storage_failed',
      details: [`Cookie: session=${inLink}; other=${inLink}`, `bearer ${token}`],
      failure: echoed,
    },
  ],
};

describe('a support bundle', () => {
  const text = supportBundle(parts);

  test.each([token, encodeURIComponent(token), inLink, inField, 'planted'])(
    'has no %s',
    (secret) => {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    },
  );

  test('has what helps', () => {
    const bundle = JSON.parse(text);
    expect(bundle).toMatchObject({
      format: 'breadcrumbs-support',
      madeAt: '1970-01-01T00:00:00.000Z',
      versions: { breadcrumbs: '0.1.0' },
      token: { origin: 'https://api.tracker.yandex.net' },
      settings: {
        trackerUrl: 'https://api.tracker.yandex.net/v2',
        loginUrl: 'https://login.example/start?•••',
      },
      queues: [
        {
          checklistIssue: 'SUP-1',
          deferredTotal: 1,
          deferred: [{ failure: { code: 'field_rejected' } }, {}, {}],
        },
      ],
      alarms: [{ name: 'process' }],
      runs: [
        {
          id: 'run-1',
          failure: { code: 'field_rejected', details: ['lesson', 'OAuth ••• is bad'] },
        },
      ],
      items: [
        { failure: { code: 'item_names_no_issue', details: ['•••'] } },
        { failure: { code: 'link_not_recognised', details: ['•••'] } },
        {
          issueKey: 'SUP-7',
          failure: { code: 'link_not_recognised' },
          resource: { type: 'lesson', id: '9f0c' },
        },
      ],
      log: [{ event: 'item_ended' }, { event: 'item_ended' }, { event: 'storage_failed' }],
    });
    expect(JSON.parse(supportBundle({ ...parts, token: null }))).toMatchObject({ token: null });
  });
});

test('a secret is found in whatever it stands, and as it stands in a URL', () => {
  const secret = fc.stringMatching(/^[\x21-\x7e]{8,60}$/);
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (planted, before, after) => {
      const url = encodeURIComponent(planted);
      expect(redact(`${before}${planted}${after} ${url}`, [planted])).not.toContain(planted);
      const inJson = JSON.stringify(planted).slice(1, -1);
      expect(redact(`${before}x${inJson}x${after}`, [planted])).not.toContain(inJson);
    }),
  );
});

test('where there is no secret, nothing is hidden', () => {
  expect(redact('nothing', [''])).toBe('nothing');
});

test('what has a secret’s name is hidden in however it is written, and what stands around it is not', () => {
  const name = fc.constantFrom(
    'token',
    'X-Auth-Token',
    'apiKey',
    'sid',
    'PHPSESSID',
    '_csrf',
    'pwd',
  );
  const secret = fc.stringMatching(/^[!-~]{8,60}$/);
  const around = fc.stringMatching(
    /^(?:[A-Z]{2,5}-\d{1,5}|[a-zа-я]{1,9}: [a-zа-я]{1,9}|"Циклы"|404) $/,
  );
  const plain = /^[^\s"'\\,;&<>()[\]{}/?#]+$/;
  fc.assert(
    fc.property(name, secret, around, (named, planted, text) => {
      fc.pre(
        !/null|true|false/.test(planted) && !/token|sid|[cx]srf|pwd|sess|jwt|secret/i.test(text),
      );
      const json = JSON.stringify({ [named]: planted });
      const all = [json, JSON.stringify({ body: json })];
      if (plain.test(planted)) all.push(`${named}=${planted}`, `${named}: ${planted}`);
      for (const one of all) {
        const left = redact(`${text}${one} ${text}`, []);
        expect(left).not.toContain(planted);
        expect(left).not.toContain(JSON.stringify(planted).slice(1, -1));
        expect(left.startsWith(text)).toBe(true);
        if (plain.test(planted)) expect(left.endsWith(` ${text}`)).toBe(true);
      }
    }),
  );
});

describe('of a server’s text', () => {
  test.each([
    ['{"Cookie":"Session_id=3:sec1"}', '{"Cookie: •••'],
    ['{"authorization":"y0_sec1","status":401}', '{"authorization: •••'],
    ["{'authorization' : 'y0_sec1'}", "{'authorization: •••"],
    [String.raw`{"body":"{\"Cookie\":\"a=sec1\"}"}`, String.raw`{"body":"{\"Cookie: •••`],
    ['"authorization":\n  "y0_sec1"', '"authorization: •••'],
    ['Cookie: a="sec1"; Session_id=sec2\nHost: x', 'Cookie: •••\nHost: x'],
    ['/tasks/1?session=sec1', '/tasks/1?•••'],
    ['see ya.ru/x?token=sec1 there', 'see ya.ru/x?••• there'],
    ['//host/a?token=sec1', '//host/a?•••'],
    ['//host/a#sec1', '//host/a?•••'],
    ['https://host?token=sec1', 'https://host?•••'],
    ['https://host/x?a="sec1"&b=sec2', 'https://host/x?•••'],
    [String.raw`https:\/\/u:sec1@host\/x?a=sec2`, String.raw`https:\/\/•••@host\/x?•••`],
    ['https://u:p@sec1@host/x', 'https://•••@host/x'],
    ['//u:p@sec1@host/x', '//•••@host/x'],
    ['https://token:sec1@host/x', 'https://•••@host/x'],
    ['{"x-api-key": "sec1", "code": 5}', '{"x-api-key": "•••", "code": 5}'],
    ['X-Api-Key: sec1\nHost: x', 'X-Api-Key: •••\nHost: x'],
    ["{'api_key': 'sec\\'1', 'code': 5}", "{'api_key': '•••', 'code': 5}"],
    ['{"accessToken":"it\'s sec1","code":5}', '{"accessToken":"•••","code":5}'],
    ['{"password":"sec\\"1","code":5}', '{"password":"•••","code":5}'],
    [
      String.raw`{"body":"{\"csrf\": \"sec\\\"1\", \"code\": 5}"}`,
      String.raw`{"body":"{\"csrf\": \"•••\", \"code\": 5}"}`,
    ],
    ['Set-Cookie: a=sec1', 'Set-Cookie: •••'],
    ['X-Cloud-Org-ID: sec1\nX-Org-ID: sec2', 'X-Cloud-Org-ID: •••\nX-Org-ID: •••'],
    ['Basic sec1, Bearer%20sec2, OAuth+sec3', 'Basic •••, Bearer •••, OAuth •••'],
    [
      'access_key=sec1&privateKey=sec2;session-key=sec3',
      'access_key=•••&privateKey=•••;session-key=•••',
    ],
    [
      'client_secret=sec1, passphrase=sec2, jwt: sec3',
      'client_secret=•••, passphrase=•••, jwt: •••',
    ],
    ['csrfmiddlewaretoken=sec1&next=x', 'csrfmiddlewaretoken=•••&next=x'],
    ['session=sec1; sid=sec2, JSESSIONID=sec3', 'session=•••; sid=•••, JSESSIONID=•••'],
    ['Session_id2%3Dsec1 is old', 'Session_id2%3D••• is old'],
    ['(connect.sid = sec1)', '(connect.sid = •••)'],
  ])('%j leaves no secret', (text, left) => {
    expect(redact(text, [])).toBe(left);
  });

  test.each([
    ['{"link":"https://host/x?a=sec1","code":5}', '{"link":"https://host/x?•••","code":5}'],
    ['https://host/@me', 'https://host/@me'],
    ['https://host/sessions/5 of SUP-7', 'https://host/sessions/5 of SUP-7'],
    ['The session has ended, token or not', 'The session has ended, token or not'],
    ['inside: 5, side: left, Key: "SUP-7"', 'inside: 5, side: left, Key: "SUP-7"'],
    ['{"token": null, "session": {"a": 1}}', '{"token": null, "session": {"a": 1}}'],
    ['{"password":"","code":5}', '{"password":"","code":5}'],
    ['Field "6063--lesson" is unknown. Why?', 'Field "6063--lesson" is unknown. Why?'],
  ])('%j leaves what helps', (text, left) => {
    expect(redact(text, [])).toBe(left);
  });

  test.each([
    '/',
    '//',
    'a.',
    'a:',
    '//a@',
    '/"',
    '/?"',
    'cookie',
    'cookie"',
    'OAuth ',
    ' ',
    '@',
    'token',
    'token=',
    'sid"',
    'pwd="\\',
    'session=',
  ])('it is done at once with many %j', (part) => {
    const begun = performance.now();
    for (const end of ['', '?', '=', '"\n']) redact(part.repeat(300_000) + end, []);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
