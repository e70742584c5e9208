import type { ReadonlySignal } from '@preact/signals';
import { bounds, type SettingName, settingSchemas } from '../settings/schema.ts';
import { Button } from '../ui/button.tsx';
import { Field, type FieldAttributes, Switch } from '../ui/field.tsx';
import { fill } from '../words/fill.ts';
import { numberWords, words } from '../words/words.ts';
import type { Draft, TextName } from './draft.ts';
import { localTime, utcTime } from './local-time.ts';
import { settingValueWords } from './setting-value.ts';
import type { OptionsStore } from './store.ts';

/** What an input of a setting is drawn from and tells: the options' store, or the guide's. */
interface Inputs {
  readonly draft: ReadonlySignal<Draft>;
  readonly notes: ReadonlySignal<Partial<Record<SettingName | 'token', readonly string[]>>>;
  readonly problemAt: (name: SettingName) => string | undefined;
  readonly edit: <Name extends keyof Draft>(name: Name, value: Draft[Name]) => void;
  readonly leave: (name: TextName) => void;
  readonly isManaged: (name: SettingName) => boolean;
}

interface InputProps<Name extends SettingName> {
  readonly store: OptionsStore;
  readonly name: Name;
}

/** What a setting's label, meaning, message and mark say on either page. */
export function wordsFor(store: Inputs, name: SettingName) {
  const problem = store.problemAt(name);
  return {
    id: name,
    label: words(`setting_${name}`),
    help: words(`help_${name}`, ...boundsOf(name).map(numberWords)),
    problem: problem === undefined ? undefined : problemWords(problem, name),
    mark: store.isManaged(name) && <ManagedMark />,
    notes: (store.notes.value[name] ?? []).map((note) => words(note)),
  };
}

/** The same with what the options page knows besides: what holds until the restart, and what was repaired. */
export function wordsOnOptions(store: OptionsStore, name: SettingName) {
  const said = wordsFor(store, name);
  const isRepaired = store.base.value.repaired.includes(name);
  return {
    ...said,
    mark: <SourceMark store={store} name={name} />,
    notes: isRepaired ? [words('repaired_here'), ...said.notes] : said.notes,
  };
}

/** Says that nobody can change a setting here. */
export function ManagedMark() {
  return <p class="source managed">{words('mark_managed')}</p>;
}

/** Says where a setting's value comes from if not from what is stored, and leads back to that. */
export function SourceMark({ store, name }: { store: OptionsStore; name: SettingName | 'token' }) {
  if (name !== 'token' && store.isManaged(name)) {
    return <ManagedMark />;
  }
  if (!store.temporaryNames.value.includes(name)) return null;
  return (
    <p class="source temporary">
      {words('mark_temporary')}{' '}
      <Button look="quiet" onClick={() => store.endTemporary([name])}>
        {name === 'token' || name === 'fieldMapping'
          ? words('temporary_end')
          : words('mark_temporary_end_to', settingValueWords(store.base.value.stored[name]))}
      </Button>
    </p>
  );
}

/** What is wrong with a value, with the bounds of the setting where it is known whose value it is. */
export function problemWords(problem: string, name?: SettingName): string {
  const limits = name === undefined ? [] : boundsOf(name).map(numberWords);
  return fill(words(problem, '{1}', '{2}'), limits);
}

function boundsOf(name: SettingName): readonly number[] {
  const all: Partial<Record<SettingName, readonly number[]>> = bounds;
  return all[name] ?? [];
}

export interface TextInputProps {
  readonly store: Inputs;
  readonly name: TextName;
  readonly inputMode?: 'url' | 'numeric';
  readonly placeholder?: string;
  /** Of a list, which has one entry a line. */
  readonly rows?: number;
}

/** Where a setting is typed. */
export function TextInput(props: TextInputProps & { readonly attributes: FieldAttributes }) {
  const { store, name, inputMode, placeholder, rows, attributes } = props;
  const input = {
    ...attributes,
    inputMode,
    placeholder,
    readOnly: store.isManaged(name),
    autoComplete: 'off',
    spellcheck: false,
    value: store.draft.value[name],
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      store.edit(name, currentTarget.value),
    onBlur: () => store.leave(name),
  };
  return rows === undefined ? (
    <input {...input} type="text" class={inputMode === 'numeric' ? 'short' : undefined} />
  ) : (
    <textarea {...input} rows={rows} />
  );
}

/** A setting that is typed. */
export function TextSetting(props: TextInputProps & { readonly store: OptionsStore }) {
  return (
    <Field {...wordsOnOptions(props.store, props.name)}>
      {(attributes) => <TextInput {...props} attributes={attributes} />}
    </Field>
  );
}

type FlagName = { [Name in SettingName]: Draft[Name] extends boolean ? Name : never }[SettingName];

/** A setting that is on or off. */
export function FlagSetting({ store, name }: InputProps<FlagName>) {
  return (
    <Switch {...wordsOnOptions(store, name)}>
      {(attributes) => (
        <input
          {...attributes}
          type="checkbox"
          disabled={store.isManaged(name)}
          checked={store.draft.value[name]}
          onChange={(event) => store.edit(name, event.currentTarget.checked)}
        />
      )}
    </Switch>
  );
}

type ChoiceName = 'tokenScheme' | 'organisationHeader';
const choices: { readonly [Name in ChoiceName]: { readonly options: readonly Draft[Name][] } } =
  settingSchemas;

interface ChoiceInputProps<Name extends ChoiceName> {
  readonly store: Inputs;
  readonly name: Name;
  readonly attributes: FieldAttributes;
}

/** Where one of a few is chosen. */
export function ChoiceInput<Name extends ChoiceName>({
  store,
  name,
  attributes,
}: ChoiceInputProps<Name>) {
  const { options } = choices[name];
  return (
    <select
      {...attributes}
      disabled={store.isManaged(name)}
      value={store.draft.value[name]}
      onChange={(event) => {
        const chosen = options.find((choice) => choice === event.currentTarget.value);
        if (chosen !== undefined) store.edit(name, chosen);
      }}
    >
      {options.map((choice) => (
        <option key={choice} value={choice}>
          {choice === 'none' ? words('value_none') : choice}
        </option>
      ))}
    </select>
  );
}

/** A setting that is one of a few. */
export function ChoiceSetting({ store, name }: InputProps<ChoiceName>) {
  return (
    <Field {...wordsOnOptions(store, name)}>
      {(attributes) => <ChoiceInput store={store} name={name} attributes={attributes} />}
    </Field>
  );
}

/** A setting that is a moment, shown in this computer's time zone. */
export function DateSetting({ store, name }: InputProps<'deferralDate'>) {
  return (
    <Field {...wordsOnOptions(store, name)}>
      {(attributes) => (
        <input
          {...attributes}
          class="short"
          type="datetime-local"
          step={1}
          readOnly={store.isManaged(name)}
          value={localTime(store.draft.value[name])}
          // Stored as it came until somebody changes it, so that looking at it is no edit.
          onChange={(event) => {
            const date = event.currentTarget.valueAsNumber;
            store.edit(name, Number.isNaN(date) ? '' : utcTime(event.currentTarget.value));
          }}
          onBlur={() => store.visit(name)}
        />
      )}
    </Field>
  );
}
