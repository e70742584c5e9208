import browser from 'webextension-polyfill';
import { storedSetup } from '../status/setup.ts';
import { storedQueues, storedRun, storedState, storedTrouble } from '../status/status.ts';
import {
  type Badge,
  badgeOf,
  queuesOf,
  unusableQueues,
  type View,
  viewOf,
  warningBadge,
} from '../status/view.ts';
import { words } from '../words/words.ts';

/** As ui/tokens.css has them; a badge takes no CSS. */
const colours: Record<Badge['tone'], string> = {
  accent: '#0b57d0',
  neutral: '#565e68',
  amber: '#8a5300',
  alarm: '#b3261e',
};

/** What this worker has drawn; the browser keeps it, and the next worker draws it once more. */
const drawn = new Map<string, string>();

/** Calls the browser only for what has changed: each call goes through every window's toolbar. */
function draw(name: string, value: string, call: () => Promise<void>): Promise<void> | undefined {
  if (drawn.get(name) === value) return undefined;
  drawn.set(name, value);
  return call();
}

/** Draws the toolbar's badge and title from what is stored. */
export async function drawBadge(): Promise<void> {
  const [setup, trouble, run, state, stored] = await Promise.all([
    storedSetup.read(),
    storedTrouble.read(),
    storedRun.read(),
    storedState.read(),
    storedQueues.read(),
  ]);
  const queues = queuesOf(setup.checklistIssues, stored);
  const view = viewOf({ setup, trouble, run, state, queues });
  const { text, tone } = warningBadge(badgeOf(view), queues);
  const color = colours[tone];
  const title = words(titleOf(view, unusableQueues(setup, queues)));
  await Promise.all([
    draw('text', text, () => browser.action.setBadgeText({ text })),
    draw('colour', color, () => browser.action.setBadgeBackgroundColor({ color })),
    draw('title', title, () => browser.action.setTitle({ title })),
  ]);
}

/** The id of the words for those who do not see the badge. */
function titleOf(view: View, unusable: readonly string[]): string {
  if (view.dataState !== 'idle') return `title_${view.dataState}`;
  if (unusable.length > 0) return 'title_unusable';
  if (view.deferred > 0) return 'title_deferred';
  return view.open > 0 ? 'title_waiting' : 'title_idle';
}
