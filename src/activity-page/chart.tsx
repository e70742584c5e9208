import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { numberWords, words } from '../words/words.ts';
import type { Bucket, Versions } from './figures.ts';

const width = 640;
const height = 160;
const widestBar = 48;

interface FigureProps {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly children: ComponentChildren;
}

/** A picture with its figures at hand, for those whom it does not tell enough. */
function Figure({ title, head, rows, children }: FigureProps) {
  if (rows.length === 0) return <EmptyFigure title={title} />;
  return (
    <section class="card stack figure">
      <h2>{title}</h2>
      {children}
      <details>
        <summary>{words('figures_table')}</summary>
        <table>
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([first, ...others], at) => (
              <tr key={at}>
                <th scope="row">{first}</th>
                {others.map((cell, place) => (
                  <td key={place}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

/** What stands in the place of a picture where there is nothing to be seen. */
export function EmptyFigure({ title }: { title: string }) {
  return (
    <section class="card stack figure">
      <h2>{title}</h2>
      <p class="soft">{words('figures_none')}</p>
    </section>
  );
}

interface BarsProps {
  readonly title: string;
  /** What each part of a bar stands for. */
  readonly series: readonly string[];
  readonly buckets: readonly Bucket[];
  readonly timeWords: (at: number) => string;
  readonly unit?: string;
}

/** Bars over time, in parts that are told apart by their pattern as well as their colour. */
export function Bars({ title, series, buckets, timeWords, unit = '' }: BarsProps) {
  const id = useId();
  const sums = buckets.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(0, ...sums);
  const step = width / Math.max(1, buckets.length);
  const barWidth = Math.min(widestBar, Math.max(1, step * 0.8));
  const filled = buckets.filter((_, at) => (sums[at] ?? 0) > 0);
  const first = buckets[0];
  const last = buckets.at(-1);
  return (
    <Figure
      title={title}
      head={[
        words('figures_time'),
        ...series.map((name) => (unit === '' ? name : `${name}, ${unit}`)),
      ]}
      rows={filled.map(({ from, values }) => [timeWords(from), ...values.map(numberWords)])}
    >
      <p class="soft small">{words('figures_most', `${numberWords(most)} ${unit}`.trim())}</p>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        <Patterns id={id} />
        <line class="axis" x1="0" y1={height} x2={width} y2={height} />
        {buckets.map(({ from, values }, at) => {
          let top = height;
          return values.map((value, place) => {
            const high = most === 0 ? 0 : (value / most) * (height - 4);
            top -= high;
            return (
              <rect
                key={`${from} ${place}`}
                class={`series series-${place}`}
                fill={`url(#${id}-${place})`}
                x={at * step + (step - barWidth) / 2}
                y={top}
                width={barWidth}
                height={high}
              />
            );
          });
        })}
      </svg>
      <p class="row between soft small">
        <span>{first !== undefined && timeWords(first.from)}</span>
        <span>{last !== undefined && timeWords(last.from)}</span>
      </p>
      {series.length > 1 && (
        <ul class="row legend small">
          {series.map((name, place) => (
            <li key={name}>
              <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
                <rect
                  class={`series series-${place}`}
                  fill={`url(#${id}-${place})`}
                  x="0.5"
                  y="0.5"
                  width="13"
                  height="13"
                />
              </svg>{' '}
              {name}
            </li>
          ))}
        </ul>
      )}
    </Figure>
  );
}

/** Full, empty, hatched, dotted. */
function Patterns({ id }: { id: string }) {
  return (
    <defs>
      {[0, 1, 2, 3].map((place) => (
        <pattern
          key={place}
          id={`${id}-${place}`}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          class={`series-${place}`}
        >
          {place === 0 && <rect class="ink" width="6" height="6" />}
          {place === 2 && <path class="stroke" d="M0 6 L6 0 M-1 1 L1 -1 M5 7 L7 5" />}
          {place === 3 && <circle class="ink" cx="3" cy="3" r="1.2" />}
        </pattern>
      ))}
    </defs>
  );
}

interface LinesProps {
  readonly title: string;
  readonly lines: readonly Versions[];
  readonly limit: number;
  readonly timeWords: (at: number) => string;
}

/** Versions over time under the limit that they must not pass. */
export function VersionLines({ title, lines, limit, timeWords }: LinesProps) {
  const points = lines.flatMap((line) => line.points);
  const from = Math.min(...points.map(({ at }) => at));
  const span = Math.max(1, Math.max(...points.map(({ at }) => at)) - from);
  const top = Math.max(limit, ...points.map(({ version }) => version)) * 1.05;
  const y = (version: number) => height - (version / top) * height;
  return (
    <Figure
      title={title}
      head={[words('figures_time'), words('item_queue'), words('figures_version')]}
      rows={lines.flatMap(({ checklistIssue, points: all }) =>
        all
          .slice(-50)
          .map(({ at, version }) => [timeWords(at), checklistIssue, numberWords(version)]),
      )}
    >
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        <line class="limit" x1="0" y1={y(limit)} x2={width} y2={y(limit)} />
        <line class="axis" x1="0" y1={height} x2={width} y2={height} />
        {lines.map(({ checklistIssue, points: all }, place) => (
          <polyline
            key={checklistIssue}
            class="version"
            stroke-dasharray={dashesOf(place)}
            points={all
              .map(({ at, version }) => `${((at - from) / span) * width},${y(version)}`)
              .join(' ')}
          />
        ))}
      </svg>
      <ul class="row legend small">
        {lines.map(({ checklistIssue, points: all }, place) => (
          <li key={checklistIssue}>
            <svg viewBox="0 0 40 8" width="40" height="8" aria-hidden="true">
              <line
                class="version"
                stroke-dasharray={dashesOf(place)}
                x1="0"
                y1="4"
                x2="40"
                y2="4"
              />
            </svg>{' '}
            {checklistIssue}: {numberWords(all.at(-1)?.version ?? 0)}
          </li>
        ))}
        <li>
          <svg viewBox="0 0 40 8" width="40" height="8" aria-hidden="true">
            <line class="limit" x1="0" y1="4" x2="40" y2="4" />
          </svg>{' '}
          {words('figures_limit', numberWords(limit))}
        </li>
      </ul>
    </Figure>
  );
}

/** A full line, one of dashes, and then with a dot more after each dash: there is always another. */
function dashesOf(place: number): string | undefined {
  return place === 0 ? undefined : `6 3${' 2 3'.repeat(place - 1)}`;
}
