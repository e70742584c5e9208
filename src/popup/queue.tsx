import type { DeferredItem, Move, QueueStatus, Run } from '../status/status.ts';
import { isNearVersionLimit } from '../status/write-budget.ts';
import { issueWebUrl } from '../tracker/web.ts';
import { Button } from '../ui/button.tsx';
import { clock } from '../ui/clock.ts';
import { FailureLine, FailureText } from '../ui/failure-text.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { WriteBudget } from '../ui/write-budget.tsx';
import { countWords, numberWords, words } from '../words/words.ts';

/** Enough to see what kind of trouble it is; the checklist issue has them all. */
const deferredDrawn = 20;
/** By then whoever moved a queue has read that it has another key. */
const newsMs = 86_400_000;

interface QueueProps {
  readonly queue: QueueStatus;
  readonly trackerUrl: string;
  /** A move of this queue that was begun and not finished. */
  readonly move: Move | null;
  /** Moves its items to a fresh checklist issue; null where that is going on or offered elsewhere. */
  readonly onMove: (() => Promise<void>) | null;
  readonly isPaused: boolean;
  /** What goes on, with this queue or another. */
  readonly run: Run | null;
  /** Leaves it alone or no longer does; null where there is nobody to ask that of. */
  readonly onPause: ((paused: boolean) => Promise<void>) | null;
}

/** One checklist issue: how much it holds, its write budget, and what waits for a person. */
export function Queue(props: QueueProps) {
  const { queue, trackerUrl, move, onMove, isPaused, run, onPause } = props;
  const drawn = queue.deferred.slice(0, deferredDrawn);
  const more = queue.deferredTotal - drawn.length;
  const url = issueWebUrl(trackerUrl, queue.checklistIssue);
  // How many are open is told anew at its end. A preview changes nothing, nor does what found nothing.
  const isChanging = run !== null && run.kind !== 'preview' && run.counts.total > 0;
  // One that could never be read has no version.
  const isSeen = queue.version > 0;
  return (
    <section class="card stack" id={queue.checklistIssue}>
      <div class="queue-title">
        <h2>
          <IssueLink trackerUrl={trackerUrl} issueKey={queue.checklistIssue} />
        </h2>
        {isSeen && !isChanging && (
          <span class="soft small">
            {countWords('queue_open', queue.open, numberWords(queue.total))}
          </span>
        )}
        {onPause !== null && (
          <Button look="quiet" onClick={() => onPause(!isPaused)}>
            {words(isPaused ? 'queue_resume' : 'queue_pause', queue.checklistIssue)}
          </Button>
        )}
      </div>
      {isPaused && <p class="small amber-text">{words('queue_paused')}</p>}
      {queue.continues !== null && clock.value - queue.continues.at < newsMs && (
        <p class="small">{words('queue_continues', queue.continues.from)}</p>
      )}
      {isSeen && <WriteBudget version={queue.version} sample={queue.sample} />}
      <FailureLine failure={queue.failure} look="problem" />
      {move !== null && run?.moving?.from !== move.from && (
        <p class="problem">
          {move.target !== null && `${move.from} → ${move.target}. `}
          {words('move_failed')}{' '}
          {move.failure !== null && <FailureText failure={move.failure} isAsked />}
        </p>
      )}
      {onMove !== null && isToMove(queue) && (
        <div class="row">
          <Button onClick={onMove}>{words('remedy_move_checklist')}</Button>
        </div>
      )}
      {queue.deferredTotal > 0 && (
        <>
          <h3>{words('deferred_items')}</h3>
          <p class="soft small">{words('deferred_help')}</p>
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

function isToMove({ version, failure }: QueueStatus): boolean {
  return isNearVersionLimit(version) || failure?.code === 'checklist_issue_locked';
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
