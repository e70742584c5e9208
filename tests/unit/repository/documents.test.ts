import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import messages from '../../../public/_locales/en/messages.json' with { type: 'json' };
import { codes } from '../../../src/errors/codes.ts';
import { bounds, defaultSettings, settingNames } from '../../../src/settings/schema.ts';
import { readSources, root } from './sources.ts';

const architecture = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

function declaredBy(declaration: RegExp): string[] {
  return readSources().flatMap(({ code }) =>
    [...code.matchAll(declaration)].flatMap(([, name]) => name ?? []),
  );
}

test.each([
  ['stored value', declaredBy(/\bstored(?:<[^(]*>)?\(\s*['`]([\w-]+)/g)],
  ['store of a database', declaredBy(/\bcreateObjectStore\('(\w+)'/g)],
])('the architecture names each %s', (_, names) => {
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !architecture.includes(`\`${name}`))).toEqual([]);
});

test('the README says of each error code what to do', () => {
  const told = [...readme.matchAll(/`(\w+)`/g)].map(([, code]) => code);
  expect(codes.filter((code) => !told.includes(code))).toEqual([]);
});

/** The cells of a setting's row in the README; none where it has no row by its label. */
function cellsOf(name: string): readonly string[] {
  // The ids of the texts are made of the settings' names.
  const id = `setting_${name}` as keyof typeof messages;
  const { message: label } = messages[id];
  const row = readme.split('\n').find((line) => line.startsWith(`| ${label} | `));
  return row?.split('|').map((cell) => cell.trim()) ?? [];
}

const told = (number: number) => number.toLocaleString('en');

test('the README has each setting in its table, by its label', () => {
  expect(['token', ...settingNames].filter((name) => cellsOf(name).length === 0)).toEqual([]);
});

test.each(Object.entries(bounds))('the README has the bounds of %s', (name, [least, most]) => {
  expect(cellsOf(name)[4]).toMatch(new RegExp(`(^|\\s)${told(least)}–${told(most)}($|\\s)`));
});

const plain = Object.entries(defaultSettings).flatMap(([name, value]) => {
  if (typeof value === 'boolean') return [[name, value ? 'on' : 'off'] as const];
  return typeof value === 'number' ? [[name, told(value)] as const] : [];
});

test.each(plain)('the README has what %s is by default: %s', (name, value) => {
  expect(cellsOf(name)[3]).toBe(value);
});
