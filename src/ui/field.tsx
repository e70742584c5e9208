import type { ComponentChildren, JSX } from 'preact';
import { useIsFound } from './search.ts';

/** What ties an input to its label and to the words about it. */
export interface FieldAttributes {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly help?: ComponentChildren;
  /** What is wrong with the value. */
  readonly problem?: string | undefined;
  /** What was put right in it, or is to be known of it. */
  readonly notes?: readonly string[];
  /** Where the value comes from, if that is out of the ordinary. */
  readonly mark?: ComponentChildren;
  readonly children: (attributes: FieldAttributes) => JSX.Element;
}

/** An input with its label above it, its meaning and its message below. */
export function Field({ id, label, help, problem, notes = [], mark, children }: FieldProps) {
  return (
    <div class="field findable" hidden={!useIsFound(label, help)}>
      <label for={id}>{label}</label>
      {children(fieldAttributes(id, problem))}
      {mark}
      <FieldWords id={id} help={help} problem={problem} notes={notes} />
    </div>
  );
}

/** A checkbox with its label beside it. */
export function Switch({ id, label, help, problem, notes = [], mark, children }: FieldProps) {
  return (
    <div class="field switch findable" hidden={!useIsFound(label, help)}>
      {children(fieldAttributes(id, problem))}
      <label for={id}>{label}</label>
      {mark}
      <FieldWords id={id} help={help} problem={problem} notes={notes} />
    </div>
  );
}

function fieldAttributes(id: string, problem: string | undefined): FieldAttributes {
  return { id, 'aria-describedby': `${id}-words`, 'aria-invalid': problem !== undefined };
}

function FieldWords({ id, help, problem, notes }: Omit<FieldProps, 'label' | 'mark' | 'children'>) {
  return (
    <div id={`${id}-words`} class="small">
      {help !== undefined && <div class="soft">{help}</div>}
      <div aria-live="polite">
        {problem !== undefined && <p class="problem">{problem}</p>}
        {notes?.map((note) => (
          <p key={note} class="note">
            {note}
          </p>
        ))}
      </div>
    </div>
  );
}
