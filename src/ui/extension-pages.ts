import browser from 'webextension-polyfill';

/** Opens the options page in a tab, at one of its sections. */
export async function openOptions(section: string): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL(`src/options/index.html#${section}`) });
}

/** Opens the page that leads through the set-up. */
export async function openGuide(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('src/guide/index.html') });
}

/** Opens the page that tells what was done. */
export async function openActivity(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('src/activity-page/index.html') });
}

/** Opens the page that shows what would be written; the hash says of what (preview-page/scope.ts). */
export async function openPreview(hash: string): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL(`src/preview-page/index.html#${hash}`) });
}
