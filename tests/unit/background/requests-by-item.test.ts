import { describe, expect, test } from 'vitest';
import { itemTimes, RequestsByItem } from '../../../src/background/requests-by-item.ts';
import type { HttpOutcome, HttpRequest } from '../../../src/http/exchange.ts';

const item = { queue: 'SUP-1', id: 'a1', issueKey: 'SUP-7' };

function request(method: HttpRequest['method'], path: string, ...about: string[]): HttpRequest {
  const url = `https://api.example/v2${path}`;
  const headers = { Authorization: 'OAuth secret' };
  return { method, url, headers, about, credentials: 'omit', timeoutMs: 1, maxBytes: 1 };
}

function answer(status: number): HttpOutcome {
  return { kind: 'answer', status, headers: new Headers(), json: null };
}

describe('the requests of an item', () => {
  test('are those about its issue and about itself, each once with its tries', () => {
    const sent = new RequestsByItem();
    sent.begin(item, 0);
    // Held back, and taken up again.
    sent.begin(item, 40);
    const search = request('POST', '/issues/_search?fields=a', 'SUP-7', 'SUP-8');
    sent.note('tracker', search, answer(200), { from: 0, to: 10 });
    const read = request('GET', '/lessons/9/?secret=1', 'SUP-7');
    sent.note('content', read, { kind: 'failed', reason: 'timeout' }, { from: 10, to: 30 });
    sent.note('content', read, answer(200), { from: 50, to: 55 });
    const other = request('GET', '/issues/SUP-8', 'SUP-8');
    sent.note('tracker', other, answer(200), { from: 50, to: 60 });
    const check = request('PATCH', '/issues/SUP-1/checklistItems/a1', 'SUP-1/a1');
    sent.note('tracker', check, { kind: 'html' }, { from: 60, to: 70 });
    const { requests, times } = sent.end(item, 'SUP-7', 80);
    expect(requests).toEqual([
      {
        host: 'tracker',
        method: 'POST',
        path: '/v2/issues/_search',
        answer: 200,
        ms: 10,
        tries: 1,
        sharedBy: 2,
      },
      { host: 'content', method: 'GET', path: '/v2/lessons/9/', answer: 200, ms: 25, tries: 2 },
      {
        host: 'tracker',
        method: 'PATCH',
        path: '/v2/issues/SUP-1/checklistItems/a1',
        answer: 'html',
        ms: 10,
        tries: 1,
      },
    ]);
    expect(times).toEqual({ tracker: 20, content: 25, waiting: 35 });
    expect(JSON.stringify(requests)).not.toContain('secret');
  });

  test('are forgotten with its end', () => {
    const sent = new RequestsByItem();
    const failed = { kind: 'failed', reason: 'timeout' } as const;
    sent.begin(item, 0);
    sent.note('tracker', request('GET', '/issues/SUP-7', 'SUP-7'), failed, { from: 0, to: 1 });
    expect(sent.end(item, undefined, 5)).toMatchObject({
      requests: [{ answer: 'timeout', tries: 1 }],
      times: { tracker: 1, waiting: 4 },
    });
    expect(sent.end(item, undefined, 5)).toEqual({ requests: [], times: null });
  });
});

test('an item’s time is divided without counting anything twice', () => {
  const at = (host: 'tracker' | 'content', from: number, to: number) => ({ host, from, to });
  const spans = [
    // As they ended.
    at('content', 40, 50),
    at('content', 30, 60),
    at('content', 55, 70),
    // Before it began, and beyond its end.
    at('tracker', 0, 15),
    at('tracker', 90, 120),
  ];
  expect(itemTimes(spans, 10, 100)).toEqual({ tracker: 15, content: 40, waiting: 35 });
  // Of both hosts at the same time.
  const both = [at('tracker', 30, 60), at('content', 10, 100)];
  expect(itemTimes(both, 10, 100)).toEqual({ tracker: 30, content: 90, waiting: 0 });
  expect(itemTimes([], 10, 100)).toEqual({ tracker: 0, content: 0, waiting: 90 });
});
