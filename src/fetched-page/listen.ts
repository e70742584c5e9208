import browser, { type Runtime } from 'webextension-polyfill';
import { type FetchedAnswer, fetchedSchema } from '../messages/fetched.ts';
import type { Reply } from '../messages/protocol.ts';

/** Takes answers from the worker, and from nobody else. */
export function listenToWorker(onAnswers: (answers: readonly FetchedAnswer[]) => void): void {
  browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
    // No reply to others: what pages ask of the worker is heard here too, and is its to answer.
    if (!isWorker(sender)) return undefined;
    const parsed = fetchedSchema.safeParse(message);
    if (!parsed.success) return undefined;
    onAnswers(parsed.data.answers);
    const reply: Reply = { ok: true };
    return Promise.resolve(reply);
  });
}

function isWorker(sender: Runtime.MessageSender): boolean {
  const { background } = chrome.runtime.getManifest();
  return (
    sender.id === browser.runtime.id &&
    sender.tab === undefined &&
    background !== undefined &&
    'service_worker' in background &&
    sender.url === browser.runtime.getURL(background.service_worker)
  );
}
