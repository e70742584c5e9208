import { Fragment } from 'preact';
import type { Setup } from '../status/setup.ts';
import type { LastRun, State } from '../status/status.ts';
import type { View } from '../status/view.ts';
import { countsWords } from '../ui/counts.ts';
import { RunProgress } from '../ui/run-progress.tsx';
import { ClockTime, durationWords } from '../ui/time.tsx';
import { countWords, sentence, words } from '../words/words.ts';

interface StatusPanelProps
  extends Pick<Setup, 'missing' | 'leaveFailedUnchecked' | 'isPaused' | 'isPauseManaged'> {
  readonly view: View;
  readonly state: State;
  /** Queues that can't be used, beside others that can. */
  readonly unusable: readonly string[];
}

/** The state in words; `data-state` is the machine's word for it. */
export function StatusPanel(props: StatusPanelProps) {
  return (
    <div role="status" data-state={props.view.dataState} class="stack">
      <Unusable {...props} />
      <StateWords {...props} />
    </div>
  );
}

/** Their cards say why, and may be far below. What halts all the work is said in its own words. */
function Unusable({ view: { dataState }, unusable }: StatusPanelProps) {
  if (unusable.length === 0 || dataState === 'halted' || dataState === 'unconfigured') return null;
  return (
    <p class="problem">
      {countWords('state_unusable', unusable.length)}
      {unusable.map((key) => (
        <Fragment key={key}>
          {' '}
          <a href={`#${key}`}>{key}</a>
        </Fragment>
      ))}
    </p>
  );
}

function StateWords({
  view,
  state,
  unusable,
  missing,
  leaveFailedUnchecked,
  isPaused,
  isPauseManaged,
}: StatusPanelProps) {
  const pauseHelp = isPaused && (
    <p class="soft">{words(isPauseManaged ? 'state_paused_managed' : 'state_paused_help')}</p>
  );
  switch (view.dataState) {
    case 'unconfigured':
      return <Introduction missing={missing} />;
    case 'running':
      return <RunProgress run={view.run} leaveFailedUnchecked={leaveFailedUnchecked} />;
    case 'halted':
      return view.halt.offline ? (
        <>
          <h2>{words('state_offline')}</h2>
          {pauseHelp || <p class="soft">{words('state_offline_help')}</p>}
        </>
      ) : (
        <>
          <h2>{words('state_halted')}</h2>
          <p>{sentence(view.halt.failure)}</p>
          <p class="soft small">
            <code>{view.halt.failure.code}</code>
          </p>
          {pauseHelp}
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
          {pauseHelp}
          <StillMissing missing={missing} />
          {state.lastRun !== null && (
            <LastRunWords lastRun={state.lastRun} leaveFailedUnchecked={leaveFailedUnchecked} />
          )}
        </>
      );
    case 'idle':
      return (
        <>
          <h2>{idleWords(view, state, unusable.length > 0)}</h2>
          {view.deferred > 0 && view.open > 0 && <p>{countWords('state_open', view.open)}</p>}
          <LastRunWords lastRun={state.lastRun} leaveFailedUnchecked={leaveFailedUnchecked} />
        </>
      );
  }
}

/** What waits for a person comes before what waits for the next run. */
function idleWords(
  { deferred, open }: View & { dataState: 'idle' },
  { lastRun }: State,
  isSomethingWrong: boolean,
): string {
  if (deferred > 0) return countWords('state_deferred', deferred);
  if (open > 0) return countWords('state_open', open);
  if (isSomethingWrong) return words('state_idle_else');
  return words(lastRun === null ? 'state_ready' : 'state_idle');
}

function Introduction({ missing }: Pick<Setup, 'missing'>) {
  return (
    <>
      <h2>{words('state_unconfigured')}</h2>
      <p>{words('what_it_does')}</p>
      <ol class="steps">
        <li>{words('step_connect')}</li>
        <li>{words('step_match')}</li>
        <li>{words('step_switch_on')}</li>
      </ol>
      <StillMissing missing={missing} />
    </>
  );
}

/** What lets no run begin. */
function StillMissing({ missing }: Pick<Setup, 'missing'>) {
  const names = missing.map((name) => words(`setting_${name}`)).join(', ');
  return names !== '' && <p class="soft">{words('still_missing', names)}</p>;
}

interface LastRunWordsProps {
  readonly lastRun: LastRun | null;
  readonly leaveFailedUnchecked: boolean;
}

function LastRunWords({ lastRun, leaveFailedUnchecked }: LastRunWordsProps) {
  if (lastRun === null) return <p class="soft">{words('no_run_yet')}</p>;
  const { outcome, kind, startedAt, endedAt } = lastRun;
  const counts = countsWords(lastRun, leaveFailedUnchecked);
  const nothing = kind === 'recheck' ? 'recheck_found_nothing' : 'found_nothing';
  const texts = [
    // What it did would read as all that there was to do.
    outcome === 'stopped' ? words('run_stopped') : '',
    counts === '' ? '' : words('run_summary', counts, durationWords(endedAt - startedAt)),
    // Whoever asked for it is answered: the schedule's runs are not kept where they did nothing.
    counts === '' && outcome === 'completed' ? words(nothing) : '',
  ].filter((text) => text !== '');
  return (
    texts.length > 0 && (
      <p>
        {texts.join(': ')}{' '}
        {/* It may be long ago: later passes that find nothing to do leave it in sight. */}
        <span class="soft">
          (<ClockTime at={endedAt} />)
        </span>
      </p>
    )
  );
}
