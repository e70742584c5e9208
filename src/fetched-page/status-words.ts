import type { FetchedAnswer } from '../messages/fetched.ts';
import { words } from '../words/words.ts';

/** What is shown of how an answer came. */
export function statusWords(status: FetchedAnswer['status']): string {
  return typeof status === 'number' ? String(status) : words(`fetched_${status}`);
}
