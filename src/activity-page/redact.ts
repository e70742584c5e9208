import type { ItemHead } from '../activity/entries.ts';

type Code = NonNullable<ItemHead['failure']>['code'];

/** What takes the place of a secret. */
const hidden = '•••';

/** Failures that quote what a person typed: anything may stand there, and no pattern finds it. */
const quoting: ReadonlySet<unknown> = new Set<Code>(['item_names_no_issue', 'link_not_recognised']);

/**
 * A text without secrets: the known ones in each way that they may be written, whatever looks like
 * an authorization, and what stands behind a link's path or before its host.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  return known
    .reduce((rest, secret) => rest.replaceAll(secret, hidden), text)
    .replace(/\b(OAuth|Bearer|Basic)(\s+|%20|\+)[^\s",;]+/gi, `$1 ${hidden}`)
    .replace(
      /\b((?:set-)?cookie|authorization|x-(?:cloud-)?org-id)\s*[:=][^"\n]*/gi,
      `$1: ${hidden}`,
    )
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"@?#]*@/gi, `$1${hidden}@`)
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s"?#]*)[?#][^\s"]*/gi, `$1?${hidden}`);
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
