import type { Change, ItemEntry, Untouched } from '../activity/entries.ts';
import { type FieldValue, fieldText } from '../tracker/field-value.ts';
import type { Issue } from '../tracker/shapes.ts';
import { itemName } from './item-memory.ts';

/** What one PATCH of an issue takes back, and what it leaves to whoever edited it since. */
export interface UndoPlan {
  readonly changes: readonly Change[];
  readonly untouched: readonly Untouched[];
}

/** What an undo looks at of an entry. Where the outcome is `postponed`, nobody knows whether it was written. */
type Undoable = Pick<ItemEntry, 'changes'> & Partial<Pick<ItemEntry, 'outcome'>>;

/**
 * How to take back what was written to an issue: fields that still hold it go back to what was there
 * before, the others are left alone. Pure, and its own inverse: what it gives, written and entered
 * in the history, is taken back in the same way.
 * @param entries of this issue, the newest first.
 */
export function planUndo(entries: readonly Undoable[], issue: Issue): UndoPlan {
  const back = new Map<string, Change>();
  const untouched = new Map<string, Untouched>();
  /** Fields of which nothing older can be taken back. */
  const covered = new Set<string>();
  const changesBack = entries.flatMap(({ changes, outcome }) =>
    changes.map((change) => ({ ...change, isConfirmed: outcome !== 'postponed' })),
  );
  for (const { field, key, from, to, isConfirmed } of changesBack) {
    if (covered.has(field)) continue;
    const present = back.get(field);
    const about = { field, key };
    const now = issue[field] ?? null;
    const reached = fieldText(present === undefined ? now : present.to);
    const isHeld = reached === fieldText(to);
    // What was sent and never arrived is nobody's edit.
    if (!isHeld && !isConfirmed && reached === fieldText(from)) continue;
    if (isHeld && isWritable(from)) {
      back.set(field, { ...about, from: now, to: from ?? null });
    } else {
      // Somebody's edit covers what is older, too.
      covered.add(field);
      const why = isHeld ? 'not_plain' : 'edited_since';
      if (present === undefined) untouched.set(field, { ...about, why, value: now });
    }
  }
  // What is as it was before is not somebody's edit, but an undo that was begun.
  const oldest = new Map(
    entries.flatMap((entry) => entry.changes).map(({ field, from }) => [field, from]),
  );
  for (const [field, from] of oldest) {
    if (fieldText(issue[field]) === fieldText(from)) untouched.delete(field);
  }
  const changes = [...back.values()].filter(({ from, to }) => fieldText(from) !== fieldText(to));
  return { changes, untouched: [...untouched.values()] };
}

/** Users and lists come in another form than they are written in. */
function isWritable(value: unknown): value is FieldValue | undefined {
  return value === undefined || value === null || ['string', 'number'].includes(typeof value);
}

/** An issue that was dealt with, or an item that names none, with the entries that tell of it. */
export interface UndoGroup {
  /** The issue's key, or the item's name among those of all queues. */
  readonly name: string;
  readonly issueKey: string | null;
  /** The newest first. */
  readonly entries: readonly ItemEntry[];
}

/** What an entry is taken back with. */
export function undoName({
  issueKey,
  queue,
  itemId,
}: Pick<ItemEntry, 'issueKey' | 'queue' | 'itemId'>): string {
  return issueKey ?? itemName({ queue, id: itemId });
}

/** Outcomes that leave an item checked: it can be unchecked though nothing was written to its issue. */
const checking: ReadonlySet<ItemEntry['outcome']> = new Set(['done', 'unchanged', 'failed']);

/** What is to be taken back, by issue: what was written, and items that were checked. */
export function undoGroups(entriesInOrder: readonly ItemEntry[]): UndoGroup[] {
  const groups = new Map<string, ItemEntry[]>();
  for (const entry of entriesInOrder.toReversed()) {
    const isChecked = entry.queue !== '' && checking.has(entry.outcome);
    if (entry.changes.length === 0 && !isChecked) continue;
    const name = undoName(entry);
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups]
    .map(([name, entries]) => ({ name, issueKey: entries[0]?.issueKey ?? null, entries }))
    .toReversed();
}
