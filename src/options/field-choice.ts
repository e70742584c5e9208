import type { Settings } from '../settings/schema.ts';
import {
  type FieldUse,
  type Suggestions,
  suggestFields,
  troubleWith,
  usesOf,
} from '../setup/fields.ts';
import type { TrackerField } from '../tracker/shapes.ts';
import { keysOf, withMapped } from './draft.ts';

/** The settings that say which field is which. */
export type FieldChoice = Pick<Settings, 'linkField' | 'errorField' | 'fieldMapping'>;

/**
 * Suggestions for what has no field yet, of fields that have no use yet.
 * @param isManaged whether the organisation has set it, so that nothing can be chosen there.
 */
export function openSuggestions(
  choice: FieldChoice,
  fields: readonly TrackerField[],
  isManaged: (name: keyof FieldChoice) => boolean,
): Suggestions {
  const present = usesOf(choice).filter(([, field]) => field !== '');
  const isTaken = (use: FieldUse, id: string) =>
    present.some(([other, field]) => other === use || field === id);
  const all = suggestFields(fields, keysOf(choice.fieldMapping).mapped);
  return new Map(
    [...all].filter(([use, id]) => !isTaken(use, id) && !isManaged(settingOfUse(use))),
  );
}

/** The setting that says which field a use has. */
export function settingOfUse(use: FieldUse): keyof FieldChoice {
  return use === 'linkField' || use === 'errorField' ? use : 'fieldMapping';
}

/** The choice with other fields for some uses. */
export function withFields(choice: FieldChoice, fields: Suggestions): FieldChoice {
  let { fieldMapping } = choice;
  for (const [use, field] of fields) {
    if (use === 'linkField' || use === 'errorField') continue;
    fieldMapping = withMapped(fieldMapping, use, { field });
  }
  return {
    linkField: fields.get('linkField') ?? choice.linkField,
    errorField: fields.get('errorField') ?? choice.errorField,
    fieldMapping,
  };
}

/** The choice as far as the tracker has its fields: one that it lacks takes the place of none. */
export function withoutGone(
  choice: FieldChoice,
  stored: FieldChoice,
  fields: readonly TrackerField[] | null,
): FieldChoice {
  if (fields === null) return choice;
  const before = new Map(usesOf(stored));
  const gone = usesOf(choice).filter(([use, field]) => troubleWith(use, field, fields) === 'gone');
  return withFields(choice, new Map(gone.map(([use]) => [use, before.get(use) ?? ''])));
}
