import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RunEntry } from '../activity/entries.ts';
import { allTimes, readAllRuns, scanItems } from '../activity/scan.ts';
import { versionLimit } from '../status/write-budget.ts';
import { Trouble } from '../ui/notice.tsx';
import { reasonOf } from '../ui/page.tsx';
import { countWords, language, numberWords, words } from '../words/words.ts';
import { hashOf } from './address.ts';
import { Bars, EmptyFigure, VersionLines } from './chart.tsx';
import {
  bucketStarts,
  ItemFigures,
  outcomeSeries,
  outcomesOverTime,
  requestsOfRuns,
  timeSeries,
  versionsOverTime,
} from './figures.ts';
import { outcomeOfManyWords } from './lines.tsx';

const spans = [1, 7, 30, 90] as const;
const runsDrawn = 60;
const codesDrawn = 10;
const drawnEveryMs = 300;

const hours = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' });
const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });

interface Shown {
  readonly starts: readonly number[];
  readonly runs: readonly RunEntry[];
  readonly items: ItemFigures;
}

/** Pictures of the work over some time. */
export function FiguresView() {
  const span = useSignal<number>(7);
  const shown = useSignal<Shown | null>(null);
  const trouble = useSignal<string | null>(null);
  const wanted = span.value;
  useEffect(() => {
    let isWanted = true;
    const read = async () => {
      const starts = bucketStarts(wanted, Date.now());
      const from = starts[0] ?? 0;
      const runs = (await readAllRuns()).filter(({ endedAt }) => endedAt >= from);
      const items = new ItemFigures(starts);
      let drawnAgainAt = 0;
      const draw = () => {
        if (!isWanted) return;
        shown.value = { starts, runs, items };
        trouble.value = null;
      };
      for await (const some of scanItems({ ...allTimes, from })) {
        if (!isWanted) return;
        items.add(some);
        if (performance.now() < drawnAgainAt) continue;
        drawnAgainAt = performance.now() + drawnEveryMs;
        draw();
      }
      draw();
    };
    read().catch((error: unknown) => {
      // Of a time that nobody looks at any more.
      if (isWanted) trouble.value = words('activity_unreadable', reasonOf(error));
    });
    return () => {
      isWanted = false;
    };
  }, [wanted]);
  return (
    <>
      <div class="card filter">
        <label>
          {words('figures_span')}
          <select
            value={String(wanted)}
            onChange={(event) => {
              span.value = Number(event.currentTarget.value);
            }}
          >
            {spans.map((count) => (
              <option key={count} value={String(count)}>
                {countWords('figures_days', count)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Trouble text={trouble.value} />
      {shown.value !== null && (
        <Pictures {...shown.value} timeWords={(at) => (wanted === 1 ? hours : days).format(at)} />
      )}
    </>
  );
}

function Pictures({
  starts,
  runs,
  items,
  timeWords,
}: Shown & { timeWords: (at: number) => string }) {
  const outcomes = outcomeSeries.map(outcomeOfManyWords);
  return (
    <>
      <Bars
        title={words('figures_outcomes')}
        series={outcomes}
        buckets={outcomesOverTime(runs, starts)}
        timeWords={timeWords}
      />
      <Bars
        title={words('figures_times')}
        series={timeSeries.map((part) => words(`part_${part}`))}
        buckets={items.timesOverTime}
        timeWords={timeWords}
        unit={words('request_ms')}
      />
      <Bars
        title={words('figures_requests')}
        series={[words('item_requests')]}
        buckets={requestsOfRuns(runs, runsDrawn)}
        timeWords={(at) => hours.format(at)}
      />
      <Errors errors={items.errors.slice(0, codesDrawn)} />
      <VersionLines
        title={words('figures_versions')}
        lines={versionsOverTime(runs)}
        limit={versionLimit}
        timeWords={(at) => hours.format(at)}
      />
    </>
  );
}

/** A table that is its own picture. */
function Errors({ errors }: { errors: readonly (readonly [string, number])[] }) {
  const most = Math.max(1, ...errors.map(([, count]) => count));
  const title = words('figures_errors');
  if (errors.length === 0) return <EmptyFigure title={title} />;
  return (
    <section class="card stack figure">
      <h2>{title}</h2>
      <table>
        <tbody>
          {errors.map(([code, count]) => (
            <tr key={code}>
              <th scope="row">
                <a href={hashOf({ filter: { query: code } })}>
                  <code>{code}</code>
                </a>
              </th>
              <td>{numberWords(count)}</td>
              <td class="share">
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="bar" width={(100 * count) / most} height="8" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
