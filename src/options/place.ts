import { signal } from '@preact/signals';

/** What is searched for on the page. */
export const search = signal('');

/** Brings a place of the page into view and into the keyboard's hand, though a search hides it. */
export function show(id: string): void {
  if (search.peek() !== '') {
    search.value = '';
    // Drawn by then.
    setTimeout(() => show(id));
    return;
  }
  const place = document.getElementById(id);
  place?.scrollIntoView();
  place?.focus({ preventScroll: true });
}
