import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';
import {
  errorField,
  faults,
  findDifferences,
  linkField,
  mappedFields,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../simulator/index.ts';
import { sharedBrowser } from './shared-browser.ts';
import {
  dropOldFiles,
  readStored,
  signIn,
  signInByPage,
  storeOldSettings,
  waitForState,
  waitForStored,
  waitUntilQuiet,
} from './steps.ts';

let scenario: Scenario;
let simulator: Simulator;
let browser: ExtensionBrowser;
let guide: Page;

// Its start waits for the guide to open itself, which it does once.
const freshBrowser = sharedBrowser();

beforeEach(async () => {
  scenario = queueWorld(3);
  simulator = await startSimulator({ world: scenario.world });
  browser = await freshBrowser();
  guide = await browser.open('src/guide/index.html');
});

afterEach(async () => {
  await simulator.close();
});

function step(name: string) {
  return guide.locator(`[data-step=${name}]`);
}

async function done(name: string): Promise<void> {
  await guide.locator(`[data-step=${name}].done`).waitFor();
}

function check(name: string, status: string) {
  return guide.locator(`[data-check=${name}].${status}`);
}

/** The settings as they are stored, by the extension, which knows no other shape. */
async function storedValues(): Promise<object> {
  const { values } = (await readStored(guide, 'settings')) as { values: object };
  return values;
}

async function connectTracker(pasted = scenario.world.trackerRules.token): Promise<void> {
  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByLabel('Token', { exact: true }).fill(pasted);
  await done('tracker');
}

test('what was mended elsewhere is found by checking again', async () => {
  const again = guide.getByRole('button', { name: 'Check again' });
  const down = simulator.faults.add({ on: { side: 'tracker' }, fault: faults.proxyPage() });
  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
  await check('tracker_reachable', 'bad').waitFor();
  down.remove();
  await again.click();
  await done('tracker');
  // Links to a step name it by its number.
  await step('tracker').getByRole('img', { name: '1. Done', exact: true }).waitFor();
  await again.waitFor({ state: 'detached' });

  scenario.world.setAccess('SUP-1', 'read-only');
  await guide.getByLabel('Checklist issue keys').fill('SUP-1');
  await check('checklist_writable', 'bad').waitFor();
  scenario.world.setAccess('SUP-1', 'full');
  await again.click();
  await done('checklist');

  const gone = simulator.faults.add({ on: { side: 'content' }, fault: faults.proxyPage() });
  await signIn(browser, simulator);
  await guide.getByLabel('Content API URL').fill(simulator.contentUrl);
  await guide.getByLabel('Test link').fill(scenario.world.testLink);
  await check('content_reachable', 'bad').waitFor();
  gone.remove();
  await again.click();
  await check('test_link', 'good').waitFor();
});

test('leads a new user from nothing to the first annotated issue without one field id', async () => {
  await signIn(browser, simulator);
  const startedAt = Date.now();
  await connectTracker();
  await guide.getByText('Belongs to Breadcrumbs Robot (breadcrumbs-robot).').waitFor();
  await guide.getByLabel('Checklist issue keys').fill('SUP-1');
  await done('checklist');
  await guide.getByRole('button', { name: 'Use these fields' }).click();
  await done('fields');
  await guide.getByLabel('Content API URL').fill(simulator.contentUrl);
  await guide.getByLabel('Test link').fill(scenario.world.testLink);
  await guide.getByRole('row', { name: /course\.name.*Основы SQL.*Module/ }).waitFor();
  // What has no field would not be written.
  await guide.getByText(/Without a field, so not written: .*lesson\.id/).waitFor();
  expect(await guide.getByRole('row', { name: /lesson\.id/ }).count()).toBe(0);
  await done('content');
  // All is there, and nothing has been written.
  expect(scenario.world.issue('SUP-1').version).toBe(1);
  const popup = await browser.openPopup();
  await waitForState(popup, 'paused');
  // The popup leads back to the steps that are left.
  const opened = browser.context.waitForEvent('page');
  await popup.getByRole('button', { name: 'Set up' }).click();
  expect((await opened).url()).toContain('/guide/');
  await (await opened).close();
  // What is read out has its place before it is said.
  expect(await step('schedule').getByRole('status').textContent()).toBe('');
  await step('schedule').getByRole('button', { name: 'Switch the schedule on' }).click();
  await scenario.world.until('the first pass', (world) => world.issue('SUP-1').done === 3);
  const tookMs = Date.now() - startedAt;
  await done('schedule');
  await step('schedule').getByRole('status').getByText('Last run: 3 done').waitFor();
  expect(findDifferences(scenario)).toEqual([]);
  // Five things typed or pasted, two clicks. Most of it is the pause in typing before each look.
  expect(tookMs).toBeLessThan(60_000);

  const { values } = (await readStored(popup, 'settings')) as {
    values: { linkField: string; errorField: string; fieldMapping: object };
  };
  expect(values.linkField).toBe(linkField);
  expect(values.errorField).toBe(errorField);
  expect(values.fieldMapping).toMatchObject(
    Object.fromEntries(Object.entries(mappedFields).map(([key, field]) => [key, { field }])),
  );
});

test('can be left and taken up again, and shows the token to nobody', async () => {
  await connectTracker(` ${scenario.world.trackerRules.token} `);
  const spaces = guide.getByText('Spaces around it were removed.');
  await spaces.waitFor();
  const keys = guide.getByLabel('Checklist issue keys');
  await keys.fill('https://tracker.example/sup-1');
  await spaces.waitFor({ state: 'detached' });
  await keys.blur();
  await done('checklist');
  const note = guide.getByText('The issue’s key was taken out of what was typed.');
  await note.waitFor();
  await keys.fill('SUP-1');
  await note.waitFor({ state: 'hidden' });
  await guide.close();
  guide = await browser.open('src/guide/index.html');
  await done('tracker');
  await done('checklist');
  await guide.getByText('It is kept, and not shown again.').waitFor();
  const { token } = scenario.world.trackerRules;
  expect(await guide.content()).not.toContain(token);
  expect(await guide.getByLabel('Token', { exact: true }).inputValue()).toBe('');
  const inMemory = await guide.evaluate(() => chrome.storage.session.get());
  expect(JSON.stringify(inMemory)).not.toContain(token);
  // The guide checks by itself what it shows, and the worker takes each candidate as it reads it.
  await expect.poll(() => candidates(guide)).toEqual([]);
});

/** What lies ready for the worker to be tried, a typed token with it. */
function candidates(page: Page): Promise<string[]> {
  return page.evaluate(async () =>
    Object.keys(await chrome.storage.session.get()).filter((key) => key.startsWith('candidate')),
  );
}

test('leaves no token behind where it is closed before the worker has heard of it', async () => {
  const other = await browser.openOptions();
  await guide.evaluate(() => {
    chrome.runtime.sendMessage = () => new Promise(() => undefined);
  });
  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
  await expect.poll(() => candidates(other)).toHaveLength(1);
  await guide.close();
  await expect.poll(() => candidates(other)).toEqual([]);
});

test('whoever drops the old files on it is done', async () => {
  await signIn(browser, simulator);
  // What was typed before the files came is over.
  await guide.getByLabel('Checklist issue keys').fill('SUP-99');
  await dropOldFiles(guide, simulator);
  await guide.locator('#plan-title:focus').waitFor();
  await guide.getByText('a run begins at once, and writes to the tracker').waitFor();
  await guide.getByRole('button', { name: 'Import these settings' }).click();
  await scenario.world.until('the first pass', (world) => world.issue('SUP-1').done === 3);
  for (const name of ['tracker', 'checklist', 'fields', 'content', 'schedule']) await done(name);
  expect(await guide.getByLabel('Checklist issue keys').inputValue()).toBe('SUP-1');
  expect(await guide.getByText('Another page has stored').count()).toBe(0);
  expect(findDifferences(scenario)).toEqual([]);
});

test('shows the whole first pass of dropped files before anything is written', async () => {
  await signIn(browser, simulator);
  await dropOldFiles(guide, simulator);
  const opened = browser.context.waitForEvent('page');
  await guide.getByRole('button', { name: 'Import and see a preview first' }).click();
  const preview = await opened;
  await preview.getByText('SUP-2', { exact: true }).first().waitFor();
  await done('preview');
  // However fast it is clicked, the page is opened once more and not twice.
  const openedAgain = browser.context.waitForEvent('page');
  await step('preview').getByRole('button', { name: 'See what would be written' }).dblclick();
  await (await openedAgain).getByText('SUP-2', { exact: true }).first().waitFor();
  await guide.reload();
  await done('preview');
  const previews = browser.context.pages().filter((page) => page.url() === preview.url());
  expect(previews).toHaveLength(2);
  expect([...scenario.world.issues()].map(({ version }) => version)).toEqual([1, 1, 1, 1]);
  await step('schedule').getByRole('button', { name: 'Switch the schedule on' }).click();
  await scenario.world.until('the first pass', (world) => world.issue('SUP-1').done === 3);
});

test('shows no preview of files without a token, and says where one is wanted', async () => {
  const fieldMapping = {
    'lesson.name': { field: mappedFields['lesson.name'], ignoreErrors: false },
  };
  const { trackerUrl, contentUrl } = simulator;
  const fields = { linkField, errorField, fieldMapping };
  const values = { trackerUrl, contentUrl, checklistIssues: ['SUP-1'], ...fields };
  await guide.getByLabel('Import settings').setInputFiles({
    name: 'settings.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ breadcrumbs: 'settings', version: 1, values })),
  });
  await guide.getByRole('button', { name: 'Import these settings' }).waitFor();
  expect(await guide.getByRole('button', { name: /see a preview first/ }).count()).toBe(0);
  await guide.getByRole('button', { name: 'Import these settings' }).click();
  await guide.getByText('Still to be filled in:').waitFor();
  await guide.locator('#import').getByRole('link', { name: '1. Connect the tracker' }).click();
  await guide.locator('[data-step=tracker]:focus').waitFor();
});

test('an import switches on the schedule that the guide paused, unless its file or a tick says no', async () => {
  await connectTracker();
  await guide.getByLabel('Content API URL').fill(simulator.contentUrl);
  await check('content_reachable', 'good').waitFor();
  await expect
    .poll(storedValues)
    .toMatchObject({ contentUrl: simulator.contentUrl, schedulePaused: true });
  const choose = async (historyDays: number, others = {}) => {
    const file = { breadcrumbs: 'settings', version: 1, values: { historyDays, ...others } };
    const buffer = Buffer.from(JSON.stringify(file));
    const named = { name: 'settings.json', mimeType: 'application/json', buffer };
    await guide.getByLabel('Import settings').setInputFiles(named);
    await guide
      .getByRole('row', { name: new RegExp(`Keep the history.* ${historyDays} `) })
      .waitFor();
  };
  const importThem = () => guide.getByRole('button', { name: 'Import these settings' }).click();
  const row = guide.getByRole('row', { name: /Pause the schedule/ });
  const switchesOn = guide.getByText('a run begins at once, and writes to the tracker');
  await choose(7, { schedulePaused: true });
  // It is so already.
  expect(await row.count()).toBe(0);
  expect(await switchesOn.count()).toBe(0);
  await importThem();
  await expect.poll(storedValues).toMatchObject({ historyDays: 7, schedulePaused: true });
  await choose(8);
  expect(await row.innerText()).toMatch(/on\s+off\s+–/);
  // What is still missing lets no run begin.
  expect(await switchesOn.count()).toBe(0);
  await row.getByRole('checkbox').uncheck();
  await importThem();
  await expect.poll(storedValues).toMatchObject({ historyDays: 8, schedulePaused: true });
  const field = mappedFields['lesson.name'];
  const fieldMapping = { 'lesson.name': { field, ignoreErrors: false } };
  await choose(9, { checklistIssues: ['SUP-1'], linkField, errorField, fieldMapping });
  await switchesOn.waitFor();
  await row.getByRole('checkbox').uncheck();
  await switchesOn.waitFor({ state: 'detached' });
  await row.getByRole('checkbox').check();
  await importThem();
  await expect.poll(storedValues).toMatchObject({ historyDays: 9, schedulePaused: false });
});

test('asks for no host but that of the address that is typed', async () => {
  const allow = step('tracker').getByRole('button', { name: /^Allow / });
  const address = guide.getByLabel('Tracker API URL');
  expect(await allow.allInnerTexts()).toEqual(['Allow api.tracker.yandex.net']);
  // No address until it is left, when what it lacks is put in: by then the focus is to be elsewhere.
  await address.fill('localhost:1/v2');
  expect(await allow.count()).toBe(0);
  await address.press('Tab');
  await guide.locator('#token:focus').waitFor();
  expect(await address.inputValue()).toBe('https://localhost:1/v2');
  await address.fill('tracker.example/v2');
  await address.blur();
  expect(await allow.allInnerTexts()).toEqual(['Allow tracker.example']);
  // Nor for the website, in whose place the API's address is put.
  await address.fill('https://tracker.yandex.ru/SUP-1');
  await allow.waitFor({ state: 'detached' });
  await address.blur();
  expect(await allow.allInnerTexts()).toEqual(['Allow api.tracker.yandex.net']);
});

test('tries a link before there is any token', async () => {
  await signIn(browser, simulator);
  await guide.getByLabel('Content API URL').fill(simulator.contentUrl);
  await guide.getByLabel('Test link').fill(scenario.world.testLink);
  await guide.getByRole('row', { name: /faculty\.name.*Анализ данных/ }).waitFor();
  expect(simulator.requests.count({ side: 'tracker' })).toBe(0);
  // What is typed and taken back leaves the list around it open.
  await guide.getByText('Fields one by one').click();
  await guide.locator('#field-linkField').pressSequentially('l');
  await guide.keyboard.press('Backspace');
  await guide.keyboard.type('kept');
  expect(await guide.locator('#field-linkField').inputValue()).toBe('kept');
});

test('asks to sign in, and notices when somebody has', async () => {
  await guide.getByLabel('Content API URL').fill(simulator.contentUrl);
  await guide.getByLabel('Test link').fill(scenario.world.testLink);
  await check('signed_in', 'bad').getByRole('link', { name: 'Sign in' }).waitFor();
  await signInByPage(browser, simulator);
  await guide.bringToFront();
  await check('test_link', 'good').waitFor();
});

test('says what a check has found before the schedule is switched on, and lets it be all the same', async () => {
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator, { schedulePaused: true });
  const address = guide.getByLabel('Content API URL');
  await address.fill(new URL(simulator.contentUrl).origin);
  await guide.getByRole('textbox', { name: 'Test link' }).fill(scenario.world.testLink);
  await check('test_link', 'bad').waitFor();
  const last = step('schedule');
  const anyway = last.getByRole('button', { name: 'Switch on anyway' });
  await anyway.waitFor();
  await last.getByRole('link', { name: '4. Connect the content API' }).waitFor();
  expect(await last.getByRole('link').count()).toBe(1);
  await last.getByRole('link').click();
  await guide.locator('[data-step=content]:focus').waitFor();
  await address.fill(simulator.contentUrl);
  await last.getByRole('button', { name: 'Switch the schedule on' }).waitFor();
  expect(await last.getByRole('link').count()).toBe(0);
  await address.fill(new URL(simulator.contentUrl).origin);
  await anyway.click();
  await done('schedule');
  expect(await storedValues()).toMatchObject({ schedulePaused: false });
});

test('rests the schedule for what is changed in it later, until the last step', async () => {
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator);
  await done('schedule');
  const keys = guide.getByLabel('Checklist issue keys');
  const other = scenario.expectations[0]?.key ?? '';
  await keys.fill(`SUP-1, ${other}`);
  await guide.getByText('The schedule is paused, since something was changed here').waitFor();
  // Each on a line of its own, where the next can be typed.
  expect(await keys.inputValue()).toBe(`SUP-1\n${other}`);
  expect(await storedValues()).toMatchObject({
    checklistIssues: ['SUP-1', other],
    schedulePaused: true,
  });
  await guide.getByRole('textbox', { name: 'Test link' }).fill(`${scenario.world.testLink}?tried`);
  await waitForStored(guide, 'settings', (stored) => JSON.stringify(stored).includes('?tried'));
  // It is in sight at whichever step somebody is.
  expect(await guide.evaluate(() => scrollY)).toBeGreaterThan(0);
  const paused = guide.getByText('The schedule is paused, since something was changed here');
  const isInSight = (place: Locator) =>
    place.evaluate((element) => {
      const { left, top } = element.getBoundingClientRect();
      return document.elementFromPoint(left + 8, top + 8) === element;
    });
  expect(await isInSight(paused)).toBe(true);
  // And so are the buttons of an import, where they stick to the window's edge.
  await dropOldFiles(guide, simulator);
  await guide.setViewportSize({ width: 1000, height: 240 });
  await guide.locator('.decision').evaluate((buttons) => {
    scrollBy(0, buttons.getBoundingClientRect().top);
  });
  const importButton = guide.getByRole('button', { name: 'Import these settings' });
  expect([await isInSight(paused), await isInSight(importButton)]).toEqual([true, true]);
  await guide.getByRole('button', { name: 'Cancel' }).click();
  await step('schedule').getByRole('button', { name: 'Switch the schedule on' }).click();
  await done('schedule');
  await guide.getByText('The schedule is paused, since').waitFor({ state: 'detached' });
  // Nothing is written by a link to test with.
  await guide.getByRole('textbox', { name: 'Test link' }).fill(scenario.world.testLink);
  await waitForStored(guide, 'settings', (stored) => {
    const text = JSON.stringify(stored);
    return text.includes(scenario.world.testLink) && !text.includes('?tried');
  });
  expect(await storedValues()).toMatchObject({ schedulePaused: false });
  // A date that passes meanwhile lets no run begin: it does not work by itself.
  const past = { deferralDate: '2020-01-01T00:00:00.000+00:00' };
  const settings = { version: 1, values: { ...(await storedValues()), ...past } };
  await guide.evaluate((stored) => chrome.storage.local.set({ settings: stored }), settings);
  await step('schedule').getByText('Deferral date: Has to be in the future.').waitFor();
  expect(await guide.locator('[data-step=schedule].done').count()).toBe(0);
  await step('schedule').getByRole('link', { name: 'Deferral date' }).click();
  await guide.locator('#deferralDate:focus').waitFor();
});

test('says of a schedule that is on at which step a host is not allowed', async () => {
  await storeOldSettings(browser, simulator);
  const last = step('schedule');
  await last.getByText('It is on. Breadcrumbs works by itself').waitFor();
  const barred = { ...(await storedValues()), contentUrl: 'https://learn.example/content' };
  const settings = { version: 1, values: barred };
  await guide.evaluate((stored) => chrome.storage.local.set({ settings: stored }), settings);
  await last.getByText('the browser does not let Breadcrumbs reach a host').waitFor();
  expect(await last.getByRole('link').allTextContents()).toContain(
    '4.\u00a0Connect the content API',
  );
  expect(await last.getByText('works by itself').count()).toBe(0);
});

test('says of no earlier run what it did while the one that was switched on goes on', async () => {
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator);
  const told = guide.getByText('Last run: 3 done');
  await told.waitFor();
  for (const name of ['tracker', 'checklist', 'fields', 'content']) await done(name);
  const settings = { version: 1, values: { ...(await storedValues()), schedulePaused: true } };
  await guide.evaluate((stored) => chrome.storage.local.set({ settings: stored }), settings);
  let goOn = () => {};
  const held = new Promise<undefined>((resolve) => {
    goOn = () => resolve(undefined);
  });
  simulator.faults.beforeRequest = () => held;
  await step('schedule').getByRole('button', { name: 'Switch the schedule on' }).click();
  await waitForStored(guide, 'run', (run) => run !== null);
  await done('schedule');
  expect(await told.count()).toBe(0);
  goOn();
  await step('schedule').getByText('It is on.').waitFor();
  await waitUntilQuiet(guide);
});

test('keeps a field as soon as it is chosen, by an arrow key, a click or its name', async () => {
  await connectTracker();
  await guide.getByLabel('Checklist issue keys').fill('SUP-1');
  await done('checklist');
  await guide.getByText('Fields one by one').click();
  const picker = (use: string) => guide.locator(`#field-${use}`);
  await picker('linkField').fill(linkField);
  await picker('linkField').press('ArrowDown');
  await picker('linkField').press('Enter');
  await expect.poll(storedValues).toMatchObject({ linkField });
  await picker('errorField').fill(errorField);
  await guide.getByRole('option').click();
  await expect.poll(storedValues).toMatchObject({ linkField, errorField });
  await picker('lesson\\.name').fill(mappedFields['lesson.name'] ?? '');
  await picker('lesson\\.name').press('Enter');
  await expect
    .poll(storedValues)
    .toMatchObject({ fieldMapping: { 'lesson.name': { field: mappedFields['lesson.name'] } } });
  await done('fields');
  await guide.locator('#field-lesson\\.name:focus').waitFor();
});

test('stores no field that has another use, and says where', async () => {
  await signIn(browser, simulator);
  await storeOldSettings(browser, simulator);
  const picker = guide.locator('#field-linkField');
  await picker.waitFor();
  await picker.fill(mappedFields['lesson.name'] ?? '');
  await picker.blur();
  // In both rows: either may be the one to be mended.
  for (const id of ['field-linkField', 'field-lesson\\.name']) {
    await guide.locator(`#${id}[aria-invalid=true]`).waitFor();
    await guide.locator(`#${id}-words`).getByText('This field has another use already').waitFor();
  }
  expect(await guide.locator('[data-step=fields].done').count()).toBe(0);
  // Stored after it, so that all that it set off is over.
  await guide.getByRole('textbox', { name: 'Test link' }).fill(`${scenario.world.testLink}?tried`);
  await waitForStored(guide, 'settings', (stored) => JSON.stringify(stored).includes('?tried'));
  expect(await storedValues()).toMatchObject({ linkField, schedulePaused: false });
});

test('an import that something else was stored under says so, and is there to be made again', async () => {
  await signIn(browser, simulator);
  await dropOldFiles(guide, simulator);
  // Between the click and the storing, for as long as the browser may ask for a host.
  await guide.evaluate(
    () =>
      new Promise<void>((isHeld) => {
        void navigator.locks.request('settings', async () => {
          isHeld();
          const button = [...document.querySelectorAll('button')].find(
            ({ textContent }) => textContent === 'Import these settings',
          );
          button?.click();
          await chrome.storage.local.set({
            settings: { version: 1, values: { historyDays: 7, schedulePaused: true } },
          });
          // Until the page has heard of it.
          await new Promise((resolve) => {
            chrome.storage.onChanged.addListener(resolve);
            void chrome.storage.local.set({ heard: Math.random() });
          });
        });
      }),
  );
  await guide.getByText('These settings were changed elsewhere in the meantime').waitFor();
  expect(await storedValues()).toEqual({ historyDays: 7, schedulePaused: true });
  await guide.getByRole('button', { name: 'Import these settings' }).click();
  await scenario.world.until('the first pass', (world) => world.issue('SUP-1').done === 3);
  expect(await storedValues()).toMatchObject({ historyDays: 7, checklistIssues: ['SUP-1'] });
});

test('offers the right scheme and the right organisation header', async () => {
  const rules = scenario.world.trackerRules;
  rules.schemes = ['Bearer'];
  rules.organisation = { header: 'X-Cloud-Org-ID', id: '4242' };
  await guide.getByLabel('Tracker API URL').fill(simulator.trackerUrl);
  await guide.getByLabel('Token', { exact: true }).fill(rules.token);
  await guide.getByRole('button', { name: 'Use Bearer' }).click();
  await guide.getByText(/wants the organisation named/).waitFor();
  await guide.getByLabel('Organisation header').selectOption('X-Org-ID');
  await guide.getByLabel('Organisation ID').fill('4242');
  await guide.getByRole('button', { name: 'Use X-Cloud-Org-ID' }).click();
  await done('tracker');
  await waitForStored(guide, 'settings', (stored) => {
    const { values } = (stored ?? {}) as { values?: Record<string, unknown> };
    return values?.organisationHeader === 'X-Cloud-Org-ID' && values.tokenScheme === 'Bearer';
  });
});

test('sends a token to the tracker that it was pasted for, and to no other', async () => {
  const other = await startSimulator({ world: queueWorld(1).world });
  try {
    await guide.getByLabel('Tracker API URL').fill('https://tracker.example/v2');
    await guide.getByLabel('Token', { exact: true }).fill(scenario.world.trackerRules.token);
    await guide.getByLabel('Tracker API URL').fill(other.trackerUrl);
    await guide.getByText('Pasted for tracker.example').waitFor();
    await check('token', 'bad').waitFor();
    // Nor one that is kept, or what the other tracker said of it.
    await connectTracker();
    await check('token', 'good').waitFor();
    await guide.getByLabel('Tracker API URL').fill(other.trackerUrl);
    await check('token', 'bad').getByText('There is no token for this tracker yet').waitFor();
    expect(await guide.locator('[data-step=tracker].done').count()).toBe(0);
    expect(await storedValues()).toMatchObject({ trackerUrl: simulator.trackerUrl });
    expect(other.requests.entries.filter(({ authorization }) => authorization !== null)).toEqual(
      [],
    );
  } finally {
    await other.close();
  }
});

test('stores nothing over what a newer version has stored, nor over what it can’t read', async () => {
  const newer = { version: 99, values: { linkField: 'kept' } };
  const store = (settings: unknown) =>
    guide.evaluate((value) => chrome.storage.local.set({ settings: value }), settings);
  await store(newer);
  await guide.getByText('stored by a newer version').waitFor();
  await guide.getByLabel('Tracker API URL').waitFor({ state: 'hidden' });
  expect(await readStored(guide, 'settings')).toEqual(newer);

  await store({ version: 1, values: { linkField: 'kept', historyDays: 'no' } });
  await connectTracker();
  await waitForStored(guide, 'settings', (settings) =>
    JSON.stringify(settings).includes(simulator.trackerUrl),
  );
  expect(await readStored(guide, 'settings')).toMatchObject({
    values: { linkField: 'kept', historyDays: 'no', schedulePaused: true },
  });
});

test('gives way to what another page has stored meanwhile, and says so', async () => {
  await guide.getByLabel('Test link').fill('https://learn.example/half');
  await guide.evaluate(() =>
    chrome.storage.local.set({
      settings: { version: 1, values: { testLink: 'https://learn.example/lessons/7/' } },
    }),
  );
  await guide.getByText('Another page has stored something else here').waitFor();
  expect(await guide.getByLabel('Test link').inputValue()).toBe('https://learn.example/lessons/7/');
});

test('looks again at a token that another page has replaced', async () => {
  await connectTracker();
  await check('token', 'good').waitFor();
  const { origin } = new URL(simulator.trackerUrl);
  const replace = (value: string) =>
    guide.evaluate((token) => chrome.storage.local.set({ token }), { value, origin });
  await replace('y0_revoked-since');
  await check('token', 'bad').waitFor();
  await replace(scenario.world.trackerRules.token);
  await check('token', 'good').waitFor();
});

test('what the organisation has set can’t be edited in any step', async () => {
  await guide.evaluate(() =>
    chrome.storage.local.set({
      policies: { organisationHeader: 'X-Org-ID', organisationId: '42', linkField: 'theirs' },
    }),
  );
  expect(await guide.getByLabel('Organisation header').isDisabled()).toBe(true);
  const link = guide.locator('#field-linkField');
  await link.waitFor();
  expect(await link.isEditable()).toBe(false);
  expect(await guide.locator('#field-errorField').isEditable()).toBe(true);
  expect(await guide.getByText('Set by your organisation.').count()).toBe(3);
});

test('says that the organisation has switched the schedule on, so that no step is there to wait for', async () => {
  const last = guide.getByText('Of these steps only the last has anything written');
  await last.waitFor();
  await guide.evaluate(() => chrome.storage.local.set({ policies: { schedulePaused: false } }));
  await guide.getByText('Your organisation has switched the schedule on').waitFor();
  expect(await last.count()).toBe(0);
});

test('suggestions that are taken over store nothing that the organisation has set', async () => {
  await guide.evaluate(
    (theirs) => chrome.storage.local.set({ policies: { linkField: theirs } }),
    linkField,
  );
  await connectTracker();
  await guide.getByLabel('Checklist issue keys').fill('SUP-1');
  await guide.getByRole('button', { name: 'Use these fields' }).press('Enter');
  await expect.poll(storedValues).toMatchObject({ errorField });
  // The button is gone with what it was for.
  await guide.locator('[data-step=fields]:focus').waitFor();
  // It would stay where the organisation takes its own back.
  expect(await storedValues()).not.toMatchObject({ linkField });
});
