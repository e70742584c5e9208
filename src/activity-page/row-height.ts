import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Heights of a list's rows in pixels, as activity-page.css has room for them. */
interface Heights {
  readonly wide: number;
  readonly narrow: number;
}
export const rowHeights: Heights = { wide: 40, narrow: 60 };
/** Two lines of text; three where there is little room. */
export const lineHeights: Heights = { wide: 48, narrow: 92 };

const narrow = matchMedia('(max-width: 640px)');

/** The height of a row in a window as wide as this one. */
export function useRowHeight(heights: Heights): number {
  const isNarrow = useSignal(narrow.matches);
  useEffect(() => {
    const look = () => {
      isNarrow.value = narrow.matches;
    };
    narrow.addEventListener('change', look);
    return () => narrow.removeEventListener('change', look);
  }, []);
  return isNarrow.value ? heights.narrow : heights.wide;
}
