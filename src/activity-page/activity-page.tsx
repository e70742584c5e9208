import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { Change, ItemEntry, RunEntry } from '../activity/entries.ts';
import type { Settings } from '../settings/schema.ts';
import type { LoadedSettings } from '../settings/store.ts';
import { Button } from '../ui/button.tsx';
import { countsWords } from '../ui/counts.ts';
import { FailureText } from '../ui/failure-text.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { Notice } from '../ui/notice.tsx';
import { durationWords, FullTime, RelativeTime } from '../ui/time.tsx';
import { countWords, words } from '../words/words.ts';
import type { ActivityStore } from './store.ts';

interface ActivityPageProps {
  readonly store: ActivityStore;
  readonly loaded: ReadonlySignal<LoadedSettings>;
}

/** What was done: runs, newest first, and what became of each item. */
export function ActivityPage({ store, loaded }: ActivityPageProps) {
  const runs = store.runs.value;
  return (
    <main>
      <header class="head">
        <img src="/icons/icon.svg" alt="" />
        <h1>{words('activity_title')}</h1>
      </header>
      {store.trouble.value !== null && (
        <Notice tone="alarm" announced>
          {words('activity_unreadable', store.trouble.value)}
        </Notice>
      )}
      {runs?.length === 0 && <p class="card soft">{words('activity_empty')}</p>}
      {runs !== null && runs.length > 0 && (
        <ol class="card runs">
          {runs.map((run) => (
            <li key={run.id}>
              <RunDetails run={run} store={store} settings={loaded.value.settings} />
            </li>
          ))}
        </ol>
      )}
      {store.hasMore.value && (
        <div class="row">
          <Button onClick={store.showMore}>{words('show_more')}</Button>
        </div>
      )}
    </main>
  );
}

interface RunDetailsProps {
  readonly run: RunEntry;
  readonly store: ActivityStore;
  readonly settings: Settings;
}

function RunDetails({ run, store, settings }: RunDetailsProps) {
  const items = store.itemsOf.value.get(run.id);
  return (
    <details onToggle={(event) => event.currentTarget.open && store.open(run.id)}>
      <summary>
        <span class="run-title">{words(`run_${run.kind}`)}</span>
        <span class={run.outcome === 'halted' ? 'problem' : ''}>{runWords(run, settings)}</span>
        <span class="soft small">
          <RelativeTime at={run.endedAt} />
        </span>
      </summary>
      <div class="stack run">
        <p class="soft small">
          <FullTime at={run.startedAt} /> · {words(`cause_${run.cause}`)} ·{' '}
          {countWords('count_requests', run.requests)}
        </p>
        {run.failure !== null && (
          <p>
            <FailureText failure={run.failure} />
          </p>
        )}
        {run.move !== undefined && <MovedWords move={run.move} trackerUrl={settings.trackerUrl} />}
        {items?.length === 0 && run.move === undefined && (
          <p class="soft">{words('run_without_items')}</p>
        )}
        {items !== undefined && items.length > 0 && (
          <Items items={items} trackerUrl={settings.trackerUrl} />
        )}
      </div>
    </details>
  );
}

function MovedWords({
  move: { from, to },
  trackerUrl,
}: {
  move: NonNullable<RunEntry['move']>;
  trackerUrl: string;
}) {
  return (
    <p>
      <IssueLink trackerUrl={trackerUrl} issueKey={from} />
      {to !== null && (
        <>
          {' → '}
          <IssueLink trackerUrl={trackerUrl} issueKey={to} />
        </>
      )}
    </p>
  );
}

function runWords(run: RunEntry, { leaveFailedUnchecked }: Settings): string {
  const counts = countsWords(run.counts, leaveFailedUnchecked);
  const done = counts === '' ? words('run_nothing') : counts;
  const outcome = run.outcome === 'completed' ? done : `${words(`run_${run.outcome}`)}: ${done}`;
  return words('run_summary', outcome, durationWords(run.endedAt - run.startedAt));
}

/** Drawn at once; a run may have thousands. */
const itemsAtATime = 200;

function Items({ items, trackerUrl }: { items: readonly ItemEntry[]; trackerUrl: string }) {
  const shown = useSignal(itemsAtATime);
  return (
    <>
      <ul class="items">
        {items.slice(0, shown.value).map((item) => (
          <li key={item.itemId}>
            <Item item={item} trackerUrl={trackerUrl} />
          </li>
        ))}
      </ul>
      {items.length > shown.value && (
        <div class="row">
          <Button
            onClick={() => {
              shown.value += itemsAtATime;
            }}
          >
            {words('show_more')}
          </Button>
        </div>
      )}
    </>
  );
}

/** Told apart by shape, not by colour alone. */
const marks = {
  done: '✓',
  unchanged: '=',
  failed: '✕',
  postponed: '…',
  unchecked: '↺',
  undone: '↶',
  left_alone: '–',
  added: '+',
} as const;

function Item({ item, trackerUrl }: { item: ItemEntry; trackerUrl: string }) {
  return (
    <>
      <p class="item">
        <span class={`mark ${item.outcome}`} aria-hidden="true">
          {marks[item.outcome]}
        </span>
        {item.issueKey === null ? (
          <q>{item.text}</q>
        ) : (
          <IssueLink trackerUrl={trackerUrl} issueKey={item.issueKey} />
        )}
        <span>{words(`outcome_${item.outcome}`)}</span>
        {item.resource !== null && (
          <span class="soft small">
            {words(`resource_${item.resource.type}`)} {item.resource.id}
          </span>
        )}
      </p>
      {item.failure !== null && (
        <p class="under-mark">
          <FailureText failure={item.failure} />
        </p>
      )}
      {item.changes.length > 0 && (
        <ul class="under-mark">
          {item.changes.map((change) => (
            <li key={change.field}>
              <ChangeWords change={change} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function ChangeWords({ change }: { change: Change }) {
  return (
    <>
      {change.key === undefined ? words('setting_errorField') : <code>{change.key}</code>}{' '}
      <span class="soft">({change.field})</span> <del>{valueWords(change.from)}</del> →{' '}
      <ins>{valueWords(change.to)}</ins>
    </>
  );
}

/** In characters: more than a name or a description has. */
const longestValue = 1000;

function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return words('value_empty');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}
