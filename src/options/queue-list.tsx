import type { ReadonlySignal } from '@preact/signals';
import type { QueueStatus } from '../status/status.ts';
import { FailureText } from '../ui/failure-text.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { useIsFound } from '../ui/search.ts';
import { WriteBudget } from '../ui/write-budget.tsx';
import { countWords, numberWords, words } from '../words/words.ts';
import { valuesOf } from './draft.ts';
import { SourceMark } from './inputs.tsx';
import type { OptionsStore } from './store.ts';

interface QueueListProps {
  readonly store: OptionsStore;
  readonly queues: ReadonlySignal<readonly QueueStatus[]>;
}

/** The queues one by one: how each stands, its write budget, and whether it is paused. */
export function QueueList({ store, queues }: QueueListProps) {
  const isFound = useIsFound(
    words('queues_each'),
    words('help_pausedQueues'),
    words('setting_pausedQueues'),
  );
  const { checklistIssues } = valuesOf(store.draft.value);
  if (checklistIssues.length === 0) return null;
  return (
    <div class="stack findable" hidden={!isFound} id="pausedQueues" tabIndex={-1}>
      <h3>{words('queues_each')}</h3>
      <SourceMark store={store} name="pausedQueues" />
      <p class="small soft">{words('help_pausedQueues')}</p>
      <ul class="queues">
        {[...new Set(checklistIssues)].map((key) => (
          <li key={key}>
            <Queue
              store={store}
              issueKey={key}
              status={queues.value.find((one) => one.checklistIssue === key) ?? null}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface QueueProps {
  readonly store: OptionsStore;
  readonly issueKey: string;
  /** Null where no run has looked at it yet. */
  readonly status: QueueStatus | null;
}

function Queue({ store, issueKey, status }: QueueProps) {
  const { pausedQueues } = store.draft.value;
  const { trackerUrl } = store.base.value.settings;
  return (
    <>
      <div class="queue-line">
        {status === null ? (
          <strong>{issueKey}</strong>
        ) : (
          <strong>
            <IssueLink trackerUrl={trackerUrl} issueKey={issueKey} />
          </strong>
        )}
        <label>
          <input
            type="checkbox"
            disabled={store.isManaged('pausedQueues')}
            checked={pausedQueues.includes(issueKey)}
            onChange={(event) => {
              const others = pausedQueues.filter((key) => key !== issueKey);
              store.edit(
                'pausedQueues',
                event.currentTarget.checked ? [...others, issueKey] : others,
              );
            }}
          />{' '}
          <span>
            {words('queue_paused_short')}
            <span class="visually-hidden"> {issueKey}</span>
          </span>
        </label>
      </div>
      {status === null ? (
        <p class="small soft">{words('queue_not_seen')}</p>
      ) : (
        <>
          {status.version > 0 && (
            <>
              <p class="small soft">
                {[
                  countWords('queue_open', status.open, numberWords(status.total)),
                  countWords('count_deferred', status.deferredTotal),
                ].join(', ')}
              </p>
              <WriteBudget version={status.version} sample={status.sample} />
            </>
          )}
          {status.failure !== null && (
            <p class="small problem">
              <FailureText failure={status.failure} />
            </p>
          )}
        </>
      )}
    </>
  );
}
