import { plurals, resourceTypes } from '../breadcrumbs/resource.ts';
import { type Settings, settingSchemas } from '../settings/schema.ts';
import { issueKeyIn } from '../tracker/issue-key.ts';
import { apiUrlOfPage } from '../tracker/web.ts';
import type { TextName } from './draft.ts';

/** A text put right, and the ids of texts that say how. */
interface Tidied {
  readonly text: string;
  readonly notes: readonly string[];
}

const typeSegments = [...resourceTypes, ...Object.values(plurals)].join('|');
const addresses: readonly TextName[] = ['trackerUrl', 'contentUrl', 'loginUrl', 'testLink'];
const bases: readonly TextName[] = ['trackerUrl', 'contentUrl'];

/** Puts right what has only one sensible meaning; the person is told with the notes. */
export function tidy(name: TextName, typed: string): Tidied {
  const notes: string[] = [];
  let text = typed.trim();
  if (text !== typed) notes.push('note_spaces');
  if (name === 'checklistIssues') {
    const listed = text.split(/[\s,;]+/).filter((one) => one !== '');
    // An issue's address, or a key in small letters, names the issue as well as its key does.
    const keys = listed.map((one) => issueKeyIn(one) ?? one);
    if (keys.some((key, index) => key !== listed[index])) notes.push('note_key');
    return { text: keys.join('\n'), notes };
  }
  if (addresses.includes(name) && text !== '' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    text = `https://${text}`;
    notes.push('note_scheme');
  }
  const api = name === 'trackerUrl' ? apiUrlOfPage(text) : null;
  if (api !== null) return { text: api, notes: ['note_api'] };
  if (bases.includes(name)) {
    const base = baseIn(name, text);
    if (base !== text) notes.push('note_path');
    text = base;
  }
  if (bases.includes(name) && /[^/:]\/+$/.test(text)) {
    text = text.replace(/\/+$/, '');
    notes.push('note_slash');
  }
  return { text, notes };
}

/** A token put right, with the scheme that was pasted before it; null where there was none. */
export function tidyToken(typed: string): Tidied & { scheme: Settings['tokenScheme'] | null } {
  const trimmed = typed.trim();
  const [, before, token] = /^(?:authorization:\s*)?([a-z]+)\s+(\S+)$/i.exec(trimmed) ?? [];
  const { options } = settingSchemas.tokenScheme;
  const scheme = options.find((one) => one.toLowerCase() === before?.toLowerCase());
  if (scheme !== undefined && token !== undefined) {
    return { text: token, scheme, notes: ['note_token_scheme'] };
  }
  return { text: trimmed, scheme: null, notes: trimmed === typed ? [] : ['note_spaces'] };
}

/** What stands right behind the version in the paths of the tracker's API. */
const trackerResources =
  'issues|myself|users|fields|queues|boards|sprints|statuses|priorities|issuetypes|resolutions|components|versions|linktypes|projects|entities|filters|bulkchange|attachments';
/** What may be an id (behaviour.md, "From a link to a resource", 3), and is not what a base ends in by habit. */
const anyId = '(?!(?:content|api|v\\d+)(?:/|$))[\\w-]+';
/** A number, a UUID or another id of that make: a word may as well be a part of a base's path. */
const certainId = '(?:\\d+|[\\da-f-]{24,})';

/**
 * What begins with a base and can't be one itself: a resource behind the last version; or resources
 * with their ids, the last of which can be nothing else. Somebody's gateway has `/v1/tracker/v2`,
 * `/courses/content` or `/api/course/backend`, and whoever types that has no other way to it.
 */
const beyondBase: Partial<Record<TextName, RegExp>> = {
  trackerUrl: new RegExp(
    `^(https?://[^/]+(?:/.*)?/v\\d+)/(?:${trackerResources})(?!.*/v\\d+(?:/|$))(?:/|$)`,
    'i',
  ),
  contentUrl: new RegExp(
    `^(https?://[^/]+(?:/.*?)??)(?:/(?:${typeSegments})/${anyId})*` +
      `/(?:${typeSegments})/${certainId}(?:/breadcrumbs)?/*$`,
    'i',
  ),
};

/** The base of an address that was copied with more than that. */
function baseIn(name: TextName, text: string): string {
  const withoutQuery = /^https?:\/\/[^/?#]/i.test(text) ? text.replace(/[?#].*$/s, '') : text;
  return beyondBase[name]?.exec(withoutQuery)?.[1] ?? withoutQuery;
}
