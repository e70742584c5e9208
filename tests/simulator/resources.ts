import type { Json } from './json.ts';

/** The hierarchy from the top; a sprint stands beside it. */
export const resourceTypes = [
  'faculty',
  'profession',
  'track',
  'course',
  'topic',
  'lesson',
  'task',
  'sprint',
] as const;

/** A kind of resource. */
export type ResourceType = (typeof resourceTypes)[number];

/** What the content API calls several resources of a kind. */
export const plurals: Readonly<Record<ResourceType, string>> = {
  faculty: 'faculties',
  profession: 'professions',
  track: 'tracks',
  course: 'courses',
  topic: 'topics',
  lesson: 'lessons',
  task: 'tasks',
  sprint: 'sprints',
};

/** What is wrong with what the content API says about one resource. */
export type Trouble =
  /** 404. */
  | { kind: 'missing' }
  /** 403. */
  | { kind: 'forbidden' }
  /** 200 with an `errors` member. */
  | { kind: 'errors'; errors: Json[] }
  /** 200 with this JSON, whatever it is. */
  | { kind: 'answer'; json: Json }
  /** The right shape, but about another resource of the type. */
  | { kind: 'another'; id: string }
  /** The right shape, after so many bytes of padding. */
  | { kind: 'huge'; bytes: number };

/** One thing of the content hierarchy. */
export interface Resource {
  readonly type: ResourceType;
  readonly id: string;
  name: string;
  /** Tasks have this instead of a name. */
  description: string;
  /** `undefined` where the object has no such member, which is not the same as null. */
  position: number | null | undefined;
  parent: Resource | null;
  /** The sprint it belongs to, if it has one. */
  sprint: Resource | null;
  /** How a `breadcrumbs/` answer gives the name of this level. */
  nameInBreadcrumbs: 'given' | 'absent' | 'null' | 'empty';
  trouble: Trouble | null;
  /** Which of its two addresses the trouble is at. */
  troubleAt: 'object' | 'breadcrumbs' | 'both';
}

/** What it takes to describe a resource; the rest has defaults. */
export type ResourceSpec = Pick<Resource, 'type' | 'id'> & Partial<Omit<Resource, 'type' | 'id'>>;

/** What a resource is part of, from the top; its sprint, if it has one, just above it. */
export function ancestorsOf(resource: Resource): Resource[] {
  const line: Resource[] = [];
  let sprint: Resource | null = resource.sprint;
  for (let next = resource.parent; next !== null; next = next.parent) {
    line.unshift(next);
    sprint ??= next.sprint;
  }
  if (sprint !== null) line.push(sprint);
  return line;
}
