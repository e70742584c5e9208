import type { ReadonlySignal } from '@preact/signals';
import { sourceOf } from '../settings/layers.ts';
import type { LoadedSettings } from '../settings/store.ts';
import type { Run } from '../status/status.ts';
import type { PreviewScope } from '../status/task-work.ts';
import { finished } from '../status/view.ts';
import { Button } from '../ui/button.tsx';
import { FailureLine } from '../ui/failure-text.tsx';
import { Switch } from '../ui/field.tsx';
import { Notice, Trouble } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ClockTime } from '../ui/time.tsx';
import { countWords, numberWords, words } from '../words/words.ts';
import { emptyWords, lookedWords } from './outcome.ts';
import { PlanRow } from './plan-row.tsx';
import { filters, type PreviewStore } from './store.ts';

interface PreviewPageProps {
  readonly store: PreviewStore;
  readonly loaded: ReadonlySignal<LoadedSettings>;
  readonly run: ReadonlySignal<Run | null>;
}

/** What would be written, before it is; and what would be taken back. */
export function PreviewPage({ store, loaded, run }: PreviewPageProps) {
  const { settings } = loaded.value;
  const of = store.scope.value;
  const preview = store.preview.value;
  const isOfUndo = store.isOfUndo.value;
  const isOver = store.isOver.value;
  const empty = preview === null ? null : emptyWords(preview);
  const isOfChecklists = of?.type === 'all' || of?.type === 'queue';
  const canApply = of !== null && of.type !== 'link';
  const canPause =
    !settings.schedulePaused && sourceOf(loaded.value, 'schedulePaused') !== 'managed';
  return (
    <main tabIndex={-1}>
      <PageHead title={store.title.value} />
      {of === null ? (
        <Notice tone="alarm">{words('preview_of_nothing')}</Notice>
      ) : (
        <p class="foreign">
          {scopeWords(of)} {isOfChecklists && !isOver && words('preview_nothing_written')}
        </p>
      )}
      <Trouble text={store.trouble.value} />
      <Trouble text={store.unread.value} />
      {store.isReplaced.value && <Notice tone="amber">{words('preview_replaced')}</Notice>}
      {of !== null && <Progress store={store} run={run.value} />}
      {preview?.failure != null && (
        <Notice tone="alarm" announced>
          <FailureLine failure={preview.failure} isAsked />
        </Notice>
      )}
      {preview?.alike != null && (
        <Notice tone="alarm">
          <p>{countWords('preview_alike', preview.alike.count, preview.alike.codes.join(', '))}</p>
        </Notice>
      )}
      {canApply && !isOfUndo && !isOver && canPause && (
        <Notice>
          <p>{words('preview_schedule_goes_on')}</p>
          <div class="row">
            <Button onClick={store.pause}>{words('preview_pause')}</Button>
          </div>
        </Notice>
      )}
      {preview !== null && store.counts.value.all > 0 && (
        <>
          <Filters store={store} />
          {canApply && store.toApply.value.length > 0 && (
            <Actions store={store} isOfUndo={isOfUndo} isBusy={run.value !== null} />
          )}
          <ol id="plans" class="card plans" tabIndex={-1} aria-label={pageWords(store)}>
            {store.shown.value.map((plan) => (
              <li key={plan.name}>
                <PlanRow
                  plan={plan}
                  trackerUrl={settings.trackerUrl}
                  isOfUndo={isOfUndo}
                  isChosen={store.chosen.value.has(plan.name)}
                  onChoose={canApply ? (isChosen) => store.choose(plan.name, isChosen) : null}
                />
              </li>
            ))}
          </ol>
          <Pages store={store} />
        </>
      )}
      {empty !== null && <p class="card empty soft">{empty}</p>}
    </main>
  );
}

function scopeWords(of: PreviewScope): string {
  switch (of.type) {
    case 'all':
      return words('preview_of_all');
    case 'queue':
      return words('preview_of_queue', of.checklistIssue);
    case 'items':
      return countWords('preview_of_items', of.items.length);
    case 'issue':
      return of.issueKey;
    case 'link':
      return of.link;
    case 'undo_run':
      return words('preview_of_run');
    case 'undo_items':
      return countWords('preview_of_entries', of.ids.length);
  }
}

/** How far the preview is, or a run that goes on, its own or another: until its end nothing is applied. */
function Progress({ store, run }: { store: PreviewStore; run: Run | null }) {
  const preview = store.preview.value;
  const isLooking = preview !== null && preview.endedAt === null;
  const isWaiting = preview === null && !store.isReplaced.value;
  return (
    <section class="progress-line" role="status" data-state={stateOf(store, run)}>
      {run !== null && (isWaiting || isLooking || run.kind !== 'preview') ? (
        <>
          <span>{words(run.stopping ? 'state_stopping' : `state_running_${run.kind}`)}</span>
          {/* What moves every second is not read out each time. */}
          <span class="soft" aria-live="off">
            {run.counts.total > 0 &&
              words(
                'run_progress',
                numberWords(finished(run.counts)),
                numberWords(run.counts.total),
              )}
          </span>
          {run.counts.total > 0 && (
            <progress
              aria-label={words('progress_label')}
              value={finished(run.counts)}
              max={run.counts.total}
            />
          )}
          <Button disabled={run.stopping} onClick={store.stop}>
            {words('button_stop')}
          </Button>
        </>
      ) : (
        <>
          {store.cameTo.value !== '' && <strong>{store.cameTo.value}</strong>}
          {preview?.endedAt != null && (
            <span>
              {lookedWords(preview)} <ClockTime at={preview.endedAt} />
              {leftWords(preview.done, preview.deferred)}
            </span>
          )}
          <Button onClick={() => store.look(null)}>{words('preview_again')}</Button>
        </>
      )}
      <FailureLine failure={preview?.applied?.failure} look="problem" isAsked />
    </section>
  );
}

/** For scripts: what the words say. */
function stateOf({ preview }: PreviewStore, run: Run | null): string {
  if (preview.value?.endedAt == null) return 'looking';
  return run !== null && run.kind !== 'preview' ? 'busy' : 'ready';
}

function leftWords(done: number, deferred: number): string {
  const parts = [
    done > 0 ? countWords('preview_done_items', done) : '',
    deferred > 0 ? countWords('preview_deferred_items', deferred) : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` · ${words('preview_left_items', parts.join(', '))}`;
}

function Filters({ store }: { store: PreviewStore }) {
  const counts = store.counts.value;
  // The chosen one stays while a look may still find something of it.
  const offered = filters.filter(
    (name) => name === 'all' || name === store.filter.value || counts[name] > 0,
  );
  return (
    <fieldset class="filters">
      <legend class="visually-hidden">{words('preview_filter')}</legend>
      {offered.map((name) => (
        <label key={name} class="filter">
          <input
            type="radio"
            name="filter"
            checked={store.filter.value === name}
            onChange={() => store.showOnly(name)}
          />
          {words(`filter_${name}`)} <span class="soft">{numberWords(counts[name])}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface ActionsProps {
  readonly store: PreviewStore;
  readonly isOfUndo: boolean;
  /** A run goes on: what it does is seen first. */
  readonly isBusy: boolean;
}

function Actions({ store, isOfUndo, isBusy }: ActionsProps) {
  const all = store.toApply.value.length;
  const chosen = store.chosenToApply.value.length;
  return (
    <section class="actions card" aria-label={words(isOfUndo ? 'undo_actions' : 'preview_actions')}>
      <div class="row">
        <Button look="primary" disabled={isBusy || !store.isWhole.value} onClick={store.applyAll}>
          {words(isOfUndo ? 'undo_all' : 'apply_all', numberWords(all))}
        </Button>
        {chosen > 0 && (
          <Button disabled={isBusy} onClick={store.applyChosen}>
            {words(isOfUndo ? 'undo_chosen' : 'apply_chosen', numberWords(chosen))}
          </Button>
        )}
      </div>
      {isOfUndo && (
        <Switch
          id="uncheck-too"
          label={words('undo_uncheck_too')}
          help={words('undo_uncheck_too_help')}
        >
          {(attributes) => (
            <input
              {...attributes}
              type="checkbox"
              checked={store.uncheckToo.value}
              onChange={(event) => {
                store.uncheckToo.value = event.currentTarget.checked;
              }}
            />
          )}
        </Switch>
      )}
      <p class="small soft">{words('preview_planned_anew')}</p>
    </section>
  );
}

function pageWords({ page, pages }: PreviewStore): string {
  const last = pages.value - 1;
  return words('page_of', numberWords(Math.min(page.value, last) + 1), numberWords(last + 1));
}

function Pages({ store }: { store: PreviewStore }) {
  const pages = store.pages.value;
  if (pages === 1) return null;
  const page = Math.min(store.page.value, pages - 1);
  const turn = (to: number) => {
    store.page.value = to;
    // Whoever goes by the keyboard reads on from there, and a screen reader says which page it is.
    document.getElementById('plans')?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };
  return (
    <nav class="row" aria-label={words('preview_pages')}>
      <Button disabled={page === 0} onClick={() => turn(page - 1)}>
        {words('page_previous')}
      </Button>
      <span>{pageWords(store)}</span>
      <Button disabled={page === pages - 1} onClick={() => turn(page + 1)}>
        {words('page_next')}
      </Button>
    </nav>
  );
}
