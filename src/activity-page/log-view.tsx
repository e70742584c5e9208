import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type KeptLine, type LogLevel, type LogLine, logLevels } from '../activity/log.ts';
import { Trouble } from '../ui/notice.tsx';
import { hasAll } from '../ui/search.ts';
import { FullTime } from '../ui/time.tsx';
import { sentence, words } from '../words/words.ts';
import { wordsOf } from './filter.ts';
import { followLog } from './follow-log.ts';
import { lineHeights, useRowHeight } from './row-height.ts';
import { VirtualList } from './virtual-list.tsx';

/** What went on, line by line, as it goes on. */
export function LogView() {
  const rowHeight = useRowHeight(lineHeights);
  const lines = useSignal<readonly KeptLine[] | null>(null);
  const trouble = useSignal<string | null>(null);
  const query = useSignal('');
  const level = useSignal<LogLevel>('detail');
  useEffect(() => followLog(lines, trouble), []);
  const shown = useComputed(() => {
    const wanted = wordsOf(query.value);
    const depth = logLevels.indexOf(level.value);
    return (lines.value ?? []).filter((line) => {
      if (logLevels.indexOf(line.level) > depth) return false;
      return wanted.length === 0 || hasAll(textOf(line), wanted);
    });
  });
  return (
    <>
      <search class="card filter">
        <label class="wide">
          {words('search_log')}
          <input
            type="search"
            spellcheck={false}
            onInput={(event) => {
              query.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          {words('search_level')}
          <select
            value={level.value}
            onChange={(event) => {
              const wanted = event.currentTarget.value;
              level.value = logLevels.find((name) => name === wanted) ?? 'detail';
            }}
          >
            {logLevels.map((name) => (
              <option key={name} value={name}>
                {words(`level_${name}`)}
              </option>
            ))}
          </select>
        </label>
      </search>
      <Trouble text={trouble.value && words('log_unreadable', trouble.value)} />
      {lines.value !== null && shown.value.length === 0 && (
        <p class="card soft empty">
          {words(lines.value.length === 0 ? 'log_nothing' : 'log_empty')}
        </p>
      )}
      {shown.value.length > 0 && (
        <VirtualList
          rows={shown.value}
          rowHeight={rowHeight}
          label={words('log_label')}
          keyOf={({ id }) => String(id)}
        >
          {(line) => <Line line={line} />}
        </VirtualList>
      )}
    </>
  );
}

function Line({ line }: { line: KeptLine }) {
  const text = textOf(line);
  return (
    <div class={`line log-line ${line.level}`} title={text}>
      <span class="when soft small">
        <FullTime at={line.at} />
      </span>
      <span class="level small">{words(`level_${line.level}`)}</span>
      <span class="detail">{text}</span>
    </div>
  );
}

/** A line in words; what is stored are ids, so that it is read in whatever language looks at it. */
function textOf({ event, details, issueKey, failure }: LogLine): string {
  const told = words(`log_${event}`, ...detailWords(event, details));
  const why = failure === undefined ? '' : `${failure.code} ${sentence(failure)}`;
  return [issueKey ?? '', told, why].filter((part) => part !== '').join(' · ');
}

function detailWords(event: LogLine['event'], details: readonly string[]): readonly string[] {
  const [first = '', second = '', third = '', fourth = ''] = details;
  switch (event) {
    case 'run_began':
      return [`${words(`run_${first}`)}, ${words(`cause_${second}`)}`];
    case 'run_ended':
      return [words(`run_${first}`), words(`outcome_${second}`)];
    case 'item_ended':
      return [words(`outcome_${first}`)];
    case 'wait_began':
      return [words(`host_${first}`), third, fourth];
    case 'wait_ended':
      return [words(`host_${first}`)];
    case 'request':
    case 'storage_failed':
      return details;
  }
}
