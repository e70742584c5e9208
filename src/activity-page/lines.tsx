import { type ItemEntry, outcomeName, type RunEntry } from '../activity/entries.ts';
import type { Settings } from '../settings/schema.ts';
import { countsWords } from '../ui/counts.ts';
import { durationWords, RelativeTime } from '../ui/time.tsx';
import { words } from '../words/words.ts';
import type { ItemRow, RunRow } from './timeline.ts';

/** Told apart by shape, not by colour alone. */
export const marks: Readonly<Record<ItemRow['outcome'], string>> = {
  done: '✓',
  unchanged: '=',
  failed: '✕',
  postponed: '…',
  unchecked: '↺',
  undone: '↶',
  left_alone: '–',
  added: '+',
};

/** An outcome as that of many, of which some may have failed and been deferred. */
export function outcomeOfManyWords(outcome: ItemEntry['outcome']): string {
  return words(`outcome_${outcome === 'failed' ? 'deferred_or_failed' : outcome}`);
}

interface ItemLineProps {
  readonly row: ItemRow;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
  readonly onOpen: () => void;
}

/** One item of one run, in one line. */
export function ItemLine({ row, isChosen, onChoose, onOpen }: ItemLineProps) {
  const name = row.issueKey ?? row.text;
  return (
    <div class="line item-line">
      <input
        type="checkbox"
        aria-label={words('choose_item', name)}
        checked={isChosen}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <button type="button" class="open" onClick={onOpen}>
        <span class={`mark ${row.outcome}`} aria-hidden="true">
          {marks[row.outcome]}
        </span>
        <span class="name">{name}</span>
        <span class="outcome">{words(`outcome_${outcomeName(row)}`)}</span>
        <span class="detail soft">
          {row.code !== null && <code class="problem">{row.code} </code>}
          {row.resource !== null && `${words(`resource_${row.resource.type}`)} ${row.resource.id}`}
        </span>
        <span class="when soft small">
          <RelativeTime at={row.at} />
        </span>
      </button>
    </div>
  );
}

interface RunLineProps {
  readonly row: RunRow;
  readonly isGoingOn: boolean;
  readonly settings: Settings;
  readonly onOpen: () => void;
}

/** One run, in one line. */
export function RunLine({ row, isGoingOn, settings, onOpen }: RunLineProps) {
  const { run, at } = row;
  if (run === null) {
    return (
      <div class="line run-line">
        <span class="name">{words(isGoingOn ? 'run_going_on' : 'run_unknown')}</span>
        <span class="when soft small">
          <RelativeTime at={at} />
        </span>
      </div>
    );
  }
  return (
    <div class="line run-line">
      <button type="button" class="open" onClick={onOpen}>
        <span class="name">{words(`run_${run.kind}`)}</span>
        <span class={`detail ${run.outcome === 'halted' ? 'problem' : ''}`}>
          {run.failure !== null && <code>{run.failure.code} </code>}
          {run.move !== undefined && `${moveWords(run.move)} · `}
          {runWords(run, settings)}
        </span>
        <span class="when soft small">
          <RelativeTime at={run.endedAt} />
        </span>
      </button>
    </div>
  );
}

function moveWords({ from, to }: NonNullable<RunEntry['move']>): string {
  return to === null ? from : `${from} → ${to}`;
}

/** How a run ended and what it did. */
export function runWords(run: RunEntry, { leaveFailedUnchecked }: Settings): string {
  const counts = countsWords(run, leaveFailedUnchecked);
  // What was put off is counted as that: said of the run as well it would stand there twice.
  const isCounted =
    run.outcome === 'completed' ||
    (run.outcome === 'interrupted' && (run.counts.postponed ?? 0) > 0);
  const ended = isCounted ? '' : words(`run_${run.outcome}`);
  // Of one that was broken off nobody has counted what it was about to write.
  const isBrokenOff = run.outcome === 'halted' || run.outcome === 'interrupted';
  const done = counts === '' && !isBrokenOff ? words('run_nothing') : counts;
  const told = [ended, done].filter((part) => part !== '').join(': ');
  return words('run_summary', told, durationWords(run.endedAt - run.startedAt));
}
