import browser from 'webextension-polyfill';
import { type FetchedAnswer, type FetchedMessage, fetchedPage } from '../messages/fetched.ts';
import { replyShape } from '../messages/reply.ts';
import type { Settings } from '../settings/schema.ts';
import { FetchedFeed, type FetchedListener } from './fetched-feed.ts';

/** "Show fetched data": the page that shows each answer of the content API as it arrives. */

/** Lives no longer than the worker; the next worker asks the page whether it is there. */
const feed = new FetchedFeed({ send, open });

/** The listener for the answers of one run; with the setting off, one that does nothing. */
export function fetchedListener({ showFetchedData, contentUrl }: Settings): FetchedListener {
  if (showFetchedData) return feed.forRun(contentUrl);
  feed.forget();
  return () => undefined;
}

/** The page has been loaded and listens. */
export function fetchedPageReady(): void {
  feed.greet();
}

async function send(answers: readonly FetchedAnswer[]): Promise<boolean> {
  const message: FetchedMessage = { type: 'fetched', answers: [...answers] };
  try {
    return replyShape(await browser.runtime.sendMessage(message)).ok;
  } catch {
    // Nobody is there, or the page was closed with the message under way: nobody looks on.
    return false;
  }
}

async function open(): Promise<boolean> {
  const url = browser.runtime.getURL(fetchedPage);
  try {
    // The polyfill has no `getContexts`. It finds our own pages without the permission `tabs`.
    const opened = await chrome.runtime.getContexts({ documentUrls: [url] });
    if (opened.length === 0) await browser.tabs.create({ url, active: false });
    return true;
  } catch {
    // A browser without a window has no place for a tab, and nobody who would look at it.
    return false;
  }
}
