import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type FieldUse, troubleWith, unfitness } from '../setup/fields.ts';
import type { TrackerField } from '../tracker/shapes.ts';
import { hasAll } from '../ui/search.ts';
import { words } from '../words/words.ts';
import { settingOfUse } from './field-choice.ts';

interface FieldPickerProps {
  readonly id: string;
  readonly describedBy: string;
  readonly invalid: boolean;
  readonly readOnly?: boolean;
  readonly use: FieldUse;
  /** The field's id as it is set. */
  readonly value: string;
  /** The tracker's fields; null while they are not known. */
  readonly fields: readonly TrackerField[] | null;
  /** Called with a field's id, or with what was typed while it is none's. */
  readonly onChange: (id: string) => void;
  /** Called when somebody is through with it: it was left, or Enter or a click said so before. */
  readonly onLeave: () => void;
}

/** More than anybody looks through: the rest is found by typing. */
const mostOffered = 50;

/**
 * Chooses a tracker's field by its name: a combobox with a list, as the ARIA Authoring Practices
 * describe it. An id may be typed by hand, whether or not the tracker has such a field.
 */
export function FieldPicker(props: FieldPickerProps) {
  const { id, describedBy, invalid, readOnly, use, value, fields, onChange, onLeave } = props;
  const setting = settingOfUse(use);
  const label =
    setting === 'fieldMapping' ? words('mapping_field_of', use) : words(`setting_${setting}`);
  /** What is typed; null while the field's name stands there. */
  const typed = useSignal<string | null>(null);
  /** What was chosen before something was typed. */
  const before = useRef(value);
  const isOpen = useSignal(false);
  const active = useSignal(-1);
  const list = useRef<HTMLDivElement>(null);
  const chosen = fields?.find((field) => field.id === value);
  const shown = typed.value ?? chosen?.name ?? value;
  const { offered, more } = offeredFields(fields ?? [], use, typed.value ?? '');
  const expanded = isOpen.value && readOnly !== true && offered.length > 0;
  const optionId = (index: number) => `${id}-option-${index}`;
  // Nobody is done typing what still leads to some field.
  const isSearching = typed.value !== null && offered.length > 0 && chosen === undefined;
  const trouble = fields === null || isSearching ? null : troubleWith(use, value, fields);
  const isWrong = trouble !== null && trouble !== 'untold';

  useEffect(() => {
    list.current?.children[active.value]?.scrollIntoView({ block: 'nearest' });
  }, [active.value]);

  const close = () => {
    isOpen.value = false;
    active.value = -1;
  };
  const choose = ({ field, unfit }: Offered) => {
    if (unfit !== null) return;
    typed.value = null;
    onChange(field.id);
    close();
    onLeave();
  };
  const move = (step: 1 | -1) => {
    isOpen.value = true;
    const count = offered.length;
    if (count > 0)
      active.value = (active.value + step + count + (active.value < 0 && step < 0 ? 1 : 0)) % count;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && event.altKey) isOpen.value = true;
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Escape' && (expanded || typed.value !== null)) {
      if (typed.value !== null) onChange(before.current);
      typed.value = null;
      close();
    } else if (event.key === 'Enter' && expanded) {
      const option = offered[active.value];
      if (option !== undefined) choose(option);
      else {
        typed.value = null;
        close();
        onLeave();
      }
    } else return;
    event.preventDefault();
  };

  return (
    <div class="picker">
      <input
        id={id}
        type="text"
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={expanded}
        aria-controls={`${id}-list`}
        aria-activedescendant={expanded && active.value >= 0 ? optionId(active.value) : undefined}
        aria-describedby={`${id}-field ${describedBy}`}
        aria-invalid={invalid || isWrong}
        autoComplete="off"
        spellcheck={false}
        readOnly={readOnly}
        value={shown}
        onInput={(event) => {
          const text = event.currentTarget.value;
          if (typed.value === null) before.current = value;
          typed.value = text;
          isOpen.value = true;
          active.value = -1;
          onChange(idOf(text, use, fields ?? []));
        }}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (typed.value !== null) onChange(idOf(typed.value, use, fields ?? []));
          typed.value = null;
          close();
          onLeave();
        }}
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        hidden={!expanded}
        // The input keeps the focus while somebody clicks here.
        onMouseDown={(event) => event.preventDefault()}
      >
        {expanded &&
          offered.map(({ field, unfit }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox
            <div
              key={field.id}
              id={optionId(index)}
              role="option"
              aria-selected={index === active.value}
              aria-disabled={unfit !== null}
              onClick={() => choose({ field, unfit })}
            >
              <span>{field.name}</span>
              <span class="small soft">
                {field.type} · {field.id}
                {unfit !== null && ` · ${words(`unfit_${unfit}`)}`}
              </span>
            </div>
          ))}
        {expanded && more && (
          <div role="presentation" class="small soft">
            {words('fields_more')}
          </div>
        )}
      </div>
      <div id={`${id}-field`} class="small" aria-live="polite">
        {chosen !== undefined && (
          <p class="soft">
            {chosen.type} · {chosen.id}
          </p>
        )}
        {trouble !== null && (
          <p class={isWrong ? 'problem' : 'soft'}>
            {trouble === 'gone' || trouble === 'untold'
              ? words(`field_${trouble}`, value)
              : words(`unfit_${trouble}`)}
          </p>
        )}
      </div>
    </div>
  );
}

interface Offered {
  readonly field: TrackerField;
  readonly unfit: ReturnType<typeof unfitness>;
}

/** The fields that a text means, by any of its words; those that do not fit only to say so. */
function offeredFields(
  fields: readonly TrackerField[],
  use: FieldUse,
  text: string,
): { offered: Offered[]; more: boolean } {
  const typed = text.toLowerCase().split(/\s+/);
  // To the letter: what is typed may be an id.
  const found = fields
    .filter(({ name, id }) => hasAll(`${name}\n${id}`, typed))
    .map((field) => ({ field, unfit: unfitness(use, field) }));
  const fitting = found.filter(({ unfit }) => unfit === null);
  const others = text === '' ? [] : found.filter(({ unfit }) => unfit !== null);
  const all = [...fitting, ...others];
  return { offered: all.slice(0, mostOffered), more: all.length > mostOffered };
}

/** The field that a text names, by its id or as the only one by its name; else the text itself. */
function idOf(text: string, use: FieldUse, fields: readonly TrackerField[]): string {
  const trimmed = text.trim();
  const byId = fields.find(({ id }) => id === trimmed);
  const byName = fields.filter(
    (field) => field.name.toLowerCase() === trimmed.toLowerCase() && unfitness(use, field) === null,
  );
  return byId?.id ?? (byName.length === 1 ? byName[0]?.id : undefined) ?? trimmed;
}
