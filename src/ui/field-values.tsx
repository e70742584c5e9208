import type { Untouched } from '../activity/entries.ts';
import { countWords, words } from '../words/words.ts';

/** In characters: more than a name or a description has. */
const longestValue = 1000;

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** A field's value as it is shown. */
export function valueWords(value: unknown): string {
  if (isEmpty(value)) return words('value_empty');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}

/** What a field held before. That it was empty is plain to see: it is said to whoever does not see it. */
export function OldValue({ value, sign }: { value: unknown; sign?: string }) {
  if (isEmpty(value)) return <span class="visually-hidden">{valueWords(value)}</span>;
  return (
    <>
      {sign !== undefined && <span aria-hidden="true">{sign}</span>} <del>{valueWords(value)}</del>
    </>
  );
}

/** The breadcrumb that a field is for, with the field's id in its title. */
export function FieldName({ field, name }: { field: string; name: string | undefined }) {
  return (
    <span title={field}>
      {name === undefined ? words('setting_errorField') : <code>{name}</code>}
    </span>
  );
}

interface LeftFieldsProps {
  readonly untouched: readonly Untouched[];
  readonly isOpen: boolean;
}

/** What stays as it is, and why. */
export function LeftFields({ untouched, isOpen }: LeftFieldsProps) {
  return (
    <details open={isOpen}>
      <summary>{countWords('fields_left', untouched.length)}</summary>
      <ul>
        {untouched.map(({ field, key, why, value }) => (
          <li key={field}>
            <FieldName field={field} name={key} />{' '}
            <span class="soft">{words(`untouched_${why}`)}</span>{' '}
            <span class="foreign">{valueWords(value)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
