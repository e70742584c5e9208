import browser from 'webextension-polyfill';
import { hostPattern } from '../settings/origin.ts';

/** Whether the browser lets requests through to an address's host. */
export function isAllowed(url: string): Promise<boolean> {
  return browser.permissions.contains({ origins: [hostPattern(url)] });
}
