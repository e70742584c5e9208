import browser from 'webextension-polyfill';
import type { Code } from '../errors/codes.ts';
import type { Failure } from '../errors/failure.ts';
import { oneLine } from '../errors/one-line.ts';
import { fill } from './fill.ts';

/** The text of `_locales` with this id in the browser's language, its placeholders filled. */
export function words(id: string, ...details: (string | number)[]): string {
  return browser.i18n.getMessage(id, details.map(String)) || id;
}

/**
 * The language of dates, numbers and plurals: the browser's (with its region) where the texts are
 * in it, else that of the texts, since a German number inside an English sentence helps nobody.
 */
export const language = browser.i18n.getUILanguage().startsWith(words('language'))
  ? browser.i18n.getUILanguage()
  : words('language');

const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const plurals = new Intl.PluralRules(language);

/** A number as the language writes it, such as "11,100". */
export function numberWords(value: number): string {
  return numbers.format(value);
}

/**
 * A text that depends on a number: `<id>_one`, `<id>_few`, `<id>_many` or `<id>_other`, whichever
 * the language takes for it. The number is the first placeholder.
 */
export function countWords(id: string, count: number, ...details: (string | number)[]): string {
  return words(`${id}_${plurals.select(count)}`, numberWords(count), ...details);
}

/** Which one in a row: "2nd". */
export function ordinalWords(position: number): string {
  const ordinals = new Intl.PluralRules(language, { type: 'ordinal' });
  return words(`ordinal_${ordinals.select(position)}`, position);
}

/**
 * What a failure means and what to do about it, without its code.
 * @param id of another text that says it.
 */
export function sentence(failure: Failure, id = idOf(failure)): string {
  const { code, details } = failure;
  const shown = detailsWords(code, details).map(oneLine);
  return fill(words(id, '{1}', '{2}'), shown);
}

function idOf({ code, details }: Failure): string {
  // A date that was good when it was stored is neither missing nor damaged.
  const hasPassed = code === 'not_configured' && details[1] === 'invalid_date_past';
  return hasPassed ? 'error_deferral_date_past' : `error_${code}`;
}

/** Details are stored as ids, so that they are read in whatever language looks at them. */
function detailsWords(code: Code, details: readonly string[]): readonly string[] {
  const [first = '', ...others] = details;
  if (first.startsWith('reason_')) return [words(first), ...others];
  if (code === 'not_configured') {
    const names = first.split(', ').filter((name) => name !== '');
    return [names.map((name) => words(`setting_${name}`)).join(', ')];
  }
  if (code.startsWith('resource_') && first !== '') {
    const [type = '', ...id] = first.split(' ');
    return [[words(`resource_${type}`), ...id].join(' '), ...others];
  }
  return details;
}
