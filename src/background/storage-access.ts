/**
 * Content scripts could read both areas otherwise: this extension has none, but that is the
 * platform's default. Set at every start, as the platform asks for (chrome.storage,
 * `setAccessLevel`); webextension-polyfill has no such call.
 */
export async function closeStorageToContentScripts(): Promise<void> {
  await Promise.all([
    chrome.storage.local.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' }),
    chrome.storage.session.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' }),
  ]);
}
