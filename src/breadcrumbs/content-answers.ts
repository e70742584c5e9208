import * as z from 'zod/mini';
import type { ItemCode } from '../errors/codes.ts';
import { jsonText } from '../http/json-text.ts';
import {
  breadcrumbValueSchema,
  plurals,
  type Resource,
  type ResourceType,
  resourceIdPattern,
  resourceTypes,
} from './resource.ts';

/** The content API's requests and what its answers mean (behaviour.md, "From a resource to breadcrumbs"). */

/** One GET below the content API's base URL. */
export interface ContentRequest {
  /** `breadcrumbs`: the levels above a task or lesson. `object`: the resource itself. */
  readonly kind: 'breadcrumbs' | 'object';
  readonly resource: Resource;
  /**
   * With a task's `breadcrumbs`: the lesson its object names. Tasks of one lesson have the same
   * levels above them, so one of them is asked for all.
   */
  readonly lessonId?: string | number | undefined;
}

/** The path below the base URL; it tells requests apart too. */
export function pathOf({ kind, resource }: ContentRequest): string {
  const object = `/${plurals[resource.type]}/${resource.id}/`;
  return kind === 'object' ? object : `${object}breadcrumbs/`;
}

/** What {@link pathOf} gives; a path that was stored has to match. */
export const pathPattern = /^\/[a-z]+\/[A-Za-z0-9_-]{1,200}\/(?:breadcrumbs\/)?$/;

/** One level of a hierarchy. The id keeps the form that the API gave it. */
export interface Level {
  readonly type: ResourceType;
  readonly id: string | number;
  readonly name: string | null;
}

export interface ContentObject {
  readonly id: string | number | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly position: string | number | null;
  /** `{type}_id` of its ancestors. */
  readonly ancestors: ReadonlyMap<ResourceType, string | number>;
}

/** What was answered to one request. Failures here are the resource's own, not the API's. */
export type ContentAnswer =
  | { readonly kind: 'levels'; readonly levels: readonly Level[] }
  | { readonly kind: 'object'; readonly object: ContentObject }
  | { readonly kind: 'failure'; readonly code: ItemCode; readonly text: string };

const idSchema = z.union([
  z.string().check(z.regex(resourceIdPattern)),
  z.int().check(z.refine((id) => id >= 0)),
]);
const optionalName = z.optional(z.nullable(z.string()));

const levelsSchema = z.array(
  z.object({ type: z.enum(resourceTypes), id: idSchema, name: optionalName }),
);
/** Levels of types that are not known may be of any form otherwise. */
const typedSchema = z.array(z.looseObject({ type: z.string() }));
const errorsSchema = z.object({ errors: z.unknown() });

const objectSchema = z.looseObject({
  id: z.optional(z.nullable(idSchema)),
  name: optionalName,
  description: optionalName,
  position: z.optional(breadcrumbValueSchema),
});

const knownTypes = new Set<string>(resourceTypes);
/** It is nothing that could be read. */
export const invalid: ContentAnswer = { kind: 'failure', code: 'resource_invalid', text: '' };

/** Reads the JSON of a good answer. It has to be about what was asked. */
export function readContentAnswer(request: ContentRequest, json: unknown): ContentAnswer {
  const errors = errorsText(json);
  if (errors !== null) return { kind: 'failure', code: 'resource_errors', text: errors };
  return request.kind === 'breadcrumbs' ? readLevels(request, json) : readObject(request, json);
}

function readLevels({ resource }: ContentRequest, json: unknown): ContentAnswer {
  const typed = typedSchema.safeParse(json);
  if (!typed.success) return invalid;
  const known = typed.data.filter(({ type }) => knownTypes.has(type));
  const parsed = levelsSchema.safeParse(known);
  if (!parsed.success) return invalid;
  const levels = parsed.data.map(({ type, id, name }) => ({ type, id, name: orNull(name) }));
  const own = levels.filter(({ type }) => type === resource.type);
  const isAboutIt = own.length > 0 && own.every(({ id }) => String(id) === resource.id);
  return isAboutIt ? { kind: 'levels', levels } : invalid;
}

function readObject({ resource }: ContentRequest, json: unknown): ContentAnswer {
  const parsed = objectSchema.safeParse(json);
  if (!parsed.success) return invalid;
  const { data } = parsed;
  if (data.id !== undefined && data.id !== null && String(data.id) !== resource.id) return invalid;
  // An answer of another shape has none of these, and would pass for a resource without a name.
  const members = resource.type === 'task' ? ['description', 'position'] : ['name'];
  if (!members.some((member) => Object.hasOwn(data, member))) return invalid;
  const ancestors = new Map<ResourceType, string | number>();
  for (const type of resourceTypes) {
    const member = data[`${type}_id`];
    if (type === resource.type || member === undefined || member === null) continue;
    const id = idSchema.safeParse(member);
    if (!id.success) return invalid;
    ancestors.set(type, id.data);
  }
  const object: ContentObject = {
    id: data.id ?? null,
    name: orNull(data.name),
    description: orNull(data.description),
    position: data.position ?? null,
    ancestors,
  };
  return { kind: 'object', object };
}

/** An empty name is no name. */
function orNull(name: string | null | undefined): string | null {
  return name === undefined || name === '' ? null : name;
}

/** The text of a non-empty `errors` member, or null. */
function errorsText(json: unknown): string | null {
  const errors = errorsSchema.safeParse(json).data?.errors;
  if (errors === undefined || errors === null || errors === '' || errors === false) return null;
  if (typeof errors === 'object' && Object.keys(errors).length === 0) return null;
  const texts = Array.isArray(errors) ? errors : [errors];
  const text = texts
    .map((one) => (typeof one === 'string' ? one : (jsonText(one) ?? '…')))
    .join('; ');
  return text.slice(0, 300);
}
