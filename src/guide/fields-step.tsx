import { useRef } from 'preact/hooks';
import { keysOf, keysWithProblems } from '../options/draft.ts';
import { type FieldChoice, settingOfUse, withFields } from '../options/field-choice.ts';
import { FieldPicker } from '../options/field-picker.tsx';
import { ManagedMark } from '../options/inputs.tsx';
import { FieldSuggestions, UseName } from '../options/suggestions.tsx';
import type { FieldUse } from '../setup/fields.ts';
import { words } from '../words/words.ts';
import type { GuideStore } from './store.ts';

/** Which field is which: suggested by name, chosen by name, or typed as an id. */
export function FieldsStep({ store }: { store: GuideStore }) {
  const { fields } = store.findings.value;
  const { linkField, errorField, fieldMapping } = store.draft.value;
  const choice: FieldChoice = { linkField, errorField, fieldMapping };
  const take = (chosen: FieldChoice) => {
    // What stays as it is need not be this person's: it may be the organisation's.
    if (chosen.linkField !== linkField) store.edit('linkField', chosen.linkField);
    if (chosen.errorField !== errorField) store.edit('errorField', chosen.errorField);
    if (chosen.fieldMapping !== fieldMapping) store.edit('fieldMapping', chosen.fieldMapping);
  };
  const rows: (readonly [FieldUse, string])[] = [
    ['linkField', linkField],
    ['errorField', errorField],
    ...keysOf(fieldMapping).mapped.map((key) => [key, fieldMapping[key]?.field ?? ''] as const),
  ];
  const wrongKeys = keysWithProblems(store.draft.value);
  const problemOf = (use: FieldUse, field: string) => {
    // Each of them is where it can be mended.
    const isTwice = field !== '' && rows.filter(([, other]) => other === field).length > 1;
    if (isTwice) return 'invalid_field_twice';
    if (use === 'linkField' || use === 'errorField') return store.problems.value.get(use);
    return wrongKeys.has(use) ? store.problems.value.get('fieldMapping') : undefined;
  };
  // Never false again: what is emptied in the list would close the list around it.
  const hadField = useRef(false);
  hadField.current ||= rows.some(([, field]) => field !== '');
  return (
    <>
      <p class="soft">{words('guide_fields_help')}</p>
      {fields === null && <p class="soft">{words('guide_fields_wait')}</p>}
      <FieldSuggestions
        choice={choice}
        fields={fields}
        isManaged={store.isManaged}
        onAccept={(chosen) => {
          take(chosen);
          store.keepFields();
        }}
      />
      <details open={hadField.current}>
        <summary>{words('guide_fields_each')}</summary>
        <table class="mapping">
          <thead>
            <tr>
              <th scope="col">{words('guide_what')}</th>
              <th scope="col">{words('breadcrumbs_field')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([use, field]) => {
              const problem = problemOf(use, field);
              return (
                <tr key={use}>
                  <th scope="row">
                    <UseName use={use} />
                  </th>
                  <td>
                    <FieldPicker
                      id={`field-${use}`}
                      describedBy={`field-${use}-words`}
                      invalid={problem !== undefined}
                      readOnly={store.isManaged(settingOfUse(use))}
                      use={use}
                      value={field}
                      fields={fields}
                      onChange={(id) => take(withFields(choice, new Map([[use, id]])))}
                      onLeave={store.keepFields}
                    />
                    <div id={`field-${use}-words`} aria-live="polite" class="small">
                      {problem !== undefined && <p class="problem">{words(problem)}</p>}
                    </div>
                    {store.isManaged(settingOfUse(use)) && <ManagedMark />}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </details>
    </>
  );
}
