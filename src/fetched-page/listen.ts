import browser from 'webextension-polyfill';
import { type FetchedAnswer, fetchedSchema } from '../messages/fetched.ts';
import { onMessage } from '../messages/listen.ts';

/** Takes answers from the worker, and from nobody else. */
export function listenToWorker(onAnswers: (answers: readonly FetchedAnswer[]) => void): void {
  onMessage((message, sender) => {
    // No reply to others: what pages ask of the worker is heard here too, and is its to answer.
    if (!isWorker(sender)) return null;
    const parsed = fetchedSchema.safeParse(message);
    if (!parsed.success) return null;
    onAnswers(parsed.data.answers);
    return Promise.resolve({ ok: true });
  });
}

function isWorker(sender: chrome.runtime.MessageSender): boolean {
  const { background } = chrome.runtime.getManifest();
  return (
    sender.id === browser.runtime.id &&
    sender.tab === undefined &&
    background !== undefined &&
    'service_worker' in background &&
    sender.url === browser.runtime.getURL(background.service_worker)
  );
}
