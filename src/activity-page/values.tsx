import type { Change, ItemEntry, Untouched } from '../activity/entries.ts';
import { words } from '../words/words.ts';

/** Fields with their old and new values. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <ul class="changes">
      {changes.map(({ field, key, from, to }) => (
        <li key={field}>
          {key === undefined ? words('setting_errorField') : <code>{key}</code>}{' '}
          <span class="soft">({field})</span> <del>{valueWords(from)}</del> →{' '}
          <ins>{valueWords(to)}</ins>
        </li>
      ))}
    </ul>
  );
}

/** Fields that were left as they are, each with the reason. */
export function LeftFields({ untouched }: { untouched: readonly Untouched[] }) {
  return (
    <ul class="changes">
      {untouched.map(({ field, key, why, value }) => (
        <li key={field}>
          {key === undefined ? words('setting_errorField') : <code>{key}</code>}{' '}
          <span class="soft">
            ({field}) {words(`untouched_${why}`)}
          </span>{' '}
          <span class="foreign">{valueWords(value)}</span>
        </li>
      ))}
    </ul>
  );
}

/** All that was known of a resource, whether it was to be written or not. */
export function BreadcrumbsTable({ breadcrumbs }: Pick<ItemEntry, 'breadcrumbs'>) {
  return (
    <table>
      <tbody>
        {Object.entries(breadcrumbs).map(([key, value]) => (
          <tr key={key}>
            <th scope="row">
              <code>{key}</code>
            </th>
            <td class="foreign">{valueWords(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In characters: more than a name or a description has. */
const longestValue = 1000;

function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return words('value_empty');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}
