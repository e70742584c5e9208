import { expect, test } from 'vitest';
import { knownPace, paceSchema, startPace } from '../../../src/http/pace.ts';

const firstPace = knownPace(startPace());

test.each([
  ['no request at a time', { window: 0 }],
  ['fewer than none', { window: -5 }],
  ['a thousand at a time', { window: 1000 }],
  ['no request a second: it would wait for ever', { rate: 0 }],
  ['fewer than none a second', { rate: -1 }],
  ['endless', { window: Number.POSITIVE_INFINITY }],
  ['a text', { window: '6' }],
])('a stored pace of %s is none', (_, change) => {
  expect(paceSchema.safeParse({ ...firstPace, ...change }).success).toBe(false);
  expect(paceSchema.safeParse(firstPace).success).toBe(true);
});
