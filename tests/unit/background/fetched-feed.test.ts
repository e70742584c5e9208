import { describe, expect, test } from 'vitest';
import { FetchedFeed, type FetchedListener } from '../../../src/background/fetched-feed.ts';
import type { HttpOutcome } from '../../../src/http/exchange.ts';
import { type FetchedAnswer, mostAnswers } from '../../../src/messages/fetched.ts';

/** A page whose replies are given one by one, by the test. */
class FakePage {
  readonly answers: FetchedAnswer[] = [];
  readonly sizes: number[] = [];
  opened = 0;
  canOpen = true;
  private replies: ((isTaken: boolean) => void)[] = [];

  readonly send = (answers: readonly FetchedAnswer[]): Promise<boolean> => {
    this.sizes.push(answers.length);
    return new Promise((resolve) => {
      this.replies.push((isTaken) => {
        if (isTaken) this.answers.push(...answers);
        resolve(isTaken);
      });
    });
  };

  readonly open = async (): Promise<boolean> => {
    this.opened += 1;
    return this.canOpen;
  };

  /** Answers the oldest message that has none. */
  async reply(isTaken: boolean): Promise<void> {
    const reply = this.replies.shift();
    if (reply === undefined) throw new Error('nothing has been sent');
    reply(isTaken);
    await settled();
  }

  get shown(): string[] {
    return this.answers.map(({ path }) => path);
  }

  get unanswered(): number {
    return this.replies.length;
  }
}

/** Resolves when nothing is left to do without a reply. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const contentUrl = 'https://learn.example/content';

function fetched(path: string, json: unknown = {}): Parameters<FetchedListener> {
  return came(path, { kind: 'answer', status: 200, headers: new Headers(), json });
}

function came(path: string, outcome: HttpOutcome): Parameters<FetchedListener> {
  const url = `${contentUrl}${path}`;
  return [
    { method: 'GET', url, about: ['SUP-7'], credentials: 'include', timeoutMs: 1, maxBytes: 1 },
    outcome,
  ];
}

describe('the feed of fetched data', () => {
  test('opens no page without an answer', async () => {
    const page = new FakePage();
    new FetchedFeed(page).forRun(contentUrl);
    await settled();
    expect([page.opened, page.sizes]).toEqual([0, []]);
  });

  test('opens the page once and keeps what comes until it listens', async () => {
    const page = new FakePage();
    const feed = new FetchedFeed(page);
    const listener = feed.forRun(contentUrl);
    listener(...fetched('/a'));
    listener(...fetched('/b'));
    await page.reply(false);
    expect(page.opened).toBe(1);
    listener(...fetched('/c'));
    expect(page.unanswered).toBe(0);
    feed.greet();
    await page.reply(true);
    expect(page.shown).toEqual(['/a', '/b', '/c']);
    expect(page.opened).toBe(1);
  });

  test('uses the page that is open, in a next run too', async () => {
    const page = new FakePage();
    const feed = new FetchedFeed(page);
    for (const path of ['/a', '/b']) {
      feed.forRun(contentUrl)(...fetched(path));
      await page.reply(true);
      await page.reply(true);
    }
    expect(page.shown).toEqual(['/a', '/b']);
    expect(page.opened).toBe(0);
  });

  test('has one message under way, and the next one takes what came meanwhile', async () => {
    const page = new FakePage();
    const listener = new FetchedFeed(page).forRun(contentUrl);
    listener(...fetched('/a'));
    await page.reply(true);
    for (const path of ['/b', '/c', '/d']) listener(...fetched(path));
    expect(page.unanswered).toBe(1);
    await page.reply(true);
    await page.reply(true);
    listener(...fetched('/e'));
    await page.reply(true);
    expect(page.sizes).toEqual([0, 1, 3, 1]);
    expect(page.shown).toEqual(['/a', '/b', '/c', '/d', '/e']);
  });

  test('does not open a closed page again within the run, but with the next one', async () => {
    const page = new FakePage();
    const feed = new FetchedFeed(page);
    const listener = feed.forRun(contentUrl);
    listener(...fetched('/a'));
    await page.reply(true);
    await page.reply(false);
    listener(...fetched('/b'));
    await settled();
    expect([page.opened, page.unanswered]).toEqual([0, 0]);

    feed.forRun(contentUrl)(...fetched('/c'));
    await page.reply(false);
    expect(page.opened).toBe(1);
    feed.greet();
    await page.reply(true);
    expect(page.shown).toEqual(['/c']);
  });

  test('goes on after the page was loaded anew, whatever became of the message before', async () => {
    const page = new FakePage();
    const feed = new FetchedFeed(page);
    const listener = feed.forRun(contentUrl);
    listener(...fetched('/a'));
    await page.reply(true);
    listener(...fetched('/b'));
    feed.greet();
    await page.reply(false);
    await page.reply(true);
    expect(page.shown).toEqual(['/b']);
  });

  test('waits for a page that greets while it is looked for only once', async () => {
    const page = new FakePage();
    const feed = new FetchedFeed(page);
    feed.forRun(contentUrl)(...fetched('/a'));
    feed.greet();
    await page.reply(false);
    await page.reply(true);
    expect(page.shown).toEqual(['/a']);
    expect(page.opened).toBe(0);
  });

  test('keeps a bounded number for a page that never listens', async () => {
    const page = new FakePage();
    const feed = new FetchedFeed(page);
    const listener = feed.forRun(contentUrl);
    for (let i = 0; i < mostAnswers + 5; i += 1) listener(...fetched(`/${i}`));
    await page.reply(false);
    feed.greet();
    await page.reply(true);
    expect(page.shown.length).toBe(mostAnswers);
    expect(page.shown[0]).toBe('/5');
  });

  test('drops everything where no page can be opened, and what waited when it is forgotten', async () => {
    const page = new FakePage();
    page.canOpen = false;
    const feed = new FetchedFeed(page);
    const listener = feed.forRun(contentUrl);
    listener(...fetched('/a'));
    await page.reply(false);
    listener(...fetched('/b'));
    feed.greet();
    await settled();
    expect([page.shown, page.unanswered]).toEqual([[], 0]);
    page.canOpen = true;
    feed.forRun(contentUrl)(...fetched('/c'));
    await page.reply(false);
    feed.forget();
    feed.greet();
    await settled();
    expect([page.shown, page.unanswered]).toEqual([[], 0]);
  });

  test('tells of each answer how it came, and of none that never came', async () => {
    const page = new FakePage();
    const listener = new FetchedFeed(page).forRun(contentUrl);
    listener(...fetched('/a/', { id: 1 }));
    await page.reply(true);
    await page.reply(true);
    listener(...came('/b/', { kind: 'failed', reason: 'timeout' }));
    listener(...came('/c/', { kind: 'redirect' }));
    await page.reply(true);
    listener(
      ...came('/d/', { kind: 'answer', status: 503, headers: new Headers(), json: undefined }),
    );
    await page.reply(true);
    expect(page.answers.map(({ path, status, json }) => [path, status, json])).toEqual([
      ['/a/', 200, '{"id":1}'],
      ['/c/', 'redirect', null],
      ['/d/', 503, null],
    ]);
    expect(page.answers[0]?.askedFor).toBe('SUP-7');
  });

  test('opens no page for what is signed out, which is asked for again and again', async () => {
    const page = new FakePage();
    const listener = new FetchedFeed(page).forRun(contentUrl);
    listener(...came('/a/', { kind: 'redirect' }));
    await page.reply(false);
    listener(...came('/a/', { kind: 'answer', status: 401, headers: new Headers(), json: {} }));
    await settled();
    expect([page.opened, page.unanswered]).toEqual([0, 0]);
    listener(...fetched('/b/'));
    await page.reply(false);
    expect(page.opened).toBe(1);
    listener(...fetched('/c/'));
    await settled();
    expect(page.opened).toBe(1);
  });

  test('breaks at no answer', async () => {
    const page = new FakePage();
    const listener = new FetchedFeed(page).forRun(contentUrl);
    let deep: unknown = [];
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    listener(...fetched('/deep', deep));
    listener(...fetched('/none', undefined));
    await page.reply(true);
    await page.reply(true);
    expect(page.shown).toEqual(['/deep', '/none']);
  });
});
