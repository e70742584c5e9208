import browser from 'webextension-polyfill';

async function openTab(page: string): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL(`src/${page}`) });
}

/** Opens the options page in a tab, at one of its sections. */
export const openOptions = (section: string) => openTab(`options/index.html#${section}`);

/** Opens the page that leads through the set-up. */
export const openGuide = () => openTab('guide/index.html');

/** Opens the page that tells what was done. */
export const openActivity = () => openTab('activity-page/index.html');

/** Opens the page that shows what would be written; the hash says of what (preview-page/scope.ts). */
export const openPreview = (hash: string) => openTab(`preview-page/index.html#${hash}`);
