import type { Signal } from '@preact/signals';
import { watchNews } from '../activity/database.ts';
import { type KeptLine, linesKept, readLinesAfter } from '../activity/log.ts';
import { reasonOf } from '../ui/page.tsx';

/**
 * Keeps the log's lines, newest first, up to date: as many as the log keeps, however long the page is open.
 * @param lines null until they were read.
 * @param trouble why they can't be read.
 * @returns what ends that.
 */
export function followLog(
  lines: Signal<readonly KeptLine[] | null>,
  trouble: Signal<string | null>,
): () => void {
  let isReading = false;
  let isAskedAgain = false;
  const read = async (): Promise<void> => {
    isAskedAgain = isReading;
    if (isReading) return;
    isReading = true;
    try {
      const known = lines.peek();
      const news = await readLinesAfter(known?.[0]?.id ?? 0);
      if (known === null || news.length > 0) {
        lines.value = [...news, ...(known ?? [])].slice(0, linesKept);
      }
      trouble.value = null;
    } catch (error) {
      trouble.value = reasonOf(error);
    }
    isReading = false;
    if (isAskedAgain) await read();
  };
  void read();
  return watchNews((parts) => {
    if (parts.includes('log')) void read();
  });
}
