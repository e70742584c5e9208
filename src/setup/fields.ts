import { type BreadcrumbKey, mappedKeys } from '../breadcrumbs/resource.ts';
import type { Settings } from '../settings/schema.ts';
import type { TrackerField } from '../tracker/shapes.ts';

/** What a tracker's field is wanted for: the link, the error, or one breadcrumb. */
export type FieldUse = 'linkField' | 'errorField' | BreadcrumbKey;

/** Why a field can't be used so. Texts are `unfit_<reason>`. */
type Unfit = 'readonly' | 'type';

const texts = ['string', 'text', 'uri', 'link'];
const numbers = ['integer', 'float'];

/** Why a field can't take what it is wanted for; null where it can. */
export function unfitness(use: FieldUse, { type, readonly }: TrackerField): Unfit | null {
  // The link is only ever read.
  if (readonly && use !== 'linkField') return 'readonly';
  return typesFor(use).includes(type) ? null : 'type';
}

function typesFor(use: FieldUse): readonly string[] {
  if (use === 'linkField') return texts;
  // An id is a number in some places and a name in others; a position is mostly a number.
  if (/\.id$|\.position/.test(use)) return [...texts, ...numbers];
  return ['string', 'text'];
}

/** What a use's field is called, in the languages that the tracker names fields in. */
const callings: Readonly<Record<string, readonly string[]>> = {
  faculty: ['faculty', 'факультет', 'факультета'],
  profession: ['profession', 'профессия', 'профессии'],
  track: ['track', 'cohort', 'трек', 'трека', 'когорта', 'когорты'],
  course: ['course', 'module', 'курс', 'курса', 'модуль', 'модуля'],
  topic: ['topic', 'theme', 'тема', 'темы'],
  lesson: ['lesson', 'урок', 'урока'],
  task: ['task', 'exercise', 'задание', 'задания', 'задача', 'задачи'],
  sprint: ['sprint', 'спринт', 'спринта'],
};
const ids = ['id', 'identifier', 'идентификатор', 'ид'];
const positions = ['position', 'number', 'order', 'index', 'позиция', 'номер', 'порядок'];
const conditions = ['if', 'optional', 'если'];
const descriptions = ['description', 'описание', 'text', 'текст'];
const links = ['link', 'url', 'href', 'ссылка', 'адрес'];
const errors = ['error', 'errors', 'ошибка', 'ошибки'];

/** The words of a field's key and name: `moduleName` has two. */
function wordsOf({ key, name }: TrackerField): Set<string> {
  const split = `${key} ${name}`.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return new Set(split.match(/[\p{L}\d]+/gu));
}

/** What a field's words say that it is for; null where they say nothing of it. */
function useOf(field: TrackerField, keys: readonly BreadcrumbKey[]): FieldUse | null {
  const words = wordsOf(field);
  const has = (some: readonly string[] = []) => some.some((word) => words.has(word));
  if (has(errors)) return 'errorField';
  if (has(links)) return 'linkField';
  const type = Object.keys(callings).find((one) => has(callings[one]));
  const property = has(ids)
    ? 'id'
    : has(positions)
      ? 'position'
      : has(descriptions)
        ? 'description'
        : 'name';
  // Only a task's position is always set; that of others, and a task's where it says so, may lack.
  const isConditional = property === 'position' && (type !== 'task' || has(conditions));
  const wanted = `${type}.${property}${isConditional ? '_if_exists' : ''}`;
  return keys.find((key) => key === wanted) ?? null;
}

/** Fields by their use. */
export type Suggestions = ReadonlyMap<FieldUse, string>;

/**
 * Which field might be which, by names and types: one for each use at most, and each field once.
 * The queue's own fields go before global ones, and of several the first.
 */
export function suggestFields(
  fields: readonly TrackerField[],
  keys: readonly BreadcrumbKey[],
): Suggestions {
  const suggestions = new Map<FieldUse, string>();
  const ownFirst = fields.toSorted(
    (one, other) => Number(one.queue === null) - Number(other.queue === null),
  );
  for (const field of ownFirst) {
    const use = useOf(field, keys);
    if (use === null || suggestions.has(use) || unfitness(use, field) !== null) continue;
    suggestions.set(use, field.id);
  }
  return suggestions;
}

/** Fields of the settings by what they are for. */
export function usesOf(
  settings: Pick<Settings, 'linkField' | 'errorField' | 'fieldMapping'>,
): (readonly [FieldUse, string])[] {
  return [
    ['linkField', settings.linkField],
    ['errorField', settings.errorField],
    ...mappedKeys(settings).map(({ key, field }) => [key, field] as const),
  ];
}

/** `untold`: the fields of its queue are not known, so that it may well be there. */
type FieldTrouble = Unfit | 'gone' | 'untold';

/** What is wrong with one field of the settings; null where nothing is, or none is set. */
export function troubleWith(
  use: FieldUse,
  field: string,
  fields: readonly TrackerField[],
): FieldTrouble | null {
  if (field === '') return null;
  const found = fields.find(({ id }) => id === field);
  if (found !== undefined) return unfitness(use, found);
  return fields.some(({ id }) => queueIn(id) === queueIn(field)) ? 'gone' : 'untold';
}

/** The queue's id out of a local field's, `<queue's id>--<key>`; null of a global one. */
function queueIn(fieldId: string): string | null {
  return /^(.+?)--/.exec(fieldId)?.[1] ?? null;
}
