import { type ComponentChild, render } from 'preact';
import { language, words } from '../words/words.ts';

/** Puts a page in the browser's language and draws it. */
export function startPage(title: string, page: ComponentChild): void {
  document.documentElement.lang = language;
  document.title = title;
  render(page, document.body);
}

/** Why something could not be done, for a person to read. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : words('reason_unknown');
}
