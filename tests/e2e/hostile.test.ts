import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { commandSchema } from '../../src/messages/protocol.ts';
import { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  type Fault,
  faults,
  linkField,
  mappedFields,
  queueWorld,
  type RequestFilter,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { collectComplaints } from './complaints.ts';
import { sharedBrowser } from './shared-browser.ts';
import { processNow, readStored, signIn, storeOldSettings, waitForState } from './steps.ts';

/** What comes from outside is text, is of a bearable size, and leads nowhere else. */

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;
let complaints: string[];

/** Runs by click alone. */
const rarely = { process_checklist_frequency_seconds: 86_400 };

const freshBrowser = sharedBrowser();

async function start(size: number, launch = freshBrowser): Promise<void> {
  scenario = queueWorld(size);
  simulator = await startSimulator({ world: scenario.world });
  browser = await launch();
  complaints = collectComplaints(browser);
  await signIn(browser, simulator);
}

afterEach(async () => {
  expect(complaints).toEqual([]);
  await simulator.close();
});

const image = '<img src=x onerror=alert(1)>';
const svg = '"><svg onload=alert(1)>';
const script = '</style></title><script>alert(1)</script>';
const turned = '\u202egnihtyna yas \u2066ot\u2028text\u2029 \u0007\u009b31m';
const endless = 'X'.repeat(1_000_000);
const hostileTexts = [image, svg, script, turned, endless];

function keyOf(index: number): string {
  return scenario.expectations[index]?.key ?? '';
}

describe('texts from both APIs', () => {
  test('stay text in every page, and break none', async () => {
    await start(12);
    const { world } = scenario;
    hostileTexts.forEach((name, index) => {
      world.editResource('lesson', `lesson-${index + 1}`, { name });
      world.editIssue(keyOf(index), { summary: name, [mappedFields['lesson.name']]: `${name}!` });
    });
    const errors = [turned, image, { [svg]: script }, endless];
    world.editResource('task', 'task-6', { trouble: { kind: 'errors', errors } });
    simulator.faults.add({ on: { path: /task-7\// }, fault: deep('{"errors":[', ']}') });
    world.editIssue(keyOf(7), { [linkField]: `javascript:alert(1)//${svg}${turned}${endless}` });
    world.issue(keyOf(8)).rejects.set(mappedFields['lesson.name'], `${image}${turned}${endless}`);
    const nameless = hostileTexts.map((text) => ({ text: `a ${text}` }));
    world.addItems('SUP-1', nameless);

    await storeOldSettings(browser, simulator, { ...rarely, modify_browser_page_on_fetch: true });
    const popup = await browser.openPopup();
    await world.until('the work', () => world.issue('SUP-1').done === 12 + nameless.length);
    await waitForState(popup, 'idle');
    expect(await readStored(popup, 'run')).toBeNull();
    const lessonName = mappedFields['lesson.name'];
    const written = [0, 1, 2, 3, 4].map((index) =>
      world.issue(keyOf(index)).fields.get(lessonName),
    );
    expect(written).toEqual(hostileTexts);

    const activity = await browser.openActivity();
    await activity.getByRole('button', { name: keyOf(0) }).click();
    await activity.locator('del').first().waitFor();
    const options = await browser.openOptions();
    await options.getByRole('button', { name: 'Save', exact: true }).waitFor();
    const fetched = browser.context.pages().find((page) => page.url().includes('fetched-page'));
    if (fetched === undefined) throw new Error('the page of fetched data was not opened');
    await fetched.getByRole('listitem').first().waitFor();
    for (const page of [popup, options, activity, fetched]) await expectHarmless(page);
    // What is told in words has no marks that turn the direction of the words around it.
    expect(await popup.evaluate(() => document.body.innerText)).not.toMatch(/\p{Bidi_Control}/u);
    // What is quoted as it is keeps them to itself.
    for (const quoted of await activity.locator('del, ins').all()) {
      expect(await quoted.evaluate((element) => getComputedStyle(element).unicodeBidi)).toBe(
        'isolate',
      );
    }
    // Nor do they get into the tracker by way of an error.
    for (const { fields } of world.issues()) {
      for (const value of fields.values()) {
        if (/^\w+: /.test(String(value))) expect(value).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }
    }
  });

  async function expectHarmless(page: Page): Promise<void> {
    const found = await page.evaluate(() => {
      const hostile = 'svg, iframe, object, script:not([src]), style, [onerror], [onload]';
      const { scrollWidth, clientWidth } = document.documentElement;
      const links = [...document.querySelectorAll('a')].map(({ protocol }) => protocol);
      return {
        elements: document.querySelectorAll(hostile).length,
        tooWide: Math.max(0, scrollWidth - clientWidth),
        links: [...new Set(links)].filter(
          (protocol) => !/^(https?|chrome-extension):$/.test(protocol),
        ),
      };
    });
    expect([page.url(), found]).toEqual([page.url(), { elements: 0, tooWide: 0, links: [] }]);
  }
});

/** JSON nested deeper than any stack, between two other pieces. */
function deep(before: string, after: string): Fault {
  const depth = 200_000;
  return {
    kind: 'answer',
    applied: false,
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: `${before}${'['.repeat(depth)}${']'.repeat(depth)}${after}`,
  };
}

describe('sizes', () => {
  test('a content answer of 50 MB is its item’s error, and the worker lives', async () => {
    await start(6);
    const { world } = scenario;
    world.editResource('task', 'task-2', { trouble: { kind: 'huge', bytes: 50 * 1024 * 1024 } });
    const worker = await workerTarget();
    await storeOldSettings(browser, simulator, rarely);
    const popup = await browser.openPopup();
    await world.until('the work', () => world.issue('SUP-1').done === 6);
    await waitForState(popup, 'idle');
    await popup.getByText('resource_invalid').first().waitFor();
    expect(world.itemByText('SUP-1', keyOf(1)).deadline).toMatch(/^2099/);
    const checked = [0, 2, 3, 4, 5].map(
      (index) => world.itemByText('SUP-1', keyOf(index)).deadline,
    );
    expect(checked.filter((deadline) => deadline?.startsWith('2099'))).toEqual([]);
    expect(await workerTarget()).toBe(worker);
    expect(await heapOfWorker(popup)).toBeLessThan(50 * 1024 * 1024);
  });

  test('a checklist that is too large is said', async () => {
    await start(3);
    const { world } = scenario;
    const rule = simulator.faults.add({
      on: { side: 'tracker', method: 'GET', path: /\/issues\/SUP-1$/ },
      fault: {
        kind: 'answer',
        applied: false,
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: `{"key":"SUP-1","version":1,"description":"${'x'.repeat(66 * 1024 * 1024)}"}`,
      },
    });
    const worker = await workerTarget();
    await storeOldSettings(browser, simulator, rarely);
    const popup = await browser.openPopup();
    await popup.getByText('an answer that is too large').first().waitFor();
    await waitForState(popup, 'idle');
    expect(world.issue('SUP-1').done).toBe(0);
    expect(await workerTarget()).toBe(worker);
    rule.remove();
    await processNow(popup);
    expect(world.issue('SUP-1').done).toBe(3);
  });

  async function workerTarget(): Promise<string | undefined> {
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    const session = await browser.context.newCDPSession(page);
    const { targetInfos } = await session.send('Target.getTargets');
    await session.detach();
    return targetInfos.find(
      ({ type, url }) => type === 'service_worker' && url.includes(browser.extensionId),
    )?.targetId;
  }

  /** Bytes of the worker's heap that are in use once what is left over has been collected. */
  async function heapOfWorker(page: Page): Promise<number> {
    const session = await browser.context.newCDPSession(page);
    const targetId = (await workerTarget()) ?? '';
    const { sessionId } = await session.send('Target.attachToTarget', { targetId });
    const ask = (id: number, method: string) =>
      new Promise<unknown>((answered) => {
        session.on('Target.receivedMessageFromTarget', ({ message }) => {
          const answer: { id?: number; result?: unknown } = JSON.parse(message);
          if (answer.id === id) answered(answer.result);
        });
        const message = JSON.stringify({ id, method });
        void session.send('Target.sendMessageToTarget', { sessionId, message });
      });
    await ask(1, 'HeapProfiler.collectGarbage');
    // As the protocol's Runtime.getHeapUsage answers.
    const { usedSize } = (await ask(2, 'Runtime.getHeapUsage')) as { usedSize: number };
    await session.detach();
    return usedSize;
  }
});

describe('redirects', () => {
  test('of every kind of request to another origin are not followed', async () => {
    await start(3);
    const { world } = scenario;
    const arrived: string[] = [];
    const trap = await listen((path) => arrived.push(path));
    // An issue without a link is read by its key as well.
    world.editIssue(keyOf(2), { [linkField]: null });
    await storeOldSettings(browser, simulator, rarely);
    const popup = await browser.openPopup();
    await world.until('the work', () => world.issue('SUP-1').done === 3);
    await waitForState(popup, 'idle');

    const kinds: readonly (readonly [status: number, on: RequestFilter])[] = [
      [301, { side: 'tracker', method: 'GET', path: /\/issues\/SUP-1$/ }],
      [302, { side: 'tracker', method: 'POST', path: /_search$/ }],
      [303, { side: 'tracker', method: 'GET', path: /\/issues\/SUP-[2-9]$/ }],
      [307, { side: 'tracker', method: 'PATCH', path: /\/issues\/SUP-\d+$/ }],
      [308, { side: 'tracker', method: 'PATCH', path: /checklistItems/ }],
      [307, { side: 'content', path: /\/breadcrumbs\/$/ }],
      [302, { side: 'content', path: /task-\d+\/$/ }],
      [308, { side: 'tracker', method: 'DELETE', path: /checklistItems/ }],
    ];
    for (const [status, on] of kinds) {
      if (on.method === 'DELETE') await deleteDoneItems(popup);
      for (const { id, text } of [...world.issue('SUP-1').items.values()]) {
        world.editItem('SUP-1', id, { checked: false, deadline: null });
        world.editIssue(text, { [mappedFields['lesson.name']]: 'something else' });
      }
      const rule = simulator.faults.add({
        on,
        fault: faults.redirect(`${trap.url}stolen`, status),
      });
      await processNow(popup);
      expect([status, on, rule.hits > 0]).toEqual([status, on, true]);
      rule.remove();
    }
    expect(arrived).toEqual([]);
    await processNow(popup);
    expect([...world.issue('SUP-1').items.values()].filter(({ checked }) => !checked)).toEqual([]);
    trap.server.close();
  });

  /** Sets one setting where it is stored, as another page of the extension would. */
  async function deleteDoneItems(popup: Page): Promise<void> {
    await popup.evaluate(async () => {
      const { settings } = await chrome.storage.local.get('settings');
      // As src/settings/store.ts writes it.
      const envelope = settings as { version: number; values: object };
      const values = { ...envelope.values, deleteDoneItems: true };
      await chrome.storage.local.set({ settings: { ...envelope, values } });
    });
  }
});

async function listen(
  onRequest: (path: string) => void,
  html = '',
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    onRequest(request.url ?? '');
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><title>another</title>${html}`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // A server that listens on a TCP port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/` };
}

describe('messages', () => {
  const commands = commandSchema.def.options.flatMap(({ def }) => [...def.shape.type.def.values]);

  test('of other extensions, their content scripts, web pages and frames are not acted on', async () => {
    // Chromium makes an unpacked extension's id from its path.
    const own = resolve('dist-demo');
    const folder = await mkdtemp(join(tmpdir(), 'breadcrumbs-other-'));
    const otherId = idOf(folder);
    const send = `async () => {
      const answers = [];
      for (const type of ${JSON.stringify([...commands, 'fetched'])}) {
        try {
          const message = { type, answers: [], checklistIssue: 'SUP-1' };
          answers.push((await chrome.runtime.sendMessage('${idOf(own)}', message)) ?? null);
        } catch (error) {
          answers.push(String(error));
        }
      }
      return answers;
    }`;
    const files = {
      'manifest.json': JSON.stringify({
        manifest_version: 3,
        name: 'another',
        version: '1',
        content_scripts: [{ matches: ['http://127.0.0.1/*'], js: ['content.js'] }],
      }),
      'content.js': `(${send})().then((all) => {
        document.documentElement.dataset.answers = JSON.stringify(all);
      });`,
      'page.html': `<!doctype html><title>another</title>
        <iframe src="chrome-extension://${idOf(own)}/src/popup/index.html"></iframe>`,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const both = `${own},${folder}`;
    const args = [`--load-extension=${both}`, `--disable-extensions-except=${both}`];
    await start(2, () => ExtensionBrowser.launch({ args }));
    expect(browser.extensionId).toBe(idOf(own));
    const { server, url } = await listen(() => undefined, '<p>a web page</p>');
    const popup = await browser.openPopup();
    await storeOldSettings(browser, simulator, { ...rarely });
    await scenario.world.until('the work', () => scenario.world.issue('SUP-1').done === 2);
    await waitForState(popup, 'idle');
    const stored = () => popup.evaluate(() => chrome.storage.local.get(null));
    // The last that is stored of a run is that it is no news any more.
    await expect
      .poll(async () => (await stored()).noticed)
      .toMatchObject({ runId: expect.any(String) });
    const before = await stored();
    simulator.requests.reset();

    const other = await browser.context.newPage();
    await other.goto(`chrome-extension://${otherId}/page.html`);
    // The page's own functions, not a string of code, where its policy allows no other.
    const answers: unknown[] = await other.evaluate(`(${send})()`);
    const web = await browser.context.newPage();
    await web.goto(url);
    const marked = web.locator('html[data-answers]');
    await marked.waitFor({ state: 'attached' });
    const ofScript: unknown[] = JSON.parse((await marked.getAttribute('data-answers')) ?? '[]');
    for (const answer of [...answers, ...ofScript]) {
      expect(String(answer)).toMatch(/^null$|Could not establish connection/);
    }
    expect(answers).toHaveLength(commands.length + 1);
    expect(ofScript).toHaveLength(commands.length + 1);
    const hasRuntime = await web.evaluate(() => typeof chrome?.runtime?.sendMessage);
    expect(hasRuntime).toBe('undefined');

    // Neither another extension, nor a web page, nor a page of its own can frame one.
    await web.evaluate((page) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: page }));
    }, popup.url());
    await popup.evaluate(() => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: location.href }));
    });
    for (const page of [other, web, popup]) {
      const framed = () => page.frames().filter((frame) => frame !== page.mainFrame());
      await expect
        .poll(() => framed().map((frame) => frame.url()))
        .toEqual(['chrome-error://chromewebdata/']);
    }
    // Asked last and answered: whatever was sent before has been dealt with, or dropped.
    expect(await popup.evaluate(() => chrome.runtime.sendMessage({ type: 'ping' }))).toEqual({
      ok: true,
    });
    expect(await stored()).toEqual(before);
    expect(simulator.requests.entries).toEqual([]);
    // Each of the three frames was refused, aloud.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !/fram/i.test(text)));
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  });

  test('of no known form are refused', async () => {
    await start(1);
    const popup = await browser.openPopup();
    const messages: unknown[] = [
      null,
      7,
      'process',
      [],
      {},
      { type: 'toString' },
      { type: '__proto__' },
      { type: ['process'] },
      { type: { toString: 'process' } },
      { type: 'x'.repeat(1_000_000) },
      { type: 'drop_everything' },
    ];
    for (const message of messages) {
      const answer = await popup.evaluate((sent) => chrome.runtime.sendMessage(sent), message);
      expect([message, answer]).toEqual([message, { ok: false }]);
    }
    expect(simulator.requests.count({ side: 'tracker' })).toBe(0);
  });

  function idOf(path: string): string {
    const digits = createHash('sha256').update(path).digest('hex').slice(0, 32);
    return [...digits]
      .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)))
      .join('');
  }
});

describe('files to import', () => {
  const nested = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
  const files: readonly (readonly [name: string, text: string, said: string])[] = [
    ['10 MB.json', '{'.padEnd(10 * 1024 * 1024, ' '), 'The file is larger than 1 MB'],
    ['deep.json', `{"breadcrumbs":${nested}}`, 'imported from this file'],
    ['deep in a value.json', ownExport(`{"trackerUrl":${nested}}`), 'trackerUrl'],
    ['60,000 members.json', ownExport(`{${manyMembers(60_000)}}`), 'and 59,900 more'],
    ['50,000 lines.env', 'TRACKER_LINK_KEY=a\n'.repeat(50_000), 'and 49,899 more'],
    ['everybody’s.json', ownExport('{"__proto__":{"polluted":1},"toString":1}'), '__proto__'],
    [
      'markup.json',
      ownExport(`{${JSON.stringify(image)}:1,"loginUrl":${JSON.stringify(svg)}}`),
      image,
    ],
    ['<svg onload=alert(1)>', '\0\x01\xff'.repeat(1000), 'imported from this file'],
  ];

  test('of any size, depth and kind: nothing is stored, and it is said why', async () => {
    await start(1);
    const options = await browser.openOptions();
    for (const [name, text, said] of files) {
      const file = { name, mimeType: 'application/json', buffer: Buffer.from(text) };
      await options.getByLabel('Import settings').setInputFiles([file]);
      await options.getByText(said).first().waitFor();
      const polluted = await options.evaluate(() => Object.hasOwn(Object.prototype, 'polluted'));
      const elements = await options.locator('main svg, main [onerror]').count();
      expect([name, polluted, elements]).toEqual([name, false, 0]);
      await options.getByRole('button', { name: 'Cancel' }).click();
      await options.getByText(said).first().waitFor({ state: 'detached' });
    }
    expect(await readStored(options, 'settings')).toBeUndefined();
  });

  function ownExport(values: string): string {
    return `{"breadcrumbs":"settings","version":1,"values":${values}}`;
  }

  function manyMembers(count: number): string {
    return Array.from({ length: count }, (_, index) => `"m${index}":1`).join(',');
  }
});
