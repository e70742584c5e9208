import browser from 'webextension-polyfill';

let isListening = false;

/** Leads from a notification to its place, which is its id. To be called in the first turn of the event loop. */
export function listenToNotifications(): void {
  if (isListening || chrome.notifications === undefined) return;
  isListening = true;
  chrome.notifications.onClicked.addListener((id) => {
    chrome.notifications.clear(id);
    void browser.tabs.create({ url: browser.runtime.getURL(id) });
  });
}
