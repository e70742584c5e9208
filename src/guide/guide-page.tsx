import type { ReadonlySignal } from '@preact/signals';
import { type ComponentChildren, Fragment } from 'preact';
import { DropTarget } from '../options/drop-target.tsx';
import { ImportFiles } from '../options/import-section.tsx';
import { problemWords } from '../options/inputs.tsx';
import { RepairedNotice } from '../options/notices.tsx';
import { OutcomeWords } from '../options/save-bar.tsx';
import type { OptionsStore } from '../options/store.ts';
import type { LastRun } from '../status/status.ts';
import { Button } from '../ui/button.tsx';
import { countsWords } from '../ui/counts.ts';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { words } from '../words/words.ts';
import { ContentStep } from './content-step.tsx';
import { FieldsStep } from './fields-step.tsx';
import { isSkipped, type Step, steps, stepsLacking, stepsOpen } from './progress.ts';
import type { GuideStore } from './store.ts';
import { ChecklistStep, TrackerStep } from './tracker-steps.tsx';

interface GuidePageProps {
  readonly store: GuideStore;
  /** For the import of files alone. */
  readonly options: OptionsStore;
  /** Null while one is under way, or asked for. */
  readonly lastRun: ReadonlySignal<LastRun | null>;
}

/** Leads from nothing to the first annotated issue, in steps that check themselves. */
export function GuidePage({ store, options, lastRun }: GuidePageProps) {
  return (
    <DropTarget store={options}>
      <PageHead title={words('guide_title')} />
      <main tabIndex={-1}>
        <div class="stack">
          <p>{words('what_it_does')}</p>
          {store.loaded.value.managed.schedulePaused === false ? (
            <p>{words('guide_keeps_on')}</p>
          ) : (
            <p class="soft">{words('guide_keeps')}</p>
          )}
          <p class="drop">
            {words('intro_drop')} <a href="#import">{words('intro_choose')}</a>
          </p>
        </div>
        <div class="stack news">
          {store.trouble.value !== null && (
            <Notice tone="alarm" announced>
              {words('command_failed', store.trouble.value)}
            </Notice>
          )}
          {store.theirs.value.length > 0 && (
            <Notice tone="amber" announced>
              {words(
                'guide_overtaken',
                store.theirs.value.map((name) => words(`setting_${name}`)).join(', '),
              )}
            </Notice>
          )}
          {store.isPausedHere.value && store.loaded.value.settings.schedulePaused && (
            <Notice tone="amber" announced>
              {words('guide_paused')}
            </Notice>
          )}
        </div>
        {store.loaded.value.isNewer ? (
          <Notice tone="amber">
            <p>{words('settings_newer')}</p>
            <p>
              <a href="../options/index.html#newer">{words('remedy_open_settings')}</a>
            </p>
          </Notice>
        ) : (
          <RepairedNotice store={options} />
        )}
        <ol class="steps" hidden={store.loaded.value.isNewer}>
          <StepCard store={store} step="tracker">
            <TrackerStep store={store} />
          </StepCard>
          <StepCard store={store} step="checklist">
            <ChecklistStep store={store} />
          </StepCard>
          <StepCard store={store} step="fields">
            <FieldsStep store={store} />
          </StepCard>
          <StepCard store={store} step="content">
            <ContentStep store={store} />
          </StepCard>
          <StepCard store={store} step="preview">
            <PreviewStep store={store} />
          </StepCard>
          <StepCard store={store} step="schedule">
            <ScheduleStep store={store} lastRun={lastRun.value} />
          </StepCard>
        </ol>
        <section id="import" class="card" tabIndex={-1} aria-labelledby="import-title">
          <h2 id="import-title">{words('guide_import')}</h2>
          <ImportFiles store={options} onPreview={store.preview} />
          <div role="status">
            <ImportOutcome store={store} options={options} />
          </div>
        </section>
        <p>
          <a href="../options/index.html">{words('guide_all_settings')}</a>
        </p>
      </main>
    </DropTarget>
  );
}

/** What came of the import; a host that was refused is asked for again at its step. */
function ImportOutcome({ store, options }: Pick<GuidePageProps, 'store' | 'options'>) {
  const outcome = options.outcome.value?.kind;
  const lacking = stepsLacking(store.missing.value);
  return (
    <>
      {outcome === 'refused' ? (
        <p class="problem">{words('guide_import_refused')}</p>
      ) : (
        <OutcomeWords store={options} />
      )}
      {(outcome === 'refused' || outcome === 'imported') && lacking.length > 0 && (
        <p>
          {words('guide_import_lacks')} <StepLinks steps={lacking} />
        </p>
      )}
    </>
  );
}

interface StepCardProps {
  readonly store: GuideStore;
  readonly step: Step;
  readonly children: ComponentChildren;
}

function StepCard({ store, step, children }: StepCardProps) {
  const { managed } = store.loaded.value;
  const isDone = store.done.value.has(step);
  const current = steps.find((one) => !store.done.value.has(one) && !isSkipped(one, managed));
  const number = steps.indexOf(step) + 1;
  return (
    <li
      id={`step-${step}`}
      class={`card step ${isDone ? 'done' : ''}`}
      tabIndex={-1}
      data-step={step}
      aria-current={current === step ? 'step' : undefined}
    >
      <h2>
        <span
          class="number"
          role="img"
          aria-label={`${number}. ${words(isDone ? 'step_done' : 'step_open')}`}
        >
          {isDone ? '✓' : number}
        </span>
        {words(`guide_${step}`)}
      </h2>
      {isSkipped(step, managed) ? <p class="soft">{words('guide_managed')}</p> : children}
    </li>
  );
}

function PreviewStep({ store }: { store: GuideStore }) {
  if (store.missing.value.length > 0) return <p class="soft">{words('guide_waits')}</p>;
  return (
    <>
      <p>{words('guide_preview_help')}</p>
      <div class="row">
        <Button onClick={store.preview}>{words('guide_preview_open')}</Button>
      </div>
    </>
  );
}

function ScheduleStep({ store, lastRun }: { store: GuideStore; lastRun: LastRun | null }) {
  const isOn = store.done.value.has('schedule');
  const isUnsound = store.missing.value.length === 0 && store.standing.value.length > 0;
  return (
    <>
      {/* There before there is anything to be read out: what comes with its words may not be. */}
      <div role="status" class="stack">
        {isOn ? <IsOn store={store} lastRun={lastRun} /> : isUnsound && <Unsound store={store} />}
      </div>
      {!isOn && !isUnsound && <SwitchOn store={store} />}
    </>
  );
}

function IsOn({ store, lastRun }: { store: GuideStore; lastRun: LastRun | null }) {
  const { leaveFailedUnchecked, trackerUrl, contentUrl } = store.loaded.value.settings;
  const counts = lastRun === null ? '' : countsWords(lastRun, leaveFailedUnchecked);
  const barred = (['tracker', 'content'] as const).filter(
    (host) => !store.isGranted(host === 'tracker' ? trackerUrl : contentUrl),
  );
  return (
    <>
      {barred.length === 0 ? (
        <p class="good">{words('guide_on')}</p>
      ) : (
        <p class="problem">
          {words('guide_barred')} <StepLinks steps={barred} />
        </p>
      )}
      {counts !== '' && <p>{words('guide_first_run', counts)}</p>}
      <p>
        <a href="../activity-page/index.html">{words('button_activity')}</a>
      </p>
    </>
  );
}

function Unsound({ store }: { store: GuideStore }) {
  return (
    <>
      <p>{words('guide_unsound')}</p>
      {store.standing.value.map(({ name, problem }) => (
        <p key={name} class="problem">
          <a href={`../options/index.html#${name}`}>{words(`setting_${name}`)}</a>:{' '}
          {problemWords(problem, name)}
        </p>
      ))}
    </>
  );
}

function SwitchOn({ store }: { store: GuideStore }) {
  const isReady = store.missing.value.length === 0;
  const open = isReady ? stepsOpen(store.done.value, store.loaded.value.managed) : [];
  const isDoubtful = open.length > 0;
  return (
    <>
      <p class="soft">{words(isReady ? 'guide_schedule_help' : 'guide_waits')}</p>
      {isDoubtful && (
        <p>
          {words('guide_doubtful')} <StepLinks steps={open} />
        </p>
      )}
      <div class="row">
        <Button
          look={isDoubtful ? 'plain' : 'primary'}
          disabled={!isReady}
          onClick={store.switchOn}
        >
          {words(isDoubtful ? 'guide_switch_on_anyway' : 'guide_switch_on')}
        </Button>
      </div>
    </>
  );
}

/** Steps by their numbers and names, leading to their places. */
function StepLinks({ steps: named }: { steps: readonly Step[] }) {
  return (
    <>
      {named.map((step, index) => (
        <Fragment key={step}>
          {index > 0 && ', '}
          <a href={`#step-${step}`}>
            {steps.indexOf(step) + 1}.&nbsp;{words(`guide_${step}`)}
          </a>
        </Fragment>
      ))}
    </>
  );
}
