import { number, record, type Shaped, withDefault } from '../storage/shape.ts';

/** What became of a run's items. */
export const countsShape = record({
  /** Items that the pass found unchecked. */
  total: number,
  /** Annotated and checked off. */
  done: number,
  /** Checked off with nothing to write. */
  unchanged: number,
  /** Failed and deferred, or failed and left unchecked where the settings say so; and `withoutItem`. */
  failed: number,
  /** Of those that failed, issues without an item: there was nothing to be deferred. */
  withoutItem: withDefault(number, 0),
  /** Left for a later run: a passing failure. */
  postponed: number,
  /** Recheck only: brought back to the queue. */
  unchecked: number,
  /** Move only: in the fresh checklist by now. */
  moved: withDefault(number, 0),
  /** Undo only: brought back to what was there before. */
  undone: withDefault(number, 0),
  /** Not as it was when a person looked at it: nothing was written. */
  left_alone: withDefault(number, 0),
  /** Preview only: looked at. */
  looked: withDefault(number, 0),
  /** Put into a checklist. */
  added: withDefault(number, 0),
});
export type Counts = Shaped<typeof countsShape>;

/** Those of a run that did nothing yet. */
export const noCounts: Counts = {
  total: 0,
  done: 0,
  unchanged: 0,
  failed: 0,
  withoutItem: 0,
  postponed: 0,
  unchecked: 0,
  moved: 0,
  undone: 0,
  left_alone: 0,
  looked: 0,
  added: 0,
};
