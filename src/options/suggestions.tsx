import type { FieldUse } from '../setup/fields.ts';
import type { TrackerField } from '../tracker/shapes.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { countWords, words } from '../words/words.ts';
import { type FieldChoice, openSuggestions, settingOfUse, withFields } from './field-choice.ts';

interface SuggestionsProps {
  readonly choice: FieldChoice;
  readonly fields: readonly TrackerField[] | null;
  readonly isManaged: (name: keyof FieldChoice) => boolean;
  readonly onAccept: (choice: FieldChoice) => void;
}

/** Says which fields fit by their names and types, and takes them over at a click. */
export function FieldSuggestions({ choice, fields, isManaged, onAccept }: SuggestionsProps) {
  if (fields === null) return null;
  const suggestions = openSuggestions(choice, fields, isManaged);
  if (suggestions.size === 0) return null;
  const nameOf = (id: string) => fields.find((field) => field.id === id)?.name ?? id;
  return (
    <Notice>
      <p>{countWords('fields_suggested', suggestions.size)}</p>
      <ul class="small">
        {[...suggestions].map(([use, id]) => (
          <li key={use}>
            <UseName use={use} /> → {nameOf(id)} <span class="soft">{id}</span>
          </li>
        ))}
      </ul>
      <div class="row">
        <Button look="primary" onClick={() => onAccept(withFields(choice, suggestions))}>
          {words('fields_use_suggested')}
        </Button>
      </div>
    </Notice>
  );
}

/** What a field is for, by its name. */
export function UseName({ use }: { use: FieldUse }) {
  const setting = settingOfUse(use);
  return setting === 'fieldMapping' ? <code>{use}</code> : words(`setting_${setting}`);
}
