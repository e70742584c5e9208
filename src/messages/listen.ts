import type { Reply } from './reply.ts';

/**
 * Answers messages from this extension's other pages and its worker.
 * @param answer gives null for what is not to be answered here.
 */
export function onMessage(
  answer: (message: unknown, sender: chrome.runtime.MessageSender) => Promise<Reply> | null,
): void {
  // Chrome awaits no promise of a listener's, which is what the polyfill's types have it return.
  chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
    const reply = answer(message, sender);
    if (reply === null) return false;
    reply.then(sendResponse, (error: unknown) => {
      sendResponse({ ok: false });
      throw error;
    });
    return true;
  });
}
