import { addLines, type LogLine } from '../activity/log.ts';
import { gathered } from './gathered.ts';

/** How long lines may wait to be written together, in milliseconds. */
const gatheringMs = 500;

let lines: LogLine[] = [];
let isDetailed = false;

const writes = gathered(async () => {
  const written = lines;
  lines = [];
  try {
    await addLines(written);
  } catch {
    // The history lies in the same database: that it can't be written is said in the popup.
  }
}, gatheringMs);

/** Whether lines of the level `detail` are kept: each request is one. */
export function keepDetails(wanted: boolean): void {
  isDetailed = wanted;
}

/** Adds a line of the level `detail`, which is made only where such lines are kept. */
export function logDetail(make: () => Omit<LogLine, 'at' | 'level'>): void {
  if (isDetailed) log({ ...make(), level: 'detail' });
}

/** Adds a line to the log. It is written soon, with others. */
export function log(line: Omit<LogLine, 'at'>): void {
  lines.push({ ...line, at: Date.now() });
  writes.soon();
}

/** Resolves when all lines are written, as far as they can be. */
export function flushLog(): Promise<void> {
  return writes.now();
}
