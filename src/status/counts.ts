import { number, record, type Shaped, withDefault } from '../storage/shape.ts';

/** None where a version before did not count it. */
const count = withDefault(number, 0);

/** What became of a run's items. */
export const countsShape = record({
  /** Items that the pass found unchecked. */
  total: count,
  /** Annotated and checked off. */
  done: count,
  /** Checked off with nothing to write. */
  unchanged: count,
  /** Failed and deferred, or failed and left unchecked where the settings say so; and `withoutItem`. */
  failed: count,
  /** Of those that failed, issues without an item: there was nothing to be deferred. */
  withoutItem: count,
  /** Left for a later run: a passing failure. */
  postponed: count,
  /** Recheck only: brought back to the queue. */
  unchecked: count,
  /** Move only: in the fresh checklist by now. */
  moved: count,
  /** Undo only: brought back to what was there before. */
  undone: count,
  /** Not as it was when a person looked at it: nothing was written. */
  left_alone: count,
  /** Preview only: looked at. */
  looked: count,
  /** Put into a checklist. */
  added: count,
});
export type Counts = Shaped<typeof countsShape>;

/** Those of a run that did nothing yet. */
export const noCounts: Counts = countsShape({});
