/**
 * Content scripts could read this area otherwise: this extension has none, but that is the
 * platform's default. Set at every start, as the platform asks for (chrome.storage,
 * `setAccessLevel`); webextension-polyfill has no such call.
 */
export async function closeStorageToContentScripts(): Promise<void> {
  await chrome.storage.local.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' });
}
