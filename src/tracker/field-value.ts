import { jsonText } from '../http/json-text.ts';

/** A value of an issue's field, as it is written. */
export type FieldValue = string | number | null;

/** How a value is written: trackers differ in which fields take numbers as text. */
export type Form = 'text' | 'number';

/** The value as it is written in a form; as it is where that form has no such value. */
export function inForm(value: FieldValue, form: Form | undefined): FieldValue {
  if (form === 'text') return value === null ? '' : String(value);
  if (form === 'number' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) {
    return Number(value);
  }
  return value;
}

/** For each refused field the form that was not tried yet, where there is another one. */
export function otherForms(
  values: ReadonlyMap<string, FieldValue>,
  refused: readonly string[],
  tried: Readonly<Record<string, Form>>,
): [field: string, form: Form][] {
  return refused.flatMap((field) => {
    const value = values.get(field);
    if (value === undefined) return [];
    const forms: Form[] = ['text', 'number'];
    const sent = inForm(value, tried[field]);
    const other = forms.find((form) => inForm(value, form) !== sent);
    return other === undefined ? [] : [[field, other]];
  });
}

/** A field's value as text: '' for none. Fields of other kinds (users, lists) stand as JSON. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? (jsonText(value) ?? '…') : String(value);
}
