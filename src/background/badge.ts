import browser from 'webextension-polyfill';
import { missingSettings } from '../settings/schema.ts';
import { isTokenFor, loadSettings, storedToken } from '../settings/store.ts';
import { storedQueues, storedRun, storedState } from '../status/status.ts';
import { type Badge, badgeOf, viewOf } from '../status/view.ts';
import { words } from '../words/words.ts';

/** As ui/tokens.css has them; a badge takes no CSS. */
const colours: Record<Badge['tone'], string> = {
  accent: '#0b57d0',
  neutral: '#565e68',
  alarm: '#b3261e',
};

/** Draws the toolbar's badge and title from what is stored. */
export async function drawBadge(): Promise<void> {
  const [{ settings }, token, run, state, queues] = await Promise.all([
    loadSettings(),
    storedToken.read(),
    storedRun.read(),
    storedState.read(),
    storedQueues.read(),
  ]);
  const configured = missingSettings(settings, isTokenFor(token, settings)).length === 0;
  const view = viewOf({ configured, paused: settings.schedulePaused, run, state, queues });
  const { text, tone } = badgeOf(view);
  await Promise.all([
    browser.action.setBadgeText({ text }),
    browser.action.setBadgeBackgroundColor({ color: colours[tone] }),
    browser.action.setTitle({ title: words(`title_${view.dataState}`) }),
  ]);
}
