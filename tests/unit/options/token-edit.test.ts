import { describe, expect, test } from 'vitest';
import {
  editedToken,
  savedToken,
  type TokenEdit,
  tokenProblem,
  typedToken,
} from '../../../src/options/token-edit.ts';
import { defaultSettings } from '../../../src/settings/schema.ts';

const here = 'https://tracker.example';
const settings = { ...defaultSettings, trackerUrl: `${here}/v2` };
const stored = { value: 'y0_stored', origin: 'https://other.example' };

const typedForOther = { kind: 'replace', text: 'y0', origin: 'https://other.example' } as const;

describe('a token that is edited', () => {
  test.each<[string, TokenEdit, ReturnType<typeof editedToken>]>([
    ['is left as it is', { kind: 'keep' }, undefined],
    ['is left while nothing is typed', { kind: 'replace', text: '', origin: here }, undefined],
    ['is removed', { kind: 'remove' }, null],
    ['is replaced', { kind: 'replace', text: 'y0', origin: here }, { value: 'y0', origin: here }],
    ['is not for a tracker that was typed after it', typedForOther, undefined],
    ['goes where it may', { kind: 'confirm', origin: here }, { value: 'y0_stored', origin: here }],
    ['goes nowhere else', { kind: 'confirm', origin: 'https://third.example' }, undefined],
  ])('%s', (_, edit, expected) => {
    expect(editedToken(edit, stored, settings)).toEqual(expected);
  });

  test.each<[string, TokenEdit, ReturnType<typeof savedToken>]>([
    ['lasting with the rest', { kind: 'keep' }, { value: 'y0_today', origin: here }],
    ['none where it is removed', { kind: 'remove' }, null],
    ['another', { kind: 'replace', text: 'y0', origin: here }, { value: 'y0', origin: here }],
  ])('that held until the restart is, once saved, %s', (_, edit, expected) => {
    const temporary = { value: 'y0_today', origin: here };
    expect(savedToken(edit, temporary, temporary, settings)).toEqual(expected);
    expect(savedToken({ kind: 'keep' }, stored, undefined, settings)).toBeUndefined();
    expect(savedToken({ kind: 'remove' }, stored, undefined, settings)).toBeNull();
  });

  test('is tried out at the tracker that it was typed for, and only if it could be one', () => {
    const typed = (text: string, origin: string | null = here) =>
      typedToken({ kind: 'replace', text, origin });
    expect(typed(' y0_abc ')).toEqual({ value: 'y0_abc', origin: here });
    expect(typed('y0_abc', null)).toBeNull();
    expect(typed('y0 abc')).toBeNull();
    expect(typedToken({ kind: 'confirm', origin: here })).toBeNull();
  });

  test('is wrong where something stands there that can be none', () => {
    const problem = (text: string) => tokenProblem({ kind: 'replace', text, origin: here }, here);
    expect([problem(''), problem('y0_abc'), problem('y0 abc')]).toEqual([
      null,
      null,
      'invalid_token',
    ]);
  });

  test('is to be entered again where the tracker was changed after it', () => {
    expect(tokenProblem(typedForOther, here)).toBe('token_typed_for_other');
    expect(tokenProblem(typedForOther, typedForOther.origin)).toBeNull();
    // An address that is none has its own problem.
    expect(tokenProblem(typedForOther, null)).toBeNull();
  });
});
