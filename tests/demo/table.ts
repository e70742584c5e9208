import {
  deferralDate,
  type Expectation,
  errorField,
  parseTrackerDate,
  type World,
} from '../simulator/index.ts';

/**
 * What was done about some items and why, as a table: all of it read from the simulated tracker,
 * but for what the item is an example of.
 */
export function tableOf(world: World, expectations: readonly Expectation[]): string {
  const rows = expectations.map((expectation) => [
    shorten(expectation.before.text, 34),
    shorten(expectation.about, 56),
    outcomeOf(world, expectation),
    codeOf(world, expectation) ?? '',
    expectation.key === null ? '' : String(world.patches(expectation.key).length),
  ]);
  const all = [['Item', 'An example of', 'Outcome', 'Code', 'PATCHes'], ...rows];
  const widths = (all[0] ?? []).map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return lines.join('\n');
}

function outcomeOf(world: World, { before, key }: Expectation): string {
  const item = checklistOf(world).items.get(before.id);
  if (item === undefined) return 'deleted';
  if (item === before) return before.checked ? 'left alone' : 'NOT DONE';
  if (!item.checked) return 'open again';
  if (parseTrackerDate(item.deadline ?? '') >= parseTrackerDate(deferralDate)) return 'deferred';
  return key !== null && world.patches(key).length > 0 ? 'written' : 'nothing to write';
}

/** The code in the issue's error field or, where that can't be written, in the summary. */
function codeOf(world: World, { before, key, named }: Expectation): string | undefined {
  const text = key === null ? undefined : world.findIssue(key)?.fields.get(errorField);
  const summary = String(checklistOf(world).fields.get(errorField) ?? '').split('\n');
  const label = `${named ?? before.text}: `;
  const line = summary.find((entry) => entry.startsWith(label))?.slice(label.length);
  return /^[a-z_]+(?=: )/.exec(String(text ?? line ?? ''))?.[0];
}

function checklistOf(world: World) {
  return world.issue(world.checklistKeys[0] ?? '');
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
