import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { itemEntrySchema } from '../activity/entries.ts';
import type { Settings } from '../settings/schema.ts';
import type { Run } from '../status/status.ts';
import { attemptWith } from '../ui/attempt.ts';
import { Button } from '../ui/button.tsx';
import { Trouble } from '../ui/notice.tsx';
import { countWords, numberWords, words } from '../words/words.ts';
import { hashOf } from './address.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { exportShown } from './export.ts';
import type { Filter } from './filter.ts';
import { ItemDialog } from './item-dialog.tsx';
import { ItemLine, outcomeOfManyWords, RunLine } from './lines.tsx';
import { rowHeights, useRowHeight } from './row-height.ts';
import { RunDialog } from './run-dialog.tsx';
import type { ActivityStore } from './store.ts';
import type { Row, RunRow } from './timeline.ts';
import { VirtualList } from './virtual-list.tsx';

interface HistoryViewProps {
  readonly store: ActivityStore;
  readonly settings: Settings;
  /** In progress. */
  readonly run: ReadonlySignal<Run | null>;
}

/** All runs and items that the filter lets through, newest first. */
export function HistoryView({ store, settings, run }: HistoryViewProps) {
  const openedItem = useSignal<number | null>(null);
  const openedRun = useSignal<RunRow | null>(null);
  const rowHeight = useRowHeight(rowHeights);
  useEffect(() => {
    // A dialog gives the focus back to what opened it, which news might push out of the list.
    const isOpen = () => openedItem.peek() !== null || openedRun.peek() !== null;
    store.holdBackWhile(() => scrollY > innerHeight || isOpen());
    addEventListener('scroll', store.letNewsIn, { passive: true });
    return () => {
      store.holdBackWhile(() => false);
      removeEventListener('scroll', store.letNewsIn);
    };
  }, []);
  // What a dialog has held back comes when it closes.
  useEffect(store.letNewsIn, [openedItem.value, openedRun.value]);
  const rows = store.rows.value;
  const isEmpty = rows.length === 0 && !store.isSearchDue.value;
  return (
    <>
      <FilterBar store={store} />
      <ChosenBar store={store} />
      <Trouble text={store.trouble.value && words('activity_unreadable', store.trouble.value)} />
      {isEmpty && (
        <p class="card soft empty">
          {words(store.total.value === 0 ? 'activity_empty' : 'activity_none_found')}
        </p>
      )}
      {rows.length > 0 && (
        <VirtualList rows={rows} rowHeight={rowHeight} label={words('activity_list')} keyOf={keyOf}>
          {(row) =>
            row.kind === 'run' ? (
              <RunLine
                row={row}
                isGoingOn={row.runId === run.value?.id}
                settings={settings}
                onOpen={() => {
                  openedRun.value = row;
                }}
              />
            ) : (
              <ItemLine
                row={row}
                isChosen={store.chosen.value.has(row.id)}
                onChoose={(isChosen) => store.choose([row.id], isChosen)}
                onOpen={() => {
                  openedItem.value = row.id;
                }}
              />
            )
          }
        </VirtualList>
      )}
      {openedItem.value !== null && <ItemDialog id={openedItem} settings={settings} />}
      {openedRun.value !== null && <RunDialog row={openedRun} settings={settings} />}
    </>
  );
}

function keyOf(row: Row): string {
  // A run that another one's items interrupt, after the clock was set back, stands there twice.
  return row.kind === 'run' ? `${row.runId} ${row.at}` : String(row.id);
}

/** Typing asks for the next search before the one before is through: a pause is awaited. */
const typingPauseMs = 150;

function FilterBar({ store }: { store: ActivityStore }) {
  const filter = store.filter.value;
  const trouble = useSignal<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  /** The pause after what was typed last, for as long as it lasts. */
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const endTyping = () => {
    clearTimeout(typing.current);
    typing.current = undefined;
  };
  const showQuery = () => {
    const { query } = store.filter.peek();
    // Setting the same would move the cursor.
    if (field.current !== null && field.current.value !== query) field.current.value = query;
  };
  // The way back and links change the filter as well. Whoever types is not to be interrupted.
  useEffect(() => {
    if (typing.current === undefined) showQuery();
  }, [filter.query]);
  const change = (changed: Partial<Filter>) => {
    endTyping();
    // What was typed in the moment before counts as well.
    const query = field.current?.value ?? store.filter.peek().query;
    // Replaced rather than added: the way back leads to where somebody came from.
    location.replace(hashOf({ filter: { ...store.filter.peek(), query, ...changed } }));
  };
  const save = (format: 'csv' | 'json') => attemptWith(trouble, () => exportShown(store, format));
  const found = store.items.value.length;
  const isSearching = store.isSearching.value;
  // Until it ends a search has found some, and nobody would see from a file what is missing.
  const isPartial = store.isSearchDue.value;
  return (
    <search class="card stack">
      <div class="filter">
        <label class="wide">
          {words('filter_query')}
          <input
            ref={field}
            type="search"
            spellcheck={false}
            onInput={() => {
              const { hash } = location;
              endTyping();
              typing.current = setTimeout(() => {
                // Whoever has gone on to something else is not to be brought back.
                if (location.hash === hash) return change({});
                endTyping();
                showQuery();
              }, typingPauseMs);
            }}
          />
        </label>
        <label>
          {words('filter_outcome')}
          <select
            value={filter.outcome}
            onChange={(event) =>
              change({
                outcome:
                  itemEntrySchema.shape.outcome.safeParse(event.currentTarget.value).data ?? '',
              })
            }
          >
            <option value="">{words('filter_all')}</option>
            {itemEntrySchema.shape.outcome.options.map((outcome) => (
              <option key={outcome} value={outcome}>
                {outcomeOfManyWords(outcome)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words('filter_from')}
          <input
            type="datetime-local"
            value={filter.from}
            onChange={(event) => change({ from: event.currentTarget.value })}
          />
        </label>
        <label>
          {words('filter_to')}
          <input
            type="datetime-local"
            value={filter.to}
            onChange={(event) => change({ to: event.currentTarget.value })}
          />
        </label>
      </div>
      <div class="row between">
        {/* Read out for a search's end alone: read out with all news it would never be silent. */}
        <p class="soft small" role="status" aria-live={store.isJustFound.value ? 'polite' : 'off'}>
          {countWords('found_items', found, numberWords(store.total.value))}
          {isSearching && ` ${words('searching')}`}
        </p>
        <div class="row">
          {filter.run !== '' && (
            <Button look="quiet" onClick={() => change({ run: '' })}>
              {words('filter_all_runs')}
            </Button>
          )}
          <Button
            look="quiet"
            disabled={isPartial || found === 0}
            onClick={() =>
              store.choose(
                store.items.value.map(({ id }) => id),
                true,
              )
            }
          >
            {words('choose_shown')}
          </Button>
          <Button look="quiet" disabled={isPartial} onClick={() => save('csv')}>
            {words('export_csv')}
          </Button>
          <Button look="quiet" disabled={isPartial} onClick={() => save('json')}>
            {words('export_json')}
          </Button>
        </div>
      </div>
      <Trouble text={trouble.value} />
    </search>
  );
}
