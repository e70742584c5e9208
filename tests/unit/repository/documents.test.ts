import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import messages from '../../../public/_locales/en/messages.json' with { type: 'json' };
import { codes } from '../../../src/errors/codes.ts';
import { settingNames } from '../../../src/settings/schema.ts';
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

test('the README has each setting in its table, by its label', () => {
  const labels = ['token', ...settingNames].map((name) => {
    // The ids of the texts are made of the settings' names.
    const id = `setting_${name}` as keyof typeof messages;
    return messages[id].message;
  });
  expect(labels.filter((label) => !readme.includes(`\n| ${label} | `))).toEqual([]);
});
