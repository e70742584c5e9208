import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSources, root } from './sources.ts';

const architecture = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

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
