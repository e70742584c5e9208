import { expect, it } from 'vitest';
import { fill } from '../../../src/words/fill.ts';

it('fills in details', () => {
  expect(fill('Sign in[ to {1}]. It goes on.', ['learn.example'])).toBe(
    'Sign in to learn.example. It goes on.',
  );
});

it('leaves out a part whose detail is missing or empty', () => {
  expect(fill('No issue[ {1}][ (needed for {2})].', [])).toBe('No issue.');
  expect(fill('No issue[ {1}][ (needed for {2})].', ['', 'course.name'])).toBe(
    'No issue (needed for course.name).',
  );
});

it('says something else where it has something else', () => {
  expect(fill('[{1}|Many] failed', [])).toBe('Many failed');
  expect(fill('[{1}|Many] failed', ['10'])).toBe('10 failed');
});

it('takes details as they are', () => {
  expect(fill('It said[: {1}][, {2}].', ['[{2}|$1] $& {1}', '::1'])).toBe(
    'It said: [{2}|$1] $& {1}, ::1.',
  );
});
