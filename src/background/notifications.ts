import browser from 'webextension-polyfill';
import type { Failure } from '../errors/failure.ts';
import { loadSettings } from '../settings/store.ts';
import { type Notice, newsBetween } from '../status/notice.ts';
import { type State, storedNoticed } from '../status/status.ts';
import { countWords, sentence, words } from '../words/words.ts';

/**
 * Notifications, off until they are switched on. Chrome has the API only once it is allowed. The id
 * of each is the page that a click on it opens; a second one with the same takes the first one's place.
 */

/** What halts the work, with its button. */
const haltedPlace = 'src/popup/index.html';

/**
 * Tells what a state has of news, once, whether somebody is to be told or not. Each state that was
 * stored is to be given, in its turn: a later one no longer has the run that ended before it.
 */
export function notify(state: State): Promise<void> {
  return navigator.locks.request('notices', async () => {
    const [before, { settings }] = await Promise.all([storedNoticed.read(), loadSettings()]);
    const { noticed, notices } = newsBetween(before, state, settings.leaveFailedUnchecked);
    if (JSON.stringify(noticed) === JSON.stringify(before)) return;
    // Before it is shown: a death in between keeps one back, and shows none twice.
    await storedNoticed.write(noticed);
    if (noticed.halt === null) takeBackHalt();
    if (settings.notifications) notices.forEach(show);
  });
}

/** Tells that the browser stores nothing, which can't be noted down. To be called as that begins. */
export async function notifyOfTrouble(failure: Failure): Promise<void> {
  const { settings } = await loadSettings();
  if (settings.notifications) show({ kind: 'halted', failure });
}

/** Takes back that the work has stopped. Chrome has no such API where nothing could be shown. */
export function takeBackHalt(): void {
  chrome.notifications?.clear(haltedPlace);
}

function show(notice: Notice): void {
  if (chrome.notifications === undefined) return;
  const [place, title, message] =
    notice.kind === 'halted'
      ? [haltedPlace, words('state_halted'), sentence(notice.failure)]
      : [
          `src/activity-page/index.html#outcome=failed&run=${notice.runId}`,
          words('notice_errors'),
          countWords('notice_failed', notice.count),
        ];
  const iconUrl = browser.runtime.getURL('icons/128.png');
  chrome.notifications.create(place, { type: 'basic', iconUrl, title, message });
}
