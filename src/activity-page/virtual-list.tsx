import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface VirtualListProps<Row> {
  readonly rows: readonly Row[];
  /** All rows are as high as this, in pixels. */
  readonly rowHeight: number;
  readonly label: string;
  readonly keyOf: (row: Row) => string;
  readonly children: (row: Row) => ComponentChild;
}

/** Drawn beyond what is in sight, so that scrolling and the Tab key always find a next row. */
const spareRows = 10;

/**
 * A list of any length that scrolls with the page: only the rows in sight are drawn, and the one
 * that has the focus, which would be lost with it.
 */
export function VirtualList<Row>(props: VirtualListProps<Row>) {
  const { rows, rowHeight, label, keyOf, children } = props;
  const list = useRef<HTMLUListElement>(null);
  const first = useSignal(0);
  const drawn = useSignal(2 * spareRows);
  const focused = useSignal<{ readonly key: string; readonly place: number } | null>(null);

  useEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      first.value = Math.max(0, Math.floor(-top / rowHeight) - spareRows);
      drawn.value = Math.ceil(innerHeight / rowHeight) + 2 * spareRows;
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [rowHeight]);

  /** Rows that came since may have moved it. */
  function placeOf(row: typeof focused.value): number {
    if (row === null) return -1;
    const present = rows[row.place];
    if (present !== undefined && keyOf(present) === row.key) return row.place;
    return rows.findIndex((one) => keyOf(one) === row.key);
  }

  const last = Math.min(rows.length, first.value + drawn.value);
  const places = Array.from(
    { length: Math.max(0, last - first.value) },
    (_, at) => first.value + at,
  );
  const kept = placeOf(focused.value);
  if (kept >= 0 && kept < first.value) places.unshift(kept);
  if (kept >= last) places.push(kept);
  return (
    <ul
      ref={list}
      class="virtual"
      aria-label={label}
      style={{ height: `${rows.length * rowHeight}px` }}
      onFocusOut={() => {
        focused.value = null;
      }}
    >
      {places.map((place) => {
        const row = rows[place];
        if (row === undefined) return null;
        const key = keyOf(row);
        return (
          <li
            key={key}
            aria-setsize={rows.length}
            aria-posinset={place + 1}
            style={{ top: `${place * rowHeight}px`, height: `${rowHeight}px` }}
            onFocusIn={() => {
              focused.value = { key, place };
            }}
          >
            {children(row)}
          </li>
        );
      })}
    </ul>
  );
}
