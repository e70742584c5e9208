import type { Change, ItemEntry } from '../activity/entries.ts';
import { FieldName, OldValue, valueWords } from '../ui/field-values.tsx';

/** Fields with their old and new values. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <ul class="changes">
      {changes.map(({ field, key, from, to }) => (
        <li key={field}>
          <FieldName field={field} name={key} /> <span class="soft">({field})</span>{' '}
          <OldValue value={from} /> → <ins>{valueWords(to)}</ins>
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
