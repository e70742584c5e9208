import type { Signal } from '@preact/signals';
import type { Settings } from '../settings/schema.ts';
import { Button } from '../ui/button.tsx';
import { openPreview } from '../ui/extension-pages.ts';
import { FailureLine } from '../ui/failure-text.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { FullTime } from '../ui/time.tsx';
import { countWords, words } from '../words/words.ts';
import { hashOf } from './address.ts';
import { Dialog } from './dialog.tsx';
import { runWords } from './lines.tsx';
import type { RunRow } from './timeline.ts';

/** One run that ended. */
export function RunDialog({ row, settings }: { row: Signal<RunRow | null>; settings: Settings }) {
  const run = row.value?.run;
  if (run == null) return null;
  const { trackerUrl } = settings;
  const isPass = run.cause !== 'chosen' && (run.kind === 'process' || run.kind === 'recheck');
  const close = () => {
    row.value = null;
  };
  return (
    <Dialog title={words(`run_${run.kind}`)} onClose={close}>
      <p>{runWords(run, settings)}</p>
      <p class="soft small">
        <FullTime at={run.startedAt} /> · {words(`cause_${run.cause}`)} ·{' '}
        {countWords('count_requests', run.requests)}
      </p>
      <FailureLine failure={run.failure} isAsked={!isPass} />
      {run.move !== undefined && (
        <p>
          <IssueLink trackerUrl={trackerUrl} issueKey={run.move.from} />
          {run.move.to !== null && (
            <>
              {' → '}
              <IssueLink trackerUrl={trackerUrl} issueKey={run.move.to} />
            </>
          )}
        </p>
      )}
      <div class="row between">
        <a href={hashOf({ filter: { run: run.id } })} onClick={close}>
          {words('run_only')}
        </a>
        {run.kind !== 'move' && (
          <Button onClick={() => openPreview(`undo-run=${run.id}`)}>{words('button_undo')}</Button>
        )}
      </div>
    </Dialog>
  );
}
