import type { ChecklistItem } from './issues.ts';
import type { Json } from './json.ts';
import { sameJson } from './json.ts';
import { deferralDate, errorField } from './standard-world.ts';
import { parseTrackerDate } from './tracker-dates.ts';
import type { World } from './world.ts';

/** What is to be the case after a run, for one item and the issue it names. */
export interface Expectation {
  /** What this is an example of. */
  readonly about: string;
  /** The item as it was before the run. */
  readonly before: ChecklistItem;
  /** Whether it was there to be done: one that was not is to be left as it was. */
  readonly open: boolean;
  readonly item: 'checked' | 'deferred';
  /** The key by which the item names its issue; null where it names none. */
  readonly named: string | null;
  /** The key of the issue; null where there is none. */
  readonly key: string | null;
  /** Every mapped field, with null for no value; empty where there is no issue. */
  readonly fields: Readonly<Record<string, Json>>;
  /** The code of the error that the item ends with. */
  readonly error: string | null;
  /** What the issue's error field holds: that code and a message, or this very text, or nothing. */
  readonly errorField: { code: string } | { text: string } | null;
  /** How often the issue is to be patched, all in all. */
  readonly patches: number;
}

/** A world with what a run over its first checklist is to make of it. */
export interface Scenario {
  readonly world: World;
  /** In the order of the list. */
  readonly expectations: readonly Expectation[];
}

/** What can be compared: items, the issues they name, the checklist issue's summary of errors. */
export type Part = 'items' | 'issues' | 'summary';

/** Compares a world after a run with what was expected; gives a line for each thing that differs. */
export function findDifferences(
  scenario: Scenario,
  parts: readonly Part[] = ['items', 'issues', 'summary'],
): string[] {
  const { world, expectations } = scenario;
  const [checklistKey = ''] = world.checklistKeys;
  return [
    ...expectations.flatMap((expectation) => [
      ...(parts.includes('items') ? itemDifferences(world, checklistKey, expectation) : []),
      ...(parts.includes('issues') ? issueDifferences(world, expectation) : []),
    ]),
    ...(parts.includes('summary') ? summaryDifferences(world, checklistKey, expectations) : []),
  ];
}

/** What differs in an item itself. */
function itemDifferences(world: World, checklistKey: string, expected: Expectation): string[] {
  const { before, open, item: state } = expected;
  const where = `Item "${before.text}"`;
  const item = world.issue(checklistKey).items.get(before.id);
  if (item === undefined) return [`${where} is gone`];
  if (!open) return item === before ? [] : [`${where} was changed`];
  if (!item.checked) return [`${where} is not checked`];
  if (item.text !== before.text) return [`${where} has another text: ${item.text}`];
  const deadline = parseTrackerDate(item.deadline ?? '');
  if (Number.isNaN(deadline)) return [`${where} has no deadline`];
  const isDeferred = deadline >= parseTrackerDate(deferralDate);
  if (isDeferred !== (state === 'deferred')) {
    return [`${where} is ${isDeferred ? '' : 'not '}deferred: ${item.deadline}`];
  }
  if (!isDeferred && deadline > world.now()) return [`${where} was checked in the future`];
  return [];
}

/** What differs in an issue. */
function issueDifferences(world: World, expected: Expectation): string[] {
  const { key, fields } = expected;
  if (key === null) return [];
  const issue = world.findIssue(key);
  if (issue === undefined) return [`${key} is gone`];
  const differences: string[] = [];
  for (const [field, wanted] of Object.entries(fields)) {
    const value = issue.fields.get(field) ?? null;
    if (!sameJson(value, wanted)) {
      const values = `${JSON.stringify(value)} instead of ${JSON.stringify(wanted)}`;
      differences.push(`${key} (${expected.about}): ${field} is ${values}`);
    }
  }
  const text = issue.fields.get(errorField) ?? null;
  if (!isErrorText(text, expected.errorField)) {
    const wanted = JSON.stringify(expected.errorField);
    differences.push(`${key} (${expected.about}): error is ${JSON.stringify(text)}, not ${wanted}`);
  }
  const patches = world.patches(key).length;
  if (patches !== expected.patches) {
    differences.push(`${key} (${expected.about}): ${patches} patches, not ${expected.patches}`);
  }
  return differences;
}

function isErrorText(text: Json, expected: Expectation['errorField']): boolean {
  if (expected === null) return text === null;
  if ('text' in expected) return text === expected.text;
  if (typeof text !== 'string') return false;
  // `code: message`, in one line of at most 500 characters.
  return text.startsWith(`${expected.code}: `) && /^[^\p{Cc}]{3,500}$/u.test(text);
}

/** What differs in the summary of errors on the checklist issue. */
function summaryDifferences(
  world: World,
  checklistKey: string,
  expectations: readonly Expectation[],
): string[] {
  const failed = expectations.filter(({ open, error }) => open && error !== null);
  const text = String(world.issue(checklistKey).fields.get(errorField) ?? '');
  const lines = text === '' ? [] : text.split('\n');
  const differences: string[] = [];
  if (!text.includes('… and ') && lines.length !== failed.length) {
    differences.push(`${checklistKey}: ${lines.length} lines of errors, not ${failed.length}`);
  }
  for (const { named, error } of failed) {
    const start = `${named}: ${error}: `;
    if (named === null || text.includes('… and ')) continue;
    if (!lines.some((line) => line.startsWith(start))) {
      differences.push(`${checklistKey}: no line "${start}…" among its errors`);
    }
  }
  return differences;
}
