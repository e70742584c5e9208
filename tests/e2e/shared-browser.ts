import { afterAll } from 'vitest';
import { type BrowserOptions, ExtensionBrowser } from '../browser/extension-browser.ts';

/**
 * One browser for the tests of a file.
 * @returns what gives it to each test as it is right after the installation.
 */
export function sharedBrowser(options?: BrowserOptions): () => Promise<ExtensionBrowser> {
  let browser: ExtensionBrowser | undefined;
  afterAll(() => browser?.close());
  return async () => {
    if (browser === undefined) browser = await ExtensionBrowser.launch(options);
    else await browser.reset();
    return browser;
  };
}
