import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  exportSettings,
  type ImportNote,
  type ImportPlan,
  type ImportRow,
  rowName,
} from '../settings/import.ts';
import { missingSettings } from '../settings/schema.ts';
import { isTokenFor } from '../settings/store.ts';
import { Button } from '../ui/button.tsx';
import { Switch } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { saveFile } from '../ui/save-file.ts';
import { useIsFound } from '../ui/search.ts';
import { countWords, words } from '../words/words.ts';
import { hostName } from './hosts-section.tsx';
import { problemWords } from './inputs.tsx';
import { NewerNotice } from './notices.tsx';
import { show } from './place.ts';
import { settingValueWords } from './setting-value.ts';
import type { OptionsStore } from './store.ts';

/** Settings from files and to a file. */
export function ImportSection({ store }: { store: OptionsStore }) {
  const isImportFound = useIsFound(words('import_label'), words('import_help'));
  return (
    <div class="stack">
      <div class="findable" hidden={!isImportFound}>
        <ImportFiles store={store} />
      </div>
      <Export store={store} />
    </div>
  );
}

interface ImportFilesProps {
  readonly store: OptionsStore;
  /** In the guide: shows what the first pass would write, before anything is written. */
  readonly onPreview?: () => void;
}

/** Settings from files: what they would change, and the click that stores it. */
export function ImportFiles(props: ImportFilesProps) {
  const { store } = props;
  const plan = store.chosen.plan.value;
  return (
    <div class="stack">
      <label for="import-files" class="strong">
        {words('import_label')}
      </label>
      <input
        id="import-files"
        class="drop"
        type="file"
        multiple
        aria-describedby="import-help"
        onChange={async (event) => {
          const input = event.currentTarget;
          await store.chooseFiles(input.files ?? []);
          // So that the same file, mended, can be chosen again.
          input.value = '';
        }}
      />
      <p id="import-help" class="small soft">
        {words('import_help')}
      </p>
      {plan !== null && <Plan {...props} plan={plan} />}
    </div>
  );
}

function Plan({ store, onPreview, plan }: ImportFilesProps & { plan: ImportPlan }) {
  const { chosen } = store;
  // They may be chosen at the window's lower edge, and dropped anywhere.
  useEffect(() => show('plan-title'), [chosen.files.value]);
  const taken = chosen.taken.value;
  const cannotStore =
    store.saving.value || store.newer.value || plan.problems.length > 0 || taken.length === 0;
  const asked = chosen.hosts.value.filter((host) => !store.hosts.granted.value.has(host));
  const { planned } = chosen;
  // What holds until the restart is in force until another one is taken.
  const token = taken.some(({ setting }) => setting === 'token') ? plan.token : store.token.value;
  const isComplete =
    planned.value !== null &&
    missingSettings(planned.value, isTokenFor(token, planned.value)).length === 0;
  const beginsRun = isComplete && taken.length > 0 && planned.value?.schedulePaused === false;
  return (
    <section class="plan stack" aria-labelledby="plan-title">
      <h3 id="plan-title" tabIndex={-1}>
        {words('import_title')}
      </h3>
      {plan.rows.length === 0 && (
        <p>
          {words(
            plan.notes.some(({ kind }) => kind === 'problem')
              ? 'import_nothing_taken'
              : 'import_nothing',
          )}
        </p>
      )}
      {plan.problems.length > 0 && (
        <Notice tone="alarm" announced>
          <p>{words('import_impossible')}</p>
          <ul>
            {plan.problems.map(({ name, problem }) => (
              <li key={name}>
                {words(`setting_${name}`)}: {problemWords(problem, name)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {plan.token !== null && plan.token.origin !== trackerOf(store).origin && (
        <Notice tone="amber">
          <p>{words('token_other_host', new URL(plan.token.origin).host, trackerOf(store).host)}</p>
        </Notice>
      )}
      {store.newer.value && <NewerNotice store={store} />}
      {store.edited.value && taken.length > 0 && <p>{words('import_drops_edits')}</p>}
      {beginsRun && (
        <p>{words(onPreview === undefined ? 'import_begins_run' : 'import_switches_on')}</p>
      )}
      {asked.length > 0 && taken.length > 0 && (
        <p>{words('will_ask', asked.map(hostName).join(', '))}</p>
      )}
      <div class="row decision">
        <Button
          look="primary"
          disabled={cannotStore}
          onClick={async () => {
            await store.importChosen();
          }}
        >
          {words('import_button')}
        </Button>
        {onPreview !== undefined && isComplete && !store.isManaged('schedulePaused') && (
          <Button
            disabled={cannotStore}
            onClick={async () => {
              if (await store.importChosen(true)) onPreview();
            }}
          >
            {words('import_preview')}
          </Button>
        )}
        <Button onClick={store.dropFiles}>{words('button_cancel')}</Button>
      </div>
      <div class="tables">
        {plan.rows.length > 0 && <Changes store={store} rows={plan.rows} />}
        {plan.notes.length > 0 && <Notes notes={plan.notes} />}
      </div>
    </section>
  );
}

/** The tracker that is in force after the import. */
function trackerOf({ chosen, base }: OptionsStore): URL {
  return new URL((chosen.planned.value ?? base.value.settings).trackerUrl);
}

function Changes({ store, rows }: { store: OptionsStore; rows: readonly ImportRow[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words('import_take')}</th>
          <th scope="col">{words('import_setting')}</th>
          <th scope="col">{words('import_old')}</th>
          <th scope="col">{words('import_new')}</th>
          <th scope="col">{words('import_from')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const isTaken = store.chosen.isTaken(row);
          const name = row.key ?? words(`setting_${row.setting}`);
          return (
            <tr key={rowName(row)} class={isTaken ? undefined : 'left-out'}>
              <td>
                <input
                  type="checkbox"
                  aria-label={words('import_take_row', name)}
                  checked={isTaken}
                  onChange={(event) => store.chosen.take(row, event.currentTarget.checked)}
                />
              </td>
              <th scope="row">{row.key === undefined ? name : <code>{name}</code>}</th>
              <td class="soft">{settingValueWords(row.from)}</td>
              <td class="new">{settingValueWords(row.to)}</td>
              <td class="small soft place">{placeWords(row)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** More than anybody reads; a file of something else altogether may have any number. */
const notesDrawn = 100;

function Notes({ notes }: { notes: readonly ImportNote[] }) {
  const more = notes.length - notesDrawn;
  return (
    <table>
      <caption>{words('import_not_taken')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('import_name')}</th>
          <th scope="col">{words('import_reason')}</th>
          <th scope="col">{words('import_from')}</th>
        </tr>
      </thead>
      <tbody>
        {notes.slice(0, notesDrawn).map((note) => (
          <tr key={`${note.file} ${note.line} ${note.name}`}>
            <td>
              <code>{note.name || '–'}</code>
            </td>
            <td class={note.kind === 'problem' ? 'problem' : 'soft'}>
              {problemWords(note.reason, note.setting)}
            </td>
            <td class="small soft place">{placeWords(note)}</td>
          </tr>
        ))}
        {more > 0 && (
          <tr>
            <td colSpan={3}>{countWords('and_more', more)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function placeWords({ file, line }: { file: string; line: number | null }): string {
  if (file === '') return '–';
  return line === null ? file : `${file}:${line}`;
}

function Export({ store }: { store: OptionsStore }) {
  const withToken = useSignal(false);
  // What holds until the restart was promised to stay off the disk.
  const token = store.lastingToken.value;
  const isIncluded = withToken.value && token !== null;
  const label = token === null ? '' : words('export_token', new URL(token.origin).host);
  const help = words('export_token_help');
  // The switch does nothing without the button: whatever finds it finds both.
  const isFound = useIsFound(
    words('export_button'),
    words('export_help'),
    ...(token === null ? [] : [label, help]),
  );
  return (
    <div class="stack">
      <div class="row findable" hidden={!isFound}>
        <Button
          // What stands in for the settings of a newer version are the defaults, not what is stored.
          disabled={store.base.value.isNewer}
          onClick={() =>
            saveFile(
              [exportSettings(store.base.value.stored, isIncluded ? token : null)],
              'settings',
              'json',
            )
          }
        >
          {words('export_button')}
        </Button>
        <span class="small soft">{words('export_help')}</span>
      </div>
      {token !== null && (
        <Switch id="export-token" label={label} help={help}>
          {(attributes) => (
            <input
              {...attributes}
              type="checkbox"
              checked={withToken.value}
              onChange={(event) => {
                withToken.value = event.currentTarget.checked;
              }}
            />
          )}
        </Switch>
      )}
    </div>
  );
}
