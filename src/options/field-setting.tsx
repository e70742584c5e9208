import { Field } from '../ui/field.tsx';
import { FieldPicker } from './field-picker.tsx';
import { wordsOnOptions } from './inputs.tsx';
import type { Probing } from './probing.ts';
import type { OptionsStore } from './store.ts';

interface FieldSettingProps {
  readonly store: OptionsStore;
  readonly probing: Probing;
  readonly name: 'linkField' | 'errorField';
}

/** A setting that is one of the tracker's fields, chosen by its name or typed as an id. */
export function FieldSetting({ store, probing, name }: FieldSettingProps) {
  return (
    <Field {...wordsOnOptions(store, name)}>
      {(attributes) => (
        <FieldPicker
          id={attributes.id}
          describedBy={attributes['aria-describedby']}
          invalid={attributes['aria-invalid']}
          readOnly={store.isManaged(name)}
          use={name}
          value={store.draft.value[name]}
          fields={probing.findings.value.fields}
          onChange={(id) => store.edit(name, id)}
          onLeave={() => store.leave(name)}
        />
      )}
    </Field>
  );
}
