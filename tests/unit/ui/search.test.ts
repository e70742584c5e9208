import { expect, test } from 'vitest';
import { isFound } from '../../../src/ui/search.ts';

test.each<[search: string, texts: unknown[], found: boolean]>([
  ['', [], true],
  ['  ', ['Token'], true],
  ['TOKEN', ['Token scheme'], true],
  ['scheme tok', ['Token scheme'], true],
  ['token url', ['Tracker API URL', 'Where the token goes'], true],
  ['токен', ['Токен'], true],
  ['tokens', ['Token scheme'], true],
  ['tokenise', ['Token scheme'], false],
  ['уведомление', ['Уведомления'], true],
  ['отложенные', ['Дата для отложенных'], true],
  ['полей', ['Поле ошибки'], true],
  ['полей', ['Получать'], false],
  ['токенов', ['Вид токена'], true],
  ['поля', ['Поле ссылки'], false],
  ['token url', ['Token scheme'], false],
  ['a', [undefined, null, 7], false],
])('%j in %j: %j', (search, texts, found) => {
  expect(isFound(search, texts)).toBe(found);
});
