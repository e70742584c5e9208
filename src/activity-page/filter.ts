import type { ItemEntry, RunEntry } from '../activity/entries.ts';
import { allTimes, type ScannedItem, type TimeRange } from '../activity/scan.ts';
import type { ResourceType } from '../breadcrumbs/resource.ts';
import { hasAll } from '../ui/search.ts';

/** What of the history is to be shown. It stands in the page's address, so it can be linked to. */
export interface Filter {
  /** Words that all have to be found, in whichever place. */
  readonly query: string;
  /** Empty: all. */
  readonly outcome: ItemEntry['outcome'] | '';
  /** As an input of local date and time holds it; empty: no end. */
  readonly from: string;
  readonly to: string;
  /** The one run that is shown; empty: all. */
  readonly run: string;
}

export const noFilter: Filter = { query: '', outcome: '', from: '', to: '', run: '' };

/** The time that a filter is about; what is no time is no bound. */
export function timeRange({ from, to }: Filter): TimeRange {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return {
    from: Number.isNaN(start) ? allTimes.from : start,
    // What is typed has whole minutes; the last one is meant in full.
    to: Number.isNaN(end) ? allTimes.to : end + 59_999,
  };
}

/** What has to be found of a query, each in small letters; a link without what was dropped of it. */
export function wordsOf(query: string): string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .map((word) => (/^https?:/.test(word) ? word.replace(/[?#].*$/, '') : word))
    .filter((word) => word !== '');
}

/** What each type of resource is called on the page. */
export type TypeNames = Readonly<Record<ResourceType, string>>;

/** Whether an item is to be shown. */
export function isItemShown(
  item: ScannedItem,
  filter: Filter,
  words: readonly string[],
  typeNames: TypeNames,
): boolean {
  if (filter.outcome !== '' && item.outcome !== filter.outcome) return false;
  if (filter.run !== '' && item.runId !== filter.run) return false;
  return words.length === 0 || hasAll(textOfItem(item, typeNames), words);
}

/** Whether a run is to be shown for its own sake, whatever becomes of its items. */
export function isRunShown(run: RunEntry, filter: Filter, words: readonly string[]): boolean {
  if (filter.outcome !== '' || (filter.run !== '' && run.id !== filter.run)) return false;
  const { from, to } = timeRange(filter);
  if (run.endedAt < from || run.startedAt > to) return false;
  return words.length === 0 || hasAll(textOfRun(run), words);
}

function textOfItem({ stored, ...head }: ScannedItem, typeNames: TypeNames): string {
  const { issueKey, text, queue, failure, resource } = head;
  const parts = [issueKey ?? '', text, queue];
  if (resource !== null) {
    // As it is stored, and as it is shown.
    parts.push(`${resource.type} ${resource.id}`, `${typeNames[resource.type]} ${resource.id}`);
  }
  if (failure !== null) parts.push(failure.code, ...failure.details);
  for (const name of searchedMembers) addTexts(Reflect.get(Object(stored), name), parts);
  return parts.join('\n');
}

/** Of an entry; its requests are not what people look for. */
const searchedMembers = ['issue', 'link', 'breadcrumbs', 'changes'];

/** All texts and numbers in a value, whatever it is made of. */
function addTexts(value: unknown, texts: string[]): void {
  if (typeof value === 'string' || typeof value === 'number') texts.push(String(value));
  else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) addTexts(member, texts);
  }
}

function textOfRun({ failure, move }: RunEntry): string {
  return [failure?.code ?? '', ...(failure?.details ?? []), move?.from ?? '', move?.to ?? ''].join(
    '\n',
  );
}
