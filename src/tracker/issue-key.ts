const key = /[A-Z][A-Z0-9]{0,63}-[1-9]\d{0,9}/.source;

/** An issue's key: its queue's key, a hyphen, a number. What matches is safe in a path. */
export const issueKeyPattern = new RegExp(`^${key}$`);

/** The key of an issue's queue. */
export function queueOf(issueKey: string): string {
  return issueKey.slice(0, issueKey.lastIndexOf('-'));
}

const bareKey = new RegExp(`^(${key})$`, 'i');
const pageOfKey = new RegExp(`^https?://[^\\s/]+/(${key})/?(?:[?#]\\S*)?$`, 'i');
const urlWithKey = new RegExp(`^https?://\\S+?/(${key})/?(?:[?#]\\S*)?$`);
const keyInWords = new RegExp(`(?<![\\w-])${key}(?![\\w-])`, 'g');

/**
 * The issue that a checklist item's text names: a bare key, a URL that ends in one, or the only key
 * within other words. Null where there is none, or more than one. Letter case is forgiven only
 * where the key stands alone, or is all there is in a URL's path, as with the tracker's pages: "utf-8"
 * is no issue within words, nor is that which `…/tracks/python-3` ends in.
 */
export function issueKeyIn(text: string): string | null {
  const trimmed = text.trim();
  const [, named] =
    bareKey.exec(trimmed) ?? pageOfKey.exec(trimmed) ?? urlWithKey.exec(trimmed) ?? [];
  if (named !== undefined) return named.toUpperCase();
  const keys = new Set(trimmed.match(keyInWords));
  const [only = null] = keys;
  return keys.size === 1 ? only : null;
}
