import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** What a person is told to do about each finding that is not good: the words of it, by its text. */
const advice: Readonly<Record<string, readonly [en: RegExp, ru: RegExp]>> = {
  finding_not_allowed: [/^Allow it here/m, /^Разрешите доступ здесь/m],
  finding_unavailable: [/^Check the address/m, /^Проверьте адрес/m],
  finding_not_a_tracker: [/^Check the address, its end/m, /^Проверьте адрес/m],
  finding_token_missing: [/^Enter one/m, /^Введите его/m],
  error_tracker_token_rejected: [/^Enter a valid one/m, /^Введите действующий/m],
  finding_other_scheme: [/use that scheme/, /выберите этот вид/],
  finding_no_organisation: [/^Choose X-Org-ID .* and enter/m, /^Выберите X-Org-ID .* введите/m],
  finding_other_organisation: [/^Use the one that/m, /^Выберите тот/m],
  finding_organisation_refused: [/^Check the organisation’s ID/m, /^Проверьте ID организации/m],
  finding_missing: [/^Fill it in/m, /^Заполните/m],
  error_checklist_issue_not_found: [/^Correct its key/m, /^Исправьте её ключ/m],
  error_checklist_issue_forbidden: [/^Ask for access/m, /^Попросите доступ/m],
  error_checklist_issue_locked: [
    /^Move its .* to a fresh issue/m,
    /^Перенесите .* в новую задачу/m,
  ],
  finding_edit_untold: [/^Process one item/m, /^Обработайте один пункт/m],
  finding_fields_unreadable: [/^Ask for the right/m, /^Попросите право/m],
  finding_field_gone: [/^Choose another/m, /^Выберите другое/m],
  finding_field_untold: [/^Check again once/m, /^Проверьте ещё раз, когда/m],
  finding_field_unfit: [/^Choose another/m, /^Выберите другое/m],
  finding_sign_in: [/^Sign in/m, /^Войдите/m],
  finding_sign_in_untold: [/^Enter a test link/m, /^Введите проверочную ссылку/m],
  finding_link_missing: [/^Enter a link/m, /^Введите ссылку/m],
  finding_link_not_recognised: [/^Enter the address of a course/m, /^Укажите адрес курса/m],
  finding_link_lost: [
    /^Check the link, and the address .* its end/m,
    /^Проверьте ссылку и адрес .* конец/m,
  ],
  error_resource_not_found: [/^Correct the link/m, /^Исправьте ссылку/m],
  error_resource_invalid: [/^Tell those who look after it/m, /сообщите тем, кто его сопровождает/],
  finding_invalid_input: [/^Correct it/m, /^Исправьте его/m],
  finding_not_armed: [/^Reload the extension/m, /^Перезагрузите расширение/m],
  finding_paused: [/^Switch the pause off/m, /^Снимите паузу/m],
};

/** Fails where a text does not say what to do, in either language. */
export function expectAdvice(id: string): void {
  const [en, ru] = advice[id] ?? [/a row of the table above/, /строка таблицы выше/];
  expect([id, sentencesOf('en', id)]).toEqual([id, expect.stringMatching(en)]);
  expect([id, sentencesOf('ru', id)]).toEqual([id, expect.stringMatching(ru)]);
  // It is read on the pages of the settings, and in the popup: what is named is the input.
  expect(sentencesOf('en', id)).not.toMatch(/settings|options/);
  expect(sentencesOf('ru', id)).not.toMatch(/настройк/);
}

/** A text with each of its sentences on a line of its own. */
function sentencesOf(language: 'en' | 'ru', id: string): string {
  const file = readFileSync(`public/_locales/${language}/messages.json`, 'utf8');
  const messages: Record<string, { message: string } | undefined> = JSON.parse(file);
  return (messages[id]?.message ?? '').replace(/([.:?]) +/g, '$1\n');
}
