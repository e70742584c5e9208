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
  // With its label. What stands in the save bar is in sight wherever the page is.
  if (!place?.closest('.save-bar')) (place?.closest('.field') ?? place)?.scrollIntoView();
  place?.focus({ preventScroll: true });
}
