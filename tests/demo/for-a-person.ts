import type { Page } from 'playwright-core';
import { type Demo, queueKey } from './set-up.ts';

/** Shows queue and popup side by side and leaves them to the person, until the browser is closed. */
export async function leaveToPerson({ browser, simulator, scenario }: Demo): Promise<true> {
  const { context } = browser;
  const queueUrl = `${simulator.trackerWebUrl}/${queueKey(simulator)}`;
  const unlinked = scenario.expectations.find(({ error }) => error === 'link_not_set')?.key;
  // Windows are placed from a page of the extension, since these may; it then becomes the queue's.
  const [blank] = context.pages();
  const queue = await browser.openActivity();
  await blank?.close();
  await Promise.all([context.waitForEvent('page'), queue.evaluate(placeWindows)]);
  await queue.goto(queueUrl);
  console.log(`
The window on the left is the queue in the simulated tracker; it follows what happens.
The small one on the right is the extension's popup; the button in the toolbar opens the same.

Try this:
  1. Click "Process now" in the popup, and watch the queue.
  2. Look at an issue that was deferred, such as
     ${simulator.trackerWebUrl}/${unlinked}
     It has no link: "Edit" it there, set the link to ${simulator.world.testLink},
     empty the error, "Save".
  3. Click "Recheck deferred" in the popup: the item is open again. "Process now" finishes it.
  4. "Process now" once more: nothing is written.
  5. "Options" has all settings; "See what was done" has the history.

  Queue    ${queueUrl}
  Sign-in  ${simulator.loginUrl}
  Options  chrome-extension://${browser.extensionId}/src/options/index.html

Close the browser (or press Ctrl+C here) to end the demo.`);
  await new Promise<void>((resolve) => {
    const endWithLast = (page: Page): void => {
      page.once('close', () => context.pages().length === 0 && resolve());
    };
    context.pages().forEach(endWithLast);
    context.on('page', endWithLast);
    context.once('close', () => resolve());
  });
  return true;
}

/** Puts the window with this page to the left, and a small one with the popup beside it. */
async function placeWindows(): Promise<void> {
  // `availLeft` and `availTop` are where a panel or dock leaves off; TypeScript knows them not.
  const { availWidth, availHeight, availLeft, availTop } = screen as Screen & {
    availLeft: number;
    availTop: number;
  };
  const width = 420;
  const left = Math.max(availWidth - width, 0);
  const place = { top: availTop, height: Math.min(availHeight, 900) };
  const { id = 0 } = await chrome.windows.getCurrent();
  await chrome.windows.update(id, { ...place, left: availLeft, width: left });
  const beside = { ...place, left: availLeft + left, width };
  await chrome.windows.create({ ...beside, type: 'popup', url: '/src/popup/index.html' });
}
