import browser from 'webextension-polyfill';
import { onMessage } from '../messages/listen.ts';
import { isPing } from '../messages/ping.ts';
import { listenToNotifications } from './notification-clicks.ts';
import { isOwnPage } from './sender.ts';
import { closeStorageToContentScripts } from './storage-access.ts';

/**
 * The worker's wiring. Every listener is registered in the first turn of the event loop, or the
 * event that woke the worker is lost; so this file loads little. What is done about an event stands
 * in events.ts, which each start of the worker loads right after.
 */

let isWhole = true;
const events = () =>
  import('./events.ts').catch((error: unknown) => {
    isWhole = false;
    throw error;
  });

onMessage((message, sender) => {
  if (!isOwnPage(sender, browser.runtime.id, browser.runtime.getURL(''))) return null;
  return isPing(message)
    ? Promise.resolve({ ok: isWhole })
    : events().then(({ onCommand }) => onCommand(message));
});

browser.alarms.onAlarm.addListener(async ({ name }) => (await events()).onAlarm(name));

browser.storage.onChanged.addListener(async (changes, area) =>
  (await events()).onStored(changes, area),
);

browser.permissions.onAdded.addListener(async ({ origins = [] }) => {
  listenToNotifications();
  if (origins.length > 0) (await events()).onHostAllowed();
});
listenToNotifications();
// A tab that closes may be the one in which somebody signed in. (No permission: its address is not told.)
browser.tabs.onRemoved.addListener(async () => (await events()).onTabClosed());
browser.runtime.onInstalled.addListener(async ({ reason }) => {
  if (reason === 'install') (await events()).onInstalled();
});
// This needs no work of its own: the worker's start, which it causes, does it all.
browser.runtime.onStartup.addListener(() => undefined);

void closeStorageToContentScripts();
// What woke it is answered before all else is loaded. There is not always an event that woke it.
setTimeout(async () => (await events()).onStart(), 50);
