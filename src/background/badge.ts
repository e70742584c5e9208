import browser from 'webextension-polyfill';
import { storedSetup } from '../status/setup.ts';
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
  const [setup, trouble, run, state, queues] = await Promise.all([
    storedSetup.read(),
    storedTrouble.read(),
    storedRun.read(),
    storedState.read(),
    storedQueues.read(),
  ]);
  const view = viewOf({ setup, trouble, run, state, queues });
  const { text, tone } = warningBadge(badgeOf(view), queues);
  await Promise.all([
    browser.action.setBadgeText({ text }),
    browser.action.setBadgeBackgroundColor({ color: colours[tone] }),
    browser.action.setTitle({ title: words(`title_${view.dataState}`) }),
  ]);
}
