import { valueWords } from '../ui/field-values.tsx';
import { words } from '../words/words.ts';

/** A setting's value as people read it. */
export function settingValueWords(value: unknown): string {
  if (typeof value === 'boolean') return words(value ? 'value_on' : 'value_off');
  if (value === 'automatic') return words('value_automatic');
  if (Array.isArray(value)) return valueWords(value.join(', '));
  if (typeof value === 'object' && value !== null && 'field' in value && 'ignoreErrors' in value) {
    const field = valueWords(value.field);
    return value.ignoreErrors === true ? words('value_errors_ignored', field) : field;
  }
  return valueWords(value);
}
