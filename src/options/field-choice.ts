import type { Settings } from '../settings/schema.ts';
import { type FieldUse, type Suggestions, suggestFields } from '../setup/fields.ts';
import type { TrackerField } from '../tracker/shapes.ts';
import { keysOf, withMapped } from './draft.ts';

/** The settings that say which field is which. */
export type FieldChoice = Pick<Settings, 'linkField' | 'errorField' | 'fieldMapping'>;

/**
 * Suggestions for what has no field yet, of fields that have no use yet.
 * @param isManaged whether the organisation has set it, so that nothing can be chosen there.
 */
export function openSuggestions(
  { linkField, errorField, fieldMapping }: FieldChoice,
  fields: readonly TrackerField[],
  isManaged: (name: keyof FieldChoice) => boolean,
): Suggestions {
  const keys = keysOf(fieldMapping).mapped;
  const used = new Set([linkField, errorField, ...keys.map((key) => fieldMapping[key]?.field)]);
  const present: Readonly<Record<string, string | undefined>> = {
    linkField,
    errorField,
    ...Object.fromEntries(keys.map((key) => [key, fieldMapping[key]?.field])),
  };
  const all = suggestFields(fields, keys);
  return new Map(
    [...all].filter(([use, id]) => !present[use] && !used.has(id) && !isManaged(settingOfUse(use))),
  );
}

/** The setting that says which field a use has. */
export function settingOfUse(use: FieldUse): keyof FieldChoice {
  return use === 'linkField' || use === 'errorField' ? use : 'fieldMapping';
}

/** The choice with suggestions taken over. */
export function withSuggestions(choice: FieldChoice, suggestions: Suggestions): FieldChoice {
  let { fieldMapping } = choice;
  for (const [use, field] of suggestions) {
    if (use === 'linkField' || use === 'errorField') continue;
    fieldMapping = withMapped(fieldMapping, use, { field });
  }
  return {
    linkField: suggestions.get('linkField') ?? choice.linkField,
    errorField: suggestions.get('errorField') ?? choice.errorField,
    fieldMapping,
  };
}
