import { useSignal } from '@preact/signals';
import type { BreadcrumbKey } from '../breadcrumbs/resource.ts';
import { defaultKeys } from '../settings/schema.ts';
import { Button } from '../ui/button.tsx';
import { useIsFound } from '../ui/search.ts';
import { words } from '../words/words.ts';
import { keysOf, keysWithProblems, withMapped, withoutMapped } from './draft.ts';
import { FieldPicker } from './field-picker.tsx';
import { SourceMark } from './inputs.tsx';
import type { Probing } from './probing.ts';
import type { OptionsStore } from './store.ts';
import { FieldSuggestions } from './suggestions.tsx';

/** Which breadcrumb key is written to which tracker field. */
export function MappingSetting({ store, probing }: { store: OptionsStore; probing: Probing }) {
  const isFound = useIsFound(words('setting_fieldMapping'), words('help_fieldMapping'));
  const mapping = store.draft.value.fieldMapping;
  const { mapped, others } = keysOf(mapping);
  const problem = store.problemAt('fieldMapping');
  const wrong = problem === undefined ? new Set() : keysWithProblems(store.draft.value);
  return (
    <div class="stack findable" hidden={!isFound}>
      <h3 id="fieldMapping" tabIndex={-1}>
        {words('setting_fieldMapping')}
      </h3>
      <SourceMark store={store} name="fieldMapping" />
      <p class="small soft">{words('help_fieldMapping')}</p>
      <FieldSuggestions
        choice={store.draft.value}
        fields={probing.findings.value.fields}
        isManaged={store.isManaged}
        onAccept={(choice) => {
          store.edit('linkField', choice.linkField);
          store.edit('errorField', choice.errorField);
          store.edit('fieldMapping', choice.fieldMapping);
        }}
      />
      <table class="mapping">
        <thead>
          <tr>
            <th scope="col">{words('mapping_key')}</th>
            <th scope="col">{words('mapping_field')}</th>
            <th scope="col">{words('mapping_ignore_errors')}</th>
          </tr>
        </thead>
        <tbody>
          {mapped.map((key) => (
            <MappingRow
              key={key}
              store={store}
              probing={probing}
              breadcrumbKey={key}
              isWrong={wrong.has(key)}
            />
          ))}
        </tbody>
      </table>
      <div aria-live="polite" id="fieldMapping-words" class="small">
        {problem !== undefined && <p class="problem">{words(problem)}</p>}
        {store.base.value.repaired.includes('fieldMapping') && <p>{words('repaired_here')}</p>}
      </div>
      {!store.isManaged('fieldMapping') && (
        <KeyAddition
          keys={others}
          onAdd={(key) => store.edit('fieldMapping', withMapped(mapping, key, {}))}
        />
      )}
    </div>
  );
}

interface KeyAdditionProps {
  readonly keys: readonly BreadcrumbKey[];
  readonly onAdd: (key: BreadcrumbKey) => void;
}

/** The choice waits for its button: with the arrow keys every option on the way is chosen in passing. */
function KeyAddition({ keys, onAdd }: KeyAdditionProps) {
  const chosen = useSignal('');
  const key = keys.find((one) => one === chosen.value) ?? keys[0];
  if (key === undefined) return null;
  return (
    <div class="row">
      <label for="mapping-add">{words('mapping_add')}</label>
      <select
        id="mapping-add"
        class="short"
        value={key}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        {keys.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <Button onClick={() => onAdd(key)}>{words('mapping_add_chosen')}</Button>
    </div>
  );
}

interface MappingRowProps {
  readonly store: OptionsStore;
  readonly probing: Probing;
  readonly breadcrumbKey: BreadcrumbKey;
  readonly isWrong: boolean;
}

function MappingRow({ store, probing, breadcrumbKey, isWrong }: MappingRowProps) {
  const mapping = store.draft.value.fieldMapping;
  const { field = '', ignoreErrors = false } = mapping[breadcrumbKey] ?? {};
  const isLocked = store.isManaged('fieldMapping');
  const change = (changed: Parameters<typeof withMapped>[2]) =>
    store.edit('fieldMapping', withMapped(mapping, breadcrumbKey, changed));
  return (
    <tr>
      <th scope="row">
        <code>{breadcrumbKey}</code>
      </th>
      <td>
        <FieldPicker
          id={`field-${breadcrumbKey}`}
          describedBy="fieldMapping-words"
          invalid={isWrong}
          readOnly={isLocked}
          use={breadcrumbKey}
          value={field}
          fields={probing.findings.value.fields}
          onChange={(id) => change({ field: id })}
          onLeave={() => store.visit('fieldMapping')}
        />
      </td>
      <td>
        <div class="row">
          <input
            type="checkbox"
            aria-label={words('mapping_ignore_errors_of', breadcrumbKey)}
            disabled={isLocked}
            checked={ignoreErrors}
            onChange={(event) => change({ ignoreErrors: event.currentTarget.checked })}
          />
          {!isLocked && !defaultKeys.includes(breadcrumbKey) && (
            <Button
              look="quiet"
              onClick={() => store.edit('fieldMapping', withoutMapped(mapping, breadcrumbKey))}
            >
              {words('mapping_remove', breadcrumbKey)}
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}
