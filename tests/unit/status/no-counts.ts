import type { Counts } from '../../../src/status/status.ts';

/** The counts of a run that did nothing. Those of the source come with the extension's storage. */
export const noCounts: Counts = {
  total: 0,
  done: 0,
  unchanged: 0,
  failed: 0,
  postponed: 0,
  unchecked: 0,
  moved: 0,
  undone: 0,
  left_alone: 0,
  looked: 0,
  added: 0,
};
