import { type ReadonlySignal, useSignal } from '@preact/signals';
import browser from 'webextension-polyfill';
import type { Command } from '../messages/protocol.ts';
import { send } from '../messages/send.ts';
import { pauseLeft } from '../status/pause.ts';
import type { Setup } from '../status/setup.ts';
import type { Halt, Move, QueueStatus, Run, State } from '../status/status.ts';
import type { ThisIssue } from '../status/this-issue.ts';
import { badgeOf, queuesOf, remedyOf, unusableQueues, type View, viewOf } from '../status/view.ts';
import { attemptWith, commandWith } from '../ui/attempt.ts';
import { Button } from '../ui/button.tsx';
import { clock } from '../ui/clock.ts';
import { openActivity, openGuide, openOptions, openPreview } from '../ui/extension-pages.ts';
import { Notice, Trouble } from '../ui/notice.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { words } from '../words/words.ts';
import { type Attempt, HaltActions, haltedQueue } from './halt-actions.tsx';
import { isSetupOpen } from './is-setup-open.ts';
import { nextRunAt } from './next-run.ts';
import { Outages } from './outages.tsx';
import { Queue } from './queue.tsx';
import { StatusPanel } from './status-panel.tsx';
import { ThisIssueCard } from './this-issue.tsx';

/** What the popup draws: stored state, the alarm, and whether the worker answered. */
interface PopupProps {
  readonly setup: ReadonlySignal<Setup>;
  /** The browser stores nothing. */
  readonly trouble: ReadonlySignal<Halt | null>;
  readonly run: ReadonlySignal<Run | null>;
  readonly state: ReadonlySignal<State>;
  readonly queues: ReadonlySignal<QueueStatus[]>;
  readonly moves: ReadonlySignal<Move[]>;
  /** The schedule's. */
  readonly nextAlarmAt: ReadonlySignal<number | null>;
  /** Of what is tried again whatever the schedule. */
  readonly bellAt: ReadonlySignal<number | null>;
  readonly answering: ReadonlySignal<boolean>;
  /** The issue that the tab shows, a checklist issue left out; null where it shows none. */
  readonly issueKey: ReadonlySignal<string | null>;
  readonly thisIssue: ReadonlySignal<ThisIssue | null>;
}

/** What is stored, as it stands now. */
interface Stored {
  readonly view: View;
  readonly state: State;
  readonly setup: Setup;
}

/** The page behind the toolbar button. */
export function Popup(props: PopupProps) {
  const setup = props.setup.value;
  const state = props.state.value;
  const issueKey = props.issueKey.value;
  const thisIssue = props.thisIssue.value;
  const trouble = useSignal<string | null>(null);

  const queues = queuesOf(setup.checklistIssues, props.queues.value);
  const view = viewOf({
    setup,
    trouble: props.trouble.value,
    run: props.run.value,
    state,
    queues,
  });

  const isFirstDay = view.dataState === 'unconfigured';
  const attempt: Attempt = (action) => attemptWith(trouble, action);
  const command = (asked: Command) => commandWith(trouble, () => send(asked));

  return (
    <>
      <header class="bar">
        <img src="/icons/icon.svg" alt="" />
        <h1>{words('extension_name')}</h1>
        <Button look="quiet" onClick={() => attempt(() => browser.runtime.openOptionsPage())}>
          {words('button_options')}
        </Button>
      </header>
      <main tabIndex={-1}>
        {!props.answering.value && (
          <Notice tone="amber" announced>
            <h2>{words('not_answering')}</h2>
            <p>{words('not_answering_help')}</p>
            <div class="row">
              <Button onClick={() => browser.runtime.reload()}>{words('button_reload')}</Button>
            </div>
          </Notice>
        )}
        <Trouble text={trouble.value} />
        <section class={`card stack ${badgeOf(view).tone}`}>
          <StatusPanel
            {...setup}
            view={view}
            state={state}
            unusable={unusableQueues(setup, queues)}
          />
          {view.dataState === 'halted' && (
            <HaltActions halt={view.halt} setup={setup} attempt={attempt} command={command} />
          )}
          <StateActions
            view={view}
            state={state}
            setup={setup}
            attempt={attempt}
            command={command}
          />
          {!isFirstDay && (
            <Figures
              view={view}
              state={state}
              setup={setup}
              alarmAt={props.nextAlarmAt}
              bellAt={props.bellAt}
            />
          )}
          {!isFirstDay && (
            <div class="row">
              <Button look="quiet" onClick={() => attempt(() => openPreview('queue'))}>
                {words('button_preview')}
              </Button>
              {state.lastRun !== null && (
                <Button look="quiet" onClick={() => attempt(openActivity)}>
                  {words('button_activity')}
                </Button>
              )}
            </div>
          )}
        </section>
        {issueKey !== null && !isFirstDay && (
          <ThisIssueCard
            issueKey={issueKey}
            issue={thisIssue?.issueKey === issueKey ? thisIssue : null}
            checklistIssues={setup.checklistIssues}
            run={view.dataState === 'running' ? view.run.kind : null}
            attempt={attempt}
            command={command}
          />
        )}
        {state.historyFailed && <Notice tone="amber">{words('history_failed')}</Notice>}
        <Outages {...state} isPaused={setup.isPaused} />
        {setup.repaired.length > 0 && (
          <Notice tone="amber">
            <p>
              {setup.isNewer
                ? words('settings_newer')
                : words(
                    'repaired_settings',
                    setup.repaired.map((name) => words(`setting_${name}`)).join(', '),
                  )}
            </p>
            <div class="row">
              <Button
                onClick={() => attempt(() => openOptions(setup.isNewer ? 'newer' : 'repaired'))}
              >
                {words('remedy_open_settings')}
              </Button>
            </div>
          </Notice>
        )}
        {!isFirstDay &&
          queues.map((queue) => (
            <Queue
              key={queue.checklistIssue}
              queue={queue}
              trackerUrl={setup.trackerUrl}
              isPaused={setup.pausedQueues.includes(queue.checklistIssue)}
              run={view.dataState === 'running' ? view.run : null}
              onPause={
                setup.canPauseQueues
                  ? (paused) =>
                      command({
                        type: 'pause_queue',
                        checklistIssue: queue.checklistIssue,
                        paused,
                      })
                  : null
              }
              move={props.moves.value.find(({ from }) => from === queue.checklistIssue) ?? null}
              onMove={
                isMoveShownElsewhere(view, queue, setup)
                  ? null
                  : () => command({ type: 'move_checklist', checklistIssue: queue.checklistIssue })
              }
            />
          ))}
      </main>
    </>
  );
}

interface StateActionsProps extends Stored {
  readonly attempt: Attempt;
  readonly command: (command: Command) => Promise<void>;
}

/** What can be asked for in a state; the likeliest of it stands out. */
function StateActions({ view, state, setup, attempt, command }: StateActionsProps) {
  const { dataState } = view;
  const isFirstDay = dataState === 'unconfigured';
  const isIdle = dataState === 'idle';
  return (
    <div class="row">
      {isSetupOpen(view, lastPassAt(state), setup.isPauseManaged) && (
        <Button look={isFirstDay ? 'primary' : 'plain'} onClick={() => attempt(openGuide)}>
          {words('remedy_set_up')}
        </Button>
      )}
      {dataState === 'running' && (
        <Button disabled={view.run.stopping} onClick={() => command({ type: 'stop' })}>
          {words('button_stop')}
        </Button>
      )}
      {canResume(view, setup) && (
        <Button
          look={dataState === 'paused' ? 'primary' : 'plain'}
          onClick={() => command({ type: 'resume' })}
        >
          {words('button_resume')}
        </Button>
      )}
      {dataState !== 'running' && !isFirstDay && (
        <>
          <Button
            look={isIdle && view.deferred === 0 ? 'primary' : 'plain'}
            onClick={() => command({ type: 'process' })}
          >
            {words('button_process')}
          </Button>
          <Button
            look={isIdle && view.deferred > 0 ? 'primary' : 'plain'}
            onClick={() => command({ type: 'recheck' })}
          >
            {words('button_recheck')}
          </Button>
        </>
      )}
    </div>
  );
}

/** What halts the work is said before its pause, which holds all the same. */
function canResume({ dataState }: View, { isPaused, isPauseManaged }: Setup): boolean {
  return isPaused && !isPauseManaged && (dataState === 'paused' || dataState === 'halted');
}

/** The move of a queue goes on, or is offered above. */
function isMoveShownElsewhere(view: View, { checklistIssue }: QueueStatus, setup: Setup): boolean {
  if (view.dataState === 'running') return view.run.moving?.from === checklistIssue;
  if (view.dataState !== 'halted' || remedyOf(view.halt) !== 'move_checklist') return false;
  return haltedQueue(view.halt, setup) === checklistIssue;
}

/** A pass that found nothing to do leaves no run behind, but it counts. */
function lastPassAt({ lastRun, lastSuccessAt }: State): number | null {
  const last = Math.max(lastRun?.endedAt ?? 0, lastSuccessAt ?? 0);
  return last === 0 ? null : last;
}

interface FiguresProps extends Stored {
  /** The schedule's. */
  readonly alarmAt: ReadonlySignal<number | null>;
  readonly bellAt: ReadonlySignal<number | null>;
}

/** When something was done and is to be done. The clock is read here: it draws no more than this. */
function Figures({ view, state, setup, alarmAt, bellAt }: FiguresProps) {
  const now = clock.value;
  const nextAt = nextRunAt({
    alarmAt: alarmAt.value,
    everySeconds: setup.processEverySeconds,
    notBefore: state.halt === null ? 0 : now + pauseLeft(state.halt, now),
    bellAt: view.dataState === 'halted' ? bellAt.value : null,
  });
  return (
    <dl class="figures">
      <Figure name="last_run" at={lastPassAt(state)} />
      <Figure name="last_success" at={state.lastSuccessAt} />
      <Figure name="next_run" at={setup.isPaused ? null : nextAt} />
    </dl>
  );
}

function Figure({
  name,
  at,
}: {
  name: 'last_run' | 'last_success' | 'next_run';
  at: number | null;
}) {
  return (
    <div>
      <dt>{words(`figure_${name}`)}</dt>
      <dd>{at === null ? '–' : <RelativeTime at={at} />}</dd>
    </div>
  );
}
