import browser from 'webextension-polyfill';
import { missingSettings } from '../settings/schema.ts';
import { isTokenFor, loadSettings, storedToken } from '../settings/store.ts';

/** Right after an installation: opens the guide, unless all is there that it would ask for. */
export async function openGuideOnce(): Promise<void> {
  const [{ settings }, token] = await Promise.all([loadSettings(), storedToken.read()]);
  if (missingSettings(settings, isTokenFor(token, settings)).length === 0) return;
  await browser.tabs.create({ url: browser.runtime.getURL('src/guide/index.html') });
}
