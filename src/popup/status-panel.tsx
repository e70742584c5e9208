import { longestHostWaitMs, waitLeft } from '../status/pause.ts';
import type { LastRun, Run, State, Wait } from '../status/status.ts';
import { itemsLeft, type View } from '../status/view.ts';
import { clock } from '../ui/clock.ts';
import { countsWords } from '../ui/counts.ts';
import { ClockTime, durationWords } from '../ui/time.tsx';
import { countWords, numberWords, ordinalWords, sentence, words } from '../words/words.ts';
import { paceOf } from './progress.ts';

interface StatusPanelProps {
  readonly view: View;
  readonly state: State;
  readonly missing: readonly string[];
  readonly leaveFailedUnchecked: boolean;
  /** The organisation has set whether the schedule is paused. */
  readonly isPauseManaged: boolean;
}

/** The state in words; `data-state` is the machine's word for it. */
export function StatusPanel(props: StatusPanelProps) {
  return (
    <div role="status" data-state={props.view.dataState} class="stack">
      <StateWords {...props} />
    </div>
  );
}

function StateWords({
  view,
  state,
  missing,
  leaveFailedUnchecked,
  isPauseManaged,
}: StatusPanelProps) {
  switch (view.dataState) {
    case 'unconfigured':
      return <Introduction missing={missing} />;
    case 'running':
      return (
        <RunWords run={view.run} wait={view.wait} leaveFailedUnchecked={leaveFailedUnchecked} />
      );
    case 'halted':
      return view.halt.offline ? (
        <>
          <h2>{words('state_offline')}</h2>
          <p class="soft">{words('state_offline_help')}</p>
        </>
      ) : (
        <>
          <h2>{words('state_halted')}</h2>
          <p>{sentence(view.halt.failure)}</p>
          <p class="soft small">
            <code>{view.halt.failure.code}</code>
          </p>
        </>
      );
    case 'paused':
      return (
        <>
          <h2>
            {view.since === null ? (
              words('state_paused')
            ) : (
              <>
                {words('state_paused_since')} <ClockTime at={view.since} />
              </>
            )}
          </h2>
          <p class="soft">{words(isPauseManaged ? 'state_paused_managed' : 'state_paused_help')}</p>
        </>
      );
    case 'idle':
      return (
        <>
          <h2>
            {view.deferred > 0
              ? countWords('state_deferred', view.deferred)
              : words(state.lastRun === null ? 'state_ready' : 'state_idle')}
          </h2>
          <LastRunWords lastRun={state.lastRun} leaveFailedUnchecked={leaveFailedUnchecked} />
        </>
      );
  }
}

function Introduction({ missing }: { missing: StatusPanelProps['missing'] }) {
  return (
    <>
      <h2>{words('state_unconfigured')}</h2>
      <p>{words('what_it_does')}</p>
      <ol class="steps">
        <li>{words('step_import')}</li>
        <li>{words('step_allow')}</li>
        <li>{words('step_sign_in')}</li>
      </ol>
      <p class="soft">
        {words('still_missing', missing.map((name) => words(`setting_${name}`)).join(', '))}
      </p>
    </>
  );
}

interface LastRunWordsProps {
  readonly lastRun: LastRun | null;
  readonly leaveFailedUnchecked: boolean;
}

function LastRunWords({ lastRun, leaveFailedUnchecked }: LastRunWordsProps) {
  if (lastRun === null) return <p class="soft">{words('no_run_yet')}</p>;
  const counts = countsWords(lastRun.counts, leaveFailedUnchecked);
  if (counts === '') return null;
  return <p>{words('run_summary', counts, durationWords(lastRun.endedAt - lastRun.startedAt))}</p>;
}

interface RunWordsProps {
  readonly run: Run;
  readonly wait: Wait | null;
  readonly leaveFailedUnchecked: boolean;
}

function RunWords({ run, wait, leaveFailedUnchecked }: RunWordsProps) {
  const left = itemsLeft(run);
  const finished = run.counts.total - left;
  const key = run.inHand.find((item) => item.issueKey !== null)?.issueKey;
  const pace = paceOf(finished, left, clock.value - run.startedAt);
  const progressWords = words('run_progress', numberWords(finished), numberWords(run.counts.total));
  const title = run.stopping ? 'state_stopping' : `state_running_${run.kind}`;
  return (
    <>
      <h2>{words(title)}</h2>
      {run.moving !== null && <p>{movingWords(run.moving)}</p>}
      {wait !== null && <p>{waitWords(wait)}</p>}
      {wait === null && run.resumeAt !== null && (
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
              {pace !== null && wait === null && run.resumeAt === null && (
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
