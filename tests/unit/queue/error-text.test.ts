import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oneLine } from '../../../src/errors/one-line.ts';
import { errorLine, isTelling, shorten } from '../../../src/queue/error-text.ts';

/** First and last of what must not stand in a line: control characters, separators, directions. */
const hiddenRanges = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x61c, 0x61c],
  [0x200e, 0x200f],
  [0x2028, 0x2029],
  [0x202a, 0x202e],
  [0x2066, 0x2069],
] as const;

function isHidden(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return hiddenRanges.some(([first, last]) => code >= first && code <= last);
}

describe('the line in the error field', () => {
  const failure = { code: 'resource_errors', details: [] } as const;

  test.each([
    ['a line break', 'a\nb', 'a b'],
    ['Windows` line break', 'a\r\nb', 'a b'],
    ['a tab', 'a\tb', 'a b'],
    ['NUL and escape', 'a\u0000\u001bb', 'a b'],
    ['C1 control characters', 'a\u0085\u009bb', 'a b'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['marks that turn the direction', 'a\u202eb\u2066c\u200fd\u061ce', 'a b c d e'],
    ['what comes after it', 'a \n \u202e', 'a'],
    ['but not ordinary letters', 'Ёлка — «x» 🎄', 'Ёлка — «x» 🎄'],
  ])('has no %s', (_about, sentence, line) => {
    expect(errorLine(failure, sentence)).toBe(`resource_errors: ${line}`);
  });

  test('has 500 characters at most, and says that it was cut', () => {
    expect(errorLine(failure, 'x'.repeat(483))).toHaveLength(500);
    expect(errorLine(failure, 'x'.repeat(483))).toMatch(/x$/);
    const cut = errorLine(failure, 'x'.repeat(484));
    expect(cut).toHaveLength(500);
    expect(cut).toMatch(/x…$/);
  });

  test('is not cut within a character', () => {
    const cut = errorLine(failure, '🎄'.repeat(1000));
    expect([...cut].length).toBe(500);
    expect(cut).not.toMatch(/\p{Surrogate}/u);
  });

  test('whatever the sentence: one line, short, without hidden characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 900 }), (sentence) => {
        const line = errorLine(failure, sentence);
        expect([...line].length).toBeLessThanOrEqual(500);
        expect([...line].filter(isHidden)).toEqual([]);
        expect(line.startsWith('resource_errors:')).toBe(true);
        expect(oneLine(line)).toBe(line);
      }),
    );
  });
});

test('a text is shortened to so many characters', () => {
  expect(shorten('abc', 3)).toBe('abc');
  expect(shorten('abcd', 3)).toBe('ab…');
  expect(shorten('', 3)).toBe('');
});

test.each([
  ['the same', 'resource_errors: The API says a of task 5.', true],
  ['another language', 'resource_errors: API ответил об task 5: б', true],
  ['another resource', 'resource_errors: The API says a of task 57.', false],
  ['another code', 'resource_invalid: The API says a of task 5.', false],
  ['nothing', '', false],
])('a text tells of a failure or not: %s', (_, text, expected) => {
  const failure = { code: 'resource_errors', details: ['task 5', 'a'] } as const;
  expect(isTelling(text, failure, 'resource_errors: The API says a of task 5.')).toBe(expected);
});
