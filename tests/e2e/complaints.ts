import type { Page } from 'playwright-core';
import type { ExtensionBrowser } from '../browser/extension-browser.ts';

/**
 * Everything that a browser's pages complain of from now on: errors that nobody caught, violations
 * of their policies, dialogs (which are closed).
 */
export function collectComplaints(browser: ExtensionBrowser): string[] {
  const complaints: string[] = [];
  const follow = (page: Page) => {
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('dialog', async (dialog) => {
      complaints.push(`${page.url()}: a dialog says ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('console', (message) => {
      const text = message.text();
      if (/content security policy|refused to/i.test(text)) complaints.push(text);
    });
  };
  browser.context.pages().forEach(follow);
  browser.context.on('page', follow);
  return complaints;
}
