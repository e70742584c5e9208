import { longestHostWaitMs, waitLeft } from '../status/pause.ts';
import type { Run } from '../status/status.ts';
import { itemsLeft } from '../status/view.ts';
import { countWords, numberWords, ordinalWords, words } from '../words/words.ts';
import { clock } from './clock.ts';
import { countsWords } from './counts.ts';
import { minute } from './duration.ts';
import { paceOf } from './pace.ts';
import { durationWords, fullTimeWords } from './time.tsx';

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
  const isPass = run.kind === 'process' || run.kind === 'recheck';
  return (
    <>
      <h2>{words(title)}</h2>
      {run.moving !== null && <p>{movingWords(run.moving)}</p>}
      {run.waits.map((wait) => (
        <WaitLine
          key={wait.host}
          until={wait.until}
          tell={(left) =>
            words(`wait_${wait.reason}_${wait.host}`, left, ordinalWords(wait.attempt))
          }
        />
      ))}
      {run.waits.length === 0 && run.resumeAt !== null && (
        <WaitLine until={run.resumeAt} tell={(left) => words('wait_long', left)} />
      )}
      {/* What moves every second is not read out each time: the words above say what goes on. */}
      <div class="stack" aria-live="off">
        {isPass && run.counts.total === 0 && <p>{words('run_reading')}</p>}
        {run.counts.total > 0 && (
          <>
            <p class="running-line">
              <span>{key ? `${progressWords}, ${key}` : progressWords}</span>
              {pace !== null && pace.timeLeftMs >= 1000 && !isWaiting && (
                <span class="soft">
                  {words('time_left', durationWords(pace.timeLeftMs, minute))}
                </span>
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
              countsWords(run, leaveFailedUnchecked),
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

/** What is said of a wait, with the clock time of its end in the title. */
function WaitLine({ until, tell }: { until: number; tell: (left: string) => string }) {
  const left = waitLeft(until, clock.value, longestHostWaitMs);
  const end = fullTimeWords(until);
  return (
    <>
      <p aria-live="off" title={end}>
        {tell(durationWords(left))}
      </p>
      {/* What counts down is read out with this, once, and not each second. */}
      <p class="visually-hidden">{words('wait_until', end)}</p>
    </>
  );
}

function inHandWords(inHand: Run['inHand']): string {
  const named = inHand.flatMap(({ issueKey }) => issueKey ?? []).slice(0, namedInHand);
  const more = inHand.length - named.length;
  const texts = [named.join(', '), more > 0 ? countWords('and_more', more) : ''];
  return words('in_hand', texts.join(' ').trim());
}
