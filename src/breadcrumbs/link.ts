import { plurals, type Resource, type ResourceType, resourceIdPattern } from './resource.ts';

/** What a link says: only this leaves the link, never its host. */
export interface ParsedLink {
  readonly resource: Resource;
  /** From a `sprints/<digits>` pair anywhere in the link. */
  readonly sprintId: string | null;
}

/** The most specific type wins; a sprint stands between topic and course. */
const typesInOrder: readonly ResourceType[] = [
  'task',
  'lesson',
  'topic',
  'sprint',
  'course',
  'track',
  'profession',
  'faculty',
];

/**
 * The resource that a link points to, or null where it is not recognised (behaviour.md, "From a
 * link to a resource"). The text is never resolved as a URL: browsers fold `..` and `\`, which
 * would let a link choose another path than the one read here.
 */
export function parseLink(link: string): ParsedLink | null {
  const segments = pathSegments(link);
  const resource = findResource(segments);
  return resource === null ? null : { resource, sprintId: findSprintId(segments) };
}

function pathSegments(link: string): string[] {
  const path = link
    .trim()
    .replace(/[?#].*$/s, '')
    .replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/]*/i, '');
  return path.split('/');
}

function findResource(segments: readonly string[]): Resource | null {
  for (const type of typesInOrder) {
    const names = [type, plurals[type]];
    const id = segments.find((_, at) => names.includes(nameBefore(segments, at)));
    if (id !== undefined) return resourceIdPattern.test(id) ? { type, id } : null;
  }
  return null;
}

function findSprintId(segments: readonly string[]): string | null {
  const isId = (segment: string, at: number) =>
    nameBefore(segments, at) === plurals.sprint && /^\d{1,200}$/.test(segment);
  return segments.find(isId) ?? null;
}

/** The segment before that place, where it is to name a type. */
function nameBefore(segments: readonly string[], at: number): string {
  return segments[at - 1]?.toLowerCase() ?? '';
}
