import type { TextName } from '../options/draft.ts';
import { problemWords } from '../options/inputs.tsx';
import { Field } from '../ui/field.tsx';
import { words } from '../words/words.ts';
import type { GuideStore } from './store.ts';

interface GuideInputProps {
  readonly store: GuideStore;
  readonly name: TextName;
  readonly placeholder?: string;
}

/** A setting that is typed, with what is wrong with it and what was put right in it. */
export function GuideInput({ store, name, placeholder }: GuideInputProps) {
  const problem = store.problemAt(name);
  const isManaged = store.isManaged(name);
  return (
    <Field
      id={name}
      label={words(`setting_${name}`)}
      help={words(`help_${name}`)}
      problem={problem === undefined ? undefined : problemWords(problem, name)}
      mark={isManaged ? <p class="small soft">{words('mark_managed')}</p> : undefined}
      notes={(store.notes.value[name] ?? []).map((note) => words(note))}
    >
      {(attributes) => {
        const input = {
          ...attributes,
          placeholder,
          readOnly: isManaged,
          autoComplete: 'off',
          spellcheck: false,
          value: store.draft.value[name],
          onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
            store.edit(name, currentTarget.value),
          onBlur: () => store.leave(name),
        };
        // One key a line.
        return name === 'checklistIssues' ? (
          <textarea {...input} rows={2} />
        ) : (
          <input {...input} type="text" />
        );
      }}
    </Field>
  );
}
