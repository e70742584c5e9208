import browser from 'webextension-polyfill';

/** Whether the browser lets requests through to an address's host. */
export function isAllowed(url: string): Promise<boolean> {
  const { protocol, hostname } = new URL(url);
  return browser.permissions.contains({ origins: [`${protocol}//${hostname}/*`] });
}
