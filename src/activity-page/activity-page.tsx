import type { ReadonlySignal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { send } from '../messages/send.ts';
import type { LoadedSettings } from '../settings/store.ts';
import type { Run } from '../status/status.ts';
import { commandWith } from '../ui/attempt.ts';
import { Button } from '../ui/button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { RunProgress } from '../ui/run-progress.tsx';
import { words } from '../words/words.ts';
import { hashOf, type ViewName, views } from './address.ts';
import { FiguresView } from './figures-view.tsx';
import { HistoryView } from './history-view.tsx';
import { LogView } from './log-view.tsx';
import type { ActivityStore } from './store.ts';
import { SupportView } from './support-view.tsx';

interface ActivityPageProps {
  readonly view: ReadonlySignal<ViewName>;
  readonly store: ActivityStore;
  readonly loaded: ReadonlySignal<LoadedSettings>;
  readonly run: ReadonlySignal<Run | null>;
}

/** What is being done, and what was done. */
export function ActivityPage({ view, store, loaded, run }: ActivityPageProps) {
  const { settings } = loaded.value;
  return (
    <>
      <PageHead title={words('activity_title')}>
        <nav aria-label={words('activity_views')}>
          <ul class="views">
            {views.map((name) => (
              <li key={name}>
                <a
                  href={hashOf(
                    name === 'history' ? { filter: store.filter.value } : { view: name },
                  )}
                  aria-current={view.value === name ? 'page' : undefined}
                >
                  {words(`view_${name}`)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </PageHead>
      <main tabIndex={-1}>
        {run.value !== null && (
          <LiveRun run={run.value} leaveFailedUnchecked={settings.leaveFailedUnchecked} />
        )}
        {view.value === 'figures' && <FiguresView />}
        {view.value === 'log' && <LogView />}
        {view.value === 'support' && <SupportView />}
        {view.value === 'history' && <HistoryView store={store} settings={settings} run={run} />}
      </main>
    </>
  );
}

/** The run in progress, as the popup shows it. */
function LiveRun({ run, leaveFailedUnchecked }: { run: Run; leaveFailedUnchecked: boolean }) {
  const trouble = useSignal<string | null>(null);
  const stop = () => commandWith(trouble, () => send({ type: 'stop' }));
  return (
    <section class="card stack live" role="status" data-state="running">
      <RunProgress run={run} leaveFailedUnchecked={leaveFailedUnchecked} />
      <div class="row">
        <Button disabled={run.stopping} onClick={stop}>
          {words('button_stop')}
        </Button>
      </div>
      {trouble.value !== null && <p class="problem">{trouble.value}</p>}
    </section>
  );
}
