import { describe, expect, test } from 'vitest';
import {
  flag,
  list,
  matching,
  nullable,
  number,
  oneOf,
  record,
  text,
  time,
  withDefault,
} from '../../../src/storage/shape.ts';

const thing = record({
  name: text,
  size: number,
  isBig: flag,
  kind: oneOf('a', 'b'),
  key: matching(/^[A-Z]+-\d+$/),
  at: time,
  parts: list(record({ name: nullable(text) })),
  added: withDefault(nullable(number), null),
});
const whole = {
  name: 'x',
  size: 1,
  isBig: false,
  kind: 'a',
  key: 'SUP-1',
  at: 0,
  parts: [{ name: null }, { name: 'y' }],
  added: 3,
};

describe('a shape', () => {
  test('gives what has it, without members that it does not name', () => {
    expect(thing({ ...whole, more: 1 })).toEqual(whole);
  });

  test('gives the default for what was not stored', () => {
    const { added, ...older } = whole;
    expect(thing(older)).toEqual({ ...whole, added: null });
    expect(added).toBe(3);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['an empty record', {}],
    ['another name', { ...whole, name: 1 }],
    ['another size', { ...whole, size: '1' }],
    ['another flag', { ...whole, isBig: 0 }],
    ['an unknown kind', { ...whole, kind: 'toString' }],
    ['a key that does not match', { ...whole, key: 'sup' }],
    ['a time before 1970', { ...whole, at: -1 }],
    ['a time that no date holds', { ...whole, at: 1e16 }],
    ['parts that are no list', { ...whole, parts: {} }],
    ['one part that is wrong', { ...whole, parts: [{ name: null }, { name: 2 }] }],
    ['another added member', { ...whole, added: '3' }],
  ])('refuses %s', (_, value) => {
    expect(() => thing(value)).toThrow(TypeError);
  });
});
