import { defaultSettings } from '../../src/settings/schema.ts';
import { goodFindings, mixedFindings } from './planted-findings.ts';
import { chooseOldFiles, type PageState, set, settings, stored } from './screenshot-states.ts';

const connected = {
  ...defaultSettings,
  trackerUrl: settings.trackerUrl,
  checklistIssues: ['SUP-1'],
  contentUrl: settings.contentUrl,
  testLink: 'https://learn.example/tasks/9f0c/',
  schedulePaused: true,
};

/** The guide from nothing to the end, and with something wrong at every step. */
export const guideStates: Readonly<Record<string, PageState>> = {
  empty: { storage: {} },
  // Whatever the browser would ask: no page without a screen is asked it.
  refused: {
    storage: {},
    act: async (page) => {
      await page.evaluate(() => {
        chrome.permissions.request = () => Promise.resolve(false);
      });
      await page.locator('.notice .button').click();
      await page.locator('.notice.amber').waitFor();
    },
  },
  import: {
    storage: { settings: stored({ ...defaultSettings, schedulePaused: true }) },
    act: chooseOldFiles,
  },
  managed: {
    storage: set({
      settings: stored(connected),
      planted: goodFindings,
      policies: {
        trackerUrl: settings.trackerUrl,
        checklistIssues: ['SUP-1'],
        linkField: settings.linkField,
        errorField: settings.errorField,
        fieldMapping: settings.fieldMapping,
      },
    }),
    act: (page) => page.locator('[data-check=test_link].good').waitFor(),
  },
  connected: {
    storage: set({ settings: stored(connected), planted: goodFindings }),
    act: (page) => page.locator('.notice .button').waitFor(),
  },
  trouble: {
    storage: set({
      settings: stored({ ...connected, linkField: 'vanished', errorField: 'deadline' }),
      planted: mixedFindings,
    }),
    act: async (page) => {
      await page.locator('[data-check=signed_in].bad').waitFor();
      await page.locator('[data-check=token].bad').waitFor();
    },
  },
  picking: {
    storage: set({ settings: stored(connected), planted: goodFindings }),
    act: async (page) => {
      await page.locator('.notice .button').waitFor();
      await page.locator('summary').click();
      await page.locator('#field-linkField').fill('i');
      await page.locator('#field-linkField').press('ArrowDown');
    },
  },
  ready: {
    storage: set({
      settings: stored({ ...settings, testLink: connected.testLink, schedulePaused: true }),
      planted: goodFindings,
    }),
    act: (page) => page.locator('[data-check=test_link].good').waitFor(),
  },
  doubtful: {
    storage: set({
      settings: stored({ ...settings, testLink: connected.testLink, schedulePaused: true }),
      planted: mixedFindings,
    }),
    act: async (page) => {
      await page.locator('[data-check=signed_in].bad').waitFor();
      await page.locator('[data-check=token].bad').waitFor();
    },
  },
  done: {
    storage: set({
      settings: stored({ ...settings, testLink: connected.testLink }),
      planted: goodFindings,
    }),
    act: (page) => page.locator('[data-check=test_link].good').waitFor(),
  },
  'changed-later': {
    storage: set({
      settings: stored({ ...settings, testLink: connected.testLink }),
      planted: goodFindings,
    }),
    act: async (page) => {
      await page.locator('[data-check=test_link].good').waitFor();
      await page.locator('#checklistIssues').fill('SUP-1, SUP-2');
      await page.locator('.notice.amber').waitFor();
    },
  },
};
