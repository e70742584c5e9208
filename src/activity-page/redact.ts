import type { ItemHead } from '../activity/entries.ts';

type Code = NonNullable<ItemHead['failure']>['code'];

/** What takes the place of a secret. */
const hidden = '•••';

/** Failures that quote what a person typed: anything may stand there, and no pattern finds it. */
const quoting: ReadonlySet<unknown> = new Set<Code>(['item_names_no_issue', 'link_not_recognised']);

/**
 * A header with a secret, as a header, as a member of JSON and as such a member inside a text of
 * JSON. Its value may hold quotes of its own, so all that is left of the line goes with it.
 */
const header = /\b(cookie|authorization|x-(?:cloud-)?org-id)[\\"']*\s*[:=]\s*[^\n]*/gi;

/** How names of secrets end, whatever stands before that: `x-api-key`, `csrf_token`, `JSESSIONID`. */
const secretNames = [
  '(?:api|access|auth|private|session)[-_]?key',
  'token|secret|passw(?:or)?d|passphrase|pwd|[cx]srf|jwt',
  'sess(?:ion)?[-_]?id|session|(?<![a-z])(?:sess|sid)',
].join('|');

/**
 * What stands behind such a name: in quotes, those of a text inside another included, or up to what
 * parts it from the next.
 */
const named = new RegExp(
  String.raw`((?:${secretNames})\d?[\\"']*\s*(?:[:=]|%3[ad])\s*)` +
    String.raw`(?:(\\*["'])(?:(?!\2)(?:[^\\\n]|\\+[^\n]))+|(?![([{]|(?:null|true|false)\b)[^\s"'\\,;&<>)}\]]+)`,
  'gi',
);

/** What stands before a link's host, passwords with an unescaped `@` included. */
const userinfo = /(\/\\?\/)[^\s/"?#]*@/g;

/**
 * What stands behind a link's path, or behind a path alone. A quote ends it where JSON goes on
 * after it, or nothing does; another is part of it.
 */
const query = /(\/[^\s/"?#]*)[?#](?:[^\s"]|"(?![\s,:}\]]|$))*/g;

/**
 * A text without secrets: the known ones in each way that they may be written, whatever looks like
 * an authorization, what stands behind a link's path or before its host, and what has the name of a
 * secret. It hides too much rather than too little: the texts are servers'. For the same reason no
 * pattern reads a character again for each one before it, however long the text.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  return known
    .reduce((rest, secret) => rest.replaceAll(secret, hidden), text)
    .replace(/\b(OAuth|Bearer|Basic)(\s+|%20|\+)[^\s",;]+/gi, `$1 ${hidden}`)
    .replace(header, `$1: ${hidden}`)
    .replace(userinfo, `$1${hidden}@`)
    .replace(query, `$1?${hidden}`)
    .replace(named, `$1$2${hidden}`);
}

/** A value with each text in it redacted, names of members included, and no failure's quotations. */
export function redactAll(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, secrets);
  if (Array.isArray(value)) return value.map((member) => redactAll(member, secrets));
  if (typeof value !== 'object' || value === null) return value;
  if ('code' in value && quoting.has(value.code)) return { code: value.code, details: [hidden] };
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      redact(name, secrets),
      redactAll(member, secrets),
    ]),
  );
}
