import { describe, expect, test } from 'vitest';
import { issueOfPage, issueWebUrl, tokenPage } from '../../../src/tracker/web.ts';

const cloud = 'https://api.tracker.yandex.net/v2';

describe('the issue of a page', () => {
  test.each([
    [cloud, 'https://tracker.yandex.ru/SUP-7', 'SUP-7'],
    [cloud, 'https://tracker.yandex.com/SUP-7?from=mail#comment', 'SUP-7'],
    [cloud, 'https://tracker.yandex.ru/SUP-7/history', 'SUP-7'],
    ['https://st-api.yandex-team.ru/v2', 'https://st.yandex-team.ru/SUP-7', 'SUP-7'],
    ['https://127.0.0.1:8443/v2', 'https://127.0.0.1:8443/SUP-7', 'SUP-7'],
    [cloud, 'https://tracker.yandex.ru/', null],
    [cloud, 'https://tracker.yandex.ru/agile/board/5', null],
    [cloud, 'https://tracker.yandex.ru/sup-7', null],
    [cloud, 'https://tracker.yandex.ru.evil.example/SUP-7', null],
    [cloud, 'http://tracker.yandex.ru/SUP-7', null],
    [cloud, 'https://st.yandex-team.ru/SUP-7', null],
    [cloud, 'chrome://newtab/', null],
    [cloud, '', null],
  ])('%s, %s: %s', (trackerUrl, pageUrl, key) => {
    expect(issueOfPage(trackerUrl, pageUrl)).toBe(key);
  });
});

test('a token is got where the tracker is: the cloud, its in-house twin, or nowhere that is known', () => {
  const cloud = tokenPage('https://api.tracker.yandex.net/v2');
  expect(cloud).toMatchObject({ isInHouse: false });
  expect(new URL(cloud?.url ?? '').hostname).toBe('oauth.yandex.ru');
  const inHouse = tokenPage('https://st-api.yandex-team.ru/v2');
  expect(inHouse).toMatchObject({ isInHouse: true });
  expect(new URL(inHouse?.url ?? '').hostname).toBe('oauth.yandex-team.ru');
  expect(tokenPage('https://127.0.0.1:8443/v2')).toBeNull();
});

test('an issue is read at the web face of its tracker', () => {
  expect(issueWebUrl('https://api.tracker.yandex.net/v2', 'SUP-1')).toBe(
    'https://tracker.yandex.ru/SUP-1',
  );
  expect(issueWebUrl('https://127.0.0.1:8443/v2', 'SUP-1')).toBe('https://127.0.0.1:8443/SUP-1');
});
