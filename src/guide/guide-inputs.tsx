import { ChoiceInput, TextInput, type TextInputProps, wordsFor } from '../options/inputs.tsx';
import { Field } from '../ui/field.tsx';
import type { GuideStore } from './store.ts';

/** A setting that is typed, with what is wrong with it and what was put right in it. */
export function GuideInput(props: TextInputProps & { readonly store: GuideStore }) {
  return (
    <Field {...wordsFor(props.store, props.name)}>
      {(attributes) => <TextInput {...props} attributes={attributes} />}
    </Field>
  );
}

/** How the organisation is named to the tracker, if it has to be. */
export function OrganisationHeader({ store }: { store: GuideStore }) {
  const name = 'organisationHeader';
  return (
    <Field {...wordsFor(store, name)}>
      {(attributes) => <ChoiceInput {...{ store, name, attributes }} />}
    </Field>
  );
}
