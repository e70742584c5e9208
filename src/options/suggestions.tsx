import type { BreadcrumbKey } from '../breadcrumbs/resource.ts';
import type { Settings } from '../settings/schema.ts';
import { type Suggestions, suggestFields } from '../setup/fields.ts';
import type { TrackerField } from '../tracker/shapes.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { countWords, words } from '../words/words.ts';
import { keysOf, withMapped } from './draft.ts';

/** The settings that say which field is which. */
export type FieldChoice = Pick<Settings, 'linkField' | 'errorField' | 'fieldMapping'>;

/** Suggestions for what has no field yet, of fields that have no use yet. */
export function openSuggestions(
  { linkField, errorField, fieldMapping }: FieldChoice,
  fields: readonly TrackerField[],
): Suggestions {
  const keys = keysOf(fieldMapping).mapped;
  const used = new Set([linkField, errorField, ...keys.map((key) => fieldMapping[key]?.field)]);
  const present: Readonly<Record<string, string | undefined>> = {
    linkField,
    errorField,
    ...Object.fromEntries(keys.map((key) => [key, fieldMapping[key]?.field])),
  };
  const all = suggestFields(fields, keys);
  return new Map([...all].filter(([use, id]) => !present[use] && !used.has(id)));
}

/** The choice with suggestions taken over. */
export function withSuggestions(choice: FieldChoice, suggestions: Suggestions): FieldChoice {
  let { fieldMapping } = choice;
  for (const [use, field] of suggestions) {
    if (use === 'linkField' || use === 'errorField') continue;
    fieldMapping = withMapped(fieldMapping, use satisfies BreadcrumbKey, { field });
  }
  return {
    linkField: suggestions.get('linkField') ?? choice.linkField,
    errorField: suggestions.get('errorField') ?? choice.errorField,
    fieldMapping,
  };
}

interface SuggestionsProps {
  readonly choice: FieldChoice;
  readonly fields: readonly TrackerField[] | null;
  readonly onAccept: (choice: FieldChoice) => void;
}

/** Says which fields fit by their names and types, and takes them over at a click. */
export function FieldSuggestions({ choice, fields, onAccept }: SuggestionsProps) {
  if (fields === null) return null;
  const suggestions = openSuggestions(choice, fields);
  if (suggestions.size === 0) return null;
  const nameOf = (id: string) => fields.find((field) => field.id === id)?.name ?? id;
  return (
    <Notice>
      <p>{countWords('fields_suggested', suggestions.size)}</p>
      <ul class="small">
        {[...suggestions].map(([use, id]) => (
          <li key={use}>
            {use === 'linkField' || use === 'errorField' ? (
              words(`setting_${use}`)
            ) : (
              <code>{use}</code>
            )}{' '}
            → {nameOf(id)} <span class="soft">{id}</span>
          </li>
        ))}
      </ul>
      <div class="row">
        <Button look="primary" onClick={() => onAccept(withSuggestions(choice, suggestions))}>
          {words('fields_use_suggested')}
        </Button>
      </div>
    </Notice>
  );
}
