import { longestHostWaitMs, waitLeft } from '../status/pause.ts';
import type { Run, Wait } from '../status/status.ts';
import { itemsLeft } from '../status/view.ts';
import { countWords, numberWords, ordinalWords, words } from '../words/words.ts';
import { clock } from './clock.ts';
import { countsWords } from './counts.ts';
import { paceOf } from './pace.ts';
import { durationWords } from './time.tsx';

interface RunProgressProps {
  readonly run: Run;
  readonly leaveFailedUnchecked: boolean;
}

/** Named one by one; of the others there is their number. */
const namedInHand = 3;

/** The run in progress, whatever set it off: what it did, what it does, what it waits for. */
export function RunProgress({ run, leaveFailedUnchecked }: RunProgressProps) {
  const left = itemsLeft(run);
  const finished = run.counts.total - left;
  const key = run.inHand.find((item) => item.issueKey !== null)?.issueKey;
  const pace = paceOf(finished, left, clock.value - run.startedAt);
  const progressWords = words('run_progress', numberWords(finished), numberWords(run.counts.total));
  const title = run.stopping ? 'state_stopping' : `state_running_${run.kind}`;
  const isWaiting = run.waits.length > 0 || run.resumeAt !== null;
  return (
    <>
      <h2>{words(title)}</h2>
      {run.moving !== null && <p>{movingWords(run.moving)}</p>}
      {run.waits.map((wait) => (
        <p key={wait.host}>{waitWords(wait)}</p>
      ))}
      {run.waits.length === 0 && run.resumeAt !== null && (
        <p>
          {words(
            'wait_long',
            durationWords(waitLeft(run.resumeAt, clock.value, longestHostWaitMs)),
          )}
        </p>
      )}
      {/* What moves every second is not read out each time: the words above say what goes on. */}
      <div class="stack" aria-live="off">
        {run.counts.total > 0 && (
          <>
            <p class="running-line">
              <span>{key ? `${progressWords}, ${key}` : progressWords}</span>
              {pace !== null && !isWaiting && (
                <span class="soft">{words('time_left', durationWords(pace.timeLeftMs))}</span>
              )}
            </p>
            <progress
              aria-label={words('progress_label')}
              value={finished}
              max={run.counts.total}
            />
          </>
        )}
        <p class="running-line soft small">
          <span>
            {[
              countsWords(run.counts, leaveFailedUnchecked),
              run.counts.total > 0 ? countWords('count_left', left) : '',
            ]
              .filter((text) => text !== '')
              .join(', ')}
          </span>
          {pace !== null && (
            <span>{words(`rate_per_${pace.rate.per}`, numberWords(pace.rate.count))}</span>
          )}
        </p>
        {run.inHand.length > 1 && <p class="soft small">{inHandWords(run.inHand)}</p>}
      </div>
    </>
  );
}

function movingWords({ from, to }: NonNullable<Run['moving']>): string {
  return to === null ? from : `${from} → ${to}`;
}

function waitWords({ host, reason, attempt, until }: Wait): string {
  const left = durationWords(waitLeft(until, clock.value, longestHostWaitMs));
  return words(`wait_${reason}_${host}`, left, ordinalWords(attempt));
}

function inHandWords(inHand: Run['inHand']): string {
  const named = inHand.flatMap(({ issueKey }) => issueKey ?? []).slice(0, namedInHand);
  const more = inHand.length - named.length;
  const texts = [...named, ...(more > 0 ? [countWords('and_more', more)] : [])];
  return words('in_hand', texts.join(', '));
}
