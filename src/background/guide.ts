import browser from 'webextension-polyfill';
import { noteSetup } from './setup.ts';

/** Right after an installation: opens the guide, unless all is there that it would ask for. */
export async function openGuideOnce(): Promise<void> {
  const { missing } = await noteSetup();
  if (missing.length === 0) return;
  await browser.tabs.create({ url: browser.runtime.getURL('src/guide/index.html') });
}
