import type { Json } from './json.ts';
import type { Resource } from './resources.ts';
import type { BreadcrumbKey } from './standard-world.ts';
import { mappedFields } from './standard-world.ts';

/** Values of mapped fields; a field that is not there is one that a run leaves as it is. */
export type FieldValues = Readonly<Record<string, Json>>;

/**
 * What the mapped fields of an issue are to hold, written down from the resource that its link means
 * and, where the link names one, the sprint beside it. Knows nothing of how the extension gets there.
 */
export function fieldsOf(resource: Resource, sprint: Resource | null = null): FieldValues {
  const values: Partial<Record<BreadcrumbKey, Json>> = {};
  let level: Resource | null = resource;
  let sprintOfLine: Resource | null = sprint;
  while (level !== null) {
    sprintOfLine ??= level.type === 'sprint' ? level : level.sprint;
    switch (level.type) {
      case 'task':
        values['task.position'] = level.position ?? null;
        if (level.position !== undefined) values['task.position_if_exists'] = level.position;
        break;
      case 'lesson':
        values['lesson.name'] = level.name;
        break;
      case 'topic':
        values['topic.name'] = level.name;
        break;
      case 'course':
        values['course.name'] = level.name;
        break;
      case 'track':
        values['track.name'] = level.name;
        values['track.id'] = level.id;
        break;
      case 'profession':
        values['profession.name'] = level.name;
        break;
      case 'faculty':
        values['faculty.name'] = level.name;
        break;
      case 'sprint':
        break;
    }
    level = level.parent;
  }
  if (sprintOfLine !== null) {
    values['sprint.id'] = sprintOfLine.id;
    // Its name is marked "ignore errors": where it can't be had, the field is left as it is.
    if (sprintOfLine.trouble === null) values['sprint.name'] = sprintOfLine.name;
  }
  return Object.fromEntries(
    // The entries of `values` have the keys of `mappedFields`.
    Object.entries(values).map(([key, value]) => [mappedFields[key as BreadcrumbKey], value]),
  );
}

/** All mapped fields: those that were there, with what a run writes over them; null for no value. */
export function allMapped(before: FieldValues, written: FieldValues): FieldValues {
  return Object.fromEntries(
    Object.values(mappedFields).map((field) => [
      field,
      field in written ? (written[field] ?? null) : (before[field] ?? null),
    ]),
  );
}
