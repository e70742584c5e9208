import * as z from 'zod/mini';

/** The content hierarchy from the top down. A sprint stands beside it. */
export const hierarchy = [
  'faculty',
  'profession',
  'track',
  'course',
  'topic',
  'lesson',
  'task',
] as const;

export const resourceTypes = [...hierarchy, 'sprint'] as const;
export type ResourceType = (typeof resourceTypes)[number];

export const plurals: Record<ResourceType, string> = {
  faculty: 'faculties',
  profession: 'professions',
  track: 'tracks',
  course: 'courses',
  topic: 'topics',
  lesson: 'lessons',
  task: 'tasks',
  sprint: 'sprints',
};

/** What may stand as an id in a request's path (behaviour.md, "From a link to a resource", 3). */
export const resourceIdPattern = /^[A-Za-z0-9_-]{1,200}$/;

/** One thing of the content hierarchy. */
export interface Resource {
  readonly type: ResourceType;
  readonly id: string;
}
export const resourceSchema = z.object({ type: z.enum(resourceTypes), id: z.string() });

/** `type.property`: what can be mapped to a tracker's field. */
export const breadcrumbKeys = [
  ...resourceTypes.flatMap(
    (type) => [`${type}.id`, `${type}.name`, `${type}.position_if_exists`] as const,
  ),
  'task.position',
  'task.description',
] as const;

export type BreadcrumbKey = (typeof breadcrumbKeys)[number];
export const breadcrumbKeySchema = z.enum(breadcrumbKeys);

/** A key of the field mapping, with what it says of it. */
export interface MappedKey {
  readonly key: BreadcrumbKey;
  /** The tracker field's id; empty: not mapped. */
  readonly field: string;
  readonly ignoreErrors: boolean;
}

/** All keys of a field mapping, in its own order. */
export function listedKeys(mapping: FieldMapping): MappedKey[] {
  // Object.entries widens a partial record's keys to strings; they are those of the schema.
  const entries = Object.entries(mapping) as [BreadcrumbKey, FieldMapping[BreadcrumbKey]][];
  return entries.flatMap(([key, mapped]) => (mapped === undefined ? [] : [{ key, ...mapped }]));
}

/** Those that are mapped to a field. */
export function mappedKeys({ fieldMapping }: { fieldMapping: FieldMapping }): MappedKey[] {
  return listedKeys(fieldMapping).filter(({ field }) => field !== '');
}

type FieldMapping = Readonly<Partial<Record<BreadcrumbKey, Omit<MappedKey, 'key'> | undefined>>>;

/** The type that a key speaks of. */
export function typeOfKey(key: BreadcrumbKey): ResourceType {
  // A key is made as `${ResourceType}.${property}` above, so its first part is a type.
  return key.slice(0, key.indexOf('.')) as ResourceType;
}

/** A value known of a resource: `null` is known to be absent (a task without a position). */
export type BreadcrumbValue = string | number | null;
export const breadcrumbValueSchema = z.nullable(z.union([z.string(), z.number()]));

/** What is known of a resource and its ancestors. */
export type Breadcrumbs = Partial<Record<BreadcrumbKey, BreadcrumbValue>>;
export const breadcrumbsSchema = z.partialRecord(breadcrumbKeySchema, breadcrumbValueSchema);
