import browser from 'webextension-polyfill';
import { missingSettings } from '../settings/schema.ts';
import { isTokenFor, loadSettings, storedToken } from '../settings/store.ts';
import { storedQueues, storedRun, storedState, storedTrouble } from '../status/status.ts';
import { type Badge, badgeOf, viewOf, warningBadge } from '../status/view.ts';
import { words } from '../words/words.ts';

/** As ui/tokens.css has them; a badge takes no CSS. */
const colours: Record<Badge['tone'], string> = {
  accent: '#0b57d0',
  neutral: '#565e68',
  amber: '#8a5300',
  alarm: '#b3261e',
};

/** Draws the toolbar's badge and title from what is stored. */
export async function drawBadge(): Promise<void> {
  const [{ settings, repaired }, token, trouble, run, state, queues] = await Promise.all([
    loadSettings(),
    storedToken.read(),
    storedTrouble.read(),
    storedRun.read(),
    storedState.read(),
    storedQueues.read(),
  ]);
  const missing = missingSettings(settings, isTokenFor(token, settings));
  const configured = missing.length === 0 || repaired.length > 0;
  const paused = settings.schedulePaused;
  const view = viewOf({ configured, paused, trouble, run, state, queues });
  const { text, tone } = warningBadge(badgeOf(view), queues);
  await Promise.all([
    browser.action.setBadgeText({ text }),
    browser.action.setBadgeBackgroundColor({ color: colours[tone] }),
    browser.action.setTitle({ title: words(`title_${view.dataState}`) }),
  ]);
}
