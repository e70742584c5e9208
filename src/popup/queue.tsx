import type { DeferredItem, QueueStatus } from '../status/status.ts';
import { issueWebUrl } from '../tracker/web.ts';
import { FailureText } from '../ui/failure-text.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { countWords, numberWords, words } from '../words/words.ts';
import { isNearVersionLimit, versionLimit } from './progress.ts';

/** Enough to see what kind of trouble it is; the checklist issue has them all. */
const deferredDrawn = 20;

/** One checklist issue: how much it holds, its write budget, and what waits for a person. */
export function Queue({ queue, trackerUrl }: { queue: QueueStatus; trackerUrl: string }) {
  const drawn = queue.deferred.slice(0, deferredDrawn);
  const more = queue.deferredTotal - drawn.length;
  const url = issueWebUrl(trackerUrl, queue.checklistIssue);
  return (
    <section class="card stack">
      <h2 class="queue-title">
        <IssueLink trackerUrl={trackerUrl} issueKey={queue.checklistIssue} />
        <span class="soft small">
          {countWords('queue_open', queue.open, numberWords(queue.total))}
        </span>
      </h2>
      <p class={`small ${isNearVersionLimit(queue.version) ? 'amber-text' : 'soft'}`}>
        <a href={url} target="_blank" rel="noreferrer">
          {words('queue_version', numberWords(queue.version), numberWords(versionLimit))}
        </a>
        {isNearVersionLimit(queue.version) && ` ${words('queue_version_near')}`}
      </p>
      {queue.failure !== null && (
        <p class="problem">
          <FailureText failure={queue.failure} />
        </p>
      )}
      {queue.deferredTotal > 0 && (
        <>
          <h3>{words('deferred_items')}</h3>
          <ul class="items">
            {drawn.map((item) => (
              <li key={item.itemId}>
                <Deferred item={item} trackerUrl={trackerUrl} />
              </li>
            ))}
            {more > 0 && (
              <li>
                <a href={url} target="_blank" rel="noreferrer">
                  {countWords('and_more', more)}
                </a>
              </li>
            )}
          </ul>
        </>
      )}
    </section>
  );
}

function Deferred({ item, trackerUrl }: { item: DeferredItem; trackerUrl: string }) {
  return (
    <>
      {item.issueKey === null ? (
        <q>{item.text}</q>
      ) : (
        <IssueLink trackerUrl={trackerUrl} issueKey={item.issueKey} />
      )}{' '}
      {item.failure === null ? (
        <span class="soft">{words('deferred_unknown')}</span>
      ) : (
        <FailureText failure={item.failure} />
      )}
    </>
  );
}
