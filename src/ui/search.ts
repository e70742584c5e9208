import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** What is searched for on a page; empty: everything is to be seen. */
export const SearchContext = createContext('');

/** Whether what has these texts is to be seen while something is searched for. */
export function useIsFound(...texts: readonly unknown[]): boolean {
  return isFound(useContext(SearchContext), texts);
}

/** Whether each word of a search is a part of some text, whatever its ending and the letter case. */
export function isFound(search: string, texts: readonly unknown[]): boolean {
  const text = texts.filter((one) => typeof one === 'string').join('\n');
  return hasAll(text, search.toLowerCase().split(/\s+/).map(stemOf));
}

/** A word without what an English plural or a Russian form ends in, as long as four letters are left. */
function stemOf(word: string): string {
  return word.replace(/(?<=\p{L}{4})(?:s|[а-яё]{1,2})$/u, '');
}

/** Whether each of some words, which are in small letters, is a part of a text in whatever case. */
export function hasAll(text: string, words: readonly string[]): boolean {
  const inSmallLetters = text.toLowerCase();
  return words.every((word) => inSmallLetters.includes(word));
}
