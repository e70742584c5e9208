import { ChoiceInput, problemWords, TextInput, type TextInputProps } from '../options/inputs.tsx';
import type { SettingName } from '../settings/schema.ts';
import { Field } from '../ui/field.tsx';
import { words } from '../words/words.ts';
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

function wordsFor(store: GuideStore, name: SettingName) {
  const problem = store.problemAt(name);
  return {
    id: name,
    label: words(`setting_${name}`),
    help: words(`help_${name}`),
    problem: problem === undefined ? undefined : problemWords(problem, name),
    mark: store.isManaged(name) ? <p class="small soft">{words('mark_managed')}</p> : undefined,
    notes: (store.notes.value[name] ?? []).map((note) => words(note)),
  };
}
