import browser from 'webextension-polyfill';
import type { Notice } from '../status/notice.ts';

let isListening = false;

/** Leads from a notification to its place. To be called in the first turn of the event loop. */
export function listenToNotifications(): void {
  if (isListening || chrome.notifications === undefined) return;
  isListening = true;
  chrome.notifications.onClicked.addListener((id) => {
    chrome.notifications.clear(id);
    void browser.tabs.create({ url: browser.runtime.getURL(placeOf(id)) });
  });
}

/** What a notification is known by to the browser: a second one of the same takes the first one's place. */
export function notificationId(notice: Notice): string {
  return notice.kind === 'halted' ? 'halted' : `errors ${notice.runId}`;
}

/** The failed items of the run, or what the popup says with its buttons. */
function placeOf(id: string): string {
  const [, runId] = /^errors ([\w-]+)$/.exec(id) ?? [];
  return runId === undefined
    ? 'src/popup/index.html'
    : `src/activity-page/index.html#outcome=failed&run=${runId}`;
}
